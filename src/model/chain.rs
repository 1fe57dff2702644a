//! What a trace says of one claim. The JSON shape is `docs/schemas/trace.json`.

use super::{Level, Origin, Place};
use serde::Serialize;

/// Where a claim's chain of sources ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct End {
    /// The claim or document it ends at.
    pub node: String,
    /// `claim` or `document`.
    pub kind: &'static str,
    /// What is known of how it came to know.
    pub origin: Origin,
    /// Whether its document is named and can be found.
    pub identified: bool,
    /// The document it is, or stands in.
    pub document: Option<String>,
    /// Who speaks there.
    pub agents: Vec<String>,
}

/// One step of the tree that people read: a node and what it was taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The claim or document.
    pub node: String,
    /// What to call it: the claim's text or the document's name.
    pub label: String,
    /// What matters about it here: its document, basis, origin, whether it is withdrawn.
    pub notes: Vec<String>,
    /// How it was taken (`derived from`, `quoted from`, `asserted primary source`, `may itself rest on`, `operand`).
    pub how: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
    /// What it was taken from.
    pub sources: Vec<Step>,
}

/// The lineage of one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// The version of this shape.
    pub version: u32,
    /// The claim.
    pub claim: String,
    /// Its `schema:text`.
    pub text: Option<String>,
    /// The rung's number.
    pub level: u8,
    /// The rung's name.
    #[serde(rename = "levelName")]
    pub level_name: Level,
    /// What its best path ends in.
    pub origin: Origin,
    /// The least number of independent origins.
    #[serde(rename = "originsMin")]
    pub origins_min: u32,
    /// The greatest number of independent origins.
    #[serde(rename = "originsMax")]
    pub origins_max: u32,
    /// Whether it rests on itself.
    #[serde(rename = "onCycle")]
    pub on_cycle: bool,
    /// Where it ends.
    pub ends: Vec<End>,
    /// What its ends may themselves rest on.
    #[serde(rename = "mayRestOn")]
    pub may_rest_on: Vec<String>,
    /// One shortest path to each end, in the order of `ends`.
    pub paths: Vec<Vec<String>>,
    /// What would lift it, cheapest first.
    pub lift: Vec<String>,
    /// Why it is on its rung, in a sentence; for people.
    #[serde(skip)]
    pub why: String,
    /// The tree; for people.
    #[serde(skip)]
    pub tree: Step,
}
