//! The four sorted orders of the quads, and which one answers a pattern.

use super::Result;
use super::blocks::{Key, LEAST_UNKNOWN, Scan, Table, merge};
use super::error::Error;
use super::packed::Packed;
use super::sorter::{Order, Sorter};
use heed::{RoTxn, RwTxn};
use oxigraph::sparql::CancellationToken;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

/// A quad as numbers: subject, predicate, object, graph. Graph 0 is the unnamed one.
pub(super) type Quad = [u64; 4];
/// What is known of the quads asked for.
pub(super) type Pattern = [Option<u64>; 4];

pub(super) const UNNAMED: u64 = 0;
/// How many changed quads are held in memory: 220 MB of them.
const HELD: usize = 11_000_000;
/// How many changed quads are sorted beside what is written: fewer are sorted sooner than a thread begins.
const MUCH: usize = 1 << 16;
const S: usize = 0;
const P: usize = 1;
const O: usize = 2;
const G: usize = 3;

/// The orders: all but the last end in the graph, so that a triple that stands in several graphs has its quads side by
/// side.
pub(super) const ORDERS: [Order; 4] = [[S, P, O, G], [P, O, S, G], [O, S, P, G], [G, S, P, O]];
const SPOG: usize = 0;
const POSG: usize = 1;
const OSPG: usize = 2;
pub(super) const GSPO: usize = 3;

/// A graph of up to this many quads is scanned whole rather than looked for among all graphs' quads.
const SMALL_GRAPH: u64 = 4_096;

/// The quads of a store.
#[derive(Clone, Copy)]
pub(super) struct Quads {
    pub(super) orders: [Table; 4],
    /// Graph to the number of its quads; the unnamed graph has an entry too.
    pub(super) graphs: Table,
}

impl Quads {
    /// The names of the graphs, without the unnamed one, in the order of their numbers.
    pub(super) fn graph_names(&self, txn: &RoTxn<'_>) -> Result<Vec<u64>> {
        let mut names = Vec::new();
        for entry in self.graphs.iter(txn)? {
            let (key, _) = entry?;
            let graph =
                u64::from_be_bytes(key.try_into().map_err(|_| Error::Corrupt("a graph of no number".to_owned()))?);
            if graph != UNNAMED {
                names.push(graph);
            }
        }
        Ok(names)
    }

    /// How many quads a graph has.
    pub(super) fn graph_size(&self, txn: &RoTxn<'_>, graph: u64) -> Result<u64> {
        match self.graphs.get(txn, &graph.to_be_bytes())? {
            Some(bytes) => Ok(u64::from_be_bytes(
                bytes.try_into().map_err(|_| Error::Corrupt("a graph's size cannot be read".to_owned()))?,
            )),
            None => Ok(0),
        }
    }

    /// The quads that fit a pattern. Where the graph is not given, a triple's quads come side by side.
    pub(super) fn scan<'t>(
        &self,
        txn: &'t RoTxn<'_>,
        pattern: Pattern,
        cancel: CancellationToken,
    ) -> Result<Matches<'t>> {
        // What the dictionary does not have is in no quad, and has no place in the order of the keys.
        let unknown = pattern.iter().flatten().any(|id| *id >= LEAST_UNKNOWN);
        let graph_alone = match pattern {
            [None, _, _, Some(graph)] => self.graph_size(txn, graph)? <= SMALL_GRAPH || pattern[P..G] == [None, None],
            _ => false,
        };
        let order = match pattern {
            [Some(_), _, None, Some(_)] => GSPO,
            _ if graph_alone => GSPO,
            [Some(_), None, Some(_), _] => OSPG,
            [Some(_), ..] => SPOG,
            [None, Some(_), ..] => POSG,
            [None, None, Some(_), _] => OSPG,
            [None, None, None, Some(_)] => GSPO,
            [None, None, None, None] => SPOG,
        };
        let prefix: Vec<u64> = ORDERS[order].iter().map_while(|part| pattern[*part]).collect();
        let scan = if unknown { None } else { Some(Scan::new(self.orders[order], txn, &prefix)?) };
        Ok(Matches { scan, order, pattern, cancel })
    }

    /// Calls `each` with subject, object and graph of all quads with a predicate.
    pub(super) fn each_of_predicate(
        &self,
        txn: &RoTxn<'_>,
        predicate: u64,
        mut each: impl FnMut(u64, u64, u64),
    ) -> Result<()> {
        if predicate >= LEAST_UNKNOWN {
            return Ok(());
        }
        Scan::new(self.orders[POSG], txn, &[predicate])?
            .for_each(|[_, object, subject, graph]| each(*subject, *object, *graph))
    }

    /// Adds and removes quads; one that is both added and removed is there afterwards. While one order is written, the next is
    /// sorted.
    pub(super) fn change(&self, txn: &mut RwTxn<'_>, changes: &mut Changes) -> Result<()> {
        let mut sizes: BTreeMap<u64, i64> = BTreeMap::new();
        for (order, table) in self.orders.iter().enumerate() {
            changes.sort(order);
            let mut count = |key: &Key, added: bool| *sizes.entry(key[0]).or_default() += if added { 1 } else { -1 };
            let effect: &mut dyn FnMut(&Key, bool) = if order == GSPO { &mut count } else { &mut |_, _| {} };
            let next = order + 1;
            let ahead = thread::scope(|scope| {
                let sorting = (next < ORDERS.len() && changes.is_much()).then(|| scope.spawn(|| changes.ahead(next)));
                merge(*table, txn, changes.sorted(order)?, effect)?;
                Ok::<_, Error>(sorting.map(|sorting| sorting.join().expect("sorting does not panic")))
            })?;
            if let Some(ahead) = ahead {
                changes.put(next, ahead);
            }
        }
        for (graph, difference) in sizes {
            let size = self.graph_size(txn, graph)?.saturating_add_signed(difference);
            if size == 0 {
                self.graphs.delete(txn, &graph.to_be_bytes())?;
            } else {
                self.graphs.put(txn, &graph.to_be_bytes(), &size.to_be_bytes())?;
            }
        }
        Ok(())
    }
}

