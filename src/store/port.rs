//! The port: what operations may ask of an engine.

use super::Result;
use super::blocks::LEAST_UNKNOWN;
use super::columns::Columns;
use super::error::Error;
use crate::model::Place;
use crate::sparql::Query;
use oxigraph::model::{BlankNode, NamedNode, Term};
use oxigraph::sparql::{CancellationToken, QueryResults};
use oxsdatatypes::Decimal;
use std::path::Path;
use std::sync::Arc;

/// A term as a number that is good within one snapshot. Its kind is in the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node(pub u64);

impl Node {
    const KIND: u64 = 0b11;
    pub(super) const IRI: u64 = 0;
    pub(crate) const BLANK: u64 = 1;
    pub(super) const LITERAL: u64 = 2;

    /// The kind of a term, as the two low bits of its number.
    pub fn kind_of(term: &Term) -> u64 {
        match term {
            Term::NamedNode(_) => Self::IRI,
            Term::BlankNode(_) => Self::BLANK,
            Term::Literal(_) => Self::LITERAL,
        }
    }

    /// Whether the number is that of a term that is stored, and so the same for all readers of a state.
    pub fn is_stored(self) -> bool {
        self.0 < LEAST_UNKNOWN
    }

    /// Whether it is an IRI.
    pub fn is_iri(self) -> bool {
        self.0 & Self::KIND == Self::IRI
    }

    /// Whether it is a blank node.
    pub fn is_blank(self) -> bool {
        self.0 & Self::KIND == Self::BLANK
    }

    /// Whether it is a literal.
    pub fn is_literal(self) -> bool {
        self.0 & Self::KIND == Self::LITERAL
    }
}

/// The object of a computed fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A node of the snapshot.
    Node(Node),
    /// An IRI of the vocabulary.
    Iri(&'static str),
    /// An `xsd:integer`.
    Integer(i64),
    /// An `xsd:decimal`.
    Decimal(Decimal),
    /// An `xsd:boolean`.
    Boolean(bool),
    /// An `xsd:string`.
    Text(Arc<str>),
}

/// A triple of a computed graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The node it is about.
    pub subject: Node,
    /// The property, as an IRI of the vocabulary.
    pub predicate: &'static str,
    /// Its value.
    pub object: Value,
}

/// What a query reads outside of `GRAPH`, when it does not say so itself with `FROM`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultGraph {
    /// The unnamed graph, the reports and the history, as a set; schema.org terms in either spelling.
    #[default]
    Union,
    /// The unnamed graph alone, every IRI as it is spelt: SPARQL's plain reading. The named graphs are those of reports;
    /// the history is there for queries that name it.
    Unnamed,
}

/// How a query is to be run.
#[derive(Clone, Default)]
pub struct Run {
    /// What the default graph is.
    pub default_graph: DefaultGraph,
    /// Cancels the evaluation from another thread.
    pub cancel: CancellationToken,
}

/// Makes a reader in the thread that it is called in.
pub type Beside<'r> = Box<dyn FnOnce() -> Result<Box<dyn Reader + 'r>> + Send + 'r>;

/// Is given a row of an answer: a node a column, in the order of the columns.
pub type EachRow<'e> = dyn FnMut(&[Option<Node>]) -> Result<()> + 'e;

/// One unchanging view of a store.
pub trait Reader {
    /// Evaluates a query. Computed graphs that it names must have been attached before.
    ///
    /// # Errors
    /// When the query cannot be evaluated, was cancelled, or the engine fails; the iterators of the results say so too.
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>>;

    /// Evaluates a SELECT and gives its rows as nodes, so that of a row in a million only what is looked at need be looked up. What
    /// the query has made itself has a node too, which this reader alone knows.
    ///
    /// # Errors
    /// As of [`Reader::query`], and those of `each`; of readers that no audit is run over, always.
    fn rows(&self, _query: &Query, _run: &Run, _each: &mut EachRow<'_>) -> Result<()> {
        Err(Error::Other("this reader has no rows of nodes".into()))
    }

    /// Keeps in memory what queries look up from now on: for whoever has many.
    fn hold(&self) {}

