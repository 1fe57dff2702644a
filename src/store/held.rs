//! Predicates held in memory: what many queries over one state of the store look up again and again.

use super::Result;
use super::fences::Fences;
use super::quads::Quad;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// How many predicates are held at most.
const SLOTS: usize = 64;
/// How many quads are held at most: of 24 bytes each.
const MOST: usize = 16 << 20;

/// The quads of a predicate in two orders: subject, object, graph, and object, subject, graph.
pub(super) struct Held {
    by_subject: Rows,
    by_object: Rows,
}

struct Rows {
    rows: Vec<[u32; 3]>,
    fences: Fences,
}

impl Rows {
    fn of(rows: Vec<[u32; 3]>) -> Self {
        let fences = Fences::of(rows.iter().map(|row| u64::from(row[0])));
        Self { rows, fences }
    }
}

impl Held {
    /// Holds quads that come sorted by object, subject and graph; none where they are more than `most`, or a number is beyond
    /// four bytes.
    fn of(quads: impl Iterator<Item = Result<Quad>>, most: usize) -> Result<Option<Self>> {
        let mut by_object = Vec::new();
        for quad in quads {
            let [subject, _, object, graph] = quad?;
            let (Ok(s), Ok(o), Ok(g)) = (u32::try_from(subject), u32::try_from(object), u32::try_from(graph)) else {
                return Ok(None);
            };
            if by_object.len() == most {
                return Ok(None);
            }
            by_object.push([o, s, g]);
        }
        by_object.shrink_to_fit();
        let mut by_subject: Vec<[u32; 3]> = by_object.iter().map(|[o, s, g]| [*s, *o, *g]).collect();
        by_subject.sort_unstable();
        Ok(Some(Self { by_subject: Rows::of(by_subject), by_object: Rows::of(by_object) }))
    }

    /// The quads that fit, in the order in which the store has them.
    pub(super) fn run(&self, subject: Option<u64>, object: Option<u64>) -> Run<'_> {
        let (Rows { rows, fences }, first, second) = match subject {
            Some(subject) => (&self.by_subject, Some(subject), object),
            None => (&self.by_object, object, None),
        };
        let Some(first) = first else { return Run { rows, turned: true } };
        let around = fences.around(first);
        let (Ok(first), Ok(second)) = (u32::try_from(first), second.map(u32::try_from).transpose()) else {
            return Run { rows: &[], turned: false };
        };
        let near = &rows[around];
        let start = near.partition_point(|row| match second {
            Some(second) => (row[0], row[1]) < (first, second),
            None => row[0] < first,
        });
        let rest = &near[start..];
        let fits = |row: &[u32; 3]| row[0] == first && second.is_none_or(|second| row[1] == second);
        // Most runs are short, some as long as all.
        let mut bound = 1;
        while rest.get(bound).is_some_and(fits) {
            bound *= 2;
        }
        let bound = bound.min(rest.len());
        Run { rows: &rest[..rest[..bound].partition_point(fits)], turned: subject.is_none() }
    }
}

/// Quads of one predicate, as subject, object and graph.
#[derive(Default)]
pub(super) struct Run<'h> {
    rows: &'h [[u32; 3]],
    /// Whether the object stands first.
    turned: bool,
}

impl Iterator for Run<'_> {
    type Item = [u64; 3];

    fn next(&mut self) -> Option<[u64; 3]> {
        let ([first, second, graph], rest) = self.rows.split_first()?;
        self.rows = rest;
        let (first, second, graph) = (u64::from(*first), u64::from(*second), u64::from(*graph));
        Some(if self.turned { [second, first, graph] } else { [first, second, graph] })
    }
}

/// The predicates that are held, by all readers of one state.
pub(super) struct Shelf {
    /// By predicate, its slot.
    places: Mutex<FxHashMap<u64, usize>>,
    slots: Vec<Slot>,
    /// How many quads may still be held.
    left: Mutex<usize>,
}

#[derive(Default)]
struct Slot {
    held: OnceLock<Option<Held>>,
    reading: Mutex<()>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { places: Mutex::default(), slots: (0..SLOTS).map(|_| Slot::default()).collect(), left: Mutex::new(MOST) }
    }
}

impl Shelf {
    /// A predicate's quads, read now if they are not held yet; none where there is no room for them.
    pub(super) fn get<I: Iterator<Item = Result<Quad>>>(
        &self,
        predicate: u64,
        read: impl FnOnce() -> Result<I>,
    ) -> Result<Option<&Held>> {
        let place = {
            let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            let next = places.len();
            *places.entry(predicate).or_insert(next)
        };
        let Some(slot) = self.slots.get(place) else { return Ok(None) };
        if let Some(held) = slot.held.get() {
            return Ok(held.as_ref());
        }
        let reading = slot.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.held.get().is_none() {
            let most = *self.left.lock().unwrap_or_else(PoisonError::into_inner);
            let held = Held::of(read()?, most)?;
            let taken = held.as_ref().map_or(0, |held| held.by_object.rows.len());
            let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
            *left = left.saturating_sub(taken);
            // Nobody else sets it while it is being read.
            let _ = slot.held.set(held);
        }
        drop(reading);
        Ok(slot.held.get().and_then(Option::as_ref))
    }
}

#[cfg(test)]
mod tests {
    use super::Held;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_held_is_found(
            rows in prop::collection::btree_set(prop::array::uniform3(0u64..6), 0..60),
            subject in prop::option::of(0u64..7),
            object in prop::option::of(0u64..7),
        ) {
            let sorted: BTreeSet<[u64; 3]> = rows.iter().map(|[s, o, g]| [*o, *s, *g]).collect();
            let held = Held::of(sorted.iter().map(|[o, s, g]| Ok([*s, 9, *o, *g])), 60).unwrap().unwrap();
            let fits = |row: &&[u64; 3]| subject.is_none_or(|s| s == row[0]) && object.is_none_or(|o| o == row[1]);
            let mut expected: Vec<[u64; 3]> = rows.iter().filter(fits).copied().collect();
            if subject.is_none() {
                expected.sort_by_key(|[s, o, g]| [*o, *s, *g]);
            }
            prop_assert_eq!(held.run(subject, object).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn what_is_too_much_is_not_held() {
        let quads = || [[1, 9, 1, 1], [2, 9, 1, 1]].into_iter().map(Ok);
        assert!(Held::of(quads(), 2).unwrap().is_some());
        assert!(Held::of(quads(), 1).unwrap().is_none());
        assert!(Held::of([[1 << 33, 9, 1, 1]].into_iter().map(Ok), 1).unwrap().is_none());
    }
}
