//! A reader and the lineage computed from it, and what people call their nodes.

use super::edges::{self, Sources};
use crate::lineage::{self, Basis, ClaimNode, Kind, Lineage};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) struct View<'a> {
    pub(super) reader: &'a dyn Reader,
    pub(super) lineage: &'a Lineage,
    pub(super) limits: super::Limits,
    /// What is asked again for every end, and of a claim with many sources takes long to tell: claim nodes by their smallest
    /// IRIs, sources by the claims.
    nodes: RefCell<FxHashMap<Node, Option<Rc<ClaimNode>>>>,
    sources: RefCell<FxHashMap<Node, Rc<Sources>>>,
}

impl<'a> View<'a> {
    pub(super) fn new(reader: &'a dyn Reader, lineage: &'a Lineage, limits: super::Limits) -> Self {
        Self { reader, lineage, limits, nodes: RefCell::default(), sources: RefCell::default() }
    }

    /// What is known of the node of a claim, if it is one.
    pub(super) fn claim_node(&self, claim: Node) -> Option<Rc<ClaimNode>> {
        let named = self.lineage.named(claim)?;
        let mut nodes = self.nodes.borrow_mut();
        nodes.entry(named).or_insert_with(|| self.lineage.claim_node(named).map(Rc::new)).clone()
    }

    /// What a claim, which is a member of a node, is taken from.
    pub(super) fn sources(&self, node: &ClaimNode, member: Node) -> Result<Rc<Sources>> {
        if let Some(known) = self.sources.borrow().get(&member) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(edges::sources(self, node, member)?);
        self.sources.borrow_mut().insert(member, Rc::clone(&found));
        Ok(found)
    }
    pub(super) fn name(&self, node: Node) -> Result<String> {
        self.reader.name(node)
    }

    pub(super) fn names(&self, nodes: &[Node]) -> Result<Vec<String>> {
        nodes.iter().map(|node| self.name(*node)).collect()
    }

    /// The same, sorted.
    pub(super) fn sorted_names(&self, nodes: &[Node]) -> Result<Vec<String>> {
        let mut names = self.names(nodes)?;
        names.sort();
        Ok(names)
    }

    /// Nodes in the order of their names, each once.
    pub(super) fn in_order(&self, mut nodes: Vec<Node>) -> Result<Vec<Node>> {
        nodes.sort_unstable();
        nodes.dedup();
        let mut named = nodes.into_iter().map(|node| Ok((self.name(node)?, node))).collect::<Result<Vec<_>>>()?;
        named.sort();
        Ok(named.into_iter().map(|(_, node)| node).collect())
    }

    /// The ends of a claim in the order of their names, whatever their numbers.
    pub(super) fn ends(&self, claim: Node) -> Result<Vec<lineage::End>> {
        let ends = self.lineage.ends(claim).into_iter().map(|end| Ok((self.name(end.node)?, end)));
        let mut named = ends.collect::<Result<Vec<_>>>()?;
        named.sort_by(|(a, left), (b, right)| (a, left.kind).cmp(&(b, right.kind)));
        Ok(named.into_iter().map(|(_, end)| end).collect())
    }

    /// The smallest of a property's values, as text.
    pub(super) fn text(&self, node: Node, property: &str) -> Result<Option<String>> {
        let values = self.reader.objects(node, property)?;
        Ok(self.names(&values)?.into_iter().min())
    }

    /// What people call a document or agent: its name, else its IRI, shortened.
    pub(super) fn called(&self, node: Node) -> Result<String> {
        if node.is_literal() {
            return self.name(node);
        }
        match self.text(node, schema::NAME)? {
            Some(name) => Ok(name),
            None => self.short(node),
        }
    }

    /// An IRI with its prefix, where it has one.
    pub(super) fn short(&self, node: Node) -> Result<String> {
        Ok(crate::catalog::prefixes().shorten(&self.name(node)?))
    }

    /// The same of several, as a list in words.
    pub(super) fn listed(&self, nodes: &[Node]) -> Result<String> {
        let mut names = nodes.iter().map(|node| self.called(*node)).collect::<Result<Vec<_>>>()?;
        names.sort();
        names.dedup();
        Ok(in_words(&names))
    }

    /// The document an end is, or stands in; for a claim in no document its text.
    pub(super) fn place_of(&self, end: &lineage::End) -> Result<String> {
        match end.document {
            Some(document) => self.called(document),
            None => Ok(self.text(end.node, schema::TEXT)?.unwrap_or_else(|| "a claim in no document".to_owned())),
        }
    }

    /// How an end comes to know, as far as its node or work says.
    pub(super) fn basis_of(&self, end: &lineage::End) -> Option<Basis> {
        match end.kind {
            Kind::Claim => self.claim_node(end.node)?.basis,
            Kind::Work => self.lineage.work(end.node)?.basis,
        }
    }

    /// The authors of documents, else their publishers, as a list in words; nothing, if nobody is named.
    pub(super) fn speakers(&self, documents: &[Node]) -> Result<Option<String>> {
        for property in [schema::AUTHOR, schema::PUBLISHER] {
            let mut agents = Vec::new();
            for document in documents {
                agents.extend(self.reader.objects(*document, property)?);
            }
            if !agents.is_empty() {
                return Ok(Some(self.listed(&agents)?));
            }
        }
        Ok(None)
    }
}

/// Names as a list: "a, b and c".
pub(super) fn in_words(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What JSON calls a kind.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Claim => "claim",
        Kind::Work => "document",
    }
}

/// A basis in the words of a person.
pub(super) fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Hearsay => "from others",
        Basis::OwnInference => "its author's own inference",
        Basis::Testimony => "testimony first put on record here",
        Basis::Observation => "first-hand: observed",
        Basis::Measurement => "first-hand: measured",
        Basis::OwnRecord => "first-hand: its own record",
        Basis::OwnAnalysis => "first-hand: its own analysis",
        Basis::OwnAct => "first-hand: its own act",
    }
}
