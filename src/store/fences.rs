//! Where in a sorted list do the entries of a number begin?

use std::ops::Range;

/// How many entries stand between two fences, if the numbers are spread evenly.
const APART: usize = 4;

/// For stretches of equal length of the numbers, where their entries begin: a look-up is a step there and a few steps in the list, where a
/// search by halves would miss the processor's caches at each of them.
#[derive(Default)]
pub(super) struct Fences {
    least: u64,
    shift: u32,
    starts: Vec<u32>,
}

impl Fences {
    /// Those of a list; `firsts` are the numbers of its entries, ascending.
    pub(super) fn of(firsts: impl ExactSizeIterator<Item = u64> + Clone) -> Self {
        let length = firsts.len();
        let (Some(least), Some(most)) = (firsts.clone().next(), firsts.clone().last()) else {
            return Self { least: 0, shift: 0, starts: Vec::new() };
        };
        let wanted = (length / APART).max(2) as u64;
        let mut shift = 0;
        while (most - least) >> shift >= wanted {
            shift += 1;
        }
        let mut starts = Vec::with_capacity(((most - least) >> shift) as usize + 2);
        for (place, first) in firsts.enumerate() {
            while starts.len() as u64 <= (first - least) >> shift {
                starts.push(place as u32);
            }
        }
        starts.push(length as u32);
        Self { least, shift, starts }
    }

    /// Among which entries those of a number are.
    pub(super) fn around(&self, first: u64) -> Range<usize> {
        let Some(place) = first.checked_sub(self.least).map(|place| (place >> self.shift) as usize) else {
            return 0..0;
        };
        match self.starts.get(place..=place.saturating_add(1)) {
            Some([start, end]) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fences;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_are_where_the_fences_say(mut list in prop::collection::vec(prop_oneof![0u64..50, any::<u64>()], 0..80), more in any::<u64>()) {
            list.sort_unstable();
            let fences = Fences::of(list.iter().copied());
            for wanted in list.iter().copied().chain([more, 0, 7, u64::MAX]) {
                let around = fences.around(wanted);
                for (place, number) in list.iter().enumerate() {
                    prop_assert_eq!(*number == wanted && !around.contains(&place), false);
                }
            }
        }
    }
}
