//! What one operation changes, as nodes: the quads that it removes and adds.

use super::{At, Request, Result, UpdateError, reserved_name};
use crate::near::unknown_term;
use crate::store::{DefaultGraph, Node, Reader, Snapshot};
use oxigraph::model::{BlankNode, GraphName, Quad, Term};
use std::collections::{BTreeMap, BTreeSet};

/// How many quads that were not found are looked for elsewhere.
const SAMPLE: usize = 256;

/// What an operation changes.
#[derive(Default)]
pub(super) struct Batch {
    /// Quads that stand and are to go.
    pub(super) removed: BTreeSet<At>,
    /// Quads that are to stand, whether they do or not.
    pub(super) wanted: BTreeSet<At>,
    /// Some of the quads that were to go and do not stand.
    pub(super) missed: BTreeSet<At>,
    /// Quads of `wanted` that do not stand yet; see [`Batch::settle`].
    added: BTreeSet<At>,
    /// The terms of nodes that the store does not have.
    made: BTreeMap<Node, Term>,
}

impl Batch {
    /// A quad is to go, in the spelling it stands in.
    pub(super) fn remove(&mut self, snapshot: &Snapshot<'_>, quad: Quad, default_graph: DefaultGraph) -> Result<()> {
        let (graph, triple) = at(snapshot, quad)?;
        if self.removed.contains(&(graph, triple)) {
            return Ok(());
        }
        if snapshot.holds(triple, graph)? {
            self.removed.insert((graph, triple));
            return Ok(());
        }
        match snapshot.other_spelling(triple, default_graph)? {
            Some(other) if snapshot.holds(other, graph)? => {
                self.removed.insert((graph, other));
            }
            _ if self.missed.len() < SAMPLE => {
                self.missed.insert((graph, triple));
            }
            _ => {}
        }
        Ok(())
    }

    /// A quad is to stand.
    pub(super) fn add(&mut self, snapshot: &Snapshot<'_>, quad: Quad) -> Result<()> {
        self.wanted.insert(at(snapshot, quad)?);
        Ok(())
    }

    /// All triples of a graph are to go.
    pub(super) fn empty(&mut self, snapshot: &Snapshot<'_>, graph: Option<Node>) -> Result<()> {
        for triple in snapshot.triples(graph)? {
            self.removed.insert((graph, triple?));
        }
        Ok(())
    }

    /// Takes out what stays after all: what is removed and added again, and what stands already.
    pub(super) fn settle(&mut self, snapshot: &Snapshot<'_>) -> Result<()> {
        for (graph, triple) in &self.wanted {
            if self.removed.remove(&(*graph, *triple)) || snapshot.holds(*triple, *graph)? {
                continue;
            }
            for node in graph.iter().chain(triple) {
                if !snapshot.knows(*node) && !self.made.contains_key(node) {
                    self.made.insert(*node, snapshot.term(*node)?);
                }
            }
            self.added.insert((*graph, *triple));
        }
        Ok(())
    }

    /// Whether anything is different after it.
    pub(super) fn changes(&self) -> bool {
        !self.removed.is_empty() || !self.added.is_empty()
    }
}

/// A quad as nodes.
fn at(snapshot: &Snapshot<'_>, quad: Quad) -> Result<At> {
    if let Some(graph) = reserved_name(&quad.graph_name) {
        return Err(UpdateError::Computed(graph.to_owned()));
    }
    let graph = match quad.graph_name {
        GraphName::DefaultGraph => None,
        GraphName::NamedNode(node) => Some(snapshot.node(node.into())?),
        GraphName::BlankNode(node) => Some(snapshot.node(node.into())?),
    };
    let triple =
        [snapshot.node(quad.subject.into())?, snapshot.node(quad.predicate.into())?, snapshot.node(quad.object)?];
    Ok((graph, triple))
}

impl Request<'_, '_> {
    /// Applies what an operation changes, so that the next one sees it. Blank nodes that the store does not have are new
    /// ones, named after the update, and meet no others.
    pub(super) fn apply(&mut self, batch: Batch) -> Result<()> {
        let mut nodes: BTreeMap<Node, Node> = BTreeMap::new();
        // The numbers of made nodes are in the order in which they were made.
        for (made, term) in batch.made {
            let term = match term {
                Term::BlankNode(_) => {
                    self.blanks += 1;
                    BlankNode::new_unchecked(format!("r{}b{}", self.number, self.blanks - 1)).into()
                }
                Term::NamedNode(node) => {
                    self.warnings.extend(unknown_term(node.as_str()));
                    node.into()
                }
                term @ Term::Literal(_) => term,
            };
            nodes.insert(made, self.writer.intern(&term)?);
        }
        let stored = |node: &Node| nodes.get(node).copied().unwrap_or(*node);
        for (graph, [s, p, o]) in batch.removed {
            self.writer.remove(s, p, o, graph)?;
            self.note((graph, [s, p, o]), false);
        }
        for (graph, triple) in batch.added {
            let (graph, triple) = (graph.as_ref().map(stored), triple.each_ref().map(stored));
            let [s, p, o] = triple;
            self.writer.add(s, p, o, graph)?;
            self.note((graph, triple), true);
        }
        Ok(self.writer.apply()?)
    }

    fn note(&mut self, at: At, added: bool) {
        // What was removed and comes back is as it was, and the other way round.
        if self.net.remove(&at).is_none() {
            self.net.insert(at, added);
        }
    }
}
