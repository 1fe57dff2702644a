//! One B-tree, from its root down: every page in its place, every key between those above it.

use super::node::{Value, entries, kind};
use super::walk::Pages;
use super::{NO_PAGE, Tree, u64_at};
use std::cmp::Ordering;

/// Deeper than LMDB's own cursors go.
const DEEPEST: u16 = 32;

/// How a tree's keys are sorted.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Bytes,
    /// As numbers of eight bytes.
    Numbers,
}

impl Order {
    fn compare(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Self::Numbers if a.len() == 8 && b.len() == 8 => u64_at(a, 0).cmp(&u64_at(b, 0)),
            _ => a.cmp(b),
        }
    }
}

/// What a leaf's entry holds, long values not read.
pub(super) struct Entry<'p>(Value<'p>);

impl Entry<'_> {
    /// The table that the entry describes.
    pub(super) fn table(&self) -> Option<Tree> {
        match self.0 {
            Value::Table(record) if record.len() == Tree::BYTES => Some(Tree::read(record)),
            _ => None,
        }
    }

    /// The entry's bytes.
    pub(super) fn bytes(&self, pages: &Pages<'_>) -> Result<Vec<u8>, String> {
        match self.0 {
            Value::Here(bytes) | Value::Table(bytes) => Ok(bytes.to_vec()),
            Value::There { page, length } => pages.long(page, length),
            Value::Child(_) => Err("a branch has no value".to_owned()),
        }
    }
}

struct Descent<'v> {
    name: &'v str,
    order: Order,
    depth: u16,
    /// Branches, leaves, pages of long values, entries.
    counts: [u64; 4],
    whole: bool,
}

/// Visits all entries of a tree. Returns how many branches, leaves, pages of long values and entries it has, if all of it
/// could be read.
pub(super) fn descend(
    pages: &mut Pages<'_>,
    name: &str,
    tree: &Tree,
    order: Order,
    visit: &mut dyn FnMut(&mut Pages<'_>, &[u8], Entry<'_>),
) -> Option<[u64; 4]> {
    if tree.root == NO_PAGE {
        return Some([0; 4]);
    }
    if !(1..=DEEPEST).contains(&tree.depth) {
        pages.told.find(format!("{name} is said to be {} pages deep", tree.depth));
        return None;
    }
    let mut descent = Descent { name, order, depth: tree.depth, counts: [0; 4], whole: true };
    page(pages, &mut descent, (tree.root, 1), (None, None), visit);
    descent.whole.then_some(descent.counts)
}

/// Visits what is below a page. The keys there are at least `bounds.0` and less than `bounds.1`.
fn page(
    pages: &mut Pages<'_>,
    descent: &mut Descent<'_>,
    (number, level): (u64, u16),
    bounds: (Option<&[u8]>, Option<&[u8]>),
    visit: &mut dyn FnMut(&mut Pages<'_>, &[u8], Entry<'_>),
) {
    let leaf = level == descent.depth;
    let read = pages.claim(number).and_then(|()| pages.read(number).map_err(|fault| format!("page {number}: {fault}")));
    let fault = |descent: &mut Descent<'_>, pages: &mut Pages<'_>, fault: &str| {
        descent.whole = false;
        pages.told.find(format!("{}: {fault}", descent.name));
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(what) => return fault(descent, pages, &what),
    };
    let found = match entries(&bytes, number, leaf) {
        Ok(found) => found,
        Err(what) => return fault(descent, pages, &format!("page {number}: {what}")),
    };
    descent.counts[usize::from(leaf)] += 1;
    if found.is_empty() {
        return fault(descent, pages, &format!("page {number}: it is a {} without entries", kind(leaf)));
    }
    let order = descent.order;
    let compare = |a: Option<&[u8]>, b: Option<&[u8]>| match (a, b) {
        (Some(a), Some(b)) => order.compare(a, b),
        _ => Ordering::Less,
    };
    // A branch's first key is not read: what is before its second goes there.
    let key_of = |index: usize| if leaf || index > 0 { Some(found[index].0) } else { bounds.0 };
    for index in 0..found.len() {
        let key = key_of(index);
        let high = if index + 1 < found.len() { key_of(index + 1) } else { bounds.1 };
        if compare(bounds.0, key) == Ordering::Greater || compare(key, high) != Ordering::Less {
            return fault(descent, pages, &format!("page {number}: its keys are out of order at entry {index}"));
        }
        match found[index].1 {
            Value::Child(child) => page(pages, descent, (child, level + 1), (key, high), visit),
            value => {
                if let Value::There { page, length } = value {
                    match pages.claim_long(page, length) {
                        Ok(count) => descent.counts[2] += count,
                        Err(what) => {
                            fault(descent, pages, &what);
                            continue;
                        }
                    }
                }
                descent.counts[3] += 1;
                visit(pages, found[index].0, Entry(value));
            }
        }
    }
}
