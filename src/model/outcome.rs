//! What became of a report that was to be loaded. The JSON shape is `docs/schemas/load.json`.

use serde::Serialize;

/// What a load did with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is new in the store.
    Loaded,
    /// It took the place of what the same file had said before.
    Replaced,
    /// The store held just this already; nothing was written.
    Unchanged,
    /// It was refused; nothing was written.
    Failed,
}

impl Status {
    /// The status's name, as JSON gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// One report's fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The file it came from.
    pub file: String,
    /// The graph it stands in; none for triples outside any graph, and for a file that failed.
    pub graph: Option<String>,
    /// What happened.
    pub status: Status,
    /// Quads in it.
    pub quads: usize,
    /// Claims in it.
    pub claims: usize,
    /// Documents described in it.
    pub documents: usize,
    /// Its canonical hash, SHA-256 in lower-case hexadecimal; none where it is beyond the algorithm's limits.
    pub digest: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// What its loader should know; for people.
    #[serde(skip)]
    pub warnings: Vec<String>,
}
