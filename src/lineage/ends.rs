//! Where does each claim's sourcing end, and what may those ends rest on?

use super::claims::{ASSERTED, Claims};
use super::cycles::components;
use super::sets::{EMPTY, Set, Sets};
use super::table::Rows;
use super::union::number;
use super::works::Works;
use crate::model::Origin;

/// An end: a claim node, or a bare work with what is asserted and found of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Claim(u32),
    Work { work: u32, marks: u32 },
}

/// Ends as elements of sets: claim nodes by their numbers, then works by theirs times four, plus their marks.
#[derive(Clone, Copy)]
pub(super) struct Elements {
    claims: u32,
}

impl Elements {
    pub(super) fn get(self, element: u32) -> Element {
        match element.checked_sub(self.claims) {
            None => Element::Claim(element),
            Some(source) => Element::Work { work: source / 4, marks: source % 4 },
        }
    }

    pub(super) fn bare(self, source: u32) -> u32 {
        self.claims + source
    }

    pub(super) fn work(self, work: u32) -> u32 {
        self.claims + work * 4
    }
}

/// The ends of all claims.
pub(super) struct Ends {
    pub(super) elements: Elements,
    pub(super) sets: Sets,
    /// The ends of each claim node. Of one work there may be several with different marks.
    pub(super) of: Vec<Set>,
    /// What the ends of each claim node may rest on.
    pub(super) may: Vec<Set>,
    /// What is reached by whoever is taken from a node: itself, where following ends with it.
    pub(super) reach: Vec<Set>,
}

pub(super) const UNKNOWN: Set = u32::MAX;

/// Finds the ends of all claims.
pub(super) fn ends(claims: &Claims, works: &Works) -> Ends {
    let elements = Elements { claims: number(claims.count()) };
    let mut sets = Sets::new(claims.count() + works.count() * 4);
    let stop = |node: u32| (claims.withdrawn(node) || !claims.upstream(node)).then_some(node);
    let own = |node: u32, own: &mut Vec<u32>| {
        own.extend(claims.bare.row(node).iter().map(|&source| elements.bare(source)));
    };
    let reach = reach(&claims.takes, &mut sets, stop, own);

    let mut groups = None;
    let mut of = Vec::with_capacity(claims.count());
    let (mut parts, mut bare) = (Vec::new(), Vec::new());
    for node in 0..number(claims.count()) {
        if !claims.upstream(node) {
            let ends = is_own_end(claims, node);
            of.push(if ends { sets.single(node) } else { EMPTY });
            continue;
        }
        let all = if claims.withdrawn(node) {
            own(node, &mut bare);
            parts.extend(claims.takes.row(node).iter().map(|&source| reach[source as usize]));
            sets.union(&mut parts, &mut bare)
        } else {
            reach[node as usize]
        };
        of.push(ends_among(claims, works, elements, &mut sets, &mut groups, (node, all)));
    }
    let may = may_rest_on(claims, works, elements, &mut sets, &of);
    Ends { elements, sets, of, may, reach }
}

/// The ends of a claim node among all that its sources reach. `groups` is for every call with the same sets the same.
pub(super) fn ends_among(
    claims: &Claims,
    works: &Works,
    elements: Elements,
    sets: &mut Sets,
    groups: &mut Option<Rows>,
    (node, all): (u32, Set),
) -> Set {
    let work = claims.work[node as usize];
    let drop = |element| is_no_end_for(elements.get(element), work, claims);
    if claims.withdrawn(node) && claims.on_cycle(node) {
        sets.without(all, None, &|element| element == node || drop(element))
    } else if sets.is_small(all) {
        sets.without(all, None, &drop)
    } else {
        let groups = groups.get_or_insert_with(|| no_ends(claims, works, elements));
        sets.without(all, Some((work, groups.row(work))), &drop)
    }
}

/// Whether a claim without upstream is its own end.
pub(super) fn is_own_end(claims: &Claims, node: u32) -> bool {
    !claims.computed(node) && claims.stated_origin(node) != Origin::Unknown
}

/// Whether what is an end for others is none for the claims of its own work.
fn is_no_end_for(element: Element, work: u32, claims: &Claims) -> bool {
    match element {
        Element::Work { work: own, .. } => own == work,
        Element::Claim(node) => {
            claims.work[node as usize] == work
                && !claims.withdrawn(node)
                && (claims.origin(node) == Origin::Unknown || claims.computed(node))
        }
    }
}

