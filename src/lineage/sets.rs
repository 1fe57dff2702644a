//! Sets of numbers, by the hundred thousand, most of them small or nearly the same as another.
//!
//! A set is another set, its *base*, and what it adds. A small set has the empty base, so that equal small sets are one.
//! A large set shares its base with others: along a chain of a million claims, each with one source more, a million
//! sets of up to a million elements take a million numbers.

use super::union::number;
use rustc_hash::FxHashMap;

/// Up to this size a set stands by itself.
const SMALL: u32 = 12;
/// Up to this size the elements of a set are looked through; of a larger one it is recorded which set adds which.
pub(super) const MIDDLE: u32 = 48;
pub(super) const NONE: u32 = u32::MAX;

/// A set, as its number among [`Sets`].
pub(super) type Set = u32;

/// The set without elements.
pub(super) const EMPTY: Set = 0;

#[derive(Clone, Copy)]
pub(super) struct Built {
    pub(super) base: Set,
    /// How many bases are below this set, and one far below, by which any is found in few steps.
    pub(super) depth: u32,
    pub(super) jump: Set,
    pub(super) first: u32,
    pub(super) added: u32,
    pub(super) size: u32,
}

/// All sets that were built. Equal sets are mostly, not always, one set.
#[derive(Clone)]
pub(super) struct Sets {
    pub(super) built: Vec<Built>,
    pub(super) pool: Vec<u32>,
    single: Vec<Set>,
    /// By a hash of base and elements, or the next free number.
    interned: FxHashMap<u64, Set>,
    /// For each element the last large set that adds it, and the place of the one before among `adders`.
    pub(super) last_adder: FxHashMap<u32, u32>,
    pub(super) adders: Vec<(Set, u32)>,
    /// For each element when it was last seen by [`Sets::retain_others`].
    pub(super) seen: Vec<u32>,
    pub(super) clock: u32,
    /// For large sets the first and the last set that each was united into.
    pub(super) within: FxHashMap<Set, [Set; 2]>,
    /// For [`Sets::without`]: what a large set is without a group of elements.
    reduced: FxHashMap<(Set, u32), Set>,
}

