//! What the port asks of a snapshot: the edges, terms and places of what is stored.

use super::Result;
use super::columns::Columns;
use super::computed::ComputedGraph;
use super::evaluation::whole;
use super::port::{Beside, EachRow, Node, Reader, Run};
use super::quads::UNNAMED;
use super::snapshot::{Snapshot, View};
use super::tables::Tables;
use super::writer::{load_iri, place_key, read_place};
use crate::model::Place;
use crate::sparql::Query;
use crate::vocab::{ibid, rdf, schema_twin};
use heed::{Env, RoTxn, WithoutTls};
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::QueryResults;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

impl Snapshot<'_> {
    /// A predicate in its spellings, as numbers; the same few are asked for again and again.
    fn spellings(&self, predicate: &str) -> Result<[Option<Node>; 2]> {
        if let Some(known) = self.predicates.borrow().get(predicate) {
            return Ok(*known);
        }
        let twin = schema_twin(predicate);
        let found = [self.find(predicate)?, twin.map(|twin| self.find(&twin)).transpose()?.flatten()];
        self.predicates.borrow_mut().insert(predicate.to_owned(), found);
        Ok(found)
    }

    /// Where a node stands in a graph.
    fn place_in(&self, graph: u64, node: u64) -> Result<Option<Place>> {
        let Some(bytes) = self.tables.places.get(&self.txn, &place_key(graph, node))? else { return Ok(None) };
        let (load, line, column) = read_place(bytes)?;
        Ok(self.file_of_load(load)?.map(|file| Place { file, line, column }))
    }

    fn file_of_load(&self, load: u64) -> Result<Option<String>> {
        if let Some(known) = self.files.borrow().get(&load) {
            return Ok(known.clone());
        }
        let file = self.history(&load_iri(load), ibid::FILE)?.into_iter().next();
        self.files.borrow_mut().insert(load, file.clone());
        Ok(file)
    }
}

impl Reader for Snapshot<'_> {
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
        Ok(whole(self.evaluator(query, run).execute()?, &run.cancel)?)
    }

    fn rows(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        let known = self.overlay.borrow().len();
        let told = self.each_row(query, run, each);
        // What the query has made is of no use to another.
        self.met.borrow_mut().forget_made();
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
        match graph {
            Some(graph) => self.place_in(graph.0, node.0),
            None => Ok(self.places(node)?.into_iter().next().map(|(_, place)| place)),
        }
    }

    fn places(&self, node: Node) -> Result<Vec<(Option<Node>, Place)>> {
        let mut graphs = Vec::new();
        for quad in self.tables.scan(&self.txn, [Some(node.0), None, None, None])? {
            graphs.push(quad?[3]);
        }
        graphs.sort_unstable();
        graphs.dedup();
        let mut places = Vec::new();
        for graph in graphs {
            if let Some(place) = self.place_in(graph, node.0)? {
                places.push((false, place, graph));
            }
        }
        if places.len() > 1 {
            for class in [ibid::CLAIM, ibid::DOCUMENT] {
                let (Some(a), Some(class)) = (self.find(rdf::TYPE)?, self.find(class)?) else { continue };
                for quad in self.tables.scan(&self.txn, [Some(node.0), Some(a.0), Some(class.0), None])? {
                    let graph = quad?[3];
                    places.iter_mut().filter(|(_, _, known)| *known == graph).for_each(|place| place.0 = true);
                }
            }
            places.sort_unstable_by(|(a, at, _), (b, other, _)| b.cmp(a).then_with(|| at.cmp(other)));
        }
        Ok(places.into_iter().map(|(_, place, graph)| (Some(Node(graph)), place)).collect())
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
        let made = ComputedGraph::new(name, columns, self)?;
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
