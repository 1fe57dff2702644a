//! The list of free pages: a damaged one would have the next writer write over what is stored.

use super::walk::{FREE, Pages, walk};
use super::{Tree, u64_at};

/// What is free, and the last transaction that freed something.
#[derive(Default)]
pub(super) struct Free {
    pub(super) pages: Vec<u64>,
    pub(super) newest: Option<u64>,
}

/// Reads the list; what is wrong with it goes into `pages.told`.
pub(super) fn free_list(pages: &mut Pages<'_>, tree: &Tree) -> Free {
    let mut free = Free::default();
    walk(pages, "the list of free pages", tree, FREE, &mut |pages, key, entry| {
        let listed = entry.bytes(pages).and_then(|bytes| read(key, &bytes));
        match listed {
            Ok((transaction, listed)) => {
                free.newest = Some(transaction);
                free.pages.extend(listed);
            }
            Err(fault) => pages.told.find(format!("the list of free pages: {fault}")),
        }
    });
    free
}

/// One record: how many pages a transaction freed, then which, the last first.
fn read(key: &[u8], bytes: &[u8]) -> Result<(u64, Vec<u64>), String> {
    if key.len() != 8 {
        return Err("a transaction of no number".to_owned());
    }
    let transaction = u64_at(key, 0);
    let numbers: Vec<u64> = bytes.chunks_exact(8).map(|number| u64_at(number, 0)).collect();
    let listed = numbers.split_first().and_then(|(count, rest)| rest.get(..usize::try_from(*count).ok()?));
    let Some(listed) = listed else { return Err(format!("what transaction {transaction} freed cannot be read")) };
    if !listed.is_sorted_by(|a, b| a > b) {
        return Err(format!("what transaction {transaction} freed is out of order"));
    }
    Ok((transaction, listed.to_vec()))
}
