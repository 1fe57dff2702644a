//! Writes what was planned.

use super::plan::{Plan, Stale};
use crate::history::{self, Activity};
use crate::rdf::{Position, Report};
use crate::store::{Node, Result, Writer, name_of};
use oxigraph::model::{BlankNode, NamedNode, Term};
use rustc_hash::FxHashMap;

/// A file that is being loaded.
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) sha256: String,
    pub(super) report: Report,
    /// The number of its first load, which its blank nodes are named after.
    first_load: Option<u64>,
    /// The nodes of its terms, as far as they are known.
    nodes: Vec<Option<Node>>,
    places: FxHashMap<Option<u32>, Vec<(u32, Position)>>,
}

impl<'a> File<'a> {
    pub(super) fn new(name: &'a str, sha256: String, mut report: Report) -> Self {
        let mut places: FxHashMap<Option<u32>, Vec<(u32, Position)>> = FxHashMap::default();
        for (graph, subject, position) in std::mem::take(&mut report.places) {
            places.entry(graph).or_default().push((subject, position));
        }
        let nodes = vec![None; report.terms.len()];
        Self { name, sha256, report, first_load: None, nodes, places }
    }

    fn node(&mut self, writer: &mut Writer<'_>, term: u32, first_load: u64) -> Result<Node> {
        if let Some(known) = self.nodes[term as usize] {
            return Ok(known);
        }
        let made = writer.intern(&stored(&self.report.terms[term as usize], first_load))?;
        self.nodes[term as usize] = Some(made);
        Ok(made)
    }
}

/// Puts a report in the place of what stood there, and notes the name it has in the store.
pub(super) fn put(writer: &mut Writer<'_>, files: &mut [File<'_>], plan: &mut Plan, now: &str) -> Result<()> {
    for (number, part) in plan.parts.iter().enumerate() {
        let file = &mut files[part.file];
        let load = writer.begin_load();
        let first = *file.first_load.get_or_insert(load);
        let graph = part.graph.as_ref().map(|graph| stored(graph, first));
        let graph_node = graph.as_ref().map(|graph| writer.intern(graph)).transpose()?;
        if number == 0
            && let Some(graph) = graph_node
        {
            writer.remove_graph(graph)?;
        }
        for statement in &part.statements {
            let subject = file.node(writer, statement.subject, first)?;
            let predicate = file.node(writer, statement.predicate, first)?;
            let object = file.node(writer, statement.object, first)?;
            writer.add(subject, predicate, object, graph_node);
        }
        for (subject, position) in file.places.remove(&part.from).unwrap_or_default() {
            let subject = file.node(writer, subject, first)?;
            writer.place(graph_node, subject, load, position.line, position.column)?;
        }
        let activity = Activity {
            load,
            file: file.name.to_owned(),
            sha256: file.sha256.clone(),
            digest: plan.outcome.digest.clone(),
            quads: plan.outcome.quads as u64,
            time: now.to_owned(),
            graph: graph.clone(),
        };
        history::record(writer, &activity, &plan.past)?;
        plan.outcome.graph = graph.map(name_of);
    }
    Ok(())
}

/// Takes a report out that its file no longer holds.
pub(super) fn take_out(writer: &mut Writer<'_>, stale: &Stale, now: &str) -> Result<()> {
    let graph: Term = match stale.graph.strip_prefix("_:") {
        Some(label) => BlankNode::new_unchecked(label).into(),
        None => NamedNode::new_unchecked(&stale.graph).into(),
    };
    let node = writer.intern(&graph)?;
    writer.remove_graph(node)?;
    history::record_removal(writer, &graph, std::slice::from_ref(&stale.past), now)
}

/// Blank nodes of different loads never meet: each is named after the load it came with.
fn stored(term: &Term, first_load: u64) -> Term {
    match term {
        Term::BlankNode(node) => BlankNode::new_unchecked(format!("r{first_load}{}", node.as_str())).into(),
        other => other.clone(),
    }
}
