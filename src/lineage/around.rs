//! The lineage of a few claims, from what they can reach: all that their facts are computed from, and no more of the store.

use super::facts::Basis;
use super::read::{Edges, spellings};
use super::terms as vocab;
use super::{Lineage, compute, compute_from};
use crate::model::Origin;
use crate::store::{Node, Reader, Result};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Where only the organisations above it matter.
const TO_AGENTS: [&[&str]; 4] = [vocab::CREDITED_TO, vocab::AUTHOR, vocab::PUBLISHER, vocab::PARENT];

/// Computes the lineage of some claims. What it says of them, and of all claims that they rest on, is what the lineage of
/// the whole view says of them; others may be missing.
///
/// # Errors
/// When the store fails.
pub fn around(view: &dyn Reader, claims: &[Node]) -> Result<Lineage> {
    let mut walk = Walk::new(view)?;
    claims.iter().for_each(|claim| walk.reach(*claim, Part::Sources));
    while let Some(node) = walk.todo.pop() {
        walk.visit(node)?;
    }
    let read = walk.predicates.into_values().map(|predicate| (predicate.iri, predicate.edges));
    let near = compute_from(Edges::of(view, read.collect()))?;
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

/// What of a document matters. Of a claim all does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What is said of it.
    Itself,
    /// What it is taken from too, unless it is withdrawn, or known how it came to know: it is a source.
    Sources,
    /// What it is taken from in any case: a claim stands in it that is taken from nothing.
    AllSources,
}

struct Walk<'v> {
    view: &'v dyn Reader,
    /// The predicates that are read and that the view knows.
    predicates: BTreeMap<Node, Predicate>,
    /// Those of them that join works, and chains of revisions, which hold together both ways.
    editions: Vec<Node>,
    revisions: Vec<Node>,
    sourcing: Vec<Node>,
    claim: Option<Node>,
    /// The bases whose origin is known, and the others.
    telling: Vec<Node>,
    untelling: Vec<Node>,
    seen: FxHashMap<Node, Part>,
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
        let of = |lists: &[&[&str]]| -> Vec<Node> {
            predicates.iter().filter(|(_, known)| lists.contains(&known.list)).map(|(node, _)| *node).collect()
        };
        let (mut telling, mut untelling) = (Vec::new(), Vec::new());
        for basis in Basis::ALL {
            let known = Basis::origin(Some(basis)) != Origin::Unknown;
            let bases = if known { &mut telling } else { &mut untelling };
            bases.extend(view.find(basis.iri())?);
        }
        Ok(Self {
            view,
            editions: of(&[vocab::EDITION_OF]),
            revisions: of(&[vocab::REVISION_OF]),
            sourcing: of(&[vocab::TAKEN_FROM, vocab::PRIMARY_SOURCE]),
            claim: view.find(vocab::CLAIM)?,
            telling,
            untelling,
            predicates,
            seen: FxHashMap::default(),
            agents: FxHashSet::default(),
            todo: Vec::new(),
        })
    }

    /// Has a node read, if that much of it was not yet. What is read twice says nothing else.
    fn reach(&mut self, node: Node, part: Part) {
        if node.is_literal() || self.seen.get(&node).is_some_and(|read| *read >= part) {
            return;
        }
        self.seen.insert(node, part);
        self.todo.push(node);
    }

    fn visit(&mut self, node: Node) -> Result<()> {
        let part = self.seen.get(&node).copied().unwrap_or(Part::Itself);
        let (mut documents, mut agents, mut sources, mut originals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut is_claim, mut withdrawn, mut told, mut untold) = (false, false, false, false);
        for (predicate, object) in self.view.statements(node)? {
            let Some(known) = self.predicates.get_mut(&predicate) else { continue };
            known.edges.push((node, object));
            let list = known.list;
            match list {
                vocab::TYPE => is_claim |= Some(object) == self.claim,
                vocab::APPEARANCE => documents.push(object),
                vocab::TAKEN_FROM | vocab::PRIMARY_SOURCE => sources.push(object),
                vocab::EDITION_OF => originals.push(object),
                vocab::OPERAND | vocab::OF => self.reach(object, Part::Sources),
                vocab::REVISION_OF | vocab::SOURCE_FOUND_IN | vocab::SPECIALIZATION_OF => {
                    self.reach(object, Part::Itself);
                }
                vocab::WITHDRAWN => withdrawn = true,
                vocab::DEFAULT_BASIS => {
                    told |= self.telling.contains(&object);
                    untold |= self.untelling.contains(&object);
                }
                list if TO_AGENTS.contains(&list) => agents.push(object),
                _ => {}
            }
        }
        is_claim |= !documents.is_empty();
        self.organisations(agents)?;
        for number in 0..self.revisions.len() {
            self.reach_back(self.revisions[number], node, Part::Itself)?;
        }
        for number in 0..self.editions.len() {
            self.reach_back(self.editions[number], node, part)?;
        }
        originals.iter().for_each(|&original| self.reach(original, part));
        let follows = match part {
            _ if is_claim => true,
            Part::Itself => false,
            Part::Sources => !(withdrawn || told && !untold) || self.has_editions(node)?,
            Part::AllSources => true,
        };
        if follows {
            sources.iter().for_each(|&source| self.reach(source, Part::Sources));
        }
        // A blank node may be nothing, and what is of its own work is no source.
        let is_taken = sources.iter().any(|&source| source.is_iri() && source != node && !documents.contains(&source));
        for document in documents {
            let has_editions = self.has_editions(document)?;
            self.reach(document, if is_taken && !has_editions { Part::Itself } else { Part::AllSources });
            // The same claim in another edition may be joined to this one from there.
            if has_editions {
                for number in 0..self.sourcing.len() {
                    self.reach_back(self.sourcing[number], node, Part::Sources)?;
                }
            }
        }
        Ok(())
    }

    /// Reads the organisations above agents.
    fn organisations(&mut self, mut agents: Vec<Node>) -> Result<()> {
        while let Some(agent) = agents.pop() {
            if agent.is_literal() || !self.agents.insert(agent) || self.seen.contains_key(&agent) {
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

    fn reach_back(&mut self, predicate: Node, object: Node, part: Part) -> Result<()> {
        self.view.subjects(predicate, object)?.into_iter().for_each(|subject| self.reach(subject, part));
        Ok(())
    }

    fn has_editions(&self, document: Node) -> Result<bool> {
        for predicate in &self.editions {
            let given = self.view.statements(document)?.iter().any(|(said, _)| said == predicate);
            if given || !self.view.subjects(*predicate, document)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
