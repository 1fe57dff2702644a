//! How much is there behind what a tree leaves out?

use super::ends::Element;
use super::facts::Kind;
use super::{Lineage, Origin};
use crate::store::Node;
use rustc_hash::FxHashSet;

/// Counts what lies behind claims and documents, everything once.
pub struct Below<'a> {
    lineage: &'a Lineage,
    counted: FxHashSet<u32>,
}

impl Lineage {
    /// The smallest IRI of a claim's node, if it is a claim.
    pub fn named(&self, claim: Node) -> Option<Node> {
        Some(self.claim_name(self.node(claim)?))
    }

    /// A count that has counted nothing yet.
    pub fn below(&self) -> Below<'_> {
        Below { lineage: self, counted: FxHashSet::default() }
    }
}

impl Below<'_> {
    /// Takes a claim or document as counted: it is shown.
    pub fn shown(&mut self, kind: Kind, node: Node) {
        if let Some(element) = self.lineage.element(kind, node) {
            self.counted.insert(element);
        }
    }

    /// Whether a claim or document was counted, or shown.
    pub fn has(&self, kind: Kind, node: Node) -> bool {
        self.lineage.element(kind, node).is_some_and(|element| self.counted.contains(&element))
    }

    /// How many claims and documents that were not counted before these rest on or are computed from, and may rest on
    /// behind them, themselves included.
    pub fn count(&mut self, from: impl IntoIterator<Item = (Kind, Node)>) -> usize {
        let lineage = self.lineage;
        let (nodes, works, elements) = (&lineage.nodes, &lineage.works, lineage.ends.elements);
        let mut todo: Vec<u32> = from.into_iter().filter_map(|(kind, node)| lineage.element(kind, node)).collect();
        let mut count = 0;
        while let Some(element) = todo.pop() {
            if !self.counted.insert(element) {
                continue;
            }
            count += 1;
            match elements.get(element) {
                Element::Claim(node) if nodes.withdrawn(node) => {}
                Element::Claim(node) => {
                    let before = todo.len();
                    todo.extend(nodes.takes.row(node));
                    todo.extend(nodes.bare.row(node).iter().map(|source| elements.work(source / 4)));
                    if todo.len() == before {
                        todo.extend(nodes.operands.row(node));
                    }
                }
                Element::Work { work, .. } => {
                    if !works.withdrawn[work as usize] && works.origin(work) == Origin::Unknown {
                        todo.extend(works.rests.row(work).iter().map(|&source| elements.work(source)));
                    }
                }
            }
        }
        count
    }
}
