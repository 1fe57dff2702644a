//! What is in a large set, without looking through it?

use super::sets::{Built, EMPTY, MIDDLE, NONE, Set, Sets};
use super::union::number;

impl Sets {
    /// The base of `set`, or `set`, at a depth.
    fn base_at(&self, mut set: Set, depth: u32) -> Set {
        while self.built[set as usize].depth > depth {
            let Built { jump, base, .. } = self.built[set as usize];
            set = if self.built[jump as usize].depth >= depth { jump } else { base };
        }
        set
    }

    /// The largest set on which both are built.
    pub(super) fn common_base(&self, a: Set, b: Set) -> Set {
        let depth = self.built[a as usize].depth.min(self.built[b as usize].depth);
        let (mut a, mut b) = (self.base_at(a, depth), self.base_at(b, depth));
        while a != b {
            let (x, y) = (self.built[a as usize], self.built[b as usize]);
            (a, b) = if x.jump == y.jump { (x.base, y.base) } else { (x.jump, y.jump) };
        }
        a
    }

    /// Adds to `all` what `set` has and a base of it has not.
    pub(super) fn collect_above(&self, mut set: Set, base: Set, all: &mut Vec<u32>) {
        while set != base {
            all.extend(self.added(set));
            set = self.base(set);
        }
    }

    /// What `set` has and `other` has not.
    pub(super) fn others(&mut self, mut set: Set, other: Set) -> Vec<u32> {
        let base = self.common_base(set, other);
        let mut all = Vec::new();
        let (mut steps, mut next) = (0_u32, 1);
        while set != base {
            // The longer the way, the longer a look for its end may take.
            if steps == next {
                if self.is_within(set, other) {
                    break;
                }
                next *= 2;
            }
            steps += 1;
            all.extend(self.added(set));
            set = self.base(set);
        }
        self.retain_others(other, base, &mut all);
        all
    }

    /// Remembers that a union has all of some sets.
    pub(super) fn unite(&mut self, sets: &[Set], union: Set) {
        for &set in sets.iter().filter(|&&set| set != union && self.built[set as usize].size > MIDDLE) {
            self.within.entry(set).or_insert([union; 2])[1] = union;
        }
    }

    /// Whether it is soon found that another set has all of a set: that one or a base of it was made of sets that were made of this
    /// one.
    fn is_within(&self, set: Set, other: Set) -> bool {
        const LOOKED_AT: usize = 64;
        let (mut looked, mut todo) = (0, vec![set]);
        while let Some(set) = todo.pop()
            && looked < LOOKED_AT
        {
            looked += 1;
            let depth = self.built[set as usize].depth;
            if depth <= self.built[other as usize].depth && self.base_at(other, depth) == set {
                return true;
            }
            let [first, last] = self.within.get(&set).copied().unwrap_or([NONE; 2]);
            // What was made later is no base.
            todo.extend([last, first].into_iter().filter(|&set| set <= other));
        }
        false
    }

    /// What two sets have in common, and perhaps more of one of them, where it would take long to find out.
    pub(super) fn common(&mut self, a: Set, b: Set) -> Set {
        /// So many elements above the common base are looked through.
        const LOOKED_THROUGH: u32 = 64;
        if a == b {
            return a;
        }
        let base = self.common_base(a, b);
        let size = |set: Set| self.built[set as usize].size;
        let (less, more) = if size(a) <= size(b) { (a, b) } else { (b, a) };
        if size(more) - size(base) > LOOKED_THROUGH {
            return less;
        }
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        self.collect_above(less, base, &mut kept);
        self.collect_above(more, base, &mut others);
        kept.retain(|element| others.contains(element));
        self.union(&mut vec![base], &mut kept)
    }

    /// Whether a set contains an element.
    pub(super) fn contains(&self, set: Set, element: u32) -> bool {
        let mut below = set;
        while self.built[below as usize].size > MIDDLE {
            let Built { jump, base, .. } = self.built[below as usize];
            below = if self.built[jump as usize].size > MIDDLE { jump } else { base };
        }
        while below != EMPTY {
            if self.added(below).binary_search(&element).is_ok() {
                return true;
            }
            below = self.base(below);
        }
        let Built { depth, size, .. } = self.built[set as usize];
        if size <= MIDDLE {
            return false;
        }
        let mut next = self.last_adder.get(&element).copied().unwrap_or(NONE);
        while next != NONE {
            let (adder, before) = self.adders[next as usize];
            if adder <= set
                && self.built[adder as usize].depth <= depth
                && self.base_at(set, self.built[adder as usize].depth) == adder
            {
                return true;
            }
            next = before;
        }
        false
    }

    /// Whether a set contains an element that is `named`; `members` are all that may be.
    pub(super) fn contains_any(&self, set: Set, members: &[u32], named: &impl Fn(u32) -> bool) -> bool {
        if number(members.len()) <= self.built[set as usize].size {
            return members.iter().any(|&member| self.contains(set, member));
        }
        let mut all = Vec::new();
        self.collect(set, &mut all);
        all.into_iter().any(named)
    }

    /// Keeps of elements those that a set does not contain. None of them is in `base`, which it is built on.
    pub(super) fn retain_others(&mut self, set: Set, base: Set, elements: &mut Vec<u32>) {
        let above = (self.built[set as usize].size - self.built[base as usize].size) as usize;
        // How many sets add an element, where large sets have little in common.
        let adders = 1 + self.adders.len() / (1 + self.last_adder.len());
        if above > MIDDLE as usize && elements.len() < above / (8 * adders) {
            elements.retain(|&element| !self.contains(set, element));
            return;
        }
        if elements.is_empty() {
            return;
        }
        self.clock += 1;
        let mut below = set;
        while below != base {
            let Built { base, first, added, .. } = self.built[below as usize];
            for &element in &self.pool[first as usize..(first + added) as usize] {
                self.seen[element as usize] = self.clock;
            }
            below = base;
        }
        elements.retain(|&element| self.seen[element as usize] != self.clock);
    }
}
