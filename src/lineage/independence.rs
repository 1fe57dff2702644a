//! How good is each set of ends, and how many independent origins does it count?

use super::claims::Claims;
use super::ends::{Elements, Ends};
use super::scales::{Before, Scales};
use super::sets::{EMPTY, Set, Sets};
use super::table::Rows;
use super::union::number;
use super::works::Works;
use crate::model::{Level, Origin};
use std::num::NonZero;

/// What is known of a set of ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    let wanted = ends.of.iter().chain(&ends.may).copied();
    weigh_sets(claims, works, ends.elements, &ends.sets, wanted)
}

/// Weighs these sets, and those that they are built on; by set.
pub(super) fn weigh_sets(
    claims: &Claims,
    works: &Works,
    elements: Elements,
    sets: &Sets,
    wanted: impl Iterator<Item = Set>,
) -> Vec<Weight> {
    let needed = needed(sets, wanted);
    let above = above(sets, &needed);
    let mut weights = vec![NOTHING; sets.count()];
    let roots: Vec<Set> =
        (1..number(sets.count())).filter(|&set| needed[set as usize] && sets.base(set) == EMPTY).collect();
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get).min(roots.len() / ROOTS_A_WORKER + 1);
    let weighed = std::thread::scope(|scope| {
        // Trees are dealt out in turn, as the large ones stand together.
        let weigh = |worker: usize| {
            let mut scales = Scales::new(claims, works, elements);
            weigh_trees(&mut scales, sets, &above, roots.iter().skip(worker).step_by(workers))
        };
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
    scales: &mut Scales<'_>,
    sets: &Sets,
    above: &Rows,
    roots: impl Iterator<Item = &'a Set>,
) -> Vec<(Set, Weight)> {
    let mut weighed = Vec::new();
    let mut walk: Vec<(Set, usize, Before)> = Vec::new();
    for &root in roots {
        if above.row(root).is_empty() {
            weighed.push((root, scales.weigh(sets.added(root))));
            continue;
        }
        let mut enter = Some(root);
        loop {
            if let Some(set) = enter.take() {
                let before = scales.before();
                sets.added(set).iter().for_each(|&element| scales.add(element));
                weighed.push((set, scales.weight()));
                walk.push((set, 0, before));
            }
            let Some((set, next, before)) = walk.last_mut() else {
                break;
            };
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
pub(super) fn needed(sets: &Sets, wanted: impl Iterator<Item = Set>) -> Vec<bool> {
    let mut needed = vec![false; sets.count()];
    for set in wanted {
        let mut set = set;
        while set != EMPTY && !needed[set as usize] {
            needed[set as usize] = true;
            set = sets.base(set);
        }
    }
    needed
}

/// For each set those that are built on it.
pub(super) fn above(sets: &Sets, needed: &[bool]) -> Rows {
    let built = (1..number(sets.count())).filter(|&set| needed[set as usize] && sets.base(set) != EMPTY);
    Rows::new(sets.count(), &built.map(|set| (sets.base(set), set)).collect::<Vec<_>>())
}
