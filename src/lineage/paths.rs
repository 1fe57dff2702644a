//! By which way does a claim come to its ends?

use super::Lineage;
use super::ends::Element;
use super::facts::{End, Kind};
use super::structure::by_name;
use crate::store::{Node, Reader, Result};
use rustc_hash::{FxHashMap, FxHashSet};

/// The shortest ways from one claim to all that it rests on.
pub struct Paths<'a> {
    lineage: &'a Lineage,
    asking: u32,
    /// For each element that is reached, those one step nearer to the claim from which it is reached.
    before: FxHashMap<u32, Vec<u32>>,
}

impl Lineage {
    /// The shortest ways from a claim, if it is one, to all that it rests on.
    pub fn paths(&self, claim: Node) -> Option<Paths<'_>> {
        let asking = self.node(claim)?;
        let mut before: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut steps = FxHashMap::from_iter([(asking, 0_u32)]);
        let (mut layer, mut step) = (vec![asking], 0);
        while !layer.is_empty() {
            step += 1;
            let mut next = Vec::new();
            for node in layer {
                if node != asking && (self.ends.elements.is_work(node) || self.nodes.withdrawn(node)) {
                    continue;
                }
                let works = self.nodes.bare.row(node).iter().map(|source| self.ends.elements.work(source / 4));
                for element in self.nodes.takes.row(node).iter().copied().chain(works) {
                    let reached = *steps.entry(element).or_insert_with(|| {
                        next.push(element);
                        step
                    });
                    let nearer = before.entry(element).or_default();
                    if reached == step && nearer.last() != Some(&node) {
                        nearer.push(node);
                    }
                }
            }
            layer = next;
        }
        Some(Paths { lineage: self, asking, before })
    }
}

impl Paths<'_> {
    /// The shortest way to an end, from the claim's node to it, both included, each node by its smallest IRI. Of several
    /// the one whose first different step has the smaller name. Nothing, if the claim does not rest on it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn to(&self, view: &dyn Reader, end: &End) -> Result<Vec<Node>> {
        let lineage = self.lineage;
        let Some(target) = (match end.kind {
            Kind::Claim => lineage.node(end.node),
            Kind::Work => lineage
                .documents
                .get(end.node)
                .map(|document| lineage.ends.elements.work(lineage.works.of[document as usize])),
        }) else {
            return Ok(Vec::new());
        };
        if target == self.asking {
            return Ok(vec![lineage.claim_name(target)]);
        }
        // From the end back to the claim: which nodes are on shortest ways, and where each goes on.
        let mut onward: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let (mut todo, mut seen) = (vec![target], FxHashSet::from_iter([target]));
        while let Some(element) = todo.pop() {
            for &nearer in self.before.get(&element).into_iter().flatten() {
                onward.entry(nearer).or_default().push(element);
                if seen.insert(nearer) {
                    todo.push(nearer);
                }
            }
        }
        let mut path = Vec::new();
        let mut at = self.asking;
        while let Some(next) = onward.get(&at) {
            path.push(lineage.name(at));
            let mut best = next[0];
            for &other in &next[1..] {
                if by_name(view, lineage.name(other), lineage.name(best))?.is_lt() {
                    best = other;
                }
            }
            at = best;
        }
        if at == target {
            path.push(lineage.name(at));
        }
        Ok(path)
    }
}

impl super::ends::Elements {
    fn is_work(self, element: u32) -> bool {
        matches!(self.get(element), Element::Work { .. })
    }
}