/// What a transaction does to the quads, however many they are.
pub(super) struct Changes {
    added: Sorter,
    removed: Sorter,
    /// Graphs of which nothing is added after all.
    without: FxHashSet<u64>,
}

impl Changes {
    /// None yet; what memory should not hold goes to nameless files in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        let sorter = || Sorter::new(&ORDERS, HELD, folder);
        Self { added: sorter(), removed: sorter(), without: FxHashSet::default() }
    }

    pub(super) fn add(&mut self, quad: Quad) -> Result<()> {
        self.added.push(quad)
    }

    pub(super) fn remove(&mut self, quad: Quad) -> Result<()> {
        self.removed.push(quad)
    }

    /// Forgets what was to be added to a graph.
    pub(super) fn leave_out(&mut self, graph: u64) {
        self.without.insert(graph);
    }

    /// Puts into a graph what was to be added outside any.
    pub(super) fn put_into(&mut self, graph: u64) -> Result<()> {
        let mut moved = self.added.another();
        for quad in self.added.sorted(SPOG)? {
            let [s, p, o, g] = quad?;
            moved.push([s, p, o, if g == UNNAMED { graph } else { g }])?;
        }
        self.added = moved;
        Ok(())
    }

    /// What is to be added, sorted by graph, subject, predicate and object.
    pub(super) fn added_by_graph(&mut self) -> Result<impl Iterator<Item = Result<Quad>>> {
        Ok(self.added.sorted(GSPO)?.map(|key| key.map(|[g, s, p, o]| [s, p, o, g])))
    }

    /// Sorts what is in memory into one of the orders.
    pub(super) fn sort(&mut self, order: usize) {
        self.added.sort(order);
        self.removed.sort(order);
    }

    /// Whether it is worth the while to sort an order ahead, and does not take too much memory.
    pub(super) fn is_much(&self) -> bool {
        (MUCH..=HELD).contains(&(self.added.held() + self.removed.held()))
    }

    /// What is in memory, sorted into another order, for [`Changes::put`].
    fn ahead(&self, order: usize) -> [Vec<Packed>; 2] {
        [self.added.ahead(order), self.removed.ahead(order)]
    }

    fn put(&mut self, order: usize, [added, removed]: [Vec<Packed>; 2]) {
        self.added.put(order, added);
        self.removed.put(order, removed);
    }

    /// The changes in the order that they were [sorted](Changes::sort) into: key, and whether it is added.
    fn sorted(&self, order: usize) -> Result<impl Iterator<Item = Result<(Key, bool)>>> {
        let Self { added, removed, without } = self;
        let graph = ORDERS[order].iter().position(|part| *part == G).expect("every order has the graph");
        let wanted = move |key: &Result<Key>| key.as_ref().map_or(true, |key| !without.contains(&key[graph]));
        let mut added = added.as_sorted()?.filter(wanted).peekable();
        let mut removed = removed.as_sorted()?.peekable();
        Ok(std::iter::from_fn(move || {
            let which = match (added.peek(), removed.peek()) {
                (Some(Ok(add)), Some(Ok(remove))) => add.cmp(remove),
                (None | Some(Ok(_)), Some(_)) => Ordering::Greater,
                (Some(_), _) => Ordering::Less,
                (None, None) => return None,
            };
            if which == Ordering::Equal {
                removed.next();
            }
            Some(if which == Ordering::Greater {
                removed.next()?.map(|key| (key, false))
            } else {
                added.next()?.map(|key| (key, true))
            })
        }))
    }
}

/// The quads that fit a pattern.
pub(super) struct Matches<'t> {
    scan: Option<Scan<'t>>,
    order: usize,
    pattern: Pattern,
    cancel: CancellationToken,
}

impl Iterator for Matches<'_> {
    type Item = Result<Quad>;

    fn next(&mut self) -> Option<Result<Quad>> {
        loop {
            let key = match self.scan.as_mut()?.next()? {
                Ok(key) => key,
                Err(error) => return Some(Err(error)),
            };
            if self.cancel.is_cancelled() {
                // Whoever gathers errors and goes on gets no second one.
                self.scan = None;
                return Some(Err(Error::Cancelled));
            }
            let mut quad = [0; 4];
            for (part, id) in ORDERS[self.order].iter().zip(key) {
                quad[*part] = id;
            }
            if self.pattern.iter().zip(quad).all(|(wanted, id)| wanted.is_none_or(|wanted| wanted == id)) {
                return Some(Ok(quad));
            }
        }
    }
}
