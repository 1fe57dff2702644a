//! One transaction that writes: all of it happens at the commit, or none.

use super::dictionary::{Fingerprint, Fingerprints, Fresh, encode};
use super::error::Error;
use super::lock::WriterLock;
use super::port::{Node, name_of};
use super::quads::{Changes, UNNAMED};
use super::snapshot::{Snapshot, View};
use super::sorter::{Order, Sorter};
use super::tables::Tables;
use super::{Gate, Result};
use heed::{PutFlags, RwTxn};
use oxigraph::model::Term;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::thread;

const NEXT_TERM: &[u8] = b"next-term";
const NEXT_LOAD: &[u8] = b"next-load";
/// Places are sorted as they are.
const PLACES: [Order; 1] = [[0, 1, 2, 3]];
/// How many places are held in memory: 40 MB of them.
const PLACES_HELD: usize = 2_000_000;

/// Writes to a store. What it reads is the store as it was when it began, or at the last [`Writer::apply`]; dropped without
/// a commit, it has done nothing. A quad that is both added and removed is there afterwards.
pub struct Writer<'s> {
    txn: RwTxn<'s>,
    tables: Tables,
    fresh: Fresh,
    prints: Fingerprints,
    load: u64,
    changes: Changes,
    /// Graph, subject, line and column of the places that are written later.
    places: Option<Sorter>,
    folder: PathBuf,
    gate: Option<Gate>,
    _lock: WriterLock,
}

/// Takes a quad that is to be added: see [`Writer::added_by_graph`].
pub type EachAdded<'a> = dyn FnMut(Option<Node>, [Node; 3], &dyn Fn(Node) -> Result<Term>) -> Result<()> + 'a;

/// The IRI of a load activity.
pub(crate) fn load_iri(load: u64) -> String {
    format!("urn:ibid:load:{load}")
}

pub(super) fn place_key(graph: u64, node: u64) -> [u8; 16] {
    (u128::from(graph) << 64 | u128::from(node)).to_be_bytes()
}

fn place_bytes(load: u64, line: u32, column: u32) -> [u8; 16] {
    (u128::from(load) << 64 | u128::from(line) << 32 | u128::from(column)).to_be_bytes()
}

pub(super) fn read_place(bytes: &[u8]) -> Result<(u64, u32, u32)> {
    let bytes: [u8; 16] = bytes.try_into().map_err(|_| Error::Corrupt("a place that cannot be read".to_owned()))?;
    let whole = u128::from_be_bytes(bytes);
    Ok(((whole >> 64) as u64, (whole >> 32) as u32, whole as u32))
}

