//! One unchanging view of the store: the port's implementation over LMDB.

use super::Result;
use super::columns::Columns;
use super::computed::{ComputedGraph, Overlay, is_overlay};
use super::dataset::{Dataset, number_in};
use super::error::Error;
use super::held::Shelf;
use super::port::{Beside, EachRow, Node, Reader, Run, name_of, node_of};
use super::quads::UNNAMED;
use super::tables::Tables;
use crate::model::Place;
use crate::sparql::{Exact, Query};
use crate::vocab;
use heed::{Env, RoTxn, WithoutTls};
use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term};
use oxigraph::sparql::{
    CancellationToken, QueryDatasetSpecification, QueryEvaluationError, QueryExplanation, QueryResults,
    QuerySolutionIter, QueryTripleIter, SparqlEvaluator,
};
use rustc_hash::FxHashSet;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
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
    pub(super) history: u64,
    /// The files of loads, as they were asked for.
    files: RefCell<BTreeMap<u64, Option<String>>>,
    /// Terms that were asked for lately, each in its place or nowhere.
    recent: RefCell<Vec<(u64, Term)>>,
    predicates: RefCell<BTreeMap<String, [Option<Node>; 2]>>,
    /// Where more transactions of the same state come from, and what was computed of it.
    env: Option<&'s Env<WithoutTls>>,
    kept: Option<&'s Kept>,
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
        let (overlay, computed) = (RefCell::default(), RefCell::default());
        let (files, recent, predicates) = (RefCell::default(), RefCell::default(), RefCell::default());
        let (env, kept, shelf) = (None, None, OnceCell::new());
        Ok(Self { txn, tables, overlay, computed, history, files, recent, predicates, env, kept, shelf })
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

    /// A predicate in its spellings, as numbers; the same few are asked for again and again.
    fn spellings(&self, predicate: &str) -> Result<[Option<Node>; 2]> {
        if let Some(known) = self.predicates.borrow().get(predicate) {
            return Ok(*known);
        }
        let twin = vocab::schema_twin(predicate);
        let found = [self.find(predicate)?, twin.map(|twin| self.find(&twin)).transpose()?.flatten()];
        self.predicates.borrow_mut().insert(predicate.to_owned(), found);
        Ok(found)
    }

    pub(super) fn in_report(&self, graph: u64) -> bool {
        graph != UNNAMED && graph != self.history
    }

    fn evaluator(&self, query: &Query, run: &Run) -> oxigraph::sparql::BoundPreparedSparqlQuery<'_, Dataset<'_>> {
        self.evaluator_over(query, run, |dataset| dataset)
    }

    fn evaluator_over<'a>(
        &'a self,
        query: &Query,
        run: &Run,
        over: impl FnOnce(Dataset<'a>) -> Dataset<'a>,
    ) -> oxigraph::sparql::BoundPreparedSparqlQuery<'a, Dataset<'a>> {
        let exact = Exact::new(query.algebra().clone());
        let evaluator = exact.taught(SparqlEvaluator::new().with_cancellation_token(run.cancel.clone()));
        let lens = exact.lens();
        let mut prepared = evaluator.for_query(exact.query);
        let merged = merged(prepared.dataset_mut());
        let dataset = Dataset::new(self, &|graph| query.names(graph), run, merged.as_deref(), lens);
        prepared.on_queryable_dataset(over(dataset))
    }

    fn each_row(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        let results = self.evaluator_over(query, run, Dataset::numbered).execute()?;
        let QueryResults::Solutions(rows) = whole(results, &run.cancel)? else { return Ok(()) };
        let mut nodes = Vec::new();
        for row in rows {
            let row = row?;
            nodes.clear();
            nodes.extend(row.values().iter().map(|value| value.as_ref().and_then(number_in).map(Node)));
            each(&nodes)?;
        }
        Ok(())
    }

    /// The evaluator's plan for a query, as JSON; the query is run to the end to measure it.
    pub fn explain(&self, query: &Query, run: &Run) -> Result<String> {
        let (results, explanation): (_, QueryExplanation) = self.evaluator(query, run).compute_statistics().explain();
        match results? {
            QueryResults::Solutions(rows) => {
                for row in rows {
                    row?;
                }
            }
            QueryResults::Graph(triples) => {
                for triple in triples {
                    triple?;
                }
            }
            QueryResults::Boolean(_) => {}
        }
        let mut plan = Vec::new();
        explanation.write_in_json(&mut plan).map_err(|error| Error::Other(error.into()))?;
        String::from_utf8(plan).map_err(|error| Error::Other(error.into()))
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
            let triples = made.scan([None, None, None]);
            return Ok(Box::new(triples.into_iter().map(move |[s, p, o]| self.external([s, p, o, made.name]))));
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
    fn named(&self, name: &str) -> Result<Option<Node>> {
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

    fn file_of_load(&self, load: u64) -> Result<Option<String>> {
        if let Some(known) = self.files.borrow().get(&load) {
            return Ok(known.clone());
        }
        let file = self.history(&super::writer::load_iri(load), vocab::ibid::FILE)?.into_iter().next();
        self.files.borrow_mut().insert(load, file.clone());
        Ok(file)
    }
}

/// The evaluator reads several FROM graphs one after the other, and their merge is a set: it is told that there is one
/// default graph, and the dataset answers for it, of the graphs that this gives.
pub(super) fn merged(dataset: &mut QueryDatasetSpecification) -> Option<Vec<GraphName>> {
    let graphs = dataset.default_graph_graphs().filter(|graphs| graphs.len() > 1)?.to_vec();
    dataset.set_default_graph(vec![GraphName::DefaultGraph]);
    Some(graphs)
}

impl Reader for Snapshot<'_> {
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
        Ok(whole(self.evaluator(query, run).execute()?, &run.cancel)?)
    }

    fn rows(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        let known = self.overlay.borrow().len();
        let told = self.each_row(query, run, each);
        // What the query has made is of no use to another.
        self.overlay.borrow_mut().truncate(known);
        told
    }

    fn hold(&self) {
        self.shelf.get_or_init(Arc::default);
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        edges(&self.tables, &self.txn, self.history, predicate, each)
    }

    fn all_edges(&self, predicates: &[&str]) -> Result<Vec<Pairs>> {
        let (next, tables, history) = (AtomicUsize::new(0), self.tables, self.history);
        let read = |txn: &RoTxn<'_, WithoutTls>| -> Result<Vec<(usize, Pairs)>> {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(predicate) = predicates.get(number) else { return Ok(done) };
                let mut pairs = Vec::new();
                edges(&tables, txn, history, predicate, |subject, object| pairs.push((subject, object)))?;
                done.push((number, pairs));
            }
        };
        let mut found = std::thread::scope(|scope| -> Result<_> {
            // Another transaction of the same state reads beside this one; of another state it is of no use.
            let beside = self.env.map(Env::read_txn).transpose()?.filter(|txn| txn.id() == self.txn.id());
            let beside = beside.map(|txn| scope.spawn(move || read(&txn)));
            let mut found = read(&self.txn)?;
            if let Some(beside) = beside {
                found.extend(beside.join().expect("reading edges does not panic")?);
            }
            Ok(found)
        })?;
        found.sort_unstable_by_key(|(number, _)| *number);
        Ok(found.into_iter().map(|(_, pairs)| pairs).collect())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let (mut found, mut known) = (Vec::new(), FxHashSet::default());
        for predicate in self.spellings(predicate)?.into_iter().flatten() {
            for quad in self.tables.scan(&self.txn, [Some(subject.0), Some(predicate.0), None, None])? {
                let [_, _, object, graph] = quad?;
                if self.in_report(graph) && known.insert(object) {
                    found.push(Node(object));
                }
            }
        }
        Ok(found)
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let mut found = Vec::new();
        for quad in self.tables.scan(&self.txn, [Some(subject.0), None, None, None])? {
            let [_, predicate, object, graph] = quad?;
            // The quads of a triple that stands in several graphs come side by side.
            if self.in_report(graph) && found.last() != Some(&(Node(predicate), Node(object))) {
                found.push((Node(predicate), Node(object)));
            }
        }
        Ok(found)
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        for quad in self.tables.scan(&self.txn, [None, Some(predicate.0), Some(object.0), None])? {
            let [subject, _, _, graph] = quad?;
            if self.in_report(graph) && found.last() != Some(&Node(subject)) {
                found.push(Node(subject));
            }
        }
        Ok(found)
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        self.named(iri)
    }

    fn term(&self, node: Node) -> Result<Term> {
        self.term_of(node.0)
    }

    fn described(&self, node: Node) -> Result<bool> {
        for quad in self.tables.scan(&self.txn, [Some(node.0), None, None, None])? {
            if self.in_report(quad?[3]) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn graphs(&self, subject: Node) -> Result<Vec<Node>> {
        let mut graphs = Vec::new();
        for quad in self.tables.scan(&self.txn, [Some(subject.0), None, None, None])? {
            let graph = quad?[3];
            if graphs.last() != Some(&Node(graph)) && self.in_report(graph) {
                graphs.push(Node(graph));
            }
        }
        graphs.sort_unstable();
        graphs.dedup();
        Ok(graphs)
    }

    fn place(&self, node: Node, graph: Option<Node>) -> Result<Option<Place>> {
        let graphs: Vec<u64> = match graph {
            Some(graph) => vec![graph.0],
            None => {
                let mut graphs = Vec::new();
                for quad in self.tables.scan(&self.txn, [Some(node.0), None, None, None])? {
                    graphs.push(quad?[3]);
                }
                graphs.sort_unstable();
                graphs.dedup();
                graphs
            }
        };
        for graph in graphs {
            if let Some(bytes) = self.tables.places.get(&self.txn, &super::writer::place_key(graph, node.0))? {
                let (load, line, column) = super::writer::read_place(bytes)?;
                return Ok(self.file_of_load(load)?.map(|file| Place { file, line, column }));
            }
        }
        Ok(None)
    }

    fn files(&self) -> Option<&Path> {
        self.kept.and_then(|kept| kept.files.as_deref())
    }

    fn terms_in(&self, namespaces: &[&str]) -> Result<Vec<Node>> {
        self.tables.dictionary.iris_in(&self.txn, namespaces)
    }

    fn uses(&self, term: Node, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        for pattern in [[None, Some(term.0), None, None], [None, None, Some(term.0), None]] {
            for quad in self.tables.scan(&self.txn, pattern)? {
                let [subject, _, _, graph] = quad?;
                if self.in_report(graph) {
                    each(Node(subject), Node(graph));
                }
            }
        }
        Ok(())
    }

    fn beside(&self) -> Result<Option<Beside<'_>>> {
        let (Some(env), Some(kept), tables) = (self.env, self.kept, self.tables) else { return Ok(None) };
        let txn = env.read_txn()?;
        // Of another state it is of no use.
        if txn.id() != self.txn.id() {
            return Ok(None);
        }
        let shelf = self.shelf.get().cloned();
        Ok(Some(Box::new(move || {
            let mut other = Snapshot::of(View::Committed(txn), tables)?;
            if let Some(shelf) = shelf {
                other.shelf = OnceCell::from(shelf);
            }
            (other.env, other.kept) = (Some(env), Some(kept));
            Ok(Box::new(other) as Box<dyn Reader + '_>)
        })))
    }

    fn attach(&self, graph: &'static str, facts: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        if self.computed.borrow().iter().any(|(name, _)| *name == graph) {
            return Ok(());
        }
        let name = self.number(NamedNode::new_unchecked(graph).into())?;
        let columns = match self.kept.and_then(|kept| kept.get(graph, self.txn.id())) {
            Some(columns) => columns,
            None => {
                let columns = Arc::new(facts()?);
                if let Some(kept) = self.kept {
                    kept.put(graph, self.txn.id(), &columns);
                }
                columns
            }
        };
        let made = ComputedGraph::new(name, columns, |term| self.number(term))?;
        self.computed.borrow_mut().push((graph, Arc::new(made)));
        Ok(())
    }
}

