//! A sorted set of quads in compressed blocks: one LMDB entry for some hundreds of neighbours.
//!
//! An entry's key is its first quad, its value the others, each as what differs from the one before it. That is a
//! quarter of the bytes of one entry a quad, a scan decodes instead of walking a tree, and a load writes pages of
//! neighbours. The layout is part of the store's format: see ARCHITECTURE.md.

use super::Result;
use super::error::Error;
use heed::types::Bytes;
use heed::{Database, PutFlags, RoRange, RoTxn, RwTxn};
use std::ops::Bound;

/// Four terms in the order of an index.
pub(super) type Key = [u64; 4];
pub(super) type Table = Database<'static, Bytes, Bytes>;

/// An id takes five bytes on disk: 2^38 terms.
const ID_BYTES: usize = 5;
/// The least number that no id on disk has.
pub(super) const LEAST_UNKNOWN: u64 = 1 << (8 * ID_BYTES);
const KEY_BYTES: usize = 4 * ID_BYTES;
/// What a value grows to. Small, because a look-up decodes half of one; six with their keys fill a page of 4096 bytes.
const FULL: usize = 640;
/// The value part of the first byte that says that a number follows.
const MORE: u8 = 0b0011_1111;

pub(super) fn key_bytes(key: &Key) -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    for (part, id) in bytes.chunks_exact_mut(ID_BYTES).zip(key) {
        part.copy_from_slice(&id.to_be_bytes()[8 - ID_BYTES..]);
    }
    bytes
}

fn read_key(bytes: &[u8]) -> Result<Key> {
    if bytes.len() != KEY_BYTES {
        return Err(Error::Corrupt("an index key of the wrong length".to_owned()));
    }
    let mut key = [0; 4];
    for (id, part) in key.iter_mut().zip(bytes.chunks_exact(ID_BYTES)) {
        *id = part.iter().fold(0, |id, byte| id << 8 | u64::from(*byte));
    }
    Ok(key)
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline]
fn take_number(bytes: &mut &[u8]) -> Result<u64> {
    match bytes.split_first() {
        Some((&byte, rest)) if byte < 0x80 => {
            *bytes = rest;
            Ok(byte.into())
        }
        _ => take_long_number(bytes),
    }
}

fn take_long_number(bytes: &mut &[u8]) -> Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) =
            bytes.split_first().ok_or_else(|| Error::Corrupt("an index block ends midway".to_owned()))?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Error::Corrupt("a number in an index block is too long".to_owned()))
}

fn zigzag(difference: u64) -> u64 {
    difference << 1 ^ (0u64.wrapping_sub(difference >> 63))
}

fn unzigzag(number: u64) -> u64 {
    number >> 1 ^ 0u64.wrapping_sub(number & 1)
}

/// Appends `next`, which is greater than `last`.
pub(super) fn encode(out: &mut Vec<u8>, last: &Key, next: &Key) {
    let first = (0..4).find(|&i| last[i] != next[i]).expect("the keys of a block differ");
    let step = next[first] - last[first];
    let tag = (first as u8) << 6;
    if step < u64::from(MORE) {
        out.push(tag | step as u8);
    } else {
        out.push(tag | MORE);
        put_number(out, step - u64::from(MORE));
    }
    for i in first + 1..4 {
        put_number(out, zigzag(next[i].wrapping_sub(last[i])));
    }
}

/// Reads the key after `last` from the start of `rest`, which is not empty.
#[inline]
fn decode_next(rest: &mut &[u8], last: &mut Key) -> Result<()> {
    let (&tag, more) = rest.split_first().ok_or_else(|| Error::Corrupt("an index block ends midway".to_owned()))?;
    *rest = more;
    let first = usize::from(tag >> 6);
    let step = match tag & MORE {
        MORE => take_number(rest)?.wrapping_add(u64::from(MORE)),
        step => u64::from(step),
    };
    last[first] = last[first].wrapping_add(step);
    for part in &mut last[first + 1..] {
        *part = part.wrapping_add(unzigzag(take_number(rest)?));
    }
    Ok(())
}

/// The keys of a block.
pub(super) fn decode(key: &[u8], mut rest: &[u8], keys: &mut Vec<Key>) -> Result<()> {
    keys.clear();
    let mut last = read_key(key)?;
    keys.push(last);
    while !rest.is_empty() {
        decode_next(&mut rest, &mut last)?;
        keys.push(last);
    }
    Ok(())
}