impl<'s> Writer<'s> {
    /// What memory should not hold goes to nameless files in `folder`.
    pub(super) fn new(
        txn: RwTxn<'s>,
        tables: Tables,
        lock: WriterLock,
        folder: &Path,
        gate: Option<Gate>,
    ) -> Result<Self> {
        let number = |key: &[u8]| -> Result<u64> {
            let bytes = tables.meta.get(&txn, key)?;
            Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(1, u64::from_be_bytes))
        };
        let (next_term, load) = (number(NEXT_TERM)?, number(NEXT_LOAD)?);
        let fresh = Fresh::new(&txn, &tables.dictionary, next_term)?;
        let (changes, folder) = (Changes::new(folder), folder.to_owned());
        Ok(Self {
            txn,
            tables,
            fresh,
            prints: Fingerprints::default(),
            load,
            changes,
            places: None,
            folder,
            gate,
            _lock: lock,
        })
    }

    /// The number that the next load activity will have.
    pub fn next_load(&self) -> u64 {
        self.load
    }

    /// Begins another load activity and gives its number: the first is 1, and no two of a store are the same.
    pub fn begin_load(&mut self) -> u64 {
        self.load += 1;
        self.load - 1
    }

    /// The node of a term, made if the store does not know it.
    pub fn intern(&mut self, term: &Term) -> Result<Node> {
        let mut bytes = Vec::new();
        encode(term.as_ref(), &mut bytes);
        let print = self.prints.of(&bytes);
        self.intern_encoded(print, &bytes)
    }

    /// The node of a term that is given as [`encode`] leaves it, with its fingerprint by [`Writer::fingerprints`].
    pub fn intern_encoded(&mut self, print: Fingerprint, bytes: &[u8]) -> Result<Node> {
        self.tables.dictionary.intern(&mut self.txn, &mut self.fresh, print, bytes)
    }

    /// What makes the fingerprints of this writer's terms.
    pub fn fingerprints(&self) -> Fingerprints {
        self.prints.clone()
    }

    /// The term of a node, those of this transaction included.
    pub fn term(&self, node: Node) -> Result<Term> {
        self.tables.dictionary.term(&self.txn, node)
    }

    /// Adds a quad; no graph means outside any graph.
    pub fn add(&mut self, subject: Node, predicate: Node, object: Node, graph: Option<Node>) -> Result<()> {
        self.changes.add([subject.0, predicate.0, object.0, graph.map_or(UNNAMED, |graph| graph.0)])
    }

    /// Removes a quad.
    pub fn remove(&mut self, subject: Node, predicate: Node, object: Node, graph: Option<Node>) -> Result<()> {
        self.changes.remove([subject.0, predicate.0, object.0, graph.map_or(UNNAMED, |graph| graph.0)])
    }

    /// Forgets what was to be added to a graph, the places of its subjects included.
    pub fn leave_out(&mut self, graph: Option<Node>) {
        self.changes.leave_out(graph.map_or(UNNAMED, |graph| graph.0));
    }

    /// Gives what is to be added to `each`, sorted by graph and each quad once: graph, subject with predicate and object,
    /// and what gives the term of a node.
    pub fn added_by_graph(&mut self, each: &mut EachAdded<'_>) -> Result<()> {
        let Self { changes, tables, txn, .. } = self;
        let term = |node| tables.dictionary.term(txn, node);
        for quad in changes.added_by_graph()? {
            let [s, p, o, g] = quad?;
            each((g != UNNAMED).then_some(Node(g)), [Node(s), Node(p), Node(o)], &term)?;
        }
        Ok(())
    }

    /// Puts into a graph what was to be added outside any.
    pub fn put_into(&mut self, graph: Node) -> Result<()> {
        self.changes.put_into(graph.0)
    }

    /// Removes all quads of a graph and the places of its subjects; returns how many quads there were.
    pub fn remove_graph(&mut self, graph: Node) -> Result<u64> {
        let mut removed = 0;
        for quad in self.tables.scan(&self.txn, [None, None, None, Some(graph.0)])? {
            self.changes.remove(quad?)?;
            removed += 1;
        }
        let (from, to) = (place_key(graph.0, 0), place_key(graph.0, u64::MAX));
        self.tables
            .places
            .delete_range(&mut self.txn, &(Bound::Included(from.as_slice()), Bound::Included(to.as_slice())))?;
        Ok(removed)
    }

    /// Notes where a subject of a graph stands in the file of a load, if that is not known yet.
    pub fn place(&mut self, graph: Option<Node>, node: Node, load: u64, line: u32, column: u32) -> Result<()> {
        let key = place_key(graph.map_or(UNNAMED, |graph| graph.0), node.0);
        self.tables.places.get_or_put(&mut self.txn, &key, &place_bytes(load, line, column))?;
        Ok(())
    }

    /// Notes where a subject of a graph stands in a file, of which the first place counts; they are written at
    /// [`Writer::settle_places`].
    pub fn place_later(&mut self, graph: Option<Node>, node: Node, line: u32, column: u32) -> Result<()> {
        let graph = graph.map_or(UNNAMED, |graph| graph.0);
        let sorter = self.places.get_or_insert_with(|| Sorter::new(&PLACES, PLACES_HELD, &self.folder));
        sorter.push([graph, node.0, line.into(), column.into()])
    }

    /// Writes the places that were noted for later; `load_of` gives the load that a graph's content is from, none where
    /// the graph is left as it is. Subjects outside any graph are placed in `outside`.
    pub fn settle_places(
        &mut self,
        outside: Option<Node>,
        load_of: &dyn Fn(Option<Node>) -> Option<u64>,
    ) -> Result<()> {
        let Some(mut sorter) = self.places.take() else { return Ok(()) };
        let mut last = None;
        let mut end = self.tables.places.last(&self.txn)?.map(|(key, _)| key.to_vec());
        for place in sorter.sorted(0)? {
            let [graph, node, line, column] = place?;
            if last.replace((graph, node)) == Some((graph, node)) {
                continue;
            }
            let graph = if graph == UNNAMED { outside } else { Some(Node(graph)) };
            let Some(load) = load_of(graph) else { continue };
            let key = place_key(graph.map_or(UNNAMED, |graph| graph.0), node);
            let place = place_bytes(load, line as u32, column as u32);
            if end.as_deref().is_none_or(|end| end < key.as_slice()) {
                self.tables.places.put_with_flags(&mut self.txn, PutFlags::APPEND, &key, &place)?;
                end = Some(key.to_vec());
            } else {
                self.tables.places.get_or_put(&mut self.txn, &key, &place)?;
            }
        }
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

    /// A view of the store with the changes up to the last [`Writer::apply`].
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        Snapshot::of(View::Written(&self.txn), self.tables)
    }

    /// Puts what was changed so far into the transaction, so that what this writer reads from here on includes it.
    pub fn apply(&mut self) -> Result<()> {
        let mut changes = std::mem::replace(&mut self.changes, Changes::new(&self.folder));
        let Self { tables, txn, fresh, .. } = self;
        thread::scope(|scope| {
            if changes.is_much() {
                scope.spawn(|| changes.sort(0));
            }
            tables.dictionary.settle(txn, fresh)
        })?;
        self.tables.quads.change(&mut self.txn, &mut changes)
    }

    /// Makes it all happen.
    ///
    /// # Errors
    /// When the disk is full or fails, or the store's gate says no; then nothing has happened.
    pub fn commit(mut self) -> Result<()> {
        self.apply()?;
        self.tables.meta.put(&mut self.txn, NEXT_TERM, &self.fresh.next.to_be_bytes())?;
        self.tables.meta.put(&mut self.txn, NEXT_LOAD, &self.load.to_be_bytes())?;
        if self.gate.is_some_and(|gate| !gate()) {
            return Err(Error::Cancelled);
        }
        Ok(self.txn.commit()?)
    }
}
