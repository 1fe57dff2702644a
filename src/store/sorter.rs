//! Sorts more quads than memory should hold: sorted runs go to disk past a budget, and are merged as they are read.

use super::Result;
use super::blocks::Key;
use super::error::Error;
use super::packed::{BYTES, Packed};
use rayon::slice::ParallelSliceMut;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 1 << 18;
/// So many keys that more will be many more.
const MANY: usize = 1 << 20;

/// An arrangement: which part of what was pushed comes first, second…
pub(super) type Order = [usize; 4];

/// Collects keys in any order and gives them back sorted, in one or several arrangements, each once.
pub(super) struct Sorter {
    orders: &'static [Order],
    held: Vec<Packed>,
    /// The arrangement that `held` is in.
    arranged: usize,
    sorted: bool,
    /// One file an arrangement for every run.
    runs: Vec<Vec<File>>,
    budget: usize,
    folder: PathBuf,
}

impl Sorter {
    /// Sorts into `orders`, the first of which keys are pushed in. At most `budget` keys are held, in twenty bytes each; runs of
    /// more are kept in nameless files in `folder`.
    pub(super) fn new(orders: &'static [Order], budget: usize, folder: &Path) -> Self {
        Self {
            orders,
            held: Vec::new(),
            arranged: 0,
            sorted: false,
            runs: Vec::new(),
            budget,
            folder: folder.to_owned(),
        }
    }

    /// An empty one like this.
    pub(super) fn another(&self) -> Self {
        Self::new(self.orders, self.budget, &self.folder)
    }

    /// Takes one, its parts in the first arrangement.
    pub(super) fn push(&mut self, key: Key) -> Result<()> {
        if self.held.len() >= self.budget {
            self.spill().map_err(|source| Error::Io { path: self.folder.clone(), source })?;
        }
        self.arrange(0);
        if self.held.len() == MANY {
            // Address space, of which what is not used takes no memory: growing bit by bit copies what is held again and again.
            self.held.reserve_exact(self.budget.saturating_sub(MANY));
        }
        self.held.push(Packed::new(key));
        self.sorted = false;
        Ok(())
    }

    /// What brings a key that is held into an arrangement.
    fn arranger(&self, order: usize) -> impl Fn(&Packed) -> Packed + use<> {
        let (from, to) = (self.orders[self.arranged], self.orders[order]);
        let places: Order = to.map(|part| from.iter().position(|held| *held == part).expect("all have all parts"));
        move |packed| {
            let key = packed.key();
            Packed::new(places.map(|place| key[place]))
        }
    }

    /// Brings what is held into an arrangement.
    fn arrange(&mut self, order: usize) {
        if self.arranged == order {
            return;
        }
        let arranged = self.arranger(order);
        for packed in &mut self.held {
            *packed = arranged(packed);
        }
        self.arranged = order;
        self.sorted = false;
    }

    /// How many keys are in memory.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// What is held, sorted in another arrangement: for [`Sorter::put`] once the present one is done with.
    pub(super) fn ahead(&self, order: usize) -> Vec<Packed> {
        let mut held: Vec<Packed> = self.held.iter().map(self.arranger(order)).collect();
        held.par_sort_unstable();
        held.dedup();
        held
    }

    /// Puts what was made [ahead](Sorter::ahead) in the place of what is held.
    pub(super) fn put(&mut self, order: usize, held: Vec<Packed>) {
        (self.held, self.arranged, self.sorted) = (held, order, true);
    }

