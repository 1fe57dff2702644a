//! How good is each set of ends, and how many independent origins does it count?

use super::claims::{ASSERTED, Claims, PINNED};
use super::ends::{Element, Ends};
use super::grouping::{Grouping, Mark};
use super::sets::{EMPTY, Set, Sets};
use super::table::Rows;
use super::union::number;
use super::works::Works;
use crate::model::{Level, Origin};
use std::num::NonZero;

/// What is known of a set of ends.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub(super) level: Level,
    pub(super) origin: Origin,
    /// The least number of independent origins.
    pub(super) least: u32,
    /// How many components it has over dependent pairs.
    pub(super) groups: u32,
}

const NOTHING: Weight = Weight { level: Level::Unsourced, origin: Origin::None, least: 0, groups: 0 };

/// Weighs the sets of ends of all claims, and what they may rest on; by set.
///
/// Walks the sets as a forest in which each stands below its base, so that what sets have in common is weighed once.
pub(super) fn weigh(claims: &Claims, works: &Works, ends: &Ends) -> Vec<Weight> {
    let sets = &ends.sets;
    let needed = needed(ends);
    let above = above(sets, &needed);
    let mut weights = vec![NOTHING; sets.count()];
    let roots: Vec<Set> =
        (1..number(sets.count())).filter(|&set| needed[set as usize] && sets.base(set) == EMPTY).collect();
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get).min(roots.len() / ROOTS_A_WORKER + 1);
    let weighed = std::thread::scope(|scope| {
        // Trees are dealt out in turn, as the large ones stand together.
        let weigh =
            |worker: usize| weigh_trees(claims, works, ends, &above, roots.iter().skip(worker).step_by(workers));
        let others: Vec<_> = (1..workers).map(|worker| scope.spawn(move || weigh(worker))).collect();
        let mut weighed = vec![weigh(0)];
        weighed.extend(others.into_iter().map(|other| other.join().expect("weighing does not panic")));
        weighed
    });
    for (set, weight) in weighed.into_iter().flatten() {
        weights[set as usize] = weight;
    }
    weights
}

/// Below this many trees for each a further thread does not pay.
const ROOTS_A_WORKER: usize = 20_000;

/// Weighs the sets that are built on some roots.
fn weigh_trees<'a>(
    claims: &Claims,
    works: &Works,
    ends: &Ends,
    above: &Rows,
    roots: impl Iterator<Item = &'a Set>,
) -> Vec<(Set, Weight)> {
    let mut scales = Scales {
        claims,
        works,
        ends,
        counts: Counts::default(),
        marks: vec![0; works.count()],
        marked: Vec::new(),
        dependent: Grouping::new(works, works.tops.agents()),
        housed: Grouping::new(works, works.tops.count),
    };
    let mut weighed = Vec::new();
    let mut walk: Vec<(Set, usize, Before)> = Vec::new();
    for &root in roots {
        if let &[element] = ends.sets.added(root)
            && above.row(root).is_empty()
        {
            weighed.push((root, scales.weight_alone(element)));
            continue;
        }
        let mut enter = Some(root);
        loop {
            if let Some(set) = enter.take() {
                let before = scales.before();
                ends.sets.added(set).iter().for_each(|&element| scales.add(element));
                weighed.push((set, scales.weight()));
                walk.push((set, 0, before));
            }
            let Some((set, next, before)) = walk.last_mut() else { break };
            if let Some(&set) = above.row(*set).get(*next) {
                *next += 1;
                enter = Some(set);
            } else {
                scales.back(*before);
                walk.pop();
            }
        }
    }
    weighed
}

/// The sets to weigh, and their bases.
fn needed(ends: &Ends) -> Vec<bool> {
    let mut needed = vec![false; ends.sets.count()];
    for &set in ends.of.iter().chain(&ends.may) {
        let mut set = set;
        while set != EMPTY && !needed[set as usize] {
            needed[set as usize] = true;
            set = ends.sets.base(set);
        }
    }
    needed
}

