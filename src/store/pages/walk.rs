//! All pages of a file: those of the trees, those on the list of free ones, and whether that is all of them.

use super::free::free_list;
use super::node::OVERFLOW;
use super::tree::{Order, descend};
use super::{HEADER, METAS, Meta, Tree, u16_at, u32_at, u64_at};
use crate::model::{Part, counted};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// LMDB marks the tree of free pages by this, and other trees by nothing.
const INTEGER_KEYS: u16 = 0x08;
/// More pages than any map of ours has room for.
const MOST_PAGES: u64 = 1 << 28;

/// What the walk has seen.
pub(in crate::store) struct Pages<'f> {
    pub(super) file: &'f File,
    pub(super) size: u64,
    pub(super) last: u64,
    used: Vec<u64>,
    seen: u64,
    pub(super) told: Part,
    progress: &'f mut dyn FnMut(u64, u64),
}

impl<'f> Pages<'f> {
    fn new(file: &'f File, meta: &Meta, progress: &'f mut dyn FnMut(u64, u64)) -> Self {
        let used = vec![0; (meta.last / 64 + 1) as usize];
        Self { file, size: meta.page_size, last: meta.last, used, seen: 0, told: Part::new("pages"), progress }
    }

    /// Notes that a page belongs to something; says why it cannot.
    pub(super) fn claim(&mut self, page: u64) -> Result<(), String> {
        if !(METAS..=self.last).contains(&page) {
            return Err(format!("page {page} is none: the last one is {}", self.last));
        }
        let (word, bit) = ((page / 64) as usize, 1 << (page % 64));
        if self.used[word] & bit != 0 {
            return Err(format!("page {page} belongs to something else already"));
        }
        self.used[word] |= bit;
        self.seen += 1;
        if self.seen.is_multiple_of(4096) {
            (self.progress)(self.seen, self.last + 1);
        }
        Ok(())
    }

    pub(super) fn read(&self, page: u64) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; self.size as usize];
        match self.file.read_exact_at(&mut bytes, page * self.size) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err("it is beyond the end of the file".to_owned())
            }
            Err(error) => Err(format!("it cannot be read: {error}")),
        }
    }

    /// Claims the pages that a long value takes; returns how many.
    pub(super) fn claim_long(&mut self, page: u64, length: usize) -> Result<u64, String> {
        let count = (HEADER as u64 + length as u64).div_ceil(self.size);
        for number in page..page.saturating_add(count) {
            self.claim(number)?;
        }
        let first = self.read(page)?;
        if u64_at(&first, 0) != page || u16_at(&first, 10) != OVERFLOW || u64::from(u32_at(&first, 12)) != count {
            return Err(format!("page {page} does not begin a value of {length} bytes"));
        }
        Ok(count)
    }

    /// The bytes of a long value.
    pub(super) fn long(&self, page: u64, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; length];
        let at = page * self.size + HEADER as u64;
        self.file.read_exact_at(&mut bytes, at).map_err(|error| format!("page {page} cannot be read: {error}"))?;
        Ok(bytes)
    }

    fn is_claimed(&self, page: u64) -> bool {
        self.used[(page / 64) as usize] & 1 << (page % 64) != 0
    }
}

/// Walks all pages of the state that `meta` records; `other` is the file's other record. `progress` hears of how many pages
/// of how many have been seen.
pub(in crate::store) fn examine(file: &File, meta: &Meta, other: &Meta, progress: &mut dyn FnMut(u64, u64)) -> Part {
    if meta.last >= MOST_PAGES {
        let mut told = Part::new("pages");
        told.find(format!("the file's record says that its last page is {}", meta.last));
        return told;
    }
    let mut pages = Pages::new(file, meta, progress);
    let mut tables: Vec<(String, Tree)> = Vec::new();
    walk(&mut pages, "the list of tables", &meta.main, (Order::Bytes, 0), &mut |pages, key, value| {
        let name = String::from_utf8_lossy(key).into_owned();
        match value.table() {
            Some(tree) => tables.push((name, tree)),
            None => pages.told.find(format!("`{name}` in the list of tables is no table")),
        }
    });
    for (name, tree) in &tables {
        walk(&mut pages, &format!("`{name}`"), tree, (Order::Bytes, 0), &mut |pages, _, value| {
            if value.table().is_some() {
                pages.told.find(format!("`{name}` holds a table where a value should be"));
            }
        });
    }
    let in_use = pages.seen;
    let free = free_list(&mut pages, &meta.free);
    let listing = pages.seen - in_use;
    if !records_agree(meta, other, free.newest) {
        pages.told.find(format!(
            "the file's two records say that its last transactions were {} and {}, and that does not go together with what they list",
            meta.transaction, other.transaction
        ));
    }
    for page in free.pages {
        if let Err(fault) = pages.claim(page) {
            pages.told.find(format!("the list of free pages: {fault}"));
        }
    }
    let lost = meta.last + 1 - METAS - pages.seen;
    if lost > 0 && pages.told.is_fine() {
        pages.told.find(format!("{lost} pages belong to nothing, and are not on the list of free ones"));
    }
    let free = pages.seen - in_use - listing;
    pages.told.conclude(format!("{} in use, {free} free", counted(in_use, "page")));
    pages.told
}

pub(super) fn walk(
    pages: &mut Pages<'_>,
    name: &str,
    tree: &Tree,
    (order, flags): (Order, u16),
    visit: &mut dyn FnMut(&mut Pages<'_>, &[u8], super::tree::Entry<'_>),
) {
    if tree.flags != flags {
        pages.told.find(format!("{name} has the flags {:#x}", tree.flags));
    }
    let counted = descend(pages, name, tree, order, visit);
    let said = [tree.branches, tree.leaves, tree.overflows, tree.entries];
    if counted.is_some_and(|counted| counted != said) {
        pages.told.find(format!("{name} is not as large as it is said to be"));
    }
}

/// LMDB writes its two records in turn, and each transaction but the first frees pages and lists them under its number.
fn records_agree(meta: &Meta, other: &Meta, newest: Option<u64>) -> bool {
    let in_turn = meta.page_size == other.page_size && meta.transaction.abs_diff(other.transaction) == 1;
    in_turn
        && match newest {
            Some(newest) => newest == meta.transaction,
            // What `compact` leaves has nothing free, and both records are of one state.
            None => meta.transaction <= 1 || meta.same_state(other),
        }
}

pub(super) const FREE: (Order, u16) = (Order::Numbers, INTEGER_KEYS);

/// Whether all pages from the byte `length` on are on the list of free ones, so that they need not be there.
pub(super) fn rest_is_free(file: &File, meta: &Meta, length: u64) -> bool {
    let from = length / meta.page_size;
    if meta.last >= MOST_PAGES {
        return false;
    }
    let mut silent = |_, _| {};
    let mut pages = Pages::new(file, meta, &mut silent);
    let free = free_list(&mut pages, &meta.free);
    if !pages.told.is_fine() {
        return false;
    }
    for page in free.pages {
        if pages.claim(page).is_err() {
            return false;
        }
    }
    (from..=meta.last).all(|page| pages.is_claimed(page))
}
