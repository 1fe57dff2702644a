//! What a file says: its terms, its statements over them, and where its subjects stand.

use super::{Position, SyntaxError};
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};
use rustc_hash::{FxHashMap, FxHashSet};

/// A statement of a report: indexes into [`Report::terms`]; no graph means outside any graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    /// The graph the file puts it in.
    pub graph: Option<u32>,
    /// Its subject.
    pub subject: u32,
    /// Its predicate.
    pub predicate: u32,
    /// Its object.
    pub object: u32,
}

/// What the IRIs of a text may come to when they are written out, in bytes, and how many times the text's size: a long
/// namespace with a short prefix makes of a small file more than can be held or looked at.
const SPELT: u64 = 256 << 20;
const SPELT_TIMES: u64 = 64;

/// What a file says, each term held once. Statements are a set, in the order of their first appearance.
#[derive(Debug, Default)]
pub struct Report {
    /// The terms; blank nodes are labelled `b0`, `b1`… in the order they appear.
    pub terms: Vec<Term>,
    /// The statements.
    pub statements: Vec<Statement>,
    /// Where a subject of a graph first stands.
    pub places: Vec<(Option<u32>, u32, Position)>,
    /// The base IRI in force at the end of the file.
    pub base: Option<String>,
    index: FxHashMap<Term, u32>,
    seen: FxHashSet<Statement>,
    placed: FxHashSet<(Option<u32>, u32)>,
    blanks: u32,
}

/// Takes a quad, and where its subject's statement stands, if that is known.
pub type Each<'a> = dyn FnMut(Quad, Option<Position>) -> Result<(), SyntaxError> + Send + 'a;

/// Where what a parser finds goes.
pub(super) struct Told<'a> {
    each: &'a mut Each<'a>,
    spelt: u64,
    /// The base IRI in force so far.
    pub(super) base: Option<String>,
}

impl<'a> Told<'a> {
    pub(super) fn new(each: &'a mut Each<'a>) -> Self {
        Self { each, spelt: 0, base: None }
    }

    /// Takes a quad as the parser gives it; `length` is that of the text so far.
    ///
    /// # Errors
    /// When the IRIs so far come to too much, and what was said to it.
    pub(super) fn add(&mut self, quad: Quad, position: Option<Position>, length: usize) -> Result<(), SyntaxError> {
        self.spelt += spelt(&quad);
        if self.spelt > SPELT + SPELT_TIMES * length as u64 {
            return Err(SyntaxError::new(format!("its IRIs come to more than {} MiB", self.spelt >> 20))
                .hint("shorten the namespaces of its prefixes"));
        }
        (self.each)(quad, position)
    }
}

impl Report {
    /// A report that says nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn intern(&mut self, term: Term) -> u32 {
        if let Some(&known) = self.index.get(&term) {
            return known;
        }
        let number = u32::try_from(self.terms.len()).expect("a file has fewer than four billion terms");
        let stored = if let Term::BlankNode(_) = term {
            self.blanks += 1;
            BlankNode::new_unchecked(format!("b{}", self.blanks - 1)).into()
        } else {
            term.clone()
        };
        self.index.insert(term, number);
        self.terms.push(stored);
        number
    }

    /// Adds a quad; `position` is where its subject's statement stands, if that is known.
    pub(super) fn add(&mut self, quad: Quad, position: Option<Position>) {
        let graph = match quad.graph_name {
            GraphName::DefaultGraph => None,
            GraphName::NamedNode(name) => Some(self.intern(name.into())),
            GraphName::BlankNode(name) => Some(self.intern(name.into())),
        };
        let subject = self.intern(match quad.subject {
            NamedOrBlankNode::NamedNode(node) => node.into(),
            NamedOrBlankNode::BlankNode(node) => node.into(),
        });
        let predicate = self.intern(quad.predicate.into());
        let object = self.intern(quad.object);
        if let Some(position) = position
            && self.placed.insert((graph, subject))
        {
            self.places.push((graph, subject, position));
        }
        let statement = Statement { graph, subject, predicate, object };
        if self.seen.insert(statement) {
            self.statements.push(statement);
        }
    }

    /// The number of a term, if the report has it.
    pub fn find(&self, term: &Term) -> Option<u32> {
        self.index.get(term).copied()
    }
}

/// The bytes of a quad's IRIs.
fn spelt(quad: &Quad) -> u64 {
    let subject = if let NamedOrBlankNode::NamedNode(node) = &quad.subject { node.as_str().len() } else { 0 };
    let object = match &quad.object {
        Term::NamedNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.datatype().as_str().len(),
        Term::BlankNode(_) => 0,
    };
    let graph = if let GraphName::NamedNode(node) = &quad.graph_name { node.as_str().len() } else { 0 };
    (subject + quad.predicate.as_str().len() + object + graph) as u64
}
