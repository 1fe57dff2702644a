//! Some thousands of statements, read apart from all others: what can be done in parallel with N-Triples and N-Quads.

use super::cut::is_appearance;
use crate::rdf::easy::{Line, NO_GRAPH, Spelt};
use crate::rdf::{Position, Syntax, SyntaxError, canon};
use crate::store::{Fingerprint, Fingerprints, encode, hash_of};
use crate::vocab::{ibid, rdf};
use oxigraph::model::vocab::rdf::LANG_STRING;
use oxigraph::model::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};
use oxilangtag::LanguageTag;
use oxiri::Iri;
use oxttl::{NQuadsParser, NTriplesParser, TurtleSyntaxError};
use rustc_hash::{FxHashMap, FxHashSet};

/// Lines as they were cut from a file.
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    /// The number of the first line, from 1.
    pub(super) line: u32,
}

/// Neighbouring statements of one graph.
pub(super) struct Run {
    /// The graph; [`NO_GRAPH`] outside any.
    pub(super) graph: u32,
    /// Different statements in it, claims and documents.
    pub(super) quads: usize,
    pub(super) claims: usize,
    pub(super) documents: usize,
    /// The digest of just these statements, or why there is none.
    pub(super) digest: Result<String, String>,
}

/// What some statements say, over terms of their own numbering.
#[derive(Default)]
pub(super) struct Chunk {
    /// The terms as the dictionary has them, one after another, where each ends, and the fingerprint of each.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    prints: Vec<Fingerprint>,
    /// Subject, predicate, object, graph.
    pub(super) statements: Vec<Line>,
    pub(super) runs: Vec<Run>,
    /// Graph, subject, and where its first statement here stands.
    pub(super) places: Vec<(u32, u32, Position)>,
    /// IRIs of ibid's namespace.
    pub(super) words: FxHashSet<String>,
    /// Some of the documents that claims outside any graph appear in: two where there are several.
    pub(super) appearances: FxHashSet<Term>,
}

impl Chunk {
    /// Its terms: fingerprint and bytes, by their numbers.
    pub(super) fn terms(&self) -> impl Iterator<Item = (Fingerprint, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).zip(&self.prints).map(|((start, end), print)| (*print, &self.bytes[start..*end]))
    }

    fn term(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }
}

/// Reads lines.
///
/// # Errors
/// The first place at which they are not what the syntax allows, with the line.
pub(super) fn read(text: &Text, syntax: Syntax, prints: &Fingerprints) -> Result<Chunk, SyntaxError> {
    let first_try =
        if memchr::memmem::find(&text.bytes, b"\\u").is_none() && memchr::memmem::find(&text.bytes, b"\\U").is_none() {
            read_as(text, syntax, prints, true).ok()
        } else {
            None
        };
    match first_try {
        Some(reader) if !reader.doubtful => Ok(reader.chunk),
        _ => Ok(read_as(text, syntax, prints, false)?.chunk),
    }
}

/// Reads lines; `trusting` leaves it to [`is_doubtful`] to look at each term once, where the parser would look at it wherever
/// it stands. What it finds is to be read again.
fn read_as(text: &Text, syntax: Syntax, prints: &Fingerprints, trusting: bool) -> Result<Reader, SyntaxError> {
    let mut reader = Reader { trusting, ..Reader::new(prints) };
    let mut lines = Lines { rest: &text.bytes, number: text.line };
    let wrong = |error: TurtleSyntaxError| {
        let place = error.location();
        let line = text.bytes.split(|byte| *byte == b'\n').nth(place.start.line as usize).unwrap_or_default();
        let mut wrong = SyntaxError::new(error.message())
            .at(place.start.line + u64::from(text.line) - 1, place.start.column)
            .explained(true);
        if place.start.line == place.end.line {
            wrong.length = (place.end.column.saturating_sub(place.start.column) as usize).max(1);
        }
        wrong.line = Some(String::from_utf8_lossy(line).into_owned());
        wrong
    };
    if syntax == Syntax::NTriples {
        let parser = NTriplesParser::new();
        for triple in if trusting { parser.lenient() } else { parser }.for_slice(&text.bytes) {
            reader.add(&triple.map_err(wrong)?.in_graph(GraphName::DefaultGraph), lines.next());
        }
    } else {
        let parser = NQuadsParser::new();
        for quad in if trusting { parser.lenient() } else { parser }.for_slice(&text.bytes) {
            reader.add(&quad.map_err(wrong)?, lines.next());
        }
    }
    reader.end_run();
    Ok(reader)
}

/// Whether a term that a lenient parser let through may not be one: IRIs and language tags are not looked at there, and
/// strings may hold line breaks. (Surrogates, which it joins, need an escape.)
fn is_doubtful(term: TermRef<'_>) -> bool {
    let not_absolute = |iri: &str| Iri::parse(iri).is_err();
    match term {
        TermRef::NamedNode(node) => not_absolute(node.as_str()),
        TermRef::BlankNode(_) => false,
        TermRef::Literal(literal) => {
            memchr::memchr2(b'\n', b'\r', literal.value().as_bytes()).is_some()
                || match literal.language() {
                    Some(tag) => LanguageTag::parse(tag).is_err(),
                    None => literal.datatype() == LANG_STRING || not_absolute(literal.datatype().as_str()),
                }
        }
    }
}

