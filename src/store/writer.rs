//! One transaction that writes: all of it happens at the commit, or none.

use super::Result;
use super::error::Error;
use super::lock::WriterLock;
use super::port::{Node, name_of};
use super::quads::{Quad, UNNAMED};
use super::snapshot::{Snapshot, View};
use super::tables::Tables;
use heed::RwTxn;
use oxigraph::model::Term;
use std::ops::Bound;

const NEXT_TERM: &[u8] = b"next-term";
const NEXT_LOAD: &[u8] = b"next-load";

/// Writes to a store. What it reads is the store as it was when it began, or at the last [`Writer::apply`]; dropped without
/// a commit, it has done nothing. Of two words on one quad the later counts.
pub struct Writer<'s> {
    txn: RwTxn<'s>,
    tables: Tables,
    next_term: u64,
    load: u64,
    pending: Vec<(Quad, bool)>,
    _lock: WriterLock,
}

/// The IRI of a load activity.
pub(crate) fn load_iri(load: u64) -> String {
    format!("urn:ibid:load:{load}")
}

pub(super) fn place_key(graph: u64, node: u64) -> [u8; 16] {
    (u128::from(graph) << 64 | u128::from(node)).to_be_bytes()
}

pub(super) fn read_place(bytes: &[u8]) -> Result<(u64, u32, u32)> {
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| Error::Corrupt("a place that cannot be read".to_owned()))?;
    let whole = u128::from_be_bytes(bytes);
    Ok(((whole >> 64) as u64, (whole >> 32) as u32, whole as u32))
}

impl<'s> Writer<'s> {
    pub(super) fn new(txn: RwTxn<'s>, tables: Tables, lock: WriterLock) -> Result<Self> {
        let number = |key: &[u8]| -> Result<u64> {
            let bytes = tables.meta.get(&txn, key)?;
            Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(1, u64::from_be_bytes))
        };
        let (next_term, load) = (number(NEXT_TERM)?, number(NEXT_LOAD)?);
        Ok(Self { txn, tables, next_term, load, pending: Vec::new(), _lock: lock })
    }

    /// Begins another load activity and gives its number: the first is 1, and no two of a store are the same.
    pub fn begin_load(&mut self) -> u64 {
        self.load += 1;
        self.load - 1
    }

    /// The node of a term, made if the store does not know it.
    pub fn intern(&mut self, term: &Term) -> Result<Node> {
        self.tables.dictionary.intern(&mut self.txn, term, &mut self.next_term)
    }

    /// Adds a quad; no graph means outside any graph.
    pub fn add(&mut self, subject: Node, predicate: Node, object: Node, graph: Option<Node>) {
        self.pending.push(([subject.0, predicate.0, object.0, graph.map_or(UNNAMED, |graph| graph.0)], true));
    }

    /// Removes a quad.
    pub fn remove(&mut self, subject: Node, predicate: Node, object: Node, graph: Option<Node>) {
        self.pending.push(([subject.0, predicate.0, object.0, graph.map_or(UNNAMED, |graph| graph.0)], false));
    }

    /// Removes all quads of a graph and the places of its subjects; returns how many quads there were.
    pub fn remove_graph(&mut self, graph: Node) -> Result<u64> {
        let quads: Vec<Quad> =
            self.tables.scan(&self.txn, [None, None, None, Some(graph.0)])?.collect::<Result<_>>()?;
        let (from, to) = (place_key(graph.0, 0), place_key(graph.0, u64::MAX));
        self.tables
            .places
            .delete_range(&mut self.txn, &(Bound::Included(from.as_slice()), Bound::Included(to.as_slice())))?;
        let removed = quads.len() as u64;
        self.pending.extend(quads.into_iter().map(|quad| (quad, false)));
        Ok(removed)
    }

    /// Notes where a subject of a graph stands in the file of a load, if that is not known yet.
    pub fn place(&mut self, graph: Option<Node>, node: Node, load: u64, line: u32, column: u32) -> Result<()> {
        let key = place_key(graph.map_or(UNNAMED, |graph| graph.0), node.0);
        let place = u128::from(load) << 64 | u128::from(line) << 32 | u128::from(column);
        self.tables.places.get_or_put(&mut self.txn, &key, &place.to_be_bytes())?;
        Ok(())
    }

    /// The objects of a subject and predicate in a graph, as text.
    pub fn objects(&self, graph: &str, subject: &str, predicate: &str) -> Result<Vec<String>> {
        let terms = self.tables.objects_in(&self.txn, graph, subject, predicate)?;
        Ok(terms.into_iter().map(name_of).collect())
    }

    /// The subjects that have an object in a graph, as text.
    pub fn subjects(&self, graph: &str, predicate: &str, object: &Term) -> Result<Vec<String>> {
        let terms = self.tables.subjects_in(&self.txn, graph, predicate, object)?;
        Ok(terms.into_iter().map(name_of).collect())
    }

    /// How many quads a graph has.
    pub fn graph_size(&self, graph: &Term) -> Result<u64> {
        match self.tables.dictionary.find(&self.txn, graph)? {
            Some(node) => self.tables.quads.graph_size(&self.txn, node.0),
            None => Ok(0),
        }
    }

    /// Forgets where a subject of a graph stands.
    pub fn forget_place(&mut self, graph: Option<Node>, node: Node) -> Result<()> {
        self.tables.places.delete(&mut self.txn, &place_key(graph.map_or(UNNAMED, |graph| graph.0), node.0))?;
        Ok(())
    }

    /// Lets what is read from here on see the changes so far.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn apply(&mut self) -> Result<()> {
        self.tables.quads.change(&mut self.txn, std::mem::take(&mut self.pending))
    }

    /// A view of the store with the changes up to the last [`Writer::apply`].
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        Snapshot::of(View::Written(&self.txn), self.tables)
    }

    /// Makes it all happen.
    ///
    /// # Errors
    /// When the disk is full or fails; then nothing has happened.
    pub fn commit(mut self) -> Result<()> {
        self.apply()?;
        self.tables.meta.put(&mut self.txn, NEXT_TERM, &self.next_term.to_be_bytes())?;
        self.tables.meta.put(&mut self.txn, NEXT_LOAD, &self.load.to_be_bytes())?;
        Ok(self.txn.commit()?)
    }
}
