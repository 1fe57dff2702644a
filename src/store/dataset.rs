//! What the evaluator sees of a snapshot: SPARQL's dataset, with the default graph that MODEL describes.

use super::Result;
use super::computed::{ComputedGraph, Triples};
use super::error::Error;
use super::held::{Held, Run};
use super::port::{self, DefaultGraph, Node};
use super::quads::{Matches, Quad, UNNAMED};
use super::snapshot::Snapshot;
use crate::sparql::Lens;
use crate::vocab;
use oxigraph::model::{GraphName, NamedNode, Term};
use oxigraph::sparql::CancellationToken;
use rustc_hash::{FxHashMap, FxHashSet};
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::sync::Arc;

/// A snapshot as one query sees it.
pub(super) struct Dataset<'a> {
    snapshot: &'a Snapshot<'a>,
    default_graph: DefaultGraph,
    /// The graphs after FROM, where there are several: the default graph is their merge.
    merged: Option<Vec<u64>>,
    /// The computed graphs that the query names.
    computed: Vec<Arc<ComputedGraph>>,
    /// The history, where it is not to be seen: in the plain reading by whoever does not name it.
    hidden: Option<u64>,
    cancel: CancellationToken,
    rdf_type: Option<u64>,
    twins: RefCell<FxHashMap<u64, Option<u64>>>,
    held: RefCell<FxHashMap<u64, Option<&'a Held>>>,
    lens: Lens,
    /// Whether the answer is wanted as numbers.
    numbered: bool,
}

impl<'a> Dataset<'a> {
    /// `names` says whether the query names a graph.
    pub(super) fn new(
        snapshot: &'a Snapshot<'a>,
        names: &dyn Fn(&str) -> bool,
        run: &port::Run,
        merged: Option<&[GraphName]>,
        lens: Lens,
    ) -> Self {
        let number = |graph: &GraphName| match graph {
            GraphName::NamedNode(node) => snapshot.tables.find_iri(&snapshot.txn, node.as_str()).ok().flatten(),
            GraphName::BlankNode(node) => {
                snapshot.tables.dictionary.find(&snapshot.txn, &node.clone().into()).ok().flatten()
            }
            GraphName::DefaultGraph => None,
        };
        let computed = snapshot.computed.borrow();
        let seen = computed.iter().filter(|(graph, _)| names(graph)).map(|(_, made)| Arc::clone(made)).collect();
        let plain = run.default_graph == DefaultGraph::Unnamed;
        let hidden = (plain && !names(vocab::graph::HISTORY)).then_some(snapshot.history);
        let rdf_type = snapshot.tables.find_iri(&snapshot.txn, vocab::rdf::TYPE).ok().flatten();
        Self {
            snapshot,
            default_graph: run.default_graph,
            merged: merged.map(|graphs| graphs.iter().filter_map(number).map(|node| node.0).collect()),
            computed: seen,
            hidden,
            cancel: run.cancel.clone(),
            rdf_type: rdf_type.map(|node| node.0),
            twins: RefCell::default(),
            held: RefCell::default(),
            lens,
            numbered: false,
        }
    }

    /// The same, with an answer of numbers: see [`number_in`].
    pub(super) fn numbered(self) -> Self {
        Self { numbered: true, ..self }
    }

    /// The number of the other spelling of a schema.org term, if the store knows it.
    fn twin(&self, id: u64) -> Result<Option<u64>> {
        if let Some(known) = self.twins.borrow().get(&id) {
            return Ok(*known);
        }
        let twin = match self.snapshot.term_of(id)? {
            Term::NamedNode(node) => match vocab::schema_twin(node.as_str()) {
                Some(other) => self.snapshot.tables.find_iri(&self.snapshot.txn, &other)?.map(|node| node.0),
                None => None,
            },
            _ => None,
        };
        self.twins.borrow_mut().insert(id, twin);
        Ok(twin)
    }

