//! The four orders hold the same quads, each sorted, of terms that are in the dictionary.

use super::dictionary::Numbers;
use super::sums::{Hash, Sums};
use super::{Progress, STEP};
use crate::model::{Part, counted};
use crate::store::blocks::{Key, LEAST_UNKNOWN, decode};
use crate::store::port::Node;
use crate::store::quads::{ORDERS, Quad, UNNAMED};
use crate::store::tables::ORDER_NAMES;
use crate::store::{Result, Snapshot};
use std::collections::BTreeMap;

/// How many buckets are looked at quad by quad where orders differ.
const CLOSELY: usize = 16;

pub(super) fn examine(snapshot: &Snapshot<'_>, mut numbers: Numbers, progress: Progress<'_>) -> Result<Part> {
    let mut told = Part::new("quads");
    let mut sums = Vec::with_capacity(ORDERS.len());
    let mut counts = [0; ORDERS.len()];
    // How many quads there are is not known; how many blocks is.
    let mut blocks = 0;
    for table in &snapshot.tables.quads.orders {
        blocks += table.len(&snapshot.txn)?;
    }
    let mut done = 0;
    for order in 0..ORDERS.len() {
        let mut sum = Sums::new();
        let mut last: Option<Key> = None;
        let count = &mut counts[order];
        let mut seen = [u64::MAX; 4];
        each_block(snapshot, order, &mut |block, keys| {
            done += 1;
            if done % (STEP / 64) == 0 {
                progress("quads", done, blocks);
            }
            let keys = match keys {
                Ok(keys) => keys,
                Err(fault) => {
                    told.find(format!("`{}`: block {block} cannot be read: {fault}", ORDER_NAMES[order]));
                    return;
                }
            };
            for key in keys {
                if last.is_some_and(|last| last >= *key) {
                    told.find(format!("`{}`: block {block} is out of order", ORDER_NAMES[order]));
                }
                last = Some(*key);
                *count += 1;
                let quad = quad_of(key, order);
                sum.add(hash(&quad));
                if order == 0 {
                    known(&quad, &mut seen, &mut numbers, &mut told);
                }
            }
        })?;
        sums.push(sum);
    }
    if counts.iter().any(|count| *count != counts[0]) {
        let list: Vec<String> =
            ORDER_NAMES.iter().zip(counts).map(|(name, count)| format!("`{name}` {count}")).collect();
        told.find(format!("the orders differ in how many quads they have: {}", list.join(", ")));
    }
    let mut differing: Vec<usize> = sums[1..].iter().flat_map(|sum| sums[0].differences(sum)).collect();
    differing.sort_unstable();
    differing.dedup();
    if !differing.is_empty() {
        differing.truncate(CLOSELY);
        look_closely(snapshot, &differing, &mut told)?;
    }
    told.conclude(format!("{}, the same in four orders", counted(counts[0], "quad")));
    if numbers.unused() > 0 {
        told.notes.push(format!("nothing uses {} of the dictionary any more", counted(numbers.unused(), "term")));
    }
    Ok(told)
}

/// Takes a block: its number, and its keys or why it cannot be read.
type EachBlock<'a> = dyn FnMut(u64, std::result::Result<&[Key], String>) + 'a;

/// Decodes an order block by block, giving each its number from 1 on.
pub(super) fn each_block(snapshot: &Snapshot<'_>, order: usize, each: &mut EachBlock<'_>) -> Result<()> {
    let mut keys = Vec::new();
    for (number, entry) in (1..).zip(snapshot.tables.quads.orders[order].iter(&snapshot.txn)?) {
        let (key, value) = entry?;
        match decode(key, value, &mut keys) {
            Ok(()) => each(number, Ok(&keys)),
            Err(error) => each(number, Err(error.to_string())),
        }
    }
    Ok(())
}

fn quad_of(key: &Key, order: usize) -> Quad {
    let mut quad = [0; 4];
    for (part, id) in ORDERS[order].iter().zip(key) {
        quad[*part] = *id;
    }
    quad
}

fn hash(quad: &Quad) -> Hash {
    let mut bytes = [0; 32];
    for (part, id) in bytes.chunks_exact_mut(8).zip(quad) {
        part.copy_from_slice(&id.to_be_bytes());
    }
    Hash::of(&bytes)
}

/// Notes where a quad has a number that no term has, or a term where it cannot stand. `seen` are the numbers of the quad
/// before, which need not be looked up again.
fn known(quad: &Quad, seen: &mut Quad, numbers: &mut Numbers, told: &mut Part) {
    let places = ["subject", "predicate", "object", "graph"];
    for (part, place) in places.into_iter().enumerate().filter(|(part, _)| quad[*part] != seen[*part]) {
        let (number, node) = (quad[part], Node(quad[part]));
        if part == 3 && number == UNNAMED {
            continue;
        }
        let fits = match part {
            1 => node.is_iri(),
            2 => true,
            _ => !node.is_literal(),
        };
        if number >= LEAST_UNKNOWN || !numbers.is_given(number) {
            told.find(format!("a quad has term {number} as its {place}, which is not in the dictionary"));
        } else if !fits {
            told.find(format!("a quad has term {number} as its {place}, which is of the wrong kind"));
        }
    }
    *seen = *quad;
}

/// Names the quads of some buckets that are not in all orders.
fn look_closely(snapshot: &Snapshot<'_>, buckets: &[usize], told: &mut Part) -> Result<()> {
    let mut stands: BTreeMap<Quad, [bool; ORDERS.len()]> = BTreeMap::new();
    for order in 0..ORDERS.len() {
        each_block(snapshot, order, &mut |_, keys| {
            for quad in keys.unwrap_or_default().iter().map(|key| quad_of(key, order)) {
                if buckets.binary_search(&hash(&quad).bucket()).is_ok() {
                    stands.entry(quad).or_default()[order] = true;
                }
            }
        })?;
    }
    for (quad, stands) in stands.into_iter().filter(|(_, stands)| stands.contains(&false)) {
        let list = |wanted: bool| {
            let named = ORDER_NAMES.iter().zip(stands).filter(|(_, there)| *there == wanted);
            named.map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let terms = quad.map(|number| match number {
            UNNAMED => String::new(),
            number => snapshot.term_of(number).map_or_else(|_| format!("term {number}"), |term| term.to_string()),
        });
        told.find(format!("{} is in {} and not in {}", terms.join(" ").trim_end(), list(true), list(false)));
    }
    Ok(())
}
