//! All tables of a store, and the plain look-ups over them that readers and writers share.

use super::Result;
use super::blocks::Table;
use super::dictionary::Dictionary;
use super::port::{Node, node_of};
use super::quads::{Matches, Pattern, Quads};
use crate::vocab;
use heed::RoTxn;
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::CancellationToken;

/// The tables by name, in the order of [`Tables::from_list`].
pub(super) const NAMES: [&str; 9] = ["meta", "terms", "ids", "spog", "posg", "ospg", "gspo", "graphs", "places"];

/// The four orders of the quads, in the order of `quads::ORDERS`.
pub(super) const ORDER_NAMES: [&str; 4] = ["spog", "posg", "ospg", "gspo"];

/// Handles to all tables.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) meta: Table,
    pub(super) dictionary: Dictionary,
    pub(super) quads: Quads,
    /// Graph and subject to load number, line and column.
    pub(super) places: Table,
}

impl Tables {
    pub(super) fn from_list([meta, terms, ids, spog, posg, ospg, gspo, graphs, places]: [Table; 9]) -> Self {
        Self {
            meta,
            dictionary: Dictionary { terms, ids },
            quads: Quads { orders: [spog, posg, ospg, gspo], graphs },
            places,
        }
    }

    pub(super) fn find_iri(&self, txn: &RoTxn<'_>, iri: &str) -> Result<Option<Node>> {
        self.dictionary.find(txn, &Term::NamedNode(NamedNode::new_unchecked(iri)))
    }

    pub(super) fn scan<'t>(&self, txn: &'t RoTxn<'_>, pattern: Pattern) -> Result<Matches<'t>> {
        self.quads.scan(txn, pattern, CancellationToken::new())
    }

    /// The objects of a subject (an IRI, or a blank node's label with `_:` before it) and predicate in one graph; empty where
    /// one of them is unknown.
    pub(super) fn objects_in(&self, txn: &RoTxn<'_>, graph: &str, subject: &str, predicate: &str) -> Result<Vec<Term>> {
        // The predicate first: most stores have none of some.
        let Some(predicate) = self.find_iri(txn, predicate)? else { return Ok(Vec::new()) };
        let (Some(graph), Some(subject)) = (self.find_iri(txn, graph)?, self.dictionary.find(txn, &node_of(subject))?)
        else {
            return Ok(Vec::new());
        };
        self.scan(txn, [Some(subject.0), Some(predicate.0), None, Some(graph.0)])?
            .map(|quad| self.dictionary.term(txn, Node(quad?[2])))
            .collect()
    }

    /// The subjects that have this object in one graph.
    pub(super) fn subjects_in(
        &self,
        txn: &RoTxn<'_>,
        graph: &str,
        predicate: &str,
        object: &Term,
    ) -> Result<Vec<Term>> {
        let (Some(graph), Some(predicate), Some(object)) =
            (self.find_iri(txn, graph)?, self.find_iri(txn, predicate)?, self.dictionary.find(txn, object)?)
        else {
            return Ok(Vec::new());
        };
        self.quads
            .scan(txn, [None, Some(predicate.0), Some(object.0), Some(graph.0)], CancellationToken::new())?
            .map(|quad| self.dictionary.term(txn, Node(quad?[0])))
            .collect()
    }

    /// The number of the graph of history, or one that no quad has.
    pub(super) fn history(&self, txn: &RoTxn<'_>) -> Result<u64> {
        Ok(self.find_iri(txn, vocab::graph::HISTORY)?.map_or(u64::MAX, |node| node.0))
    }
}
