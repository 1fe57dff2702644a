//! Terms and their numbers. A term comes back to the letter.

use super::Result;
use super::blocks::{LEAST_UNKNOWN, Table};
use super::error::Error;
use super::port::Node;
use heed::{PutFlags, RoTxn, RwTxn};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNode, Literal, NamedNode, Term, TermRef};
use rayon::slice::ParallelSliceMut;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128};

const PLAIN: u8 = 0;
const TAGGED: u8 = 1;
const TYPED: u8 = 2;

/// The two tables of the dictionary: number to term, and hash of the term to number.
#[derive(Clone, Copy)]
pub(super) struct Dictionary {
    pub(super) terms: Table,
    pub(super) ids: Table,
}

impl Dictionary {
    /// A term of its stored bytes.
    pub(super) fn decode(bytes: &[u8]) -> Result<Term> {
        let damaged = || Error::Corrupt("a term that cannot be read".to_owned());
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| damaged());
        let (&kind, rest) = bytes.split_first().ok_or_else(damaged)?;
        Ok(match u64::from(kind) {
            Node::IRI => NamedNode::new_unchecked(text(rest)?).into(),
            Node::BLANK => BlankNode::new_unchecked(text(rest)?).into(),
            Node::LITERAL => {
                let (&tag, rest) = rest.split_first().ok_or_else(damaged)?;
                if tag == PLAIN {
                    return Ok(Literal::new_simple_literal(text(rest)?).into());
                }
                let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
                let (head, value) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(damaged)?;
                match tag {
                    TAGGED => Literal::new_language_tagged_literal_unchecked(text(value)?, text(head)?).into(),
                    TYPED => Literal::new_typed_literal(text(value)?, NamedNode::new_unchecked(text(head)?)).into(),
                    _ => return Err(damaged()),
                }
            }
            _ => return Err(damaged()),
        })
    }

    /// The number of a term given as its bytes. Two terms of one hash stand under neighbouring keys.
    fn look(&self, txn: &RoTxn<'_>, bytes: &[u8]) -> Result<Option<Node>> {
        let mut hash = hash_of(bytes);
        loop {
            let Some(node) = self.numbered(txn, &hash.to_be_bytes())? else { return Ok(None) };
            if self.stored(txn, node)? == bytes {
                return Ok(Some(node));
            }
            hash = hash.wrapping_add(1);
        }
    }

    /// The number that stands under a hash.
    fn numbered(&self, txn: &RoTxn<'_>, key: &[u8; 16]) -> Result<Option<Node>> {
        let Some(found) = self.ids.get(txn, key)? else { return Ok(None) };
        let number = found.try_into().map_err(|_| Error::Corrupt("a term number of the wrong length".to_owned()))?;
        Ok(Some(Node(u64::from_be_bytes(number))))
    }

    fn stored<'t>(&self, txn: &'t RoTxn<'_>, node: Node) -> Result<&'t [u8]> {
        self.terms
            .get(txn, &node.0.to_be_bytes())?
            .ok_or_else(|| Error::Corrupt(format!("term {} is not in the dictionary", node.0)))
    }

    /// The number of a term, if it has one.
    pub(super) fn find(&self, txn: &RoTxn<'_>, term: &Term) -> Result<Option<Node>> {
        let mut bytes = Vec::new();
        encode(term.as_ref(), &mut bytes);
        self.look(txn, &bytes)
    }

    /// The term of a number.
    pub(super) fn term(&self, txn: &RoTxn<'_>, node: Node) -> Result<Term> {
        Self::decode(self.stored(txn, node)?)
    }

    /// The IRIs that begin with one of these.
    pub(super) fn iris_in(&self, txn: &RoTxn<'_>, namespaces: &[&str]) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        for entry in self.terms.iter(txn)? {
            let (number, bytes) = entry?;
            if let Some((&kind, text)) = bytes.split_first()
                && u64::from(kind) == Node::IRI
                && namespaces.iter().any(|namespace| text.starts_with(namespace.as_bytes()))
            {
                let number =
                    number.try_into().map_err(|_| Error::Corrupt("a term number of the wrong length".to_owned()))?;
                found.push(Node(u64::from_be_bytes(number)));
            }
        }
        Ok(found)
    }

    /// The number of a term given as its bytes and their fingerprint, a new one made if it has none.
    pub(super) fn intern(
        &self,
        txn: &mut RwTxn<'_>,
        fresh: &mut Fresh,
        print: Fingerprint,
        bytes: &[u8],
    ) -> Result<Node> {
        let mut hash = print.hash;
        let key = loop {
            let key = hash.to_be_bytes();
            let (node, same) = match fresh.ids.get(&key) {
                Some((id, check)) => (unpacked(*id), *check == print.check.to_be_bytes()),
                None if fresh.only => break key,
                None => match self.numbered(txn, &key)? {
                    Some(node) => (node, self.stored(txn, node)? == bytes),
                    None => break key,
                },
            };
            if same {
                return Ok(node);
            }
            hash = hash.wrapping_add(1);
        };
        let node = Node(fresh.next << 2 | u64::from(bytes[0]));
        if node.0 >= LEAST_UNKNOWN {
            return Err(Error::Corrupt("the dictionary is full".to_owned()));
        }
        fresh.next += 1;
        self.terms.put_with_flags(txn, PutFlags::APPEND, &node.0.to_be_bytes(), bytes)?;
        if fresh.ids.len() == MANY {
            fresh.ids.reserve(FRESH - MANY);
        }
        fresh.ids.insert(key, (packed(node), print.check.to_be_bytes()));
        if fresh.ids.len() >= FRESH {
            self.settle(txn, fresh)?;
        }
        Ok(node)
    }

    /// Puts the terms that are new in this transaction into the table of hashes, so that everybody finds them.
    pub(super) fn settle(&self, txn: &mut RwTxn<'_>, fresh: &mut Fresh) -> Result<()> {
        let mut sorted: Vec<([u8; 16], [u8; 5])> = fresh.ids.drain().map(|(key, (id, _))| (key, id)).collect();
        sorted.par_sort_unstable();
        let mut last = self.ids.last(txn)?.map(|(key, _)| key.to_vec());
        for (key, id) in sorted {
            let appends = last.as_deref().is_none_or(|last| last < key.as_slice());
            let flags = if appends { PutFlags::APPEND } else { PutFlags::empty() };
            self.ids.put_with_flags(txn, flags, &key, &unpacked(id).0.to_be_bytes())?;
            if appends {
                last = Some(key.to_vec());
            }
        }
        fresh.only = self.ids.is_empty(txn)?;
        Ok(())
    }
}

