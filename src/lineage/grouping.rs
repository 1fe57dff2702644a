//! How many groups do these ends fall into? Ends come and go in the manner of a stack.

use super::table::Rows;
use super::works::Works;

const JOINED: u32 = 1 << 31;

/// Groups of ends that have something in common, all of whose changes can be taken back.
///
/// Ends of one chain of revisions (so also of one work) are one thing. Other things that ends have in common, agents or
/// houses, are numbered from the number of chains on.
pub(super) struct Grouping<'a> {
    works: &'a Works,
    up: Vec<u32>,
    /// How many things are below a thing; 0 while no end has it.
    size: Vec<u32>,
    groups: u32,
    /// What was changed: a thing that an end has, or, marked, one that was put below another.
    changes: Vec<u32>,
    /// For works that share a source with others: how many of their ends there are.
    present: Vec<u32>,
    /// These works in the order of their ends.
    sharing: Vec<u32>,
}

/// A state to return to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    changes: usize,
    sharing: usize,
}

impl<'a> Grouping<'a> {
    /// No ends; `things` is how many things there are besides chains of revisions.
    pub(super) fn new(works: &'a Works, things: usize) -> Self {
        let bound = works.chains + things;
        Grouping {
            works,
            up: (0..super::union::number(bound)).collect(),
            size: vec![0; bound],
            groups: 0,
            changes: Vec::new(),
            present: vec![0; works.count()],
            sharing: Vec::new(),
        }
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> u32 {
        self.groups
    }

    /// Adds an end of a work that has these things.
    pub(super) fn add(&mut self, work: u32, things: impl Iterator<Item = u32>) {
        let chain = self.works.chain[work as usize];
        self.have(chain);
        let first = super::union::number(self.works.chains);
        for thing in things {
            self.have(first + thing);
            self.join(chain, first + thing);
        }
        let works = self.works;
        let shares: &Rows = &works.shares;
        let others = shares.row(work);
        if others.is_empty() {
            return;
        }
        self.present[work as usize] += 1;
        self.sharing.push(work);
        if self.present[work as usize] > 1 {
            return;
        }
        // The shorter way round: a wire that a hundred thousand share is met by few of them at a time.
        if others.len() <= self.sharing.len() {
            for &other in others {
                if self.present[other as usize] > 0 {
                    self.join(chain, works.chain[other as usize]);
                }
            }
        } else {
            for i in 0..self.sharing.len() {
                if others.binary_search(&self.sharing[i]).is_ok() {
                    self.join(chain, works.chain[self.sharing[i] as usize]);
                }
            }
        }
    }

    /// A mark of the present state.
    pub(super) fn mark(&self) -> Mark {
        Mark { changes: self.changes.len(), sharing: self.sharing.len() }
    }

    /// Takes back all that was added since a mark.
    pub(super) fn back(&mut self, mark: Mark) {
        for work in self.sharing.drain(mark.sharing..) {
            self.present[work as usize] -= 1;
        }
        while self.changes.len() > mark.changes {
            let change = self.changes.pop().expect("there are more changes than at the mark");
            let thing = (change & !JOINED) as usize;
            if change & JOINED == 0 {
                self.size[thing] = 0;
                self.groups -= 1;
            } else {
                let above = self.up[thing] as usize;
                self.size[above] -= self.size[thing];
                self.up[thing] = change & !JOINED;
                self.groups += 1;
            }
        }
    }

    fn have(&mut self, thing: u32) {
        if self.size[thing as usize] == 0 {
            self.size[thing as usize] = 1;
            self.groups += 1;
            self.changes.push(thing);
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        let (above, below) = if self.size[a as usize] >= self.size[b as usize] { (a, b) } else { (b, a) };
        self.up[below as usize] = above;
        self.size[above as usize] += self.size[below as usize];
        self.groups -= 1;
        self.changes.push(below | JOINED);
    }

    fn find(&self, mut thing: u32) -> u32 {
        // Paths are not shortened, as that could not be taken back; joining by size keeps them short.
        while self.up[thing as usize] != thing {
            thing = self.up[thing as usize];
        }
        thing
    }
}
