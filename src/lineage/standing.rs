//! Is something a document, and of which work, as in the whole lineage? Told of one node at a time, by looking up its edges.

use super::terms as vocab;
use crate::store::{Node, Reader, Result};
use crate::vocab::spellings;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// What was found out of nodes so far.
pub(super) struct Standing<'v> {
    view: &'v dyn Reader,
    claim: Option<Node>,
    document: Option<Node>,
    types: Vec<Node>,
    appearance: Vec<Node>,
    sourcing: Vec<Node>,
    editions: Vec<Node>,
    documents: FxHashMap<Node, bool>,
    /// The work of a document, by one of its documents; none, where it has no other.
    works: FxHashMap<Node, Option<Node>>,
}

impl<'v> Standing<'v> {
    pub(super) fn new(view: &'v dyn Reader) -> Result<Self> {
        let known = |lists: &[&[&str]]| -> Result<Vec<Node>> {
            let iris = lists.iter().flat_map(|list| list.iter()).flat_map(|iri| spellings(iri));
            iris.filter_map(|iri| view.find(&iri).transpose()).collect()
        };
        Ok(Self {
            view,
            claim: view.find(vocab::CLAIM)?,
            document: view.find(vocab::DOCUMENT)?,
            types: known(&[vocab::TYPE])?,
            appearance: known(&[vocab::APPEARANCE])?,
            sourcing: known(&[vocab::TAKEN_FROM, vocab::PRIMARY_SOURCE])?,
            editions: known(&[vocab::EDITION_OF])?,
            documents: FxHashMap::default(),
            works: FxHashMap::default(),
        })
    }

    /// Whether a node is a document: something that stands as one by itself leads to it.
    pub(super) fn is_document(&mut self, node: Node) -> Result<bool> {
        // Each node with the one that it leads to.
        let mut leads = FxHashMap::from_iter([(node, node)]);
        let mut todo = vec![node];
        while let Some(at) = todo.pop() {
            let before = match self.documents.get(&at) {
                Some(true) => None,
                Some(false) => continue,
                None => self.before(at)?,
            };
            let Some(before) = before else {
                let mut at = at;
                while at != node {
                    self.documents.insert(at, true);
                    at = leads[&at];
                }
                self.documents.insert(node, true);
                return Ok(true);
            };
            for other in before {
                if let Entry::Vacant(new) = leads.entry(other) {
                    new.insert(at);
                    todo.push(other);
                }
            }
        }
        self.documents.extend(leads.into_keys().map(|none| (none, false)));
        Ok(false)
    }

    /// The nodes that make another a document if they are documents themselves; none, if it is one without them.
    fn before(&self, node: Node) -> Result<Option<Vec<Node>>> {
        let (is_claim, said) = (self.is_claim(node)?, self.view.statements(node)?);
        if said.iter().any(|(property, class)| self.types.contains(property) && Some(*class) == self.document) {
            return Ok(None);
        }
        for taker in self.subjects(node, &self.appearance)? {
            if self.is_claim(taker)? {
                return Ok(None);
            }
        }
        let mut before = self.subjects(node, &self.editions)?;
        if !(is_claim || node.is_blank() && said.is_empty()) {
            for taker in self.subjects(node, &self.sourcing)? {
                if self.is_claim(taker)? {
                    return Ok(None);
                }
                before.push(taker);
            }
        }
        Ok(Some(before))
    }

    /// The work of a document, if it has other documents: the same node for all of them.
    pub(super) fn work(&mut self, document: Node) -> Result<Option<Node>> {
        if let Some(known) = self.works.get(&document) {
            return Ok(*known);
        }
        let (mut all, mut at) = (vec![document], 0);
        self.works.insert(document, Some(document));
        while let Some(&edition) = all.get(at) {
            at += 1;
            let of = self.objects(edition, &self.editions)?;
            for other in of.into_iter().chain(self.editions(edition)?) {
                if let Entry::Vacant(new) = self.works.entry(other) {
                    new.insert(Some(document));
                    all.push(other);
                }
            }
        }
        if all.len() == 1 {
            self.works.insert(document, None);
        }
        Ok(self.works[&document])
    }

    /// The documents that are editions of one.
    fn editions(&mut self, document: Node) -> Result<Vec<Node>> {
        let mut editions = Vec::new();
        for edition in self.subjects(document, &self.editions)? {
            if self.is_document(edition)? {
                editions.push(edition);
            }
        }
        Ok(editions)
    }

    /// The claims that are taken from a claim and stand in one of these works.
    pub(super) fn takers(&mut self, claim: Node, works: &[Node]) -> Result<Vec<Node>> {
        let mut takers = Vec::new();
        for taker in self.subjects(claim, &self.sourcing)? {
            for document in self.objects(taker, &self.appearance)? {
                if self.work(document)?.is_some_and(|work| works.contains(&work)) {
                    takers.push(taker);
                    break;
                }
            }
        }
        Ok(takers)
    }

    fn is_claim(&self, node: Node) -> Result<bool> {
        let takes = self.view.takers_are_claims();
        let said = self.view.statements(node)?;
        Ok(said.into_iter().any(|(property, object)| {
            self.types.contains(&property) && Some(object) == self.claim || takes && self.sourcing.contains(&property)
        }))
    }

    /// What a node leads to by some properties.
    fn objects(&self, subject: Node, properties: &[Node]) -> Result<Vec<Node>> {
        let said = self.view.statements(subject)?.into_iter();
        Ok(said.filter(|(property, to)| properties.contains(property) && !to.is_literal()).map(|pair| pair.1).collect())
    }

    /// What leads to a node by some properties.
    fn subjects(&self, object: Node, properties: &[Node]) -> Result<Vec<Node>> {
        let mut subjects = Vec::new();
        for property in properties {
            subjects.extend(self.view.subjects(*property, object)?);
        }
        Ok(subjects)
    }
}
