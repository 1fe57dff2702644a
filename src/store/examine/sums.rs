//! Sums of hashes in buckets: equal for equal sets, whatever their order.

use xxhash_rust::xxh3::xxh3_128;

const BUCKETS: usize = 1 << 14;

/// A set of byte strings, as far as it can be told from another.
pub(super) struct Sums(Vec<u128>);

/// The hash of an entry; its low bits say which bucket it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Hash(u128);

impl Hash {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(xxh3_128(bytes))
    }

    pub(super) fn bucket(self) -> usize {
        self.0 as usize % BUCKETS
    }
}

impl Sums {
    pub(super) fn new() -> Self {
        Self(vec![0; BUCKETS])
    }

    pub(super) fn add(&mut self, hash: Hash) {
        let sum = &mut self.0[hash.bucket()];
        *sum = sum.wrapping_add(hash.0);
    }

    /// The buckets in which two sets differ.
    pub(super) fn differences(&self, other: &Self) -> Vec<usize> {
        (0..BUCKETS).filter(|bucket| self.0[*bucket] != other.0[*bucket]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, Sums};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn sums_tell_sets_apart_and_not_orders(
            mine in prop::collection::btree_set(any::<u32>(), 0..60),
            theirs in prop::collection::btree_set(any::<u32>(), 0..60),
        ) {
            let sum = |numbers: &mut dyn Iterator<Item = &u32>| {
                let mut sums = Sums::new();
                numbers.for_each(|number| sums.add(Hash::of(&number.to_be_bytes())));
                sums
            };
            prop_assert!(sum(&mut mine.iter()).differences(&sum(&mut mine.iter().rev())).is_empty());
            let differing = sum(&mut mine.iter()).differences(&sum(&mut theirs.iter()));
            let expected: BTreeSet<usize> =
                mine.symmetric_difference(&theirs).map(|number| Hash::of(&number.to_be_bytes()).bucket()).collect();
            prop_assert_eq!(differing, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
