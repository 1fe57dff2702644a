//! How good is a set of a few ends? Most sets are no more, and nothing of them need be taken back: they are compared by pairs.

use super::claims::{ASSERTED, Claims, PINNED};
use super::ends::{Element, Elements};
use super::independence::Weight;
use super::scales::Counts;
use super::works::Works;
use crate::model::Origin;

/// So many ends are compared by pairs, if so many agents and organisations belong to each at most.
const FEW: usize = 4;
const FEW_AGENTS: usize = 8;

#[derive(Clone, Copy)]
struct End<'a> {
    work: u32,
    origin: Origin,
    identified: bool,
    pinned: bool,
    agents: &'a [u32],
}

/// The weight of these ends, sorted; nothing, where they are not few.
pub(super) fn weigh_few(claims: &Claims, works: &Works, elements: Elements, ends: &[u32]) -> Option<Weight> {
    const NO_END: End<'_> = End { work: 0, origin: Origin::None, identified: false, pinned: false, agents: &[] };
    if ends.len() > FEW {
        return None;
    }
    let (mut few, mut count) = ([NO_END; FEW], 0);
    let mut before = None;
    for &end in ends {
        let (end, bare) = described(claims, works, elements.get(end));
        let house = || end.agents.iter().chain(works.people.row(end.work));
        if house().count() > FEW_AGENTS || house().any(|agent| works.tops.of(*agent).len() > FEW_AGENTS) {
            return None;
        }
        // Marks of one work, as several takers make them, are marks of one end.
        if bare && before == Some(end.work) {
            let same = &mut few[count - 1];
            same.origin = same.origin.min(end.origin);
            same.pinned |= end.pinned;
        } else {
            few[count] = end;
            count += 1;
        }
        before = bare.then_some(end.work);
    }
    let few = &few[..count];

    let mut counts = Counts::default();
    let (mut housed, mut good) = ([NO_END; FEW], 0);
    for end in few {
        let is_good = end.origin == Origin::Primary && end.identified;
        counts.identified += u32::from(end.identified);
        counts.primary += u32::from(end.origin == Origin::Primary);
        counts.original += u32::from(end.origin == Origin::Original);
        counts.good += u32::from(is_good);
        counts.pinned += u32::from(is_good && end.pinned);
        if is_good && !end.agents.is_empty() {
            housed[good] = *end;
            good += 1;
        }
    }
    let joined = |a: &End<'_>, b: &End<'_>| {
        works.chain[a.work as usize] == works.chain[b.work as usize]
            || works.shares.row(a.work).binary_search(&b.work).is_ok()
    };
    let dependent = |a: &End<'_>, b: &End<'_>| a.agents.iter().any(|agent| b.agents.contains(agent)) || joined(a, b);
    let of_one_house =
        |a: &End<'_>, b: &End<'_>| tops(works, a).any(|top| tops(works, b).any(|other| other == top)) || joined(a, b);
    Some(counts.weight(groups(&housed[..good], of_one_house), groups(few, dependent)))
}

/// The topmost organisations of an end's house.
fn tops<'a>(works: &'a Works, end: &End<'a>) -> impl Iterator<Item = u32> + use<'a> {
    let house = end.agents.iter().chain(works.people.row(end.work));
    house.flat_map(|agent| works.tops.of(*agent)).copied()
}

/// An end, and whether it is a bare work.
fn described<'a>(claims: &'a Claims, works: &'a Works, end: Element) -> (End<'a>, bool) {
    let (work, origin, withdrawn, found, agents, bare) = match end {
        Element::Claim(node) => {
            let (work, agents) = (claims.work[node as usize], claims.agents(works, node));
            (work, claims.origin(node), claims.withdrawn(node), claims.found(node), agents, false)
        }
        Element::Work { work, marks } => {
            let origin = if marks & ASSERTED == 0 { works.origin(work) } else { Origin::Primary };
            (work, origin, works.withdrawn[work as usize], marks & PINNED != 0, works.agents.row(work), true)
        }
    };
    let identified = !withdrawn && works.named[work as usize];
    (End { work, origin, identified, pinned: found, agents }, bare)
}

/// How many groups there are over pairs that are joined.
fn groups(ends: &[End<'_>], joined: impl Fn(&End<'_>, &End<'_>) -> bool) -> u32 {
    let (mut of, mut groups) = ([0, 1, 2, 3], ends.len() as u32);
    for a in 1..ends.len() {
        for b in 0..a {
            if of[a] != of[b] && joined(&ends[a], &ends[b]) {
                let (from, to) = (of[a], of[b]);
                of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
                groups -= 1;
            }
        }
    }
    groups
}