/// How many changes are merged at once: what bounds the memory of a merge past the last block.
const BATCH: usize = 1 << 16;

/// Adds and removes keys. `changes` are sorted, each key once, with `true` to add it; `effect` hears of those that were
/// really added (`true`) and removed.
pub(super) fn merge(
    table: Table,
    txn: &mut RwTxn<'_>,
    changes: impl Iterator<Item = Result<(Key, bool)>>,
    effect: &mut dyn FnMut(&Key, bool),
) -> Result<()> {
    if table.is_empty(txn)? {
        return fill(table, txn, changes, effect);
    }
    let mut changes = changes.peekable();
    let (mut old, mut mine) = (Vec::new(), Vec::new());
    while let Some(first) = changes.next() {
        let first = first?;
        let start = key_bytes(&first.0);
        let block = match table.get_lower_than_or_equal_to(txn, &start)? {
            Some(found) => Some(found),
            None => table.first(txn)?,
        };
        old.clear();
        let mut old_key = None;
        if let Some((key, value)) = block {
            decode(key, value, &mut old)?;
            old_key = Some(key_bytes(&old[0]));
        }
        let next = match &old_key {
            Some(key) => table.get_greater_than(txn, key)?.map(|(key, _)| read_key(key)).transpose()?,
            None => None,
        };
        mine.clear();
        mine.push(first);
        let here = |change: &Result<(Key, bool)>| match (change, &next) {
            (Ok((key, _)), Some(next)) => key < next,
            _ => true,
        };
        while mine.len() < BATCH
            && let Some(change) = changes.next_if(here)
        {
            mine.push(change?);
        }
        let merged = merge_keys(&old, &mine, effect);
        if merged == old {
            continue;
        }
        if let Some(key) = &old_key
            && merged.first() != old.first()
        {
            table.delete(txn, key)?;
        }
        write_blocks(table, txn, &merged, next.is_none())?;
    }
    Ok(())
}

/// Adds keys to an empty table, where there is nothing to merge with and to remove.
fn fill(
    table: Table,
    txn: &mut RwTxn<'_>,
    changes: impl Iterator<Item = Result<(Key, bool)>>,
    effect: &mut dyn FnMut(&Key, bool),
) -> Result<()> {
    let mut value = Vec::with_capacity(2 * FULL);
    let mut block: Option<(Key, Key)> = None;
    let mut put = |first: &Key, value: &[u8]| table.put_with_flags(txn, PutFlags::APPEND, &key_bytes(first), value);
    for change in changes {
        let (key, add) = change?;
        if !add {
            continue;
        }
        effect(&key, true);
        let Some((first, last)) = &mut block else {
            block = Some((key, key));
            continue;
        };
        let before = value.len();
        encode(&mut value, last, &key);
        if value.len() > FULL {
            put(first, &value[..before])?;
            value.clear();
            *first = key;
        }
        *last = key;
    }
    if let Some((first, _)) = &block {
        put(first, &value)?;
    }
    Ok(())
}

fn merge_keys(old: &[Key], changes: &[(Key, bool)], effect: &mut dyn FnMut(&Key, bool)) -> Vec<Key> {
    let mut merged = Vec::with_capacity(old.len() + changes.len());
    let mut old = old.iter().peekable();
    for (key, add) in changes {
        while let Some(smaller) = old.next_if(|kept| *kept < key) {
            merged.push(*smaller);
        }
        let known = old.next_if_eq(&key).is_some();
        if *add {
            merged.push(*key);
        }
        if known != *add {
            effect(key, *add);
        }
    }
    merged.extend(old);
    merged
}

/// Writes sorted keys as blocks: full ones at the end of a table, where more will follow, else with room to grow.
fn write_blocks(table: Table, txn: &mut RwTxn<'_>, keys: &[Key], at_end: bool) -> Result<()> {
    let mut value = Vec::with_capacity(FULL + KEY_BYTES);
    let mut whole = Vec::new();
    if !at_end {
        for pair in keys.windows(2) {
            encode(&mut whole, &pair[0], &pair[1]);
        }
    }
    let limit = if whole.len() <= FULL { FULL } else { whole.len() / whole.len().div_ceil(FULL) + KEY_BYTES };
    let mut rest = keys;
    while let Some((first, more)) = rest.split_first() {
        value.clear();
        let (mut last, mut taken) = (first, 0);
        for key in more {
            let before = value.len();
            encode(&mut value, last, key);
            if value.len() > limit.min(FULL) {
                value.truncate(before);
                break;
            }
            last = key;
            taken += 1;
        }
        rest = &more[taken..];
        let key = key_bytes(first);
        let appends = at_end && table.last(txn)?.is_none_or(|(last, _)| last < key.as_slice());
        let flags = if appends { PutFlags::APPEND } else { PutFlags::empty() };
        table.put_with_flags(txn, flags, &key, &value)?;
    }
    Ok(())
}