    /// The other spelling that a pattern is looked for in: of its predicate, or of the class after `rdf:type`.
    fn other_spelling(
        &self,
        predicate: Option<u64>,
        object: Option<u64>,
    ) -> Result<Option<(Option<u64>, Option<u64>)>> {
        if self.default_graph == DefaultGraph::Unnamed {
            return Ok(None);
        }
        let Some(known) = predicate else { return Ok(None) };
        if predicate == self.rdf_type {
            return Ok(match object {
                Some(class) if Node(class).is_iri() => self.twin(class)?.map(|twin| (predicate, Some(twin))),
                _ => None,
            });
        }
        Ok(self.twin(known)?.map(|twin| (Some(twin), object)))
    }

    /// A predicate's quads, if they are held in memory.
    fn held(&self, predicate: u64) -> Result<Option<&'a Held>> {
        let Some(shelf) = self.snapshot.shelf.get() else { return Ok(None) };
        if let Some(known) = self.held.borrow().get(&predicate) {
            return Ok(*known);
        }
        let (snapshot, cancel) = (self.snapshot, self.cancel.clone());
        let held = shelf.get(predicate, move || {
            snapshot.tables.quads.scan(&snapshot.txn, [None, Some(predicate), None, None], cancel)
        })?;
        self.held.borrow_mut().insert(predicate, held);
        Ok(held)
    }

    /// Stored quads that fit in one spelling.
    fn scan(&self, pattern: [Option<u64>; 4]) -> Result<Scanned<'a>> {
        let [subject, predicate, object, graph] = pattern;
        // A predicate is read once in any case where all of it is asked for, and a graph's are few among all.
        let once = subject.is_none() && (object.is_none() || graph.is_some());
        if let Some(predicate) = predicate.filter(|_| !once)
            && let Some(held) = self.held(predicate)?
        {
            return Ok(Scanned::Held { run: held.run(subject, object), predicate, graph, cancel: self.cancel.clone() });
        }
        let matches = self.snapshot.tables.quads.scan(&self.snapshot.txn, pattern, self.cancel.clone())?;
        Ok(Scanned::Stored(Box::new(matches)))
    }

    /// Stored quads that fit, in every spelling; the graph is as they are stored.
    fn stored(
        &self,
        subject: Option<u64>,
        predicate: Option<u64>,
        object: Option<u64>,
        graph: Option<u64>,
        union: bool,
    ) -> Result<Scanned<'a>> {
        let first = self.scan([subject, predicate, object, graph])?;
        let Some((other, class)) = self.other_spelling(predicate, object)? else { return Ok(first) };
        let second = self.scan([subject, other, class, graph])?;
        let mut seen = FxHashSet::default();
        Ok(Scanned::Both(Box::new(first.chain(second).filter_map(move |quad| match quad {
            // The pattern is answered in the spelling it was asked in.
            Ok([s, p, o, g]) => {
                let quad = [s, predicate.unwrap_or(p), object.unwrap_or(o), g];
                // Over the union a triple counts once, whichever graphs and spellings it stands in.
                let key = if union { [quad[0], quad[1], quad[2], UNNAMED] } else { quad };
                seen.insert(key).then_some(Ok(quad))
            }
            Err(error) => Some(Err(error)),
        }))))
    }

    fn computed(&self, made: &Arc<ComputedGraph>, pattern: [Option<u64>; 3]) -> Result<Found<'a>> {
        let triples = made.scan(pattern, self.snapshot)?;
        Ok(Found::Computed { triples, name: made.name, snapshot: self.snapshot, cancel: self.cancel.clone() })
    }

    fn find(&self, s: Option<u64>, p: Option<u64>, o: Option<u64>, graph: Option<Option<u64>>) -> Result<Found<'a>> {
        Ok(match graph {
            Some(None) if self.merged.is_some() => {
                let graphs = self.merged.clone().unwrap_or_default();
                let made = self.computed.iter().filter(|made| graphs.contains(&made.name));
                let made = made.map(|made| self.computed(made, [s, p, o])).collect::<Result<Vec<_>>>()?;
                let among = move |quad: &Result<Quad>| quad.as_ref().map_or(true, |quad| graphs.contains(&quad[3]));
                let stored = Distinct { quads: self.stored(s, p, o, None, false)?.filter(among), last: None };
                let made = made.into_iter().flatten().map(|quad| Ok(InternalQuad { graph_name: None, ..quad? }));
                Found::Merged(Box::new(stored.chain(made)))
            }
            Some(None) => match self.default_graph {
                DefaultGraph::Unnamed => {
                    Found::Stored { quads: self.stored(s, p, o, Some(UNNAMED), false)?, name: None }
                }
                DefaultGraph::Union => Found::Union(Distinct { quads: self.stored(s, p, o, None, true)?, last: None }),
            },
            Some(Some(name)) if Some(name) == self.hidden => Found::Nothing,
            Some(Some(name)) => match self.computed.iter().find(|made| made.name == name) {
                Some(made) => self.computed(made, [s, p, o])?,
                None => Found::Stored { quads: self.stored(s, p, o, Some(name), false)?, name: Some(name) },
            },
            None => {
                let made =
                    self.computed.iter().rev().map(|made| self.computed(made, [s, p, o])).collect::<Result<_>>()?;
                let (quads, hidden) = (self.stored(s, p, o, None, false)?, self.hidden);
                Found::Anywhere { quads, hidden, made }
            }
        })
    }
}

