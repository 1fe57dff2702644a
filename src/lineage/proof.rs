//! What the numbers of origins are made of: one claim's ends, what they may rest on, and the circles it is on.
//!
//! The counting itself (`scales`, `grouping`) keeps no reasons, as it weighs all claims at once. Here they are found again for one,
//! by the same definitions of `MODEL.md`; `merges` joins them.

use super::Lineage;
use super::ends::Element;
use super::facts::{End, Kind};
use crate::store::{Node, Reader, Result};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// An end, or what an end may rest on, with all that it may have in common with another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bearing {
    /// The end, with its agents.
    pub end: End,
    /// The authors and publishers of the originals of its work, sorted.
    pub people: Vec<Node>,
    /// Its work, by its smallest IRI; none for a claim in no document.
    pub work: Option<Node>,
    pub(super) number: u32,
    pub(super) chain: u32,
    pub(super) shares: Vec<u32>,
}

/// What the ends of a claim may rest on, and by which way of documents.
pub struct Beyond<'a> {
    lineage: &'a Lineage,
    /// In the order of their names.
    pub bearings: Vec<Bearing>,
    elements: Vec<u32>,
    /// Of the same, whether it is an end itself.
    is_end: Vec<bool>,
    /// For each work that is reached, the work before it, or the end that the way begins at.
    before: FxHashMap<u32, Step>,
}

#[derive(Clone, Copy)]
enum Step {
    Work(u32),
    End(u32),
}

impl Lineage {
    /// The ends of a claim in the order of their names, with what they may have in common. Nothing, if it is no claim.
    ///
    /// # Errors
    /// When the store fails.
    pub fn bearings(&self, view: &dyn Reader, claim: Node) -> Result<Vec<Bearing>> {
        let Some(asking) = self.node(claim) else { return Ok(Vec::new()) };
        let ends = self.elements(self.ends.of[asking as usize]);
        let order = self.in_order(view, ends.keys().copied().collect())?;
        Ok(order.into_iter().map(|element| self.bearing(asking, element, ends[&element])).collect())
    }

