//! Some thousands of statements, read apart from all others: what can be done in parallel with N-Triples and N-Quads.

use super::cut::is_appearance;
use super::plain;
use crate::rdf::easy::{Line, NO_GRAPH, Spelt, spell};
use crate::rdf::{Position, Syntax, SyntaxError, canon};
use crate::store::{Fingerprint, Fingerprints, encode};
use crate::vocab::{ibid, prov, rdf};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term, TermRef};
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
    /// Whether something is taken from another here, and called neither claim nor document.
    pub(super) takes_uncalled: bool,
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
}

/// Reads lines.
///
/// # Errors
/// The first place at which they are not what the syntax allows, with the line.
pub(super) fn read(text: &Text, syntax: Syntax, prints: &Fingerprints) -> Result<Chunk, SyntaxError> {
    match read_plain(text, syntax, prints) {
        Some(chunk) => Ok(chunk),
        None => parse(text, syntax, prints),
    }
}

/// Reads lines that are plain, where each different term is looked at once.
fn read_plain(text: &Text, syntax: Syntax, prints: &Fingerprints) -> Option<Chunk> {
    let mut reader = Reader::new(prints);
    let (mut subject, mut graph) = (("", 0), ("", NO_GRAPH));
    plain::each(std::str::from_utf8(&text.bytes).ok()?, text.line, syntax, |tokens| {
        if graph.0 != tokens.graph {
            reader.end_run();
            graph = (tokens.graph, if tokens.graph.is_empty() { NO_GRAPH } else { reader.token(tokens.graph)? });
        }
        if subject.0 != tokens.subject {
            subject = (tokens.subject, reader.token(tokens.subject)?);
        }
        let (predicate, object) = (reader.token(tokens.predicate)?, reader.token(tokens.object)?);
        reader.put([subject.1, predicate, object, graph.1], Some(tokens.position));
        if graph.1 == NO_GRAPH && is_appearance(&tokens.predicate[1..tokens.predicate.len() - 1]) {
            plain::term(tokens.object, |object| reader.appears(object))?;
        }
        Some(())
    })?;
    Some(reader.finish())
}

/// Reads lines by the parser, which knows all that may be written and says what is wrong.
fn parse(text: &Text, syntax: Syntax, prints: &Fingerprints) -> Result<Chunk, SyntaxError> {
    let mut reader = Reader::new(prints);
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
        for triple in NTriplesParser::new().for_slice(&text.bytes) {
            reader.add(&triple.map_err(wrong)?.in_graph(GraphName::DefaultGraph), lines.next());
        }
    } else {
        for quad in NQuadsParser::new().for_slice(&text.bytes) {
            reader.add(&quad.map_err(wrong)?, lines.next());
        }
    }
    Ok(reader.finish())
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
    /// The numbers of the terms, by hashes of their spelling.
    numbers: FxHashMap<u64, u32>,
    spelt: Spelt,
    scratch: String,
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

    /// The number of the term that is spelt so, or where it is to be noted. Two spellings of one hash stand under neighbouring
    /// ones.
    fn look(&self, spelling: &str) -> Result<u32, u64> {
        let mut at = self.prints.short(spelling.as_bytes());
        while let Some(known) = self.numbers.get(&at) {
            if self.spelt.get(*known) == spelling {
                return Ok(*known);
            }
            at = at.wrapping_add(1);
        }
        Err(at)
    }

    /// The number of a term as it is written; none where that is not plain.
    fn token(&mut self, token: &str) -> Option<u32> {
        match self.look(token) {
            Ok(number) => Some(number),
            Err(_) => plain::term(token, |term| self.number(term)),
        }
    }

    /// The number of a term.
    fn number(&mut self, term: TermRef<'_>) -> u32 {
        self.scratch.clear();
        spell(term, &mut self.scratch);
        let at = match self.look(&self.scratch) {
            Ok(number) => return number,
            Err(at) => at,
        };
        let number = self.spelt.push(term);
        self.numbers.insert(at, number);
        let start = self.chunk.bytes.len();
        encode(term, &mut self.chunk.bytes);
        self.chunk.prints.push(self.prints.of(&self.chunk.bytes[start..]));
        self.chunk.ends.push(self.chunk.bytes.len());
        if let TermRef::NamedNode(node) = term
            && node.as_str().starts_with(ibid::NAMESPACE)
        {
            self.chunk.words.insert(node.as_str().to_owned());
        }
        number
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
        self.put([subject, predicate, object, graph], position);
        if graph == NO_GRAPH && is_appearance(quad.predicate.as_str()) {
            self.appears(quad.object.as_ref());
        }
    }

    /// Takes a statement. Where its graph is not that of the one before, the run was ended.
    fn put(&mut self, line: Line, position: Option<Position>) {
        let before = self.chunk.statements[self.run..].last();
        if before.is_none_or(|before| before[0] != line[0])
            && self.placed.insert(line[0])
            && let Some(position) = position
        {
            self.chunk.places.push((line[3], line[0], position));
        }
        self.chunk.statements.push(line);
    }

    /// Notes a document that a claim outside any graph appears in.
    fn appears(&mut self, document: TermRef<'_>) {
        if self.chunk.appearances.len() < 2 {
            self.chunk.appearances.insert(document.into_owned());
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
        let find = |iri: &str| self.look(&format!("<{iri}>")).ok();
        let a = find(rdf::TYPE);
        let instances = |class: Option<u32>| {
            let typed = lines.iter().filter(move |line| a == Some(line[1]) && class == Some(line[2]));
            typed.map(|line| line[0])
        };
        let (claim, document) = (find(ibid::CLAIM), find(ibid::DOCUMENT));
        let (quads, claims, documents) = (lines.len(), instances(claim).count(), instances(document).count());
        let called: FxHashSet<u32> = instances(claim).chain(instances(document)).collect();
        let takes = prov::SOURCING.map(find);
        let takes_uncalled = lines.iter().any(|line| takes.contains(&Some(line[1])) && !called.contains(&line[0]));
        self.chunk.runs.push(Run { graph, quads, claims, documents, takes_uncalled, digest });
    }
}
