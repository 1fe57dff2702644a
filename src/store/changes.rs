//! What an update reads: the quads that an operation gives, and which quads there are, as numbers.

use super::Result;
use super::computed::is_overlay;
use super::dataset::Dataset;
use super::evaluation::merged;
use super::port::{DefaultGraph, Node, Reader, Run, node_of};
use super::quads::UNNAMED;
use super::snapshot::Snapshot;
use crate::sparql::{Lens, Modify};
use crate::vocab;
use oxigraph::model::{Quad, Term};
use spareval::{DeleteInsertQuad, QueryDatasetSpecification, QueryEvaluator};

/// A triple as nodes: subject, predicate, object.
pub type Triple = [Node; 3];

fn number(graph: Option<Node>) -> u64 {
    graph.map_or(UNNAMED, |graph| graph.0)
}

fn named(graph: u64) -> Option<Node> {
    (graph != UNNAMED).then_some(Node(graph))
}

impl Snapshot<'_> {
    /// The quads that DELETE (`false`) and INSERT (`true`) give for the solutions of a WHERE, as often as they give them.
    /// Computed graphs that it names must have been attached before.
    ///
    /// # Errors
    /// When the WHERE cannot be evaluated, was cancelled, or the store fails; the iterator says so too.
    pub fn modified(&self, modify: &Modify, run: &Run) -> Result<impl Iterator<Item = Result<(bool, Quad)>>> {
        let evaluator = QueryEvaluator::new().with_cancellation_token(run.cancel.clone());
        let mut prepared = evaluator.prepare_delete_insert(
            modify.delete_template().to_vec(),
            modify.insert_template().to_vec(),
            modify.base().cloned(),
            None,
            modify.pattern(),
        );
        let mut dataset: QueryDatasetSpecification = modify.dataset().cloned().map(Into::into).unwrap_or_default();
        let merged = merged(&mut dataset);
        *prepared.dataset_mut() = dataset;
        let dataset = Dataset::new(self, &|graph| modify.names(graph), run, merged.as_deref(), Lens::default());
        let quads = prepared.execute(dataset)?;
        Ok(quads.map(|quad| {
            Ok(match quad? {
                DeleteInsertQuad::Delete(quad) => (false, quad),
                DeleteInsertQuad::Insert(quad) => (true, quad),
            })
        }))
    }

    /// The node of a term; one that the store does not have is good within this snapshot alone.
    pub fn node(&self, term: Term) -> Result<Node> {
        Ok(Node(self.number(term)?))
    }

    /// Whether a node is one of the store's, and good for its writer too.
    pub fn knows(&self, node: Node) -> bool {
        !is_overlay(node.0)
    }

    /// Whether a quad is stored.
    pub fn holds(&self, [s, p, o]: Triple, graph: Option<Node>) -> Result<bool> {
        let pattern = [Some(s.0), Some(p.0), Some(o.0), Some(number(graph))];
        Ok(self.tables.scan(&self.txn, pattern)?.next().transpose()?.is_some())
    }

    /// The graphs that a triple stands in.
    pub fn graphs_of(&self, [s, p, o]: Triple) -> Result<Vec<Option<Node>>> {
        let quads = self.tables.scan(&self.txn, [Some(s.0), Some(p.0), Some(o.0), None])?;
        quads.map(|quad| Ok(named(quad?[3]))).collect()
    }

    /// Whether a graph says anything of a subject.
    pub fn is_subject(&self, subject: Node, graph: Option<Node>) -> Result<bool> {
        let pattern = [Some(subject.0), None, None, Some(number(graph))];
        Ok(self.tables.scan(&self.txn, pattern)?.next().transpose()?.is_some())
    }

    /// The triples of a graph.
    pub fn triples(&self, graph: Option<Node>) -> Result<impl Iterator<Item = Result<Triple>>> {
        let quads = self.tables.scan(&self.txn, [None, None, None, Some(number(graph))])?;
        Ok(quads.map(|quad| {
            let [s, p, o, _] = quad?;
            Ok([Node(s), Node(p), Node(o)])
        }))
    }

    /// How many quads a graph has.
    pub fn size_of(&self, graph: Option<Node>) -> Result<u64> {
        self.tables.quads.graph_size(&self.txn, number(graph))
    }

    /// The node of a graph's name, if the graph has any quad.
    pub fn graph(&self, name: &str) -> Result<Option<Node>> {
        let node = self.tables.dictionary.find(&self.txn, &node_of(name))?;
        Ok(match node {
            Some(node) if self.size_of(Some(node))? > 0 => Some(node),
            _ => None,
        })
    }

    /// The same triple with its schema.org predicate, or the schema.org class after `rdf:type`, in the other spelling, where
    /// a reading takes both for one.
    pub fn other_spelling(&self, [s, p, o]: Triple, default_graph: DefaultGraph) -> Result<Option<Triple>> {
        if default_graph == DefaultGraph::Unnamed {
            return Ok(None);
        }
        let twin = |node: Node| -> Result<Option<Node>> {
            let twin = vocab::schema_twin(&self.name(node)?).filter(|_| node.is_iri());
            twin.map_or(Ok(None), |twin| self.tables.find_iri(&self.txn, &twin))
        };
        let is_type = self.name(p)? == vocab::rdf::TYPE;
        Ok(if is_type { twin(o)?.map(|o| [s, p, o]) } else { twin(p)?.map(|p| [s, p, o]) })
    }
}
