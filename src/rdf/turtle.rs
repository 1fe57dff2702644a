//! Turtle, TriG, N-Triples and N-Quads, with the place of every subject.

use super::error::Broken;
use super::feed::Pieces;
use super::report::Told;
use super::{Position, Syntax, SyntaxError};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, Quad};
use oxttl::{NQuadsParser, NTriplesParser, TriGParser, TurtleParser, TurtleSyntaxError};
use std::io::Read;

/// How much of a text is read at a time, in bytes.
const WINDOW: usize = 4 << 20;

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

/// Reads a stream, of which no more is held than the statement that is being read and what is read at a time.
pub(super) fn read(
    stream: &mut dyn Read,
    syntax: Syntax,
    base: Option<&str>,
    told: &mut Told<'_>,
) -> Result<(), Broken> {
    match syntax {
        Syntax::TriG => {
            let mut parser = TriGParser::new();
            if let Some(base) = base {
                parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
            }
            feed(stream, WINDOW, parser.low_level(), told)
        }
        Syntax::NTriples => feed(stream, WINDOW, NTriplesParser::new().low_level(), told),
        Syntax::NQuads => feed(stream, WINDOW, NQuadsParser::new().low_level(), told),
        _ => {
            let mut parser = TurtleParser::new();
            if let Some(base) = base {
                parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
            }
            feed(stream, WINDOW, parser.low_level(), told)
        }
    }
}

fn feed(stream: &mut dyn Read, window: usize, mut parser: impl Parser, told: &mut Told<'_>) -> Result<(), Broken> {
    let mut held = Vec::new();
    let (mut begin, mut fed, mut length) = (Position { line: 1, column: 1 }, 0, 0);
    loop {
        // As much again as is held, so that a long statement is not looked at too often.
        let more = window.max(held.len());
        let read = (&mut *stream).take(more as u64).read_to_end(&mut held).map_err(Broken::Io)?;
        length += read;
        let ended = read < more;
        let mut pieces = Pieces::new(&held, begin);
        let mut last = None;
        let (rest, place) = loop {
            match pieces.next() {
                // What follows a full stop tells whether it ends a statement.
                Some(piece) if ended || piece.end < held.len() => {
                    // One byte more than the statement: the parser's lexer must see that its full stop ends there.
                    let until = (piece.end + 1).min(held.len()).max(fed);
                    parser.extend(&held[fed..until]);
                    fed = until;
                    last = Some(piece.start);
                    drain(&mut parser, told, last, length).map_err(|wrong| with_line(wrong, &held, begin))?;
                }
                Some(piece) => break (piece.offset, piece.start),
                None => break pieces.blank_up_to(),
            }
        };
        let until = if ended { held.len() } else { rest.max(fed) };
        parser.extend(&held[fed..until]);
        if ended {
            parser.end();
        }
        // Else the parser would hold all blanks.
        drain(&mut parser, told, last.filter(|_| !ended), length).map_err(|wrong| with_line(wrong, &held, begin))?;
        if ended {
            told.base = parser.base();
            return Ok(());
        }
        fed = until - rest;
        held.drain(..rest);
        begin = place;
    }
}

/// Adds the line that an error is about, of a text that begins at a place; blanks stand for what comes before it.
fn with_line(mut wrong: SyntaxError, held: &[u8], begin: Position) -> SyntaxError {
    let number = wrong.position.and_then(|position| position.line.checked_sub(begin.line));
    wrong.line = number.map(|number| {
        let line = held.split(|byte| *byte == b'\n').nth(number as usize).unwrap_or_default();
        let before = if number == 0 { begin.column as usize - 1 } else { 0 };
        " ".repeat(before) + &String::from_utf8_lossy(line)
    });
    wrong
}

/// Takes what the parser has found; `statement` is where it began.
fn drain(
    parser: &mut impl Parser,
    told: &mut Told<'_>,
    statement: Option<Position>,
    length: usize,
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
        // A blank node within a statement stands where that begins. What a list is made of is nobody's subject.
        let in_list = quad.subject.is_blank_node() && [rdf::FIRST, rdf::REST].contains(&quad.predicate.as_ref());
        let position = statement.filter(|_| !in_list);
        told.add(quad, position, length).map_err(|wrong| SyntaxError { position: statement, ..wrong })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Broken, feed};
    use crate::rdf::report::Told;
    use oxttl::TriGParser;
    use proptest::prelude::*;

    /// What is read through a window of some bytes, and what is wrong then.
    fn through(window: usize, text: &str) -> (Vec<String>, Option<String>) {
        let mut found = Vec::new();
        let mut each = |quad: oxigraph::model::Quad, position| {
            let subject = if quad.subject.is_blank_node() { "_".to_owned() } else { quad.subject.to_string() };
            found.push(format!("{subject} {} {position:?}", quad.predicate));
            Ok(())
        };
        let mut told = Told::new(&mut each);
        let wrong = match feed(&mut text.as_bytes(), window, TriGParser::new().low_level(), &mut told) {
            Ok(()) => told.base,
            Err(Broken::Syntax(wrong)) => Some(format!("{:?} {}", wrong.position, wrong.message)),
            Err(Broken::Io(error)) => panic!("{error}"),
        };
        (found, wrong)
    }

    proptest! {
        #[test]
        fn the_size_of_the_window_changes_nothing(
            parts in prop::collection::vec(prop::sample::select(vec![
                "<u:a> <u:b> 1.5 .", "<u:é> <u:b> \"é. \"@en.", "\n", "  # a. comment\n", "#", "<u:g> { <u:a> <u:b> 1 }",
                "_:a.b <u:b> _:c .", "<u:a> <u:b> [ <u:c> \"\"\"x\n. \"y\"\"\" ] ; <u:d> ( 1 2 ) .", "@base <u:x> .",
                "PREFIX e: <u:e>", "e:a.b e:c e:\\. .", "}", "<u:a <u:b>", "'", "\r\n", "\t", "1.",
            ]), 0..12),
            window in 1usize..40,
        ) {
            let text = parts.concat();
            prop_assert_eq!(through(window, &text), through(1 << 20, &text));
        }
    }
}
