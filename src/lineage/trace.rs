//! What is known of one claim or document, to be shown: its ends, its sources, its members.

use super::claims::{ASSERTED, PINNED};
use super::ends::Element;
use super::facts::{ClaimNode, End, Kind, Source, Work};
use super::sets::Set;
use super::{Lineage, Origin};
use crate::store::Node;
use std::collections::BTreeMap;

impl Lineage {
    /// The ends of a claim: claim nodes, then works. None, if it is no claim or has none.
    pub fn ends(&self, claim: Node) -> Vec<End> {
        let Some(asking) = self.node(claim) else {
            return Vec::new();
        };
        let ends = self.elements(self.ends.of[asking as usize]);
        ends.into_iter().map(|(element, marks)| self.end(asking, element, marks)).collect()
    }

    /// What the ends of a claim may rest on: claim nodes, then works, each by its smallest IRI.
    pub fn may_rest_on(&self, claim: Node) -> Vec<Node> {
        let Some(asking) = self.node(claim) else {
            return Vec::new();
        };
        let rest = self.elements(self.ends.may[asking as usize]);
        rest.into_keys().map(|element| self.name(element)).collect()
    }

    /// The names of the ends of a claim: claim nodes, then works, each by its smallest IRI.
    pub fn rests_on(&self, claim: Node) -> Vec<Node> {
        let Some(asking) = self.node(claim) else {
            return Vec::new();
        };
        let ends = self.elements(self.ends.of[asking as usize]);
        ends.into_keys().map(|element| self.name(element)).collect()
    }

    /// What is known of the node of a claim, if it is one.
    pub fn claim_node(&self, claim: Node) -> Option<ClaimNode> {
        let node = self.node(claim)?;
        let nodes = &self.nodes;
        let taken = nodes.takes.row(node).iter().map(|&source| Element::Claim(source));
        let bare = nodes.bare.row(node).iter();
        let bare = bare.map(|&source| Element::Work { work: source / 4, marks: source % 4 });
        let mut sources: Vec<Source> = Vec::new();
        for element in taken.chain(bare) {
            let source = self.source(node, element);
            match sources.last_mut() {
                Some(last) if last.kind == source.kind && last.node == source.node => {
                    last.pinned |= source.pinned;
                    last.asserted_primary |= source.asserted_primary;
                }
                _ => sources.push(source),
            }
        }
        Some(ClaimNode {
            node: self.claim_name(node),
            members: nodes.members.row(node).iter().map(|&claim| self.claims()[claim as usize]).collect(),
            document: self.document_of(node),
            work: self.names.work(nodes.work[node as usize], self),
            basis: nodes.basis[node as usize],
            withdrawn: nodes.withdrawn(node),
            credited: self.agents(nodes.credited.row(node)),
            operands: nodes.operands.row(node).iter().map(|&operand| self.claim_name(operand)).collect(),
            sources,
            takes_itself: nodes.takes_itself(node),
        })
    }

    /// What is known of the work of a document, if it is one.
    pub fn work(&self, document: Node) -> Option<Work> {
        let work = self.works.of[self.documents.get(document)? as usize];
        let works = &self.works;
        let members = works.members.row(work);
        let documents = self.documents.nodes();
        let originals = members.iter().filter(|&&document| works.original[document as usize]);
        let name = |work| self.names.work(work, self).expect("a work that is taken from has documents");
        Some(Work {
            node: name(work),
            documents: members.iter().map(|&document| documents[document as usize]).collect(),
            originals: originals.map(|&document| documents[document as usize]).collect(),
            basis: works.basis[work as usize],
            withdrawn: works.withdrawn[work as usize],
            identified: works.named[work as usize] && !works.withdrawn[work as usize],
            sources: works.rests.row(work).iter().map(|&source| name(source)).collect(),
            on_cycle: works.on_cycle[work as usize],
        })
    }

    /// The elements of a set, works once with all their marks.
    pub(super) fn elements(&self, set: Set) -> BTreeMap<u32, u32> {
        let mut all = Vec::new();
        self.ends.sets.collect(set, &mut all);
        let mut elements = BTreeMap::new();
        for element in all {
            match self.ends.elements.get(element) {
                Element::Claim(node) => *elements.entry(node).or_default() |= 0,
                Element::Work { work, marks } => {
                    *elements.entry(self.ends.elements.work(work)).or_default() |= marks;
                }
            }
        }
        elements
    }

    pub(super) fn end(&self, asking: u32, element: u32, marks: u32) -> End {
        match self.ends.elements.get(element) {
            Element::Claim(node) => {
                let work = self.nodes.work[node as usize];
                let withdrawn = self.nodes.withdrawn(node);
                // A claim that is withdrawn is still its own end, by its own basis.
                let stands = !withdrawn || node == asking;
                End {
                    node: self.claim_name(node),
                    kind: Kind::Claim,
                    origin: if stands { self.nodes.stated_origin(node) } else { Origin::Unknown },
                    identified: stands && self.works.named[work as usize],
                    pinned: self.nodes.found(node),
                    withdrawn,
                    document: self.document_of(node),
                    agents: self.agents(self.nodes.agents(&self.works, node)),
                }
            }
            Element::Work { work, .. } => {
                let withdrawn = self.works.withdrawn[work as usize];
                let name = self.name(element);
                End {
                    node: name,
                    kind: Kind::Work,
                    origin: if marks & ASSERTED != 0 { Origin::Primary } else { self.works.origin(work) },
                    identified: !withdrawn && self.works.named[work as usize],
                    pinned: marks & PINNED != 0,
                    withdrawn,
                    document: Some(name),
                    agents: self.agents(self.works.agents.row(work)),
                }
            }
        }
    }

    /// What a claim node is taken from.
    fn source(&self, taker: u32, element: Element) -> Source {
        match element {
            Element::Claim(node) => Source {
                node: self.claim_name(node),
                kind: Kind::Claim,
                asserted_primary: self.nodes.asserted.binary_search(&(taker, node)).is_ok(),
                pinned: false,
                withdrawn: self.nodes.withdrawn(node),
            },
            Element::Work { work, marks } => Source {
                node: self.name(self.ends.elements.work(work)),
                kind: Kind::Work,
                asserted_primary: self.nodes.asserted_bare.binary_search(&(taker, work)).is_ok(),
                pinned: marks & PINNED != 0,
                withdrawn: self.works.withdrawn[work as usize],
            },
        }
    }

    /// The smallest IRI of an end.
    pub(super) fn name(&self, element: u32) -> Node {
        match self.ends.elements.get(element) {
            Element::Claim(node) => self.claim_name(node),
            Element::Work { work, .. } => self.names.work(work, self).expect("a work that is taken from has documents"),
        }
    }

    pub(super) fn claim_name(&self, node: u32) -> Node {
        self.claims()[self.names.claim(node, self) as usize]
    }

    /// The document of the claim that names a node.
    fn document_of(&self, node: u32) -> Option<Node> {
        self.documents.nodes().get(self.appears_in[self.names.claim(node, self) as usize] as usize).copied()
    }

    pub(super) fn agents(&self, agents: &[u32]) -> Vec<Node> {
        let mut nodes: Vec<_> = agents.iter().map(|&agent| self.agents[agent as usize]).collect();
        nodes.sort_unstable();
        nodes
    }
}
