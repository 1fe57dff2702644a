//! One unchanging view of the store, and what is in it.

use super::Result;
use super::columns::Columns;
use super::computed::{ComputedGraph, Met, Overlay, is_overlay};
use super::error::Error;
use super::held::Shelf;
use super::port::{Node, name_of, node_of};
use super::quads::UNNAMED;
use super::tables::Tables;
use crate::vocab;
use heed::{Env, RoTxn, WithoutTls};
use oxigraph::model::{GraphName, Literal, Quad, Term};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// How many terms a snapshot remembers.
const RECENT: usize = 1 << 14;

/// What a view reads: the store as it was committed, or as a writer has changed it so far.
pub(super) enum View<'s> {
    Committed(RoTxn<'s, WithoutTls>),
    Written(&'s RoTxn<'s, WithoutTls>),
}

impl<'s> Deref for View<'s> {
    type Target = RoTxn<'s, WithoutTls>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Committed(txn) => txn,
            Self::Written(txn) => txn,
        }
    }
}

/// An unchanging view. Writers do not wait for it, nor it for them.
pub struct Snapshot<'s> {
    pub(super) txn: View<'s>,
    pub(super) tables: Tables,
    pub(super) overlay: RefCell<Overlay>,
    pub(super) computed: RefCell<Vec<(&'static str, Arc<ComputedGraph>)>>,
    pub(super) met: RefCell<Met>,
    pub(super) history: u64,
    /// The files of loads, as they were asked for.
    pub(super) files: RefCell<BTreeMap<u64, Option<String>>>,
    /// Terms that were asked for lately, each in its place or nowhere.
    recent: RefCell<Vec<(u64, Term)>>,
    pub(super) predicates: RefCell<BTreeMap<String, [Option<Node>; 2]>>,
    /// Where more transactions of the same state come from, and what was computed of it.
    pub(super) env: Option<&'s Env<WithoutTls>>,
    pub(super) kept: Option<&'s Kept>,
    /// What is held in memory for many queries.
    pub(super) shelf: OnceCell<Arc<Shelf>>,
}

impl<'s> Snapshot<'s> {
    pub(super) fn new(env: &'s Env<WithoutTls>, tables: Tables, kept: &'s Kept) -> Result<Self> {
        let mut snapshot = Self::of(View::Committed(env.read_txn()?), tables)?;
        (snapshot.env, snapshot.kept) = (Some(env), Some(kept));
        Ok(snapshot)
    }

    pub(super) fn of(txn: View<'s>, tables: Tables) -> Result<Self> {
        let history = tables.history(&txn)?;
        let (overlay, computed, met) = (RefCell::default(), RefCell::default(), RefCell::default());
        let (files, recent, predicates) = (RefCell::default(), RefCell::default(), RefCell::default());
        let (env, kept, shelf) = (None, None, OnceCell::new());
        Ok(Self { txn, tables, overlay, computed, met, history, files, recent, predicates, env, kept, shelf })
    }

    /// The number of the transaction that left what is seen.
    pub(super) fn transaction(&self) -> u64 {
        self.txn.id() as u64
    }

    /// A term's number: the dictionary's if it has one, else the overlay's.
    pub(super) fn number(&self, term: Term) -> Result<u64> {
        // What is in the overlay is not in the dictionary, and what queries make up they make up often.
        if let Some(id) = self.overlay.borrow().find(&term) {
            return Ok(id);
        }
        Ok(match self.tables.dictionary.find(&self.txn, &term)? {
            Some(node) => node.0,
            None => self.overlay.borrow_mut().intern(term),
        })
    }

    pub(super) fn term_of(&self, id: u64) -> Result<Term> {
        if is_overlay(id) {
            let term = self.overlay.borrow().term(id);
            return term.ok_or_else(|| Error::Corrupt("a number of no term".to_owned()));
        }
        let place = (id >> 2) as usize % RECENT;
        if let Some((known, term)) = self.recent.borrow().get(place)
            && *known == id
        {
            return Ok(term.clone());
        }
        let term = self.tables.dictionary.term(&self.txn, Node(id))?;
        let mut recent = self.recent.borrow_mut();
        if recent.is_empty() {
            recent.resize(RECENT, (u64::MAX, Literal::from(false).into()));
        }
        recent[place] = (id, term.clone());
        Ok(term)
    }

    pub(super) fn in_report(&self, graph: u64) -> bool {
        graph != UNNAMED && graph != self.history
    }

