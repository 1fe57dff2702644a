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

    /// Whether a graph has a blank node that stands in another graph too.
    pub(crate) fn shares_blanks(&self, graph: Node) -> Result<bool> {
        let elsewhere = |pattern| -> Result<bool> {
            for quad in self.tables.scan(&self.txn, pattern)? {
                if quad?[3] != graph.0 {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        for quad in self.tables.scan(&self.txn, [None, None, None, Some(graph.0)])? {
            let [subject, _, object, _] = quad?;
            for node in [subject, object].into_iter().filter(|node| Node(*node).is_blank()) {
                if elsewhere([Some(node), None, None, None])? || elsewhere([None, None, Some(node), None])? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