/// The places of the lines that hold a statement.
struct Lines<'a> {
    rest: &'a [u8],
    number: u32,
}

impl Iterator for Lines<'_> {
    type Item = Position;

    fn next(&mut self) -> Option<Position> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |end| end + 1);
            let (line, rest) = self.rest.split_at(end);
            let number = self.number;
            (self.rest, self.number) = (rest, number + 1);
            let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
            if !matches!(line.get(blank), None | Some(b'\n' | b'#')) {
                return Some(Position { line: number, column: blank as u32 + 1 });
            }
        }
        None
    }
}

/// Makes a chunk.
#[derive(Default)]
pub(super) struct Reader {
    chunk: Chunk,
    prints: Fingerprints,
    numbers: FxHashMap<u128, u32>,
    spelt: Spelt,
    /// Whether the parser was lenient, and whether it may have let something through.
    trusting: bool,
    doubtful: bool,
    scratch: Vec<u8>,
    /// The subject and graph of the statement before, which are mostly those of the next.
    subject: Option<(NamedOrBlankNode, u32)>,
    graph: Option<(GraphName, u32)>,
    /// Where the run began, and its subjects that have a place.
    run: usize,
    placed: FxHashSet<u32>,
}

impl Reader {
    pub(super) fn new(prints: &Fingerprints) -> Self {
        Self { prints: prints.clone(), ..Self::default() }
    }

    /// What it has taken so far.
    pub(super) fn finish(mut self) -> Chunk {
        self.end_run();
        self.chunk
    }

    /// What it holds so far, in bytes.
    pub(super) fn size(&self) -> usize {
        self.chunk.bytes.len() + self.chunk.statements.len() * size_of::<Line>()
    }

    /// The number of a term.
    fn number(&mut self, term: TermRef<'_>) -> u32 {
        self.scratch.clear();
        encode(term, &mut self.scratch);
        let hash = hash_of(&self.scratch);
        let mut at = hash;
        while let Some(known) = self.numbers.get(&at) {
            if self.chunk.term(*known) == self.scratch {
                return *known;
            }
            // Two terms of one hash stand under neighbouring ones.
            at = at.wrapping_add(1);
        }
        self.doubtful |= self.trusting && is_doubtful(term);
        let number = self.spelt.push(term);
        self.numbers.insert(at, number);
        let print = self.prints.of_hashed(hash, &self.scratch);
        self.chunk.bytes.extend_from_slice(&self.scratch);
        self.chunk.ends.push(self.chunk.bytes.len());
        self.chunk.prints.push(print);
        if let TermRef::NamedNode(node) = term
            && node.as_str().starts_with(ibid::NAMESPACE)
        {
            self.chunk.words.insert(node.as_str().to_owned());
        }
        number
    }

    fn find(&self, iri: &str) -> Option<u32> {
        let mut bytes = Vec::new();
        encode(NamedNodeRef::new_unchecked(iri).into(), &mut bytes);
        self.numbers.get(&hash_of(&bytes)).copied().filter(|number| self.chunk.term(*number) == bytes)
    }

    /// Takes a quad, and where its subject stands.
    pub(super) fn add(&mut self, quad: &Quad, position: Option<Position>) {
        let graph = match &self.graph {
            Some((known, number)) if *known == quad.graph_name => *number,
            _ => {
                self.end_run();
                let number = match &quad.graph_name {
                    GraphName::DefaultGraph => NO_GRAPH,
                    GraphName::NamedNode(node) => self.number(node.as_ref().into()),
                    GraphName::BlankNode(node) => self.number(node.as_ref().into()),
                };
                self.graph = Some((quad.graph_name.clone(), number));
                number
            }
        };
        let subject = match &self.subject {
            Some((known, number)) if *known == quad.subject => *number,
            _ => {
                let number = self.number(quad.subject.as_ref().into());
                self.subject = Some((quad.subject.clone(), number));
                number
            }
        };
        let predicate = self.number(quad.predicate.as_ref().into());
        let object = self.number(quad.object.as_ref());
        self.chunk.statements.push([subject, predicate, object, graph]);
        if self.placed.insert(subject)
            && let Some(position) = position
        {
            self.chunk.places.push((graph, subject, position));
        }
        if graph == NO_GRAPH && self.chunk.appearances.len() < 2 && is_appearance(quad.predicate.as_str()) {
            self.chunk.appearances.insert(quad.object.clone());
        }
    }

    /// Measures the statements since the last graph began.
    fn end_run(&mut self) {
        let statements = &self.chunk.statements[self.run..];
        self.run = self.chunk.statements.len();
        self.placed.clear();
        let Some(graph) = statements.first().map(|line| line[3]) else { return };
        let mut lines: Vec<Line> = statements.iter().map(|[s, p, o, _]| [*s, *p, *o, NO_GRAPH]).collect();
        let digest = canon::digest_of_lines(&self.spelt, &mut lines).map_err(|tangled| tangled.to_string());
        let of_class = |class: &str| {
            let (Some(a), Some(class)) = (self.find(rdf::TYPE), self.find(class)) else { return 0 };
            lines.iter().filter(|line| line[1] == a && line[2] == class).count()
        };
        let (quads, claims, documents) = (lines.len(), of_class(ibid::CLAIM), of_class(ibid::DOCUMENT));
        self.chunk.runs.push(Run { graph, quads, claims, documents, digest });
    }
}