    /// Calls `each(subject, object)` for every triple with this predicate that stands in a report graph. A triple that
    /// stands in several may come more than once.
    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()>;

    /// The pairs of subject and object of several predicates, in the order of the predicates: what [`Reader::edges`] gives.
    fn all_edges(&self, predicates: &[&str]) -> Result<Vec<Vec<(Node, Node)>>> {
        let read = |predicate: &&str| {
            let mut pairs = Vec::new();
            self.edges(predicate, &mut |subject, object| pairs.push((subject, object)))?;
            Ok(pairs)
        };
        predicates.iter().map(read).collect()
    }

    /// The objects of a subject and predicate in the report graphs, in a fixed order.
    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>>;

    /// What the report graphs say of a subject: predicate and object of every triple, in a fixed order.
    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>>;

    /// The subjects of a predicate and object in the report graphs, in a fixed order.
    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>>;

    /// The node of an IRI, or of a blank node's label with `_:` before it, if the store knows it.
    fn find(&self, iri: &str) -> Result<Option<Node>>;

    /// The term of a node.
    fn term(&self, node: Node) -> Result<Term>;

    /// A node as text: its IRI, a blank node's label with `_:` before it, or a literal's lexical form.
    fn name(&self, node: Node) -> Result<String> {
        Ok(name_of(self.term(node)?))
    }

    /// Whether any triple of a report graph has this subject.
    fn described(&self, node: Node) -> Result<bool>;

    /// The report graphs in which a node is a subject, in a fixed order.
    fn graphs(&self, subject: Node) -> Result<Vec<Node>>;

    /// Where a node first stands in a report, or in the first of its [places](Reader::places); none where the engine does not keep places.
    fn place(&self, node: Node, graph: Option<Node>) -> Result<Option<Place>>;

    /// Where a node stands in each report that has it as a subject: first in those that say it is a claim or a document, then by
    /// file, line and column.
    ///
    /// # Errors
    /// When the store fails.
    fn places(&self, node: Node) -> Result<Vec<(Option<Node>, Place)>> {
        Ok(self.place(node, None)?.map(|place| (None, place)).into_iter().collect())
    }

    /// Whether what is taken from something, and is no document that any claim or document leads to, is read as a claim:
    /// of no engine by itself, a mapping of foreign data says so.
    fn takers_are_claims(&self) -> bool {
        false
    }

    /// The folder from which the files of reports are named, for whoever reads what stands beside them; none where nobody has said it.
    fn files(&self) -> Option<&Path> {
        None
    }

    /// The IRIs of these namespaces that the reader knows, whether a report still uses them or not; of an engine that cannot say, none.
    ///
    /// # Errors
    /// When the store fails.
    fn terms_in(&self, _namespaces: &[&str]) -> Result<Vec<Node>> {
        Ok(Vec::new())
    }

    /// Calls `each(subject, graph)` for every triple of a report that has a term as its predicate or its object, as it is spelt.
    ///
    /// # Errors
    /// When the store fails.
    fn uses(&self, _term: Node, _each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        Ok(())
    }

    /// What makes another reader of the same state in another thread; none where the engine has only this one, or the store has
    /// changed since. What was computed of the state is common to both.
    ///
    /// # Errors
    /// When the store fails.
    fn beside(&self) -> Result<Option<Beside<'_>>> {
        Ok(None)
    }

    /// Makes a computed graph visible to the queries that name it. Attaching it again does nothing, and what was computed
    /// of the same state of the store need not be computed again.
    fn attach(&self, graph: &'static str, facts: &mut dyn FnMut() -> Result<Columns>) -> Result<()>;
}

/// The IRI, the label of a blank node with `_:` before it, or a literal's lexical form.
pub(crate) fn name_of(term: Term) -> String {
    match term {
        Term::NamedNode(node) => node.into_string(),
        Term::BlankNode(node) => format!("_:{}", node.as_str()),
        Term::Literal(literal) => literal.destruct().0,
    }
}

/// The node that a name of [`name_of`] stands for, which is no literal's.
pub(crate) fn node_of(name: &str) -> Term {
    match name.strip_prefix("_:") {
        Some(label) => BlankNode::new_unchecked(label).into(),
        None => NamedNode::new_unchecked(name).into(),
    }
}
