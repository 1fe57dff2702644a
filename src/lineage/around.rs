//! The lineage of a few claims, from what they can reach: all that their facts are computed from, and no more of the store.

use super::read::Edges;
use super::standing::Standing;
use super::terms as vocab;
use super::{Lineage, compute, compute_from};
use crate::store::{Node, Reader, Result};
use crate::vocab::spellings;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Where what is said of a node matters for what is computed of those that lead to it.
const FOLLOWED: [&[&str]; 9] = [
    vocab::APPEARANCE,
    vocab::TAKEN_FROM,
    vocab::PRIMARY_SOURCE,
    vocab::OPERAND,
    vocab::OF,
    vocab::SOURCE_FOUND_IN,
    vocab::SPECIALIZATION_OF,
    vocab::EDITION_OF,
    vocab::REVISION_OF,
];

/// Where only the organisations above it matter.
const TO_AGENTS: [&[&str]; 4] = [vocab::CREDITED_TO, vocab::AUTHOR, vocab::PUBLISHER, vocab::PARENT];

/// Computes the lineage of some claims. What it says of them, and of all claims that they rest on, is what the lineage of
/// the whole view says of them; others may be missing.
///
/// # Errors
/// When the store fails.
pub fn around(view: &dyn Reader, claims: &[Node]) -> Result<Lineage> {
    let mut walk = Walk::new(view)?;
    claims.iter().for_each(|claim| walk.reach(*claim));
    while let Some(node) = walk.todo.pop() {
        walk.visit(node)?;
    }
    let read = walk.predicates.into_values().map(|predicate| (predicate.iri, predicate.edges));
    let near = compute_from(Edges::of(view, read.collect(), walk.documents))?;
    // That a node is a claim because nothing leads to it can be told from everything alone.
    if view.takers_are_claims() && claims.iter().any(|claim| near.facts(*claim).is_none()) {
        return compute(view);
    }
    Ok(near)
}

struct Predicate {
    iri: String,
    list: &'static [&'static str],
    edges: Vec<(Node, Node)>,
}

struct Walk<'v> {
    view: &'v dyn Reader,
    /// The predicates that are read and that the view knows.
    predicates: BTreeMap<Node, Predicate>,
    /// Those of them that join works, and chains of revisions, which hold together both ways.
    both_ways: Vec<Node>,
    standing: Standing<'v>,
    /// What was come to that way and is a document, for whatever reason.
    documents: Vec<Node>,
    seen: FxHashSet<Node>,
    agents: FxHashSet<Node>,
    todo: Vec<Node>,
}

impl<'v> Walk<'v> {
    fn new(view: &'v dyn Reader) -> Result<Self> {
        let mut predicates = BTreeMap::new();
        for list in vocab::ALL {
            for iri in list.iter().flat_map(|iri| spellings(iri)) {
                if let Some(node) = view.find(&iri)? {
                    predicates.insert(node, Predicate { iri, list, edges: Vec::new() });
                }
            }
        }
        let joins = |known: &Predicate| [vocab::EDITION_OF, vocab::REVISION_OF].contains(&known.list);
        Ok(Self {
            view,
            both_ways: predicates.iter().filter(|(_, known)| joins(known)).map(|(node, _)| *node).collect(),
            standing: Standing::new(view)?,
            documents: Vec::new(),
            predicates,
            seen: FxHashSet::default(),
            agents: FxHashSet::default(),
            todo: Vec::new(),
        })
    }

    fn reach(&mut self, node: Node) {
        if !node.is_literal() && self.seen.insert(node) {
            self.todo.push(node);
        }
    }

    fn visit(&mut self, node: Node) -> Result<()> {
        let (mut documents, mut agents) = (Vec::new(), Vec::new());
        for (predicate, object) in self.view.statements(node)? {
            let Some(known) = self.predicates.get_mut(&predicate) else { continue };
            known.edges.push((node, object));
            let list = known.list;
            if list == vocab::APPEARANCE && !object.is_literal() {
                documents.push(object);
            }
            if FOLLOWED.contains(&list) {
                self.reach(object);
            } else if TO_AGENTS.contains(&list) {
                agents.push(object);
            }
        }
        self.organisations(agents)?;
        for number in 0..self.both_ways.len() {
            for subject in self.view.subjects(self.both_ways[number], node)? {
                if self.standing.is_document(subject)? {
                    self.documents.push(subject);
                    self.reach(subject);
                }
            }
        }
        // The same claim in another edition may be joined to this one from there.
        let mut works = Vec::new();
        for document in documents {
            works.extend(self.standing.work(document)?);
        }
        if !works.is_empty() {
            self.standing.takers(node, &works)?.into_iter().for_each(|taker| self.reach(taker));
        }
        Ok(())
    }

    /// Reads the organisations above agents.
    fn organisations(&mut self, mut agents: Vec<Node>) -> Result<()> {
        while let Some(agent) = agents.pop() {
            if agent.is_literal() || !self.agents.insert(agent) || self.seen.contains(&agent) {
                continue;
            }
            for (predicate, object) in self.view.statements(agent)? {
                if let Some(known) = self.predicates.get_mut(&predicate)
                    && known.list == vocab::PARENT
                {
                    known.edges.push((agent, object));
                    agents.push(object);
                }
            }
        }
        Ok(())
    }
}
