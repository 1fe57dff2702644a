//! What the evaluator sees of a snapshot: SPARQL's dataset, with the default graph that MODEL describes.

use super::Result;
use super::computed::ComputedGraph;
use super::error::Error;
use super::port::{DefaultGraph, Node, Run};
use super::quads::{Quad, UNNAMED};
use super::snapshot::Snapshot;
use crate::sparql::Lens;
use crate::vocab;
use oxigraph::model::{GraphName, Term};
use oxigraph::sparql::CancellationToken;
use rustc_hash::{FxHashMap, FxHashSet};
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::sync::Arc;

type Found<'a> = Box<dyn Iterator<Item = Result<InternalQuad<u64>>> + 'a>;

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
    lens: Lens,
}

impl<'a> Dataset<'a> {
    /// `names` says whether the query names a graph.
    pub(super) fn new(
        snapshot: &'a Snapshot<'a>,
        names: &dyn Fn(&str) -> bool,
        run: &Run,
        merged: Option<&[GraphName]>,
        lens: Lens,
    ) -> Self {
        let number = |graph: &GraphName| match graph {
            GraphName::NamedNode(node) => snapshot.tables.find_iri(&snapshot.txn, node.as_str()).ok().flatten(),
            _ => None,
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
            lens,
        }
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

    /// The spellings a pattern is looked for in: predicates, and classes after `rdf:type`.
    fn spellings(&self, predicate: Option<u64>, object: Option<u64>) -> Result<Vec<(Option<u64>, Option<u64>)>> {
        let mut spellings = vec![(predicate, object)];
        if self.default_graph == DefaultGraph::Unnamed {
            return Ok(spellings);
        }
        let Some(known) = predicate else { return Ok(spellings) };
        if predicate == self.rdf_type {
            if let Some(class) = object
                && Node(class).is_iri()
                && let Some(twin) = self.twin(class)?
            {
                spellings.push((predicate, Some(twin)));
            }
        } else if let Some(twin) = self.twin(known)? {
            spellings.push((Some(twin), object));
        }
        Ok(spellings)
    }

    /// Stored quads that fit, in every spelling; the graph is as they are stored.
    fn stored(
        &self,
        subject: Option<u64>,
        predicate: Option<u64>,
        object: Option<u64>,
        graph: Option<u64>,
        union: bool,
    ) -> Result<Box<dyn Iterator<Item = Result<Quad>> + 'a>> {
        let snapshot = self.snapshot;
        let spellings = self.spellings(predicate, object)?;
        let scan = |(p, o)| snapshot.tables.quads.scan(&snapshot.txn, [subject, p, o, graph], self.cancel.clone());
        if let [only] = spellings.as_slice() {
            return Ok(Box::new(scan(*only)?));
        }
        let scans = spellings.into_iter().map(scan).collect::<Result<Vec<_>>>()?;
        let mut seen = FxHashSet::default();
        Ok(Box::new(scans.into_iter().flatten().filter_map(move |quad| match quad {
            // The pattern is answered in the spelling it was asked in.
            Ok([s, p, o, g]) => {
                let quad = [s, predicate.unwrap_or(p), object.unwrap_or(o), g];
                // Over the union a triple counts once, whichever graphs and spellings it stands in.
                let key = if union { [quad[0], quad[1], quad[2], UNNAMED] } else { quad };
                seen.insert(key).then_some(Ok(quad))
            }
            Err(error) => Some(Err(error)),
        })))
    }

    fn find(&self, s: Option<u64>, p: Option<u64>, o: Option<u64>, graph: Option<Option<u64>>) -> Result<Found<'a>> {
        let cancel = self.cancel.clone();
        let computed = move |made: &Arc<ComputedGraph>| {
            let (name, cancel) = (made.name, cancel.clone());
            let triples = made.scan([s, p, o]).take_while(move |_| !cancel.is_cancelled());
            triples.map(move |[s, p, o]| Ok(internal([s, p, o, name], Some(name))))
        };
        Ok(match graph {
            Some(None) if self.merged.is_some() => {
                let graphs = self.merged.clone().unwrap_or_default();
                let made: Vec<_> =
                    self.computed.iter().filter(|made| graphs.contains(&made.name)).flat_map(computed).collect();
                let among = move |quad: &Result<Quad>| quad.as_ref().map_or(true, |quad| graphs.contains(&quad[3]));
                let stored = distinct(self.stored(s, p, o, None, false)?.filter(among));
                Box::new(
                    stored
                        .chain(made.into_iter().map(|quad| quad.map(|quad| InternalQuad { graph_name: None, ..quad }))),
                )
            }
            Some(None) => match self.default_graph {
                DefaultGraph::Unnamed => {
                    Box::new(self.stored(s, p, o, Some(UNNAMED), false)?.map(|quad| Ok(internal(quad?, None))))
                }
                DefaultGraph::Union => Box::new(distinct(self.stored(s, p, o, None, true)?)),
            },
            Some(Some(name)) if Some(name) == self.hidden => Box::new(std::iter::empty()),
            Some(Some(name)) => match self.computed.iter().find(|made| made.name == name) {
                Some(made) => Box::new(computed(made)),
                None => {
                    Box::new(self.stored(s, p, o, Some(name), false)?.map(move |quad| Ok(internal(quad?, Some(name)))))
                }
            },
            None => {
                let hidden = self.hidden;
                let stored = self.stored(s, p, o, None, false)?.filter_map(move |quad| match quad {
                    Ok(quad) => {
                        (quad[3] != UNNAMED && Some(quad[3]) != hidden).then(|| Ok(internal(quad, Some(quad[3]))))
                    }
                    Err(error) => Some(Err(error)),
                });
                let made: Vec<_> = self.computed.iter().flat_map(computed).collect();
                Box::new(stored.chain(made))
            }
        })
    }
}

fn internal([subject, predicate, object, _]: Quad, graph_name: Option<u64>) -> InternalQuad<u64> {
    InternalQuad { subject, predicate, object, graph_name }
}

/// A triple that stands in several graphs, once: its quads come side by side.
fn distinct<'a>(
    quads: impl Iterator<Item = Result<Quad>> + 'a,
) -> impl Iterator<Item = Result<InternalQuad<u64>>> + 'a {
    let mut last = None;
    quads.filter_map(move |quad| match quad {
        Ok(quad) => {
            let triple = [quad[0], quad[1], quad[2]];
            (last.replace(triple) != Some(triple)).then(|| Ok(internal(quad, None)))
        }
        Err(error) => Some(Err(error)),
    })
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
        found.unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
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
        self.snapshot.term_of(term)
    }

    fn externalize_expression_term(&self, term: u64) -> Result<ExpressionTerm> {
        match self.snapshot.term_of(term) {
            Ok(term) => Ok(self.lens.shows(term)),
            Err(error) => {
                self.lens.misses();
                Err(error)
            }
        }
    }

    fn internalize_expression_term(&self, term: ExpressionTerm) -> Result<u64> {
        self.snapshot.number(self.lens.meant(term))
    }
}