/// How many new terms are kept in memory before they go to the table of hashes: what 2^22 places of a hash map hold.
const FRESH: usize = 3_670_000;
/// So many that there will be many more: what 2^20 places hold.
const MANY: usize = 917_000;

/// The terms that are new in a transaction and not in the table of hashes yet: that table is in no order that new terms
/// come in, and is written fastest in one pass.
pub(super) struct Fresh {
    /// Hash to number and check.
    ids: HashMap<[u8; 16], Known, BuildHasherDefault<Prefix>>,
    /// Whether the table of hashes is empty: what is not here is nowhere.
    only: bool,
    /// The next number to give.
    pub(super) next: u64,
}

impl Fresh {
    pub(super) fn new(txn: &RoTxn<'_>, dictionary: &Dictionary, next: u64) -> Result<Self> {
        Ok(Self { ids: HashMap::default(), only: dictionary.ids.is_empty(txn)?, next })
    }
}

/// A number and a check, as small as they get.
type Known = ([u8; 5], [u8; 8]);

fn packed(node: Node) -> [u8; 5] {
    node.0.to_be_bytes()[3..].try_into().expect("the last five of eight bytes are five")
}

fn unpacked(id: [u8; 5]) -> Node {
    Node(id.iter().fold(0, |id, byte| id << 8 | u64::from(*byte)))
}

/// What is hashed is a hash already.
#[derive(Default)]
struct Prefix(u64);

impl Hasher for Prefix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    // Every key has the same length.
    fn write_usize(&mut self, _: usize) {}
}

/// Appends a term as the dictionary stores it: its kind, then its text; a literal's datatype or language comes before its
/// text.
pub fn encode(term: TermRef<'_>, bytes: &mut Vec<u8>) {
    let mut with_length = |tag: u8, head: &str, value: &str| {
        bytes.extend([Node::LITERAL as u8, tag]);
        bytes.extend((head.len() as u32).to_be_bytes());
        bytes.extend(head.as_bytes());
        bytes.extend(value.as_bytes());
    };
    match term {
        TermRef::NamedNode(node) => {
            bytes.push(Node::IRI as u8);
            bytes.extend(node.as_str().as_bytes());
        }
        TermRef::BlankNode(node) => {
            bytes.push(Node::BLANK as u8);
            bytes.extend(node.as_str().as_bytes());
        }
        TermRef::Literal(literal) => match literal.language() {
            Some(tag) => with_length(TAGGED, tag, literal.value()),
            None if literal.datatype() == xsd::STRING => {
                bytes.extend([Node::LITERAL as u8, PLAIN]);
                bytes.extend(literal.value().as_bytes());
            }
            None => with_length(TYPED, literal.datatype().as_str(), literal.value()),
        },
    }
}

/// The hash that a term's bytes are found by.
pub(super) fn hash_of(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// What a term's bytes are known by within one transaction, so that they need not be compared with those of millions of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// What the dictionary finds them by. Somebody who wants to can make two terms of one hash.
    hash: u128,
    /// A hash whose key nobody knows: no two terms can be made to have both.
    check: u64,
}

/// Makes fingerprints, whose keys are this process's own.
#[derive(Clone, Debug)]
pub struct Fingerprints {
    state: RandomState,
    seed: u64,
}

impl Default for Fingerprints {
    fn default() -> Self {
        let state = RandomState::new();
        Self { seed: state.hash_one(0), state }
    }
}

impl Fingerprints {
    /// The fingerprint of a term's bytes.
    pub fn of(&self, bytes: &[u8]) -> Fingerprint {
        Fingerprint { hash: hash_of(bytes), check: self.state.hash_one(bytes) }
    }

    /// A short hash of some bytes, for what is compared byte by byte besides.
    pub fn short(&self, bytes: &[u8]) -> u64 {
        xxh3_64_with_seed(bytes, self.seed)
    }
}
