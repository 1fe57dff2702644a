//! Which ends were counted as one, and why? What the numbers of origins are made of, pair by pair.
//!
//! The counting itself (`scales`, `grouping`) keeps no reasons: it weighs all claims at once. Here one claim's ends are
//! joined again, by the same definitions of `MODEL.md`, and each join is told.

use super::Lineage;
use super::ends::Element;
use super::facts::{End, Kind};
use super::structure::by_name;
use super::union::{Union, number};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
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
    number: u32,
    chain: u32,
    shares: Vec<u32>,
}

/// Why two ends count as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bond {
    /// They stand in editions of one work, or are claims of one document.
    Work(Option<Node>),
    /// Their works are of one chain of revisions.
    Revisions,
    /// Their works are known to rest on one source.
    SharedSource,
    /// One agent speaks in both.
    Agent(Node),
    /// One organisation stands above somebody of each, or is one of them.
    House {
        /// The organisation.
        organisation: Node,
        /// Of the first end the agent, author or publisher that it is, or stands above.
        of_one: Node,
        /// The same of the other end.
        of_other: Node,
    },
}

/// Two ends that were joined, as places in the list they stand in, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The one that stands before the other.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// What they have in common.
    pub bond: Bond,
}

/// What the ends of a claim may rest on, and by which way of documents.
pub struct Beyond<'a> {
    lineage: &'a Lineage,
    /// In the order of their names.
    pub bearings: Vec<Bearing>,
    elements: Vec<u32>,
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
        let mut beyond =
            Beyond { lineage: self, bearings: Vec::new(), elements: Vec::new(), before: FxHashMap::default() };
        let Some(asking) = self.node(claim) else { return Ok(beyond) };
        let may = self.elements(self.ends.may[asking as usize]);
        beyond.elements = self.in_order(view, may.keys().copied().collect())?;
        beyond.bearings =
            beyond.elements.iter().map(|&element| self.bearing(asking, element, may[&element])).collect();
        let mut todo = VecDeque::new();
        let ends = self.elements(self.ends.of[asking as usize]);
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
        let operands =
            |node: u32| if self.is_computed(node) { self.nodes.operands.row(node) } else { &[] };
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

/// The joins that make groups of ends: of each group as many as span it. There are as many groups as ends less joins.
/// `houses` says whether a common house joins too, as it does for the least number of origins.
///
/// # Errors
/// When the store fails.
pub fn merges(view: &dyn Reader, bearings: &[Bearing], houses: bool) -> Result<Vec<Merge>> {
    let mut joins = Joins { union: Union::new(bearings.len()), merges: Vec::new() };
    joins.by_key(bearings, |bearing| [(bearing.number, Bond::Work(bearing.work))]);
    joins.by_key(bearings, |bearing| [(bearing.chain, Bond::Revisions)]);
    joins.by_shared_source(bearings);
    joins.by_key(bearings, |bearing| bearing.end.agents.iter().map(|&agent| (agent, Bond::Agent(agent))));
    if houses {
        joins.by_house(view, bearings)?;
    }
    Ok(joins.merges)
}

struct Joins {
    union: Union,
    merges: Vec<Merge>,
}

impl Joins {
    fn join(&mut self, a: usize, b: usize, bond: Bond) {
        if self.union.find(number(a)) != self.union.find(number(b)) {
            self.union.join(number(a), number(b));
            self.merges.push(Merge { one: a, other: b, bond });
        }
    }

    /// Joins each end with the first that has the same key.
    fn by_key<'a, K: Eq + std::hash::Hash, I: IntoIterator<Item = (K, Bond)>>(
        &mut self,
        bearings: &'a [Bearing],
        keys: impl Fn(&'a Bearing) -> I,
    ) {
        let mut first: FxHashMap<K, usize> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            for (key, bond) in keys(bearing) {
                let one = *first.entry(key).or_insert(place);
                self.join(one, place, bond);
            }
        }
    }

    fn by_shared_source(&mut self, bearings: &[Bearing]) {
        let mut first: FxHashMap<u32, usize> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            first.entry(bearing.number).or_insert(place);
            for work in &bearing.shares {
                if let Some(&one) = first.get(work) {
                    self.join(one, place, Bond::SharedSource);
                }
            }
        }
    }

    /// Every organisation belongs to the first end that comes up to it; whoever comes up to it later is joined there, and
    /// what is above it need not be climbed again.
    fn by_house(&mut self, view: &dyn Reader, bearings: &[Bearing]) -> Result<()> {
        let mut owner: FxHashMap<Node, (usize, Node)> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            let house = bearing.end.agents.iter().chain(&bearing.people);
            let mut todo: VecDeque<(Node, Node)> =
                named_in_order(view, house.copied().collect())?.into_iter().map(|agent| (agent, agent)).collect();
            while let Some((organisation, from)) = todo.pop_front() {
                if let Some(&(one, of_one)) = owner.get(&organisation) {
                    self.join(one, place, Bond::House { organisation, of_one, of_other: from });
                    continue;
                }
                owner.insert(organisation, (place, from));
                let above = view.objects(organisation, schema::PARENT_ORGANIZATION)?;
                todo.extend(named_in_order(view, above)?.into_iter().map(|parent| (parent, from)));
            }
        }
        Ok(())
    }
}

fn named_in_order(view: &dyn Reader, mut nodes: Vec<Node>) -> Result<Vec<Node>> {
    nodes.sort_unstable();
    nodes.dedup();
    let mut trouble = None;
    nodes.sort_by(|&a, &b| {
        by_name(view, a, b).unwrap_or_else(|error| {
            trouble = Some(error);
            std::cmp::Ordering::Equal
        })
    });
    trouble.map_or(Ok(nodes), Err)
}