type Pairs = Vec<(Node, Node)>;

/// Streams the edges of a predicate that stand in reports.
fn edges(
    tables: &Tables,
    txn: &RoTxn<'_>,
    history: u64,
    predicate: &str,
    mut each: impl FnMut(Node, Node),
) -> Result<()> {
    let Some(predicate) = tables.find_iri(txn, predicate)? else { return Ok(()) };
    tables.quads.each_of_predicate(txn, predicate.0, |subject, object, graph| {
        if graph != UNNAMED && graph != history {
            each(Node(subject), Node(object));
        }
    })
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
    fn get(&self, graph: &str, state: usize) -> Option<Arc<Columns>> {
        let kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(graph).filter(|(of, _)| *of == state).map(|(_, columns)| Arc::clone(columns))
    }

    fn put(&self, graph: &'static str, state: usize, columns: &Arc<Columns>) {
        let mut kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(graph, (state, Arc::clone(columns)));
    }
}

/// Results that end with an error where the query was cancelled. The evaluator passes over errors inside of MINUS and EXISTS, and
/// does not look at the token while it multiplies rows: what it gives then is no answer.
fn whole<'a>(
    results: QueryResults<'a>,
    cancel: &CancellationToken,
) -> std::result::Result<QueryResults<'a>, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(_) if cancel.is_cancelled() => return Err(QueryEvaluationError::Cancelled),
        QueryResults::Boolean(answer) => QueryResults::Boolean(answer),
        QueryResults::Solutions(rows) => {
            let variables = rows.variables().into();
            QuerySolutionIter::new(variables, Uncancelled { results: Some(rows), cancel: cancel.clone() }).into()
        }
        QueryResults::Graph(triples) => {
            QueryTripleIter::new(Uncancelled { results: Some(triples), cancel: cancel.clone() }).into()
        }
    })
}

struct Uncancelled<I> {
    results: Option<I>,
    cancel: CancellationToken,
}

impl<T, I: Iterator<Item = std::result::Result<T, QueryEvaluationError>>> Iterator for Uncancelled<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let next = self.results.as_mut()?.next();
        if self.cancel.is_cancelled() {
            self.results = None;
            return Some(Err(QueryEvaluationError::Cancelled));
        }
        next
    }
}