impl Sets {
    /// No sets but the empty one; elements are numbers below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        let empty = Built { base: EMPTY, depth: 0, jump: EMPTY, first: 0, added: 0, size: 0 };
        Sets {
            built: vec![empty],
            pool: Vec::new(),
            single: vec![NONE; bound],
            interned: FxHashMap::default(),
            last_adder: FxHashMap::default(),
            adders: Vec::new(),
            seen: vec![0; bound],
            clock: 0,
            within: FxHashMap::default(),
            reduced: FxHashMap::default(),
        }
    }

    /// How many sets there are. A set's base has a smaller number than the set.
    pub(super) fn count(&self) -> usize {
        self.built.len()
    }

    pub(super) fn base(&self, set: Set) -> Set {
        self.built[set as usize].base
    }

    /// The elements that a set adds to its base, sorted.
    pub(super) fn added(&self, set: Set) -> &[u32] {
        let Built { first, added, .. } = self.built[set as usize];
        &self.pool[first as usize..(first + added) as usize]
    }

    /// How many elements a set has.
    pub(super) fn size(&self, set: Set) -> u32 {
        self.built[set as usize].size
    }

    pub(super) fn is_small(&self, set: Set) -> bool {
        self.built[set as usize].size <= SMALL
    }

    /// Adds all elements of a set to `all`.
    pub(super) fn collect(&self, mut set: Set, all: &mut Vec<u32>) {
        while set != EMPTY {
            all.extend(self.added(set));
            set = self.base(set);
        }
    }

    /// The set of one element.
    pub(super) fn single(&mut self, element: u32) -> Set {
        if self.single[element as usize] == NONE {
            self.single[element as usize] = self.build(EMPTY, &[element]);
        }
        self.single[element as usize]
    }

    /// The union of sets and elements. Leaves both lists empty.
    pub(super) fn union(&mut self, sets: &mut Vec<Set>, elements: &mut Vec<u32>) -> Set {
        sets.sort_unstable();
        sets.dedup();
        if sets.first() == Some(&EMPTY) {
            sets.remove(0);
        }
        elements.sort_unstable();
        elements.dedup();
        let union = match (&sets[..], &elements[..]) {
            ([], []) => EMPTY,
            ([one], []) => *one,
            ([], [one]) => self.single(*one),
            _ => {
                let size = |set: &Set| self.built[*set as usize].size;
                let base = sets.iter().copied().max_by_key(size).unwrap_or(EMPTY);
                if size(&base) <= SMALL {
                    for &set in sets.iter() {
                        self.collect(set, elements);
                    }
                    elements.sort_unstable();
                    elements.dedup();
                    if number(elements.len()) == size(&base) { base } else { self.intern(EMPTY, elements) }
                } else {
                    self.retain_others(base, EMPTY, elements);
                    for &set in sets.iter().filter(|&&set| set != base) {
                        let mut others = self.others(set, base);
                        elements.append(&mut others);
                    }
                    elements.sort_unstable();
                    elements.dedup();
                    let union = self.intern(base, elements);
                    self.unite(sets, union);
                    union
                }
            }
        };
        sets.clear();
        elements.clear();
        union
    }

    /// A set without its elements that `drop` names. `group` is a number for what `drop` names, the same for the same, and
    /// `members` are all that it may name; without them, nothing is remembered.
    pub(super) fn without(&mut self, set: Set, group: Option<(u32, &[u32])>, drop: &impl Fn(u32) -> bool) -> Set {
        if self.is_small(set) {
            if !self.added(set).iter().any(|&element| drop(element)) {
                return set;
            }
            return self.keep(EMPTY, set, EMPTY, drop);
        }
        if let Some((group, members)) = group {
            let near = [set, self.base(set)].into_iter().any(|set| self.reduced.contains_key(&(set, group)));
            if !near && !self.contains_any(set, members, drop) {
                self.reduced.insert((set, group), set);
                return set;
            }
        }
        let (mut above, mut base, mut kept) = (Vec::new(), set, EMPTY);
        while base != EMPTY {
            if let Some(found) = group.and_then(|(group, _)| self.reduced.get(&(base, group))) {
                kept = *found;
                break;
            }
            above.push(base);
            base = self.base(base);
        }
        for &set in above.iter().rev() {
            kept = self.keep(self.base(set), set, kept, drop);
            if let Some((group, _)) = group {
                self.reduced.insert((set, group), kept);
            }
        }
        kept
    }

    /// `kept`, to which `base` was reduced, with what `set` adds to `base` and is not dropped.
    fn keep(&mut self, base: Set, set: Set, kept: Set, drop: &impl Fn(u32) -> bool) -> Set {
        let mut added = self.added(set).to_vec();
        added.retain(|&element| !drop(element));
        if kept == base && number(added.len()) == self.built[set as usize].added {
            return set;
        }
        self.union(&mut vec![kept], &mut added)
    }

    fn intern(&mut self, base: Set, added: &[u32]) -> Set {
        if added.is_empty() {
            return base;
        }
        if base == EMPTY
            && let [one] = added
        {
            return self.single(*one);
        }
        let mut hash = added.iter().fold(base.into(), |hash: u64, &x| {
            (hash.rotate_left(5) ^ u64::from(x)).wrapping_mul(0x517c_c1b7_2722_0a95)
        });
        while let Some(&set) = self.interned.get(&hash) {
            if self.base(set) == base && self.added(set) == added {
                return set;
            }
            hash = hash.wrapping_add(1);
        }
        let set = self.build(base, added);
        self.interned.insert(hash, set);
        set
    }

    fn build(&mut self, base: Set, added: &[u32]) -> Set {
        let set = number(self.built.len());
        let below = self.built[base as usize];
        let far = self.built[below.jump as usize];
        let even = below.depth - far.depth == far.depth - self.built[far.jump as usize].depth;
        let size = below.size + number(added.len());
        self.built.push(Built {
            base,
            depth: below.depth + 1,
            jump: if even { far.jump } else { base },
            first: number(self.pool.len()),
            added: number(added.len()),
            size,
        });
        self.pool.extend(added);
        if size > MIDDLE {
            for &element in added {
                let place = number(self.adders.len());
                let before = self.last_adder.insert(element, place).unwrap_or(NONE);
                self.adders.push((set, before));
            }
        }
        set
    }
}