/// Stored quads.
enum Scanned<'a> {
    Stored(Box<Matches<'a>>),
    Held { run: Run<'a>, predicate: u64, graph: Option<u64>, cancel: CancellationToken },
    Both(Box<dyn Iterator<Item = Result<Quad>> + 'a>),
}

impl Iterator for Scanned<'_> {
    type Item = Result<Quad>;

    fn next(&mut self) -> Option<Result<Quad>> {
        match self {
            Self::Stored(matches) => matches.next(),
            Self::Held { run, predicate, graph, cancel } => {
                let [subject, object, graph] = run.find(|row| graph.is_none_or(|graph| graph == row[2]))?;
                if cancel.is_cancelled() {
                    // Whoever gathers errors and goes on gets no second one.
                    *run = Run::default();
                    return Some(Err(Error::Cancelled));
                }
                Some(Ok([subject, *predicate, object, graph]))
            }
            Self::Both(quads) => quads.next(),
        }
    }
}

/// What a pattern finds.
enum Found<'a> {
    Nothing,
    Failed(Option<Error>),
    /// In one graph.
    Stored {
        quads: Scanned<'a>,
        name: Option<u64>,
    },
    Union(Distinct<Scanned<'a>>),
    Merged(Box<dyn Iterator<Item = Result<InternalQuad<u64>>> + 'a>),
    Computed {
        triples: Triples,
        name: u64,
        snapshot: &'a Snapshot<'a>,
        cancel: CancellationToken,
    },
    /// In any named graph.
    Anywhere {
        quads: Scanned<'a>,
        hidden: Option<u64>,
        made: Vec<Found<'a>>,
    },
}

impl Iterator for Found<'_> {
    type Item = Result<InternalQuad<u64>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Nothing => None,
            Self::Failed(error) => error.take().map(Err),
            Self::Stored { quads, name } => Some(quads.next()?.map(|quad| internal(quad, *name))),
            Self::Union(quads) => quads.next(),
            Self::Merged(quads) => quads.next(),
            Self::Computed { triples, name, snapshot, cancel } => {
                let (s, p, value) = triples.next().filter(|_| !cancel.is_cancelled())?;
                Some(snapshot.number_of(value).map(|o| internal([s, p, o, *name], Some(*name))))
            }
            Self::Anywhere { quads, hidden, made } => {
                let named = |quad: &Result<Quad>| {
                    quad.as_ref().map_or(true, |quad| quad[3] != UNNAMED && Some(quad[3]) != *hidden)
                };
                if let Some(quad) = quads.find(named) {
                    return Some(quad.map(|quad| internal(quad, Some(quad[3]))));
                }
                loop {
                    if let Some(quad) = made.last_mut()?.next() {
                        return Some(quad);
                    }
                    made.pop();
                }
            }
        }
    }
}

