//! By which way does a claim come to its ends?

use super::Lineage;
use super::ends::Element;
use super::facts::{End, Kind};
use crate::store::{Node, Reader, Result};
use rustc_hash::FxHashMap;

/// The shortest ways from one claim to all that it rests on.
pub struct Paths<'a> {
    lineage: &'a Lineage,
    asking: u32,
    /// For each element that is reached, the one before it on its way.
    before: FxHashMap<u32, u32>,
    /// All that is reached, the nearest first.
    order: Vec<u32>,
}

impl Lineage {
    /// The shortest ways from a claim, if it is one, to all that it rests on: of several as short the one whose first
    /// different step has the smaller name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn paths(&self, view: &dyn Reader, claim: Node) -> Result<Option<Paths<'_>>> {
        let Some(asking) = self.node(claim) else { return Ok(None) };
        let mut before = FxHashMap::default();
        // In the order of the ways' names: whoever reaches an element first has the way with the smallest.
        let mut order = vec![asking];
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            if node != asking && (self.ends.elements.is_work(node) || self.nodes.withdrawn(node)) {
                continue;
            }
            let works = self.nodes.bare.row(node).iter().map(|source| self.ends.elements.work(source / 4));
            let mut next: Vec<u32> = self.nodes.takes.row(node).iter().copied().chain(works).collect();
            next.retain(|element| *element != asking && !before.contains_key(element));
            for element in self.in_order(view, next)? {
                before.insert(element, node);
                order.push(element);
            }
        }
        Ok(Some(Paths { lineage: self, asking, before, order }))
    }

    /// Elements in the order of their names, each once.
    pub(super) fn in_order(&self, view: &dyn Reader, mut elements: Vec<u32>) -> Result<Vec<u32>> {
        elements.sort_unstable();
        elements.dedup();
        if elements.len() < 2 {
            return Ok(elements);
        }
        let named = elements.into_iter().map(|element| {
            let node = self.name(element);
            Ok(((!node.is_iri(), view.name(node)?), element))
        });
        let mut named = named.collect::<Result<Vec<_>>>()?;
        named.sort_unstable();
        Ok(named.into_iter().map(|(_, element)| element).collect())
    }
}

impl Paths<'_> {
    /// The way to an end, from the claim's node to it, both included, each node by its smallest IRI. Nothing, if the claim
    /// does not rest on it.
    pub fn to(&self, end: &End) -> Vec<Node> {
        self.to_node(end.kind, end.node)
    }

    /// The same to anything that is passed on the way to the ends.
    pub fn to_node(&self, kind: Kind, node: Node) -> Vec<Node> {
        self.lineage.element(kind, node).map(|element| self.way(element)).unwrap_or_default()
    }

    /// The same way, each node with its kind.
    pub fn keys_to(&self, end: &End) -> Vec<(Kind, Node)> {
        let way = self.to(end);
        let last = way.len();
        let kind = |place| if place + 1 == last { end.kind } else { Kind::Claim };
        way.into_iter().enumerate().map(|(place, node)| (kind(place), node)).collect()
    }

    /// The claim node from which something is taken on its way, by its smallest IRI.
    pub fn before(&self, kind: Kind, node: Node) -> Option<Node> {
        Some(self.lineage.claim_name(*self.before.get(&self.lineage.element(kind, node)?)?))
    }

    /// Whether the claim itself, or anything on the way to the ends, is this one.
    pub fn passes(&self, kind: Kind, node: Node) -> bool {
        let element = self.lineage.element(kind, node);
        element.is_some_and(|element| element == self.asking || self.before.contains_key(&element))
    }

    /// The nearest claim node that goes round in a circle, by its smallest IRI.
    pub fn nearest_circle(&self) -> Option<Node> {
        self.claims().find(|&node| self.lineage.nodes.on_cycle(node)).map(|node| self.lineage.claim_name(node))
    }

    /// The nearest place where nothing goes on, whether it is an end or not: another claim node without upstream, or a work.
    pub fn nearest_leaf(&self) -> Option<(Kind, Node)> {
        let lineage = self.lineage;
        self.order.iter().find_map(|&element| match lineage.ends.elements.get(element) {
            Element::Claim(node) if node == self.asking || lineage.nodes.upstream(node) => None,
            Element::Claim(_) => Some((Kind::Claim, lineage.name(element))),
            Element::Work { .. } => Some((Kind::Work, lineage.name(element))),
        })
    }

    fn claims(&self) -> impl Iterator<Item = u32> {
        self.order.iter().copied().filter(|&element| !self.lineage.ends.elements.is_work(element))
    }

    fn way(&self, target: u32) -> Vec<Node> {
        if target != self.asking && !self.before.contains_key(&target) {
            return Vec::new();
        }
        let mut way = vec![self.lineage.name(target)];
        let mut at = target;
        while let Some(&before) = self.before.get(&at) {
            way.push(self.lineage.name(before));
            at = before;
        }
        way.reverse();
        way
    }
}

impl super::ends::Elements {
    pub(super) fn is_work(self, element: u32) -> bool {
        matches!(self.get(element), Element::Work { .. })
    }
}
