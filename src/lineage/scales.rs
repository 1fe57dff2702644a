//! How good is a set of ends that grows and shrinks?

use super::claims::{ASSERTED, Claims, PINNED};
use super::ends::{Element, Elements};
use super::few::weigh_few;
use super::grouping::{Grouping, Mark};
use super::independence::Weight;
use super::works::Works;
use crate::model::{Level, Origin};

/// How many ends there are of each kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) identified: u32,
    pub(super) primary: u32,
    pub(super) original: u32,
    /// Primary and identified.
    pub(super) good: u32,
    /// The same, and their words were found.
    pub(super) pinned: u32,
}

impl Counts {
    /// The weight of so many ends, of which those that are primary, identified and have agents fall into so many groups
    /// by their houses, and all into so many by what they depend on.
    pub(super) fn weight(self, housed: u32, dependent: u32) -> Weight {
        Weight {
            level: match self {
                Counts { pinned: 1.., .. } => Level::Pinned,
                Counts { good: 1.., .. } => Level::Primary,
                _ => Level::Cited,
            },
            origin: match self {
                Counts { primary: 1.., .. } => Origin::Primary,
                Counts { original: 1.., .. } => Origin::Original,
                _ => Origin::Unknown,
            },
            least: if housed == 0 { u32::from(self.identified > 0) } else { housed },
            groups: dependent,
        }
    }
}

/// A state to return to.
#[derive(Clone, Copy)]
pub(super) struct Before {
    counts: Counts,
    marked: usize,
    dependent: Mark,
    housed: Mark,
}

/// A set of ends that grows and shrinks.
pub(super) struct Scales<'a> {
    claims: &'a Claims,
    works: &'a Works,
    elements: Elements,
    counts: Counts,
    /// For each work whether it is an end, and its marks; and what these were, in the order of change.
    marks: Vec<u8>,
    marked: Vec<(u32, u8)>,
    dependent: Grouping<'a>,
    housed: Grouping<'a>,
}

const PRESENT: u8 = 4;

impl<'a> Scales<'a> {
    /// No ends.
    pub(super) fn new(claims: &'a Claims, works: &'a Works, elements: Elements) -> Self {
        Scales {
            claims,
            works,
            elements,
            counts: Counts::default(),
            marks: vec![0; works.count()],
            marked: Vec::new(),
            dependent: Grouping::new(works, works.tops.agents()),
            housed: Grouping::new(works, works.tops.count),
        }
    }

    /// The present state, to return to.
    pub(super) fn before(&self) -> Before {
        Before {
            counts: self.counts,
            marked: self.marked.len(),
            dependent: self.dependent.mark(),
            housed: self.housed.mark(),
        }
    }

    /// Takes back all that was added since.
    pub(super) fn back(&mut self, before: Before) {
        self.counts = before.counts;
        while self.marked.len() > before.marked {
            let (work, marks) = self.marked.pop().expect("there are more marks than before");
            self.marks[work as usize] = marks;
        }
        self.dependent.back(before.dependent);
        self.housed.back(before.housed);
    }

    /// The weight of the ends that were added.
    pub(super) fn weight(&self) -> Weight {
        self.counts.weight(self.housed.groups(), self.dependent.groups())
    }

    /// The weight of these ends, sorted, if there are no others.
    pub(super) fn weigh(&mut self, ends: &[u32]) -> Weight {
        let few = weigh_few(self.claims, self.works, self.elements, ends);
        // Debug builds weigh a few in both ways.
        if let Some(weight) = few
            && !cfg!(debug_assertions)
        {
            return weight;
        }
        let before = self.before();
        ends.iter().for_each(|&end| self.add(end));
        let weight = self.weight();
        self.back(before);
        debug_assert!(few.is_none_or(|few| few == weight), "{few:?} and {weight:?} of {ends:?}");
        weight
    }

    /// Adds an end, or marks of one.
    pub(super) fn add(&mut self, element: u32) {
        match self.elements.get(element) {
            Element::Claim(node) => self.add_claim(node),
            Element::Work { work, marks } => self.add_work(work, marks),
        }
    }

    fn add_claim(&mut self, node: u32) {
        let work = self.claims.work[node as usize];
        let origin = self.claims.origin(node);
        let identified = !self.claims.withdrawn(node) && self.works.named[work as usize];
        let agents = self.claims.agents(self.works, node);
        self.counts.identified += u32::from(identified);
        self.counts.original += u32::from(origin == Origin::Original);
        self.dependent.add(work, agents.iter().copied());
        if origin == Origin::Primary {
            self.counts.primary += 1;
            if identified {
                self.add_good(work, agents, self.claims.found(node));
            }
        }
    }

    fn add_work(&mut self, work: u32, marks: u32) {
        let before = self.marks[work as usize];
        let now = before | PRESENT | u8::try_from(marks).expect("marks are two bits");
        if now == before {
            return;
        }
        self.marked.push((work, before));
        self.marks[work as usize] = now;
        let identified = !self.works.withdrawn[work as usize] && self.works.named[work as usize];
        let origin = self.works.origin(work);
        let agents = self.works.agents.row(work);
        if before == 0 {
            self.counts.identified += u32::from(identified);
            self.counts.original += u32::from(origin == Origin::Original);
            self.dependent.add(work, agents.iter().copied());
        }
        let primary = |marks: u8| marks != 0 && (origin == Origin::Primary || u32::from(marks) & ASSERTED != 0);
        let pinned = |marks: u8| primary(marks) && u32::from(marks) & PINNED != 0;
        if primary(now) && !primary(before) {
            self.counts.primary += 1;
            if identified {
                self.add_good(work, agents, pinned(now));
            }
        } else if identified && pinned(now) && !pinned(before) {
            self.counts.pinned += 1;
        }
    }

    /// Adds an end that is primary and identified.
    fn add_good(&mut self, work: u32, agents: &[u32], pinned: bool) {
        self.counts.good += 1;
        self.counts.pinned += u32::from(pinned);
        if agents.is_empty() {
            return;
        }
        let works = self.works;
        let house = agents.iter().chain(works.people.row(work));
        self.housed.add(work, house.flat_map(|&agent| works.tops.of(agent)).copied());
    }
}
