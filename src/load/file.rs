//! A file that is being loaded, and what its terms are in the store.

use crate::near::unknown_term;
use crate::rdf::{Position, Report, Statement, canon};
use crate::store::{Node, Result, Writer};
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};
use rustc_hash::FxHashMap;

/// Where reports come from.
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    /// SHA-256 of its bytes.
    pub(super) sha256: String,
    /// Whether its syntax can say in which graph a triple stands.
    pub(super) names_graphs: bool,
    /// What its loader should know of its words.
    pub(super) warnings: Vec<String>,
}

/// A file that is held in memory, and what is known of it.
pub(super) struct File<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) report: Report,
    /// The digest of all of it, where blank nodes stand in several of its graphs: those change together or not at all.
    pub(super) entangled: Option<String>,
    /// The number of its first load, which its blank nodes are named after.
    pub(super) first_load: Option<u64>,
    /// The nodes of its terms, as far as they are known.
    nodes: Vec<Option<Node>>,
    /// Where subjects stand, by graph.
    pub(super) places: FxHashMap<Option<u32>, Vec<(u32, Position)>>,
}

/// Terms of ibid's namespace that do not exist, in words.
pub(super) fn misspelt<'t>(iris: impl Iterator<Item = &'t str>) -> Vec<String> {
    iris.filter_map(unknown_term).collect()
}

impl<'a> Source<'a> {
    /// A file held in memory.
    pub(super) fn of(name: &'a str, bytes: &[u8], report: &Report, names_graphs: bool) -> Self {
        let iris = report.terms.iter().filter_map(|term| match term {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        });
        Self { name, sha256: canon::sha256(bytes), names_graphs, warnings: misspelt(iris) }
    }
}

impl<'a> File<'a> {
    pub(super) fn new(source: &'a Source<'a>, mut report: Report) -> Self {
        let entangled =
            shares_blanks(&report).then(|| canon::digest(&whole(&report)).unwrap_or_else(|_| source.sha256.clone()));
        let mut places: FxHashMap<Option<u32>, Vec<(u32, Position)>> = FxHashMap::default();
        for (graph, subject, position) in std::mem::take(&mut report.places) {
            places.entry(graph).or_default().push((subject, position));
        }
        let nodes = vec![None; report.terms.len()];
        Self { source, report, entangled, first_load: None, nodes, places }
    }

    /// The node of one of its terms, made if the store does not know it.
    pub(super) fn node(&mut self, writer: &mut Writer<'_>, term: u32, first_load: u64) -> Result<Node> {
        if let Some(known) = self.nodes[term as usize] {
            return Ok(known);
        }
        let made = writer.intern(&stored(&self.report.terms[term as usize], first_load))?;
        self.nodes[term as usize] = Some(made);
        Ok(made)
    }
}

/// Whether a blank node stands in more than one graph.
fn shares_blanks(report: &Report) -> bool {
    let mut stands: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    let is_blank = |term: &u32| report.terms[*term as usize].is_blank_node();
    report.statements.iter().any(|statement| {
        let mut nodes = [statement.subject, statement.object].into_iter().filter(is_blank);
        nodes.any(|node| *stands.entry(node).or_insert(statement.graph) != statement.graph)
    })
}

/// All of a report's quads, with their graphs.
fn whole(report: &Report) -> Vec<Quad> {
    let graph = |graph: Option<u32>| match graph.map(|graph| report.terms[graph as usize].clone()) {
        Some(Term::NamedNode(node)) => node.into(),
        Some(Term::BlankNode(node)) => node.into(),
        _ => GraphName::DefaultGraph,
    };
    report
        .statements
        .iter()
        .map(|statement| quad(&report.terms, statement, &Clone::clone, graph(statement.graph)))
        .collect()
}

/// A statement as a quad, its terms renamed.
pub(super) fn quad(terms: &[Term], statement: &Statement, rename: &dyn Fn(&Term) -> Term, graph: GraphName) -> Quad {
    let subject = match rename(&terms[statement.subject as usize]) {
        Term::NamedNode(node) => NamedOrBlankNode::from(node),
        Term::BlankNode(node) => node.into(),
        Term::Literal(_) => unreachable!("the parsers give no literal as a subject"),
    };
    let Term::NamedNode(predicate) = terms[statement.predicate as usize].clone() else {
        unreachable!("the parsers give only IRIs as predicates")
    };
    Quad::new(subject, predicate, rename(&terms[statement.object as usize]), graph)
}

/// Blank nodes of different loads never meet: each is named after the load it came with.
pub(super) fn stored(term: &Term, first_load: u64) -> Term {
    match term {
        Term::BlankNode(node) => BlankNode::new_unchecked(format!("r{first_load}{}", node.as_str())).into(),
        other => other.clone(),
    }
}