    /// What the ends of a claim may rest on. Nothing, if it is no claim.
    ///
    /// # Errors
    /// When the store fails.
    pub fn beyond(&self, view: &dyn Reader, claim: Node) -> Result<Beyond<'_>> {
        let mut beyond = Beyond {
            lineage: self,
            bearings: Vec::new(),
            elements: Vec::new(),
            is_end: Vec::new(),
            before: FxHashMap::default(),
        };
        let Some(asking) = self.node(claim) else { return Ok(beyond) };
        let may = self.elements(self.ends.may[asking as usize]);
        beyond.elements = self.in_order(view, may.keys().copied().collect())?;
        beyond.bearings = beyond.elements.iter().map(|&element| self.bearing(asking, element, may[&element])).collect();
        let mut todo = VecDeque::new();
        let ends = self.elements(self.ends.of[asking as usize]);
        beyond.is_end = beyond.elements.iter().map(|element| ends.contains_key(element)).collect();
        for element in self.in_order(view, ends.keys().copied().collect())? {
            let end = self.end(asking, element, ends[&element]);
            if end.origin != crate::model::Origin::Unknown || end.withdrawn {
                continue;
            }
            for next in self.rests_of(view, self.work_of_element(element))? {
                todo.push_back((next, Step::End(element)));
            }
        }
        while let Some((work, before)) = todo.pop_front() {
            if beyond.before.contains_key(&work) {
                continue;
            }
            beyond.before.insert(work, before);
            let known = self.works.withdrawn[work as usize]
                || self.works.origin(work) != crate::model::Origin::Unknown
                || self.works.rests.row(work).is_empty();
            if !known {
                todo.extend(self.rests_of(view, work)?.into_iter().map(|next| (next, Step::Work(work))));
            }
        }
        Ok(beyond)
    }

    /// The shortest circle by which a claim comes back to itself, from its node to its node, both included; the node alone,
    /// if it names itself as its source; nothing, if it is on none.
    ///
    /// # Errors
    /// When the store fails.
    pub fn circle(&self, view: &dyn Reader, claim: Node) -> Result<Vec<Node>> {
        let Some(start) = self.node(claim).filter(|&node| self.nodes.on_cycle(node)) else { return Ok(Vec::new()) };
        if self.nodes.takes_itself(start) {
            return Ok(vec![self.claim_name(start)]);
        }
        self.round(view, start, |node| self.nodes.takes.row(node))
    }

    /// The shortest circle of operands by which a computed claim comes back to itself, likewise.
    ///
    /// # Errors
    /// When the store fails.
    pub fn operand_circle(&self, view: &dyn Reader, claim: Node) -> Result<Vec<Node>> {
        let Some(start) = self.node(claim).filter(|&node| self.is_computed(node)) else { return Ok(Vec::new()) };
        let operands = |node: u32| if self.is_computed(node) { self.nodes.operands.row(node) } else { &[] };
        if operands(start).contains(&start) {
            return Ok(vec![self.claim_name(start)]);
        }
        self.round(view, start, operands)
    }

    /// Whether a claim's facts are those of its operands.
    fn is_computed(&self, node: u32) -> bool {
        !self.nodes.upstream(node) && self.nodes.computed(node)
    }

    fn round<'a>(&'a self, view: &dyn Reader, start: u32, leads_to: impl Fn(u32) -> &'a [u32]) -> Result<Vec<Node>> {
        let mut before: FxHashMap<u32, u32> = FxHashMap::default();
        let mut order = vec![start];
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            if leads_to(node).contains(&start) {
                let mut way = vec![self.claim_name(start), self.claim_name(node)];
                let mut node = node;
                while let Some(&nearer) = before.get(&node) {
                    way.push(self.claim_name(nearer));
                    node = nearer;
                }
                way.reverse();
                return Ok(way);
            }
            let next = leads_to(node).iter().copied().filter(|next| *next != start && !before.contains_key(next));
            for next in self.in_order(view, next.collect())? {
                before.insert(next, node);
                order.push(next);
            }
        }
        Ok(Vec::new())
    }

    fn rests_of(&self, view: &dyn Reader, work: u32) -> Result<Vec<u32>> {
        let elements = self.works.rests.row(work).iter().map(|&source| self.ends.elements.work(source)).collect();
        Ok(self.in_order(view, elements)?.into_iter().map(|element| self.work_of_element(element)).collect())
    }

    fn work_of_element(&self, element: u32) -> u32 {
        match self.ends.elements.get(element) {
            Element::Claim(node) => self.nodes.work[node as usize],
            Element::Work { work, .. } => work,
        }
    }

    /// The element of a claim or document, if it is one.
    pub(super) fn element(&self, kind: Kind, node: Node) -> Option<u32> {
        match kind {
            Kind::Claim => self.node(node),
            Kind::Work => {
                let document = self.documents.get(node)?;
                Some(self.ends.elements.work(self.works.of[document as usize]))
            }
        }
    }

    fn bearing(&self, asking: u32, element: u32, marks: u32) -> Bearing {
        let work = self.work_of_element(element);
        Bearing {
            end: self.end(asking, element, marks),
            people: self.agents(self.works.people.row(work)),
            work: self.names.work(work, self),
            number: work,
            chain: self.works.chain[work as usize],
            shares: self.works.shares.row(work).to_vec(),
        }
    }
}

impl Beyond<'_> {
    /// The way from an end to one of the bearings, by its place: the end, then the works, each by its smallest IRI. The end
    /// alone, where it stands for itself.
    pub fn way(&self, place: usize) -> Vec<Node> {
        let element = self.elements[place];
        let mut way = vec![self.lineage.name(element)];
        let Element::Work { mut work, .. } = self.lineage.ends.elements.get(element) else { return way };
        if self.is_end[place] {
            return way;
        }
        while let Some(&step) = self.before.get(&work) {
            match step {
                Step::Work(before) => {
                    way.push(self.lineage.name(self.lineage.ends.elements.work(before)));
                    work = before;
                }
                Step::End(end) => {
                    way.push(self.lineage.name(end));
                    break;
                }
            }
        }
        way.reverse();
        way
    }
}
