//! What a report holds: how much, and its digest.

use super::cut::Part;
use super::file::{File, quad};
use crate::history::JOINT;
use crate::rdf::canon;
use crate::store::name_of;
use crate::vocab::{self, ibid};
use oxigraph::model::{BlankNode, GraphName, Quad, Term};
use rustc_hash::FxHashSet;

/// What is known of a report before it is decided what becomes of it.
pub(super) struct Content {
    /// The graph; none for triples outside any.
    pub(super) graph: Option<Term>,
    /// Which of the files it is from.
    pub(super) files: Vec<usize>,
    pub(super) quads: usize,
    /// What it calls claims and documents itself.
    pub(super) claims: usize,
    pub(super) documents: usize,
    /// Its digest, or why it has none.
    pub(super) digest: std::result::Result<String, String>,
}

/// The digest of a report whose blank nodes stand in other reports of its files too: those change together.
pub(super) fn together(whole: &[&str], graph: Option<&Term>) -> String {
    // A graph without a name of its own is called otherwise each time.
    let graph = match graph {
        Some(Term::BlankNode(_)) => "_:".to_owned(),
        named => named.cloned().map(name_of).unwrap_or_default(),
    };
    format!("{JOINT}{}", canon::sha256(format!("{} {graph}", whole.join(" ")).as_bytes()))
}

/// Measures the report that these parts make.
pub(super) fn measure(files: &[File<'_>], parts: &[Part]) -> Content {
    let quads = quads(files, parts);
    let entangled: Vec<&str> = parts.iter().filter_map(|part| files[part.file].entangled.as_deref()).collect();
    let digest = match entangled.as_slice() {
        [] => canon::digest(&quads).map_err(|tangled| tangled.to_string()),
        whole => Ok(together(whole, parts[0].graph.as_ref())),
    };
    Content {
        graph: parts[0].graph.clone(),
        files: parts.iter().map(|part| part.file).collect(),
        quads: quads.len(),
        claims: count(&quads, ibid::CLAIM),
        documents: count(&quads, ibid::DOCUMENT),
        digest,
    }
}

/// The statements of a report as quads of no graph, each once: what its digest is made from.
fn quads(files: &[File<'_>], parts: &[Part]) -> Vec<Quad> {
    let mut quads = Vec::new();
    for part in parts {
        let terms = &files[part.file].report.terms;
        // Blank nodes of different files are different nodes, whatever their labels.
        let apart = |term: &Term| match term {
            Term::BlankNode(node) if parts.len() > 1 => {
                BlankNode::new_unchecked(format!("f{}{}", part.file, node.as_str())).into()
            }
            other => other.clone(),
        };
        let statements = part.statements.iter();
        quads.extend(statements.map(|statement| quad(terms, statement, &apart, GraphName::DefaultGraph)));
    }
    if parts.len() > 1 {
        let mut seen = FxHashSet::default();
        quads.retain(|quad| seen.insert(quad.clone()));
    }
    quads
}

fn count(quads: &[Quad], class: &str) -> usize {
    let of_class = |quad: &&Quad| {
        quad.predicate.as_str() == vocab::rdf::TYPE
            && matches!(&quad.object, Term::NamedNode(node) if node.as_str() == class)
    };
    quads.iter().filter(of_class).map(|quad| &quad.subject).collect::<FxHashSet<_>>().len()
}
