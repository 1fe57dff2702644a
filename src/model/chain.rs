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

/// One line of the tree that people read: a node, and how its taker took it. Lines come in the order of the tree; a
/// line's sources follow it, one deeper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How deep it stands; the claim itself is at 0.
    pub depth: usize,
    /// The claim or document.
    pub node: String,
    /// What to call it: the claim's text or the document's name.
    pub label: String,
    /// What matters about it here: its document, basis, whether it is withdrawn.
    pub notes: Vec<String>,
    /// How it was taken: `derived from`, `quoted from`, `may itself rest on`, `computed from`.
    pub how: Option<&'static str>,
    /// What it ends as, if the chain ends here: an origin, `withdrawn`, or `circle`; for what a claim is computed from,
    /// the name of its level.
    pub end: Option<&'static str>,
    /// Where it stands.
    pub place: Option<Place>,
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
    pub tree: Vec<Step>,
}
