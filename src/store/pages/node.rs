//! One page of a tree, taken apart and held to its own bounds.

use super::{HEADER, u16_at, u32_at, u64_at};

const BRANCH: u16 = 0x01;
const LEAF: u16 = 0x02;
pub(super) const OVERFLOW: u16 = 0x04;
/// The header of an entry: size of the value or number of the child, flags, length of the key.
const NODE: usize = 8;
/// The entry's value stands on pages of its own.
const BIG: u16 = 0x01;
/// The entry's value describes a table.
const TABLE: u16 = 0x02;

/// An entry's value.
#[derive(Clone, Copy)]
pub(super) enum Value<'p> {
    /// A page below.
    Child(u64),
    /// Bytes on the page itself.
    Here(&'p [u8]),
    /// The record of a table.
    Table(&'p [u8]),
    /// That many bytes from the start of another page on.
    There { page: u64, length: usize },
}

/// The entries of a page, or what is wrong with it.
pub(super) fn entries(page: &[u8], number: u64, leaf: bool) -> Result<Vec<(&[u8], Value<'_>)>, String> {
    if u64_at(page, 0) != number {
        return Err(format!("it says that it is page {}", u64_at(page, 0)));
    }
    if u16_at(page, 10) != if leaf { LEAF } else { BRANCH } {
        return Err(format!("its flags are {:#x}, and it should be a {}", u16_at(page, 10), kind(leaf)));
    }
    let (lower, upper) = (usize::from(u16_at(page, 12)), usize::from(u16_at(page, 14)));
    // A page of 65,536 bytes that is empty to its end would not fit the number.
    if lower < HEADER || lower % 2 != 0 || lower > upper || upper > page.len() {
        return Err(format!("its free space is said to be from {lower} to {upper}"));
    }
    let count = (lower - HEADER) / 2;
    let mut found = Vec::with_capacity(count);
    let mut used = 0;
    for index in 0..count {
        let at = usize::from(u16_at(page, HEADER + 2 * index));
        if at < upper || at + NODE > page.len() {
            return Err(format!("its entry {index} is said to be at {at}"));
        }
        let key_length = usize::from(u16_at(page, at + 6));
        let (flags, body) = (u16_at(page, at + 4), at + NODE + key_length);
        let (value_length, size) = (u32_at(page, at) as usize, |here: usize| NODE + key_length + here);
        let (value, size) = if leaf {
            let here = if flags & BIG == 0 { value_length } else { 8 };
            let Some(bytes) = page.get(body..body.saturating_add(here)) else {
                return Err(format!("its entry {index} goes beyond its end"));
            };
            let value = match flags {
                0 => Value::Here(bytes),
                TABLE => Value::Table(bytes),
                BIG => Value::There { page: u64_at(bytes, 0), length: value_length },
                _ => return Err(format!("its entry {index} has the flags {flags:#x}")),
            };
            (value, size(here))
        } else {
            (Value::Child(u64::from(u32_at(page, at)) | u64::from(flags) << 32), size(0))
        };
        let Some(key) = page.get(at + NODE..body) else { return Err(format!("its entry {index} goes beyond its end")) };
        used += size.next_multiple_of(2);
        found.push((key, value));
    }
    if used != page.len() - upper {
        return Err(format!("its entries take {used} bytes where there are {}", page.len() - upper));
    }
    Ok(found)
}

/// What a page of a tree is called.
pub(super) fn kind(leaf: bool) -> &'static str {
    if leaf { "leaf" } else { "branch" }
}