    /// The names of the graphs that reports stand in, sorted, with the number of their quads.
    pub fn reports(&self) -> Result<Vec<(String, u64)>> {
        let mut reports = Vec::new();
        for graph in self.tables.quads.graph_names(&self.txn)? {
            if self.in_report(graph) {
                let name = name_of(self.term_of(graph)?);
                reports.push((name, self.tables.quads.graph_size(&self.txn, graph)?));
            }
        }
        reports.sort();
        Ok(reports)
    }

    /// The number of quads outside any graph.
    pub fn unnamed_size(&self) -> Result<u64> {
        self.tables.quads.graph_size(&self.txn, UNNAMED)
    }

    /// The quads of a graph (of a computed one, if it was attached), or of all reports and the unnamed graph, in the order of graph, subject, predicate, object
    /// as they were first seen.
    pub fn quads(&self, graph: Option<&str>) -> Result<Box<dyn Iterator<Item = Result<Quad>> + '_>> {
        let computed = graph.and_then(|name| {
            self.computed.borrow().iter().find(|(known, _)| *known == name).map(|(_, made)| Arc::clone(made))
        });
        if let Some(made) = computed {
            let triples = made.scan([None, None, None], self)?;
            return Ok(Box::new(triples.map(move |(s, p, o)| self.external([s, p, self.number_of(o)?, made.name]))));
        }
        let graphs = match graph {
            Some(name) => self.named(name)?.into_iter().map(|node| node.0).collect(),
            None => {
                let mut graphs = vec![UNNAMED];
                for graph in self.tables.quads.graph_names(&self.txn)? {
                    if self.in_report(graph) {
                        graphs.push(graph);
                    }
                }
                graphs
            }
        };
        let mut scans = Vec::with_capacity(graphs.len());
        for graph in graphs {
            scans.push(self.tables.scan(&self.txn, [None, None, None, Some(graph)])?);
        }
        Ok(Box::new(scans.into_iter().flatten().map(|quad| self.external(quad?))))
    }

    /// A node by its IRI, or by a blank node's label with `_:` before it.
    pub(super) fn named(&self, name: &str) -> Result<Option<Node>> {
        self.tables.dictionary.find(&self.txn, &node_of(name))
    }

    fn external(&self, [subject, predicate, object, graph]: super::quads::Quad) -> Result<Quad> {
        let damaged = || Error::Corrupt("a quad with a term where it cannot stand".to_owned());
        let subject = match self.term_of(subject)? {
            Term::NamedNode(node) => node.into(),
            Term::BlankNode(node) => oxigraph::model::NamedOrBlankNode::BlankNode(node),
            Term::Literal(_) => return Err(damaged()),
        };
        let Term::NamedNode(predicate) = self.term_of(predicate)? else { return Err(damaged()) };
        let graph = match graph {
            UNNAMED => GraphName::DefaultGraph,
            graph => match self.term_of(graph)? {
                Term::NamedNode(node) => node.into(),
                Term::BlankNode(node) => node.into(),
                Term::Literal(_) => return Err(damaged()),
            },
        };
        Ok(Quad::new(subject, predicate, self.term_of(object)?, graph))
    }

    /// The objects of a subject and predicate in the history graph, all as text.
    pub fn history(&self, subject: &str, predicate: &str) -> Result<Vec<String>> {
        let terms = self.tables.objects_in(&self.txn, vocab::graph::HISTORY, subject, predicate)?;
        Ok(terms.into_iter().map(name_of).collect())
    }

    /// The subjects of a predicate and a text in the history graph, as text.
    pub fn history_of(&self, predicate: &str, text: &str) -> Result<Vec<String>> {
        let text = oxigraph::model::Literal::new_simple_literal(text).into();
        let found = self.tables.subjects_in(&self.txn, vocab::graph::HISTORY, predicate, &text)?;
        Ok(found.into_iter().map(name_of).collect())
    }
}

/// What all views of a store have in common.
#[derive(Default)]
pub(super) struct Kept {
    /// What was computed last, of which state of the store.
    columns: Mutex<BTreeMap<&'static str, (usize, Arc<Columns>)>>,
    /// From where the files of reports are named.
    pub(super) files: Option<PathBuf>,
}

impl Kept {
    pub(super) fn get(&self, graph: &str, state: usize) -> Option<Arc<Columns>> {
        let kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(graph).filter(|(of, _)| *of == state).map(|(_, columns)| Arc::clone(columns))
    }

    pub(super) fn put(&self, graph: &'static str, state: usize, columns: &Arc<Columns>) {
        let mut kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(graph, (state, Arc::clone(columns)));
    }
}