fn internal([subject, predicate, object, _]: Quad, graph_name: Option<u64>) -> InternalQuad<u64> {
    InternalQuad { subject, predicate, object, graph_name }
}

/// A triple that stands in several graphs, once: its quads come side by side.
struct Distinct<I> {
    quads: I,
    last: Option<[u64; 3]>,
}

impl<I: Iterator<Item = Result<Quad>>> Iterator for Distinct<I> {
    type Item = Result<InternalQuad<u64>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.quads.next()? {
                Ok(quad) => {
                    let triple = [quad[0], quad[1], quad[2]];
                    if self.last.replace(triple) != Some(triple) {
                        return Some(Ok(internal(quad, None)));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// A number as a term that says nothing else: seven bits a letter. The evaluator makes one for each value of each row, and a blank node of
/// that number would be written out in hexadecimal.
fn numbered(mut id: u64) -> Term {
    let mut letters = String::with_capacity(10);
    while id > 0 {
        letters.push(char::from((id & 0x7f) as u8));
        id >>= 7;
    }
    NamedNode::new_unchecked(letters).into()
}

/// The number in a term of a numbered answer.
pub(super) fn number_in(term: &Term) -> Option<u64> {
    match term {
        Term::NamedNode(node) => Some(node.as_str().bytes().rev().fold(0, |id, letter| id << 7 | u64::from(letter))),
        _ => None,
    }
}

impl<'a> QueryableDataset<'a> for Dataset<'a> {
    type InternalTerm = u64;
    type Error = Error;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&u64>,
        predicate: Option<&u64>,
        object: Option<&u64>,
        graph_name: Option<Option<&u64>>,
    ) -> impl Iterator<Item = Result<InternalQuad<u64>>> + use<'a> {
        // The evaluator looks at the token once a quad: a cancelled query is given none to look at it by.
        let found = if self.cancel.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            self.find(subject.copied(), predicate.copied(), object.copied(), graph_name.map(Option::<&u64>::copied))
        };
        found.unwrap_or_else(|error| Found::Failed(Some(error)))
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<u64>> + use<'a> {
        let (names, error) = match self.snapshot.tables.quads.graph_names(&self.snapshot.txn) {
            Ok(names) => (names, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        let hidden = self.hidden;
        let names = names.into_iter().filter(move |name| Some(*name) != hidden);
        let computed: Vec<u64> = self.computed.iter().map(|made| made.name).collect();
        error.into_iter().chain(names.chain(computed).map(Ok))
    }

    fn contains_internal_graph_name(&self, graph_name: &u64) -> Result<bool> {
        if Some(*graph_name) == self.hidden {
            return Ok(false);
        }
        let computed = self.computed.iter().any(|made| made.name == *graph_name);
        Ok(computed || self.snapshot.tables.quads.graph_size(&self.snapshot.txn, *graph_name)? > 0)
    }

    fn internalize_term(&self, term: Term) -> Result<u64> {
        self.snapshot.number(term)
    }

    fn externalize_term(&self, term: u64) -> Result<Term> {
        if self.numbered {
            return Ok(numbered(term));
        }
        self.snapshot.term_of(term)
    }

    fn externalize_expression_term(&self, term: u64) -> Result<ExpressionTerm> {
        match self.snapshot.term_of(term) {
            Ok(shown) => Ok(self.lens.shows(shown, term)),
            Err(error) => {
                self.lens.misses();
                Err(error)
            }
        }
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<u64> {
        match self.lens.number(&term) {
            Some(number) => Ok(number),
            None => self.snapshot.number(self.lens.meant(term)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{number_in, numbered};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_comes_back(id in any::<u64>()) {
            prop_assert_eq!(number_in(&numbered(id)), Some(id));
        }
    }
}