/// For each set those that are built on it.
fn above(sets: &Sets, needed: &[bool]) -> Rows {
    let built = (1..number(sets.count())).filter(|&set| needed[set as usize] && sets.base(set) != EMPTY);
    Rows::new(sets.count(), &built.map(|set| (sets.base(set), set)).collect::<Vec<_>>())
}

#[derive(Clone, Copy, Default)]
struct Counts {
    ends: u32,
    identified: u32,
    primary: u32,
    original: u32,
    /// Primary and identified.
    good: u32,
    /// The same, and their words were found.
    pinned: u32,
}

/// A state to return to.
#[derive(Clone, Copy)]
struct Before {
    counts: Counts,
    marked: usize,
    dependent: Mark,
    housed: Mark,
}

/// A set of ends that grows and shrinks.
struct Scales<'a> {
    claims: &'a Claims,
    works: &'a Works,
    ends: &'a Ends,
    counts: Counts,
    /// For each work whether it is an end, and its marks; and what these were, in the order of change.
    marks: Vec<u8>,
    marked: Vec<(u32, u8)>,
    dependent: Grouping<'a>,
    housed: Grouping<'a>,
}

const PRESENT: u8 = 4;

impl Scales<'_> {
    fn before(&self) -> Before {
        Before {
            counts: self.counts,
            marked: self.marked.len(),
            dependent: self.dependent.mark(),
            housed: self.housed.mark(),
        }
    }

    fn back(&mut self, before: Before) {
        self.counts = before.counts;
        while self.marked.len() > before.marked {
            let (work, marks) = self.marked.pop().expect("there are more marks than before");
            self.marks[work as usize] = marks;
        }
        self.dependent.back(before.dependent);
        self.housed.back(before.housed);
    }

    fn weight(&self) -> Weight {
        let counts = self.counts;
        Weight {
            level: match counts {
                Counts { pinned: 1.., .. } => Level::Pinned,
                Counts { good: 1.., .. } => Level::Primary,
                _ => Level::Cited,
            },
            origin: match counts {
                Counts { primary: 1.., .. } => Origin::Primary,
                Counts { original: 1.., .. } => Origin::Original,
                _ => Origin::Unknown,
            },
            least: match self.housed.groups() {
                0 => u32::from(counts.identified > 0),
                groups => groups,
            },
            groups: self.dependent.groups(),
        }
    }

    /// The weight of one end: most sets are no more, and need no grouping.
    fn weight_alone(&self, element: u32) -> Weight {
        let (work, origin, withdrawn, pinned) = match self.ends.elements.get(element) {
            Element::Claim(node) => {
                let claims = self.claims;
                (claims.work[node as usize], claims.origin(node), claims.withdrawn(node), claims.found(node))
            }
            Element::Work { work, marks } => {
                let origin = if marks & ASSERTED == 0 { self.works.origin(work) } else { Origin::Primary };
                (work, origin, self.works.withdrawn[work as usize], marks & PINNED != 0)
            }
        };
        let identified = !withdrawn && self.works.named[work as usize];
        let level = match (origin == Origin::Primary && identified, pinned) {
            (true, true) => Level::Pinned,
            (true, false) => Level::Primary,
            (false, _) => Level::Cited,
        };
        Weight { level, origin, least: u32::from(identified), groups: 1 }
    }

    fn add(&mut self, element: u32) {
        match self.ends.elements.get(element) {
            Element::Claim(node) => self.add_claim(node),
            Element::Work { work, marks } => self.add_work(work, marks),
        }
    }

    fn add_claim(&mut self, node: u32) {
        let work = self.claims.work[node as usize];
        let origin = self.claims.origin(node);
        let identified = !self.claims.withdrawn(node) && self.works.named[work as usize];
        let agents = self.claims.agents(self.works, node);
        self.counts.ends += 1;
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
            self.counts.ends += 1;
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
