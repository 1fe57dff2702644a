//! What an update did. The JSON shape is `docs/schemas/update.json`.

use serde::Serialize;

/// What an update did to one graph, its beginning held against its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GraphChange {
    /// The graph; none for triples outside any graph.
    pub graph: Option<String>,
    /// Triples that were not there before.
    pub added: u64,
    /// Triples that are not there any more.
    pub removed: u64,
    /// Triples in the graph now; a graph of none is no report any more.
    pub quads: u64,
    /// The graph's canonical hash, SHA-256 in lower-case hexadecimal; none for an emptied graph, for triples outside any
    /// graph, and where it is beyond the algorithm's limits.
    pub digest: Option<String>,
}

impl GraphChange {
    /// Whether the graph was empty before.
    pub fn is_new(&self) -> bool {
        self.quads > 0 && self.quads + self.removed == self.added
    }
}

/// What an update did to the graphs of a store; nothing where it changed nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// By graph, in the order of their names, what stands outside any first.
    pub graphs: Vec<GraphChange>,
    /// What its author should know, as sentences.
    pub warnings: Vec<String>,
}