/// For each work all that may be an end for others and none for its own claims.
fn no_ends(claims: &Claims, works: &Works, elements: Elements) -> Rows {
    let marked = |work| (0..4).map(move |marks| (work, elements.work(work) + marks));
    let mut pairs: Vec<_> = (0..number(works.count())).flat_map(marked).collect();
    pairs.extend((0..number(claims.count())).filter_map(|node| {
        let work = claims.work[node as usize];
        (!claims.upstream(node) && is_no_end_for(Element::Claim(node), work, claims)).then_some((work, node))
    }));
    Rows::new(works.count(), &pairs)
}

/// For each node the set of what is reached from it: what `stop` makes of the nodes where following ends, and what is the
/// `own` of those that are passed.
fn reach(
    leads_to: &Rows,
    sets: &mut Sets,
    stop: impl Fn(u32) -> Option<u32>,
    own: impl Fn(u32, &mut Vec<u32>),
) -> Vec<Set> {
    let mut reached = vec![UNKNOWN; leads_to.len()];
    let (mut parts, mut elements) = (Vec::new(), Vec::new());
    let follow = |node| {
        if stop(node).is_some() { &[] } else { leads_to.row(node) }
    };
    components(leads_to.len(), follow, |members| {
        for &member in members {
            if let Some(element) = stop(member) {
                elements.push(element);
            } else {
                own(member, &mut elements);
                let outside = leads_to.row(member).iter().map(|&to| reached[to as usize]);
                parts.extend(outside.filter(|&set| set != UNKNOWN));
            }
        }
        let set = sets.union(&mut parts, &mut elements);
        for &member in members {
            reached[member as usize] = set;
        }
    });
    reached
}

/// For each claim node what its ends may rest on.
fn may_rest_on(claims: &Claims, works: &Works, elements: Elements, sets: &mut Sets, of: &[Set]) -> Vec<Set> {
    let mut beyond = Beyond::new(works, elements, sets);
    let mut may = vec![UNKNOWN; sets.count()];
    may[EMPTY as usize] = EMPTY;
    let (mut above, mut parts, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut all = Vec::with_capacity(of.len());
    for &ends in of {
        let mut base = ends;
        while may[base as usize] == UNKNOWN {
            above.push(base);
            base = sets.base(base);
        }
        while let Some(set) = above.pop() {
            for i in 0..sets.added(set).len() {
                let element = sets.added(set)[i];
                match beyond.of(element, claims, works, sets) {
                    EMPTY => others.push(element),
                    rest => parts.push(rest),
                }
            }
            let base = sets.base(set);
            may[set as usize] = if parts.is_empty() && may[base as usize] == base {
                others.clear();
                set
            } else {
                parts.push(may[base as usize]);
                sets.union(&mut parts, &mut others)
            };
        }
        all.push(may[ends as usize]);
    }
    all
}

/// The works that an end of unknown origin may rest on, by its work.
struct Beyond {
    elements: Elements,
    reached: Vec<Set>,
    of: Vec<Set>,
}

impl Beyond {
    fn new(works: &Works, elements: Elements, sets: &mut Sets) -> Self {
        let stop = |work: u32| goes_no_further(works, work).then_some(elements.work(work));
        Beyond { elements, reached: reach(&works.rests, sets, stop, |_, _| {}), of: vec![UNKNOWN; works.count()] }
    }

    /// What an end may rest on, or nothing if that is the end itself.
    fn of(&mut self, element: u32, claims: &Claims, works: &Works, sets: &mut Sets) -> Set {
        let work = match self.elements.get(element) {
            Element::Claim(node) if claims.withdrawn(node) || claims.origin(node) != Origin::Unknown => {
                return EMPTY;
            }
            Element::Claim(node) => claims.work[node as usize],
            Element::Work { work, marks }
                if marks & ASSERTED != 0 || works.withdrawn[work as usize] || works.origin(work) != Origin::Unknown =>
            {
                return EMPTY;
            }
            Element::Work { work, .. } => work,
        };
        if self.of[work as usize] == UNKNOWN {
            self.of[work as usize] = if goes_no_further(works, work) {
                let onward = works.rests.row(work).iter().map(|&source| self.reached[source as usize]);
                let all = sets.union(&mut onward.collect(), &mut Vec::new());
                let itself = self.elements.work(work);
                let group = number(works.count()) + work;
                sets.without(all, Some((group, &[itself])), &|element| element == itself)
            } else {
                self.reached[work as usize]
            };
        }
        self.of[work as usize]
    }
}

/// Whether what rests on this work is not followed behind it.
fn goes_no_further(works: &Works, work: u32) -> bool {
    works.withdrawn[work as usize] || works.origin(work) != Origin::Unknown || works.rests.row(work).is_empty()
}