    /// Brings all into an arrangement, sorted.
    pub(super) fn sort(&mut self, order: usize) {
        self.arrange(order);
        if !self.sorted {
            self.held.par_sort_unstable();
            self.held.dedup();
            self.sorted = true;
        }
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut files = Vec::with_capacity(self.orders.len());
        for order in 0..self.orders.len() {
            self.sort(order);
            let mut out = BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.folder)?);
            for packed in &self.held {
                out.write_all(&packed.to_bytes())?;
            }
            files.push(out.into_inner().map_err(io::IntoInnerError::into_error)?);
        }
        self.runs.push(files);
        self.held.clear();
        self.arranged = 0;
        Ok(())
    }

    /// All that was pushed, in one of the arrangements, sorted, each once.
    pub(super) fn sorted(&mut self, order: usize) -> Result<Sorted<'_>> {
        self.sort(order);
        self.as_sorted()
    }

    /// All that was pushed, in the arrangement that it was [sorted](Sorter::sort) in last.
    pub(super) fn as_sorted(&self) -> Result<Sorted<'_>> {
        debug_assert!(self.sorted || self.held.is_empty(), "it is sorted first");
        let order = self.arranged;
        let broken = |source| Error::Io { path: self.folder.clone(), source };
        let mut runs = Vec::with_capacity(self.runs.len());
        let mut heads = BinaryHeap::new();
        for files in &self.runs {
            let mut file = &files[order];
            file.rewind().map_err(broken)?;
            let mut run = BufReader::with_capacity(BUFFER, file);
            if let Some(first) = read(&mut run).map_err(broken)? {
                heads.push(Reverse((first, runs.len())));
            }
            runs.push(run);
        }
        Ok(Sorted { held: self.held.iter(), head: None, runs, heads, last: None, folder: &self.folder }.started())
    }
}

fn read(run: &mut impl Read) -> io::Result<Option<Packed>> {
    let mut bytes = [0; BYTES];
    match run.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(Packed::from_bytes(bytes))),
        // Runs are of whole entries: the end of one is the end of the file.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sorted keys, each once.
pub(super) struct Sorted<'a> {
    held: std::slice::Iter<'a, Packed>,
    head: Option<Packed>,
    runs: Vec<BufReader<&'a File>>,
    heads: BinaryHeap<Reverse<(Packed, usize)>>,
    last: Option<Packed>,
    folder: &'a Path,
}

impl Sorted<'_> {
    fn started(mut self) -> Self {
        self.head = self.held.next().copied();
        self
    }

    fn step(&mut self) -> io::Result<Option<Packed>> {
        let from_run = match (self.heads.peek(), self.head) {
            (Some(Reverse((run, _))), Some(held)) => *run < held,
            (found, _) => found.is_some(),
        };
        if !from_run {
            return Ok(std::mem::replace(&mut self.head, self.held.next().copied()));
        }
        let Some(Reverse((found, number))) = self.heads.pop() else { return Ok(None) };
        if let Some(next) = read(&mut self.runs[number])? {
            self.heads.push(Reverse((next, number)));
        }
        Ok(Some(found))
    }
}

impl Iterator for Sorted<'_> {
    type Item = Result<Key>;

    fn next(&mut self) -> Option<Result<Key>> {
        loop {
            match self.step() {
                Ok(found) => {
                    let found = found?;
                    if self.last.replace(found) != Some(found) {
                        return Some(Ok(found.key()));
                    }
                }
                Err(source) => return Some(Err(Error::Io { path: self.folder.to_owned(), source })),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Sorter};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const ORDERS: [Order; 3] = [[0, 1, 2, 3], [1, 2, 0, 3], [3, 0, 1, 2]];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn runs_on_disk_change_nothing(
            keys in prop::collection::vec(prop::array::uniform4(0u64..6), 0..120),
            budget in 1usize..50,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorter = Sorter::new(&ORDERS, budget, folder.path());
            for key in &keys {
                sorter.push(*key).unwrap();
            }
            for (number, order) in ORDERS.iter().enumerate() {
                let expected: BTreeSet<_> = keys.iter().map(|key| order.map(|part| key[part])).collect();
                let found: Vec<_> = sorter.sorted(number).unwrap().map(|key| key.unwrap()).collect();
                let expected: Vec<_> = expected.into_iter().collect();
                prop_assert_eq!(&found, &expected);
                let (before, ahead) = ((number + 2) % 3, number);
                sorter.sort(before);
                let made = sorter.ahead(ahead);
                sorter.put(ahead, made);
                let found: Vec<_> = sorter.as_sorted().unwrap().map(|key| key.unwrap()).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