/// The keys of a table that begin with `prefix`, in order.
pub(super) struct Scan<'t> {
    blocks: RoRange<'t, Bytes, Bytes>,
    /// What is still to be read of the block, and the key before it.
    rest: &'t [u8],
    last: Key,
    prefix: Key,
    length: usize,
    ended: bool,
}

impl<'t> Scan<'t> {
    /// Begins a scan over keys whose first parts are those of `prefix`.
    pub(super) fn new(table: Table, txn: &'t RoTxn<'_>, prefix: &[u64]) -> Result<Self> {
        let mut start = [0; 4];
        start[..prefix.len()].copy_from_slice(prefix);
        let bytes = key_bytes(&start);
        let from = table.get_lower_than_or_equal_to(txn, &bytes)?.map_or(&bytes[..], |(key, _)| key);
        let blocks = table.range(txn, &(Bound::Included(from), Bound::Unbounded))?;
        Ok(Self { blocks, rest: &[], last: [0; 4], prefix: start, length: prefix.len(), ended: false })
    }

    /// Calls `each` with all keys that are left.
    pub(super) fn for_each(mut self, mut each: impl FnMut(&Key)) -> Result<()> {
        let (prefix, length) = (self.prefix, self.length);
        while let Some(key) = self.step()? {
            if key >= prefix {
                if key[..length] != prefix[..length] {
                    break;
                }
                each(&key);
                // What is left of the block.
                while !self.rest.is_empty() {
                    decode_next(&mut self.rest, &mut self.last)?;
                    if self.last[..length] != prefix[..length] {
                        return Ok(());
                    }
                    each(&self.last);
                }
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Option<Key>> {
        if self.rest.is_empty() {
            let Some((key, value)) = self.blocks.next().transpose()? else { return Ok(None) };
            self.last = read_key(key)?;
            self.rest = value;
        } else {
            decode_next(&mut self.rest, &mut self.last)?;
        }
        Ok(Some(self.last))
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Key>;

    fn next(&mut self) -> Option<Result<Key>> {
        while !self.ended {
            match self.step() {
                Ok(Some(key)) if key < self.prefix => {}
                Ok(Some(key)) if key[..self.length] == self.prefix[..self.length] => return Some(Ok(key)),
                Ok(_) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, decode, encode, key_bytes, merge_keys};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_block_gives_back_its_keys(keys in prop::collection::btree_set(prop::array::uniform4(0u64..1 << 40), 1..200)) {
            let keys: Vec<Key> = keys.into_iter().collect();
            let mut value = Vec::new();
            for pair in keys.windows(2) {
                encode(&mut value, &pair[0], &pair[1]);
            }
            let mut back = Vec::new();
            decode(&key_bytes(&keys[0]), &value, &mut back).unwrap();
            prop_assert_eq!(keys, back);
        }

        #[test]
        fn merging_is_set_algebra(
            old in prop::collection::btree_set(prop::array::uniform4(0u64..4), 0..60),
            changes in prop::collection::btree_map(prop::array::uniform4(0u64..4), any::<bool>(), 0..60),
        ) {
            let kept: Vec<Key> = old.iter().copied().collect();
            let list: Vec<(Key, bool)> = changes.iter().map(|(key, add)| (*key, *add)).collect();
            let (mut added, mut removed) = (0, 0);
            let merged = merge_keys(&kept, &list, &mut |_, add| if add { added += 1 } else { removed += 1 });
            let mut expected: BTreeSet<Key> = old.clone();
            for (key, add) in &changes {
                if *add { expected.insert(*key); } else { expected.remove(key); }
            }
            prop_assert_eq!(merged, expected.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(added, expected.difference(&old).count());
            prop_assert_eq!(removed, old.difference(&expected).count());
        }
    }
}
