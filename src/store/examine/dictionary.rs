//! Every term has one number, every number one term, both ways.

use super::sums::{Hash, Sums};
use super::{Progress, STEP};
use crate::model::{Part, counted};
use crate::store::blocks::LEAST_UNKNOWN;
use crate::store::dictionary::{Dictionary, hash_of};
use crate::store::port::Node;
use crate::store::{Result, Snapshot};
use oxigraph::model::{BlankNode, Literal, NamedNode, Term};
use rustc_hash::FxHashMap;

const PAGE: u64 = 1 << 16;
const USED: u8 = 0x80;

/// Which numbers are given, and to what kind of term; a byte a number, in pages, so that one that is far off costs little.
#[derive(Default)]
pub(super) struct Numbers {
    pages: FxHashMap<u64, Vec<u8>>,
    given: u64,
    used: u64,
}

impl Numbers {
    fn give(&mut self, number: u64) {
        let (page, at) = ((number >> 2) / PAGE, ((number >> 2) % PAGE) as usize);
        let page = self.pages.entry(page).or_insert_with(|| vec![0; PAGE as usize]);
        page[at] = 1 << (number & 0b11);
        self.given += 1;
    }

    /// Whether a number is given to some term; it is used from then on.
    pub(super) fn is_given(&mut self, number: u64) -> bool {
        let Some(page) = self.pages.get_mut(&((number >> 2) / PAGE)) else { return false };
        let entry = &mut page[((number >> 2) % PAGE) as usize];
        if *entry & 1 << (number & 0b11) == 0 {
            return false;
        }
        self.used += u64::from(*entry & USED == 0);
        *entry |= USED;
        true
    }

    /// How many are given and not used.
    pub(super) fn unused(&self) -> u64 {
        self.given - self.used
    }
}

pub(super) fn examine(snapshot: &Snapshot<'_>, progress: Progress<'_>) -> Result<(Part, Numbers)> {
    let mut told = Part::new("dictionary");
    let (dictionary, txn) = (snapshot.tables.dictionary, &snapshot.txn);
    let (terms, ids) = (dictionary.terms.len(txn)?, dictionary.ids.len(txn)?);
    let next = snapshot.tables.meta.get(txn, b"next-term")?.and_then(number_of).unwrap_or(1);
    let mut numbers = Numbers::default();
    let (mut by_number, mut by_hash) = (Sums::new(), Sums::new());
    for (done, entry) in (0..).zip(dictionary.terms.iter(txn)?) {
        let (key, bytes) = entry?;
        if done % STEP == 0 {
            progress("dictionary", done, terms + ids);
        }
        let Some(number) = number_of(key) else {
            told.find("`terms` has a key that is no number");
            continue;
        };
        if let Some(fault) = fault(number, next, bytes) {
            told.find(format!("term {number} {fault}"));
        }
        if number < LEAST_UNKNOWN {
            numbers.give(number);
        }
        by_number.add(Hash::of(&pair(hash_of(bytes), number)));
    }
    for (done, entry) in (terms..).zip(dictionary.ids.iter(txn)?) {
        let (key, value) = entry?;
        if done % STEP == 0 {
            progress("dictionary", done, terms + ids);
        }
        match (key.try_into(), number_of(value)) {
            (Ok(hash), Some(number)) => by_hash.add(Hash::of(&pair(u128::from_be_bytes(hash), number))),
            _ => told.find("`ids` has an entry that is no hash and number"),
        }
    }
    let differing = by_number.differences(&by_hash);
    if !differing.is_empty() {
        look_closely(snapshot, &differing, &mut told)?;
    }
    if terms != ids {
        told.find(format!("`terms` has {terms} terms, and `ids` {ids}"));
    }
    told.conclude(format!("{}, each found by its number and by its hash", counted(terms, "term")));
    Ok((told, numbers))
}

fn number_of(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

fn pair(hash: u128, number: u64) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(&hash.to_be_bytes());
    bytes[16..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// What is wrong with a term.
fn fault(number: u64, next: u64, bytes: &[u8]) -> Option<String> {
    if number >= LEAST_UNKNOWN {
        return Some("has a number that is too large".to_owned());
    }
    if number >> 2 >= next {
        return Some(format!("has a number that is yet to be given: the next is {next}"));
    }
    let Ok(term) = Dictionary::decode(bytes) else { return Some("cannot be read".to_owned()) };
    if Node::kind_of(&term) != number & 0b11 {
        return Some(format!("is {term}, and its number is that of another kind"));
    }
    let sound = match &term {
        Term::NamedNode(node) => NamedNode::new(node.as_str()).is_ok(),
        Term::BlankNode(node) => BlankNode::new(node.as_str()).is_ok(),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => Literal::new_language_tagged_literal("", tag).is_ok(),
            None => NamedNode::new(literal.datatype().as_str()).is_ok(),
        },
    };
    (!sound).then(|| format!("is {term}, which is none"))
}

/// Looks up every entry of the buckets that differ. A term whose hash another had first stands under a later key.
fn look_closely(snapshot: &Snapshot<'_>, buckets: &[usize], told: &mut Part) -> Result<()> {
    let (dictionary, txn) = (snapshot.tables.dictionary, &snapshot.txn);
    let differs = |hash: u128, number: u64| buckets.binary_search(&Hash::of(&pair(hash, number)).bucket()).is_ok();
    for entry in dictionary.terms.iter(txn)? {
        let (key, bytes) = entry?;
        let Some(number) = number_of(key).filter(|number| differs(hash_of(bytes), *number)) else { continue };
        match find(snapshot, bytes)? {
            Some(found) if found == number => {}
            Some(found) => told.find(format!("term {number} is found as term {found}")),
            None => told.find(format!("term {number} is not found by its hash")),
        }
    }
    for entry in dictionary.ids.iter(txn)? {
        let (key, value) = entry?;
        let (Ok(hash), Some(number)) = (key.try_into().map(u128::from_be_bytes), number_of(value)) else { continue };
        if !differs(hash, number) {
            continue;
        }
        match dictionary.terms.get(txn, value)? {
            None => told.find(format!("`ids` has term {number}, and `terms` does not")),
            // The key is the term's hash, or near it where that was taken.
            Some(bytes) if hash.wrapping_sub(hash_of(bytes)) > FARTHEST => {
                told.find(format!("`ids` has term {number} under the hash of something else"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Further apart no two terms of one hash will stand.
const FARTHEST: u128 = 1 << 16;

fn find(snapshot: &Snapshot<'_>, bytes: &[u8]) -> Result<Option<u64>> {
    let (dictionary, txn) = (snapshot.tables.dictionary, &snapshot.txn);
    let mut hash = hash_of(bytes);
    loop {
        let Some(number) = dictionary.ids.get(txn, &hash.to_be_bytes())? else { return Ok(None) };
        if dictionary.terms.get(txn, number)? == Some(bytes) {
            return Ok(number_of(number));
        }
        hash = hash.wrapping_add(1);
    }
}
