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

/// One line of the tree: a node, and how its taker took it. Lines come in the order of the tree; a line's sources follow
/// it, one deeper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// How deep it stands; the claim itself is at 0.
    pub depth: usize,
    /// `claim`, `document`, or `more`: what is left out at this place.
    pub kind: &'static str,
    /// The claim or document; none where several are left out.
    pub node: Option<String>,
    /// How it was taken: `quoted from`, `derived from`, `translated from`, `may itself rest on`, `computed from` …
    pub how: Option<&'static str>,
    /// What to call it: the claim's text or the document's name.
    pub label: String,
    /// What to call the document that a claim stands in.
    pub document: Option<String>,
    /// The document's identifier.
    pub identifier: Option<String>,
    /// The document's date.
    pub date: Option<String>,
    /// The document's authors, else its publishers.
    pub by: Option<String>,
    /// The words: of a claim its own; of a document taken as a whole those that its taker names.
    pub quote: Option<String>,
    /// Where in the document.
    pub locator: Option<String>,
    /// What else matters about it here: whom it credits, how it knows, whether it is withdrawn.
    pub notes: Vec<String>,
    /// What it ends as, if the chain ends here: an origin, `withdrawn`, `circle`, or `no end`; for what a claim is computed
    /// from, the name of its level.
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
    /// Why it is on its rung, in a sentence.
    pub why: String,
    /// What would lift it, cheapest first.
    pub lift: Vec<String>,
    /// How many further facts would.
    #[serde(rename = "liftLeftOut")]
    pub lift_left_out: usize,
    /// Where it ends.
    pub ends: Vec<End>,
    /// What its ends may themselves rest on.
    #[serde(rename = "mayRestOn")]
    pub may_rest_on: Vec<String>,
    /// One shortest path to each end, in the order of `ends`; to the first of them, where all would be too long.
    pub paths: Vec<Vec<String>>,
    /// The tree.
    pub steps: Vec<Step>,
}
