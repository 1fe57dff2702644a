//! What an examination asks of the content.

use crate::store::port::Node;
use crate::store::{Result, Snapshot};
use crate::vocab;

impl Snapshot<'_> {
    /// The graphs that reports stand in, in the order of their numbers.
    pub(crate) fn report_graphs(&self) -> Result<Vec<Node>> {
        let graphs = self.tables.quads.graph_names(&self.txn)?;
        Ok(graphs.into_iter().filter(|graph| self.in_report(*graph)).map(Node).collect())
    }

    /// The subjects and objects of a predicate in the history, sorted.
    pub(crate) fn history_pairs(&self, predicate: &str) -> Result<Vec<(Node, Node)>> {
        let (Some(graph), Some(predicate)) =
            (self.tables.find_iri(&self.txn, vocab::graph::HISTORY)?, self.tables.find_iri(&self.txn, predicate)?)
        else {
            return Ok(Vec::new());
        };
        let mut pairs = Vec::new();
        for quad in self.tables.scan(&self.txn, [None, Some(predicate.0), None, Some(graph.0)])? {
            let [subject, _, object, _] = quad?;
            pairs.push((Node(subject), Node(object)));
        }
        pairs.sort_unstable();
        Ok(pairs)
    }

    /// The triples of a graph, in the order of their numbers.
    pub(crate) fn triples_of(&self, graph: Node, each: &mut dyn FnMut([Node; 3]) -> Result<()>) -> Result<()> {
        for quad in self.tables.scan(&self.txn, [None, None, None, Some(graph.0)])? {
            let [subject, predicate, object, _] = quad?;
            each([Node(subject), Node(predicate), Node(object)])?;
        }
        Ok(())
    }
}
