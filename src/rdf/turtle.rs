//! Turtle, TriG, N-Triples and N-Quads, with the place of every subject.

use super::feed::{Piece, Pieces};
use super::{Report, Syntax, SyntaxError};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad};
use oxttl::{NQuadsParser, NTriplesParser, TriGParser, TurtleParser, TurtleSyntaxError};

/// What the four low-level parsers have in common.
trait Parser {
    fn extend(&mut self, bytes: &[u8]);
    fn end(&mut self);
    fn next(&mut self) -> Option<Result<Quad, TurtleSyntaxError>>;
    fn base(&self) -> Option<String>;
}

macro_rules! parser {
    ($name:ty, $convert:expr, $base:expr) => {
        impl Parser for $name {
            fn extend(&mut self, bytes: &[u8]) {
                self.extend_from_slice(bytes);
            }
            fn end(&mut self) {
                <$name>::end(self);
            }
            fn next(&mut self) -> Option<Result<Quad, TurtleSyntaxError>> {
                self.parse_next().map(|result| result.map($convert))
            }
            fn base(&self) -> Option<String> {
                $base(self)
            }
        }
    };
}

parser!(oxttl::turtle::LowLevelTurtleParser, |triple| triple.in_graph(GraphName::DefaultGraph), |parser: &Self| parser
    .base_iri()
    .map(str::to_owned));
parser!(oxttl::trig::LowLevelTriGParser, |quad| quad, |parser: &Self| parser.base_iri().map(str::to_owned));
parser!(oxttl::ntriples::LowLevelNTriplesParser, |triple| triple.in_graph(GraphName::DefaultGraph), |_: &Self| None);
parser!(oxttl::nquads::LowLevelNQuadsParser, |quad| quad, |_: &Self| None);

pub(super) fn read(bytes: &[u8], syntax: Syntax, base: Option<&str>, report: &mut Report) -> Result<(), SyntaxError> {
    match syntax {
        Syntax::TriG => {
            let mut parser = TriGParser::new();
            if let Some(base) = base {
                parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
            }
            feed(bytes, parser.low_level(), report)
        }
        Syntax::NTriples => feed(bytes, NTriplesParser::new().low_level(), report),
        Syntax::NQuads => feed(bytes, NQuadsParser::new().low_level(), report),
        _ => {
            let mut parser = TurtleParser::new();
            if let Some(base) = base {
                parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
            }
            feed(bytes, parser.low_level(), report)
        }
    }
}

fn feed(bytes: &[u8], mut parser: impl Parser, report: &mut Report) -> Result<(), SyntaxError> {
    let mut fed = 0;
    for piece in Pieces::new(bytes) {
        // One byte more than the statement: the parser's lexer must see that its full stop ends there.
        let until = (piece.end + 1).min(bytes.len()).max(fed);
        parser.extend(&bytes[fed..until]);
        fed = until;
        drain(&mut parser, report, Some(&piece), bytes)?;
    }
    parser.extend(&bytes[fed..]);
    parser.end();
    drain(&mut parser, report, None, bytes)?;
    report.base = parser.base();
    Ok(())
}

fn drain(
    parser: &mut impl Parser,
    report: &mut Report,
    piece: Option<&Piece>,
    bytes: &[u8],
) -> Result<(), SyntaxError> {
    while let Some(result) = parser.next() {
        let quad = result.map_err(|error| {
            let place = error.location();
            let mut wrong = SyntaxError::new(error.message()).at(place.start.line, place.start.column);
            if place.start.line == place.end.line {
                wrong.length = (place.end.column.saturating_sub(place.start.column) as usize).max(1);
            }
            wrong
        })?;
        // A blank node within the statement has no place of its own.
        let position = piece.and_then(|piece| {
            let named = matches!(quad.subject, NamedOrBlankNode::NamedNode(_));
            (named || bytes[piece.offset] == b'_').then_some(piece.start)
        });
        let start = piece.map(|piece| piece.start);
        report.add(quad, position, bytes.len()).map_err(|wrong| SyntaxError { position: start, ..wrong })?;
    }
    Ok(())
}
