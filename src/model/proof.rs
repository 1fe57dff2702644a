//! Why a computed fact of a claim holds. The JSON shape is `docs/schemas/why.json`.

use super::{Origin, Place};
use serde::Serialize;

/// The proof of one computed fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The version of this shape.
    pub version: u32,
    /// The claim; of a document's fact, the document.
    pub claim: String,
    /// Its `schema:text`; of a document its `schema:name`.
    pub text: Option<String>,
    /// The fact's property, without its prefix.
    pub fact: &'static str,
    /// The value that was asked about, if one was.
    pub asked: Option<String>,
    /// The value it has; all of them, where it may have several.
    pub value: Vec<String>,
    /// Whether what was asked about is so.
    pub holds: bool,
    /// Why it is so, or is not, in a sentence without a full stop.
    pub because: String,
    /// For a computed claim: the claims that decide it, from it to the one whose own sourcing does.
    pub operands: Vec<String>,
    /// The ways through the graph that it follows from.
    pub paths: Vec<Way>,
    /// What else the graph says that it follows from.
    pub grounds: Vec<Ground>,
    /// What was counted, or was looked at and does not count.
    pub counted: Vec<Counted>,
    /// Which of them count as one, and why: as many pairs as join them, no more. Groups are what counts less joins.
    pub merged: Vec<Merged>,
    /// Single facts that are not known and would change it.
    pub missing: Vec<String>,
}

/// A way from the claim, edge by edge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Way {
    /// What it leads to: an end, or the claim itself.
    pub to: String,
    /// Its edges in order; none, if the claim is its own end.
    pub edges: Vec<Edge>,
    /// How many claims are passed between those and `last`, of a way that is too long to tell.
    #[serde(rename = "leftOut")]
    pub left_out: usize,
    /// The last edges of a way that is too long to tell.
    pub last: Vec<Edge>,
}

/// An edge of the graph, as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Its subject.
    pub from: String,
    /// Its property; none, where no property of PROV says it directly.
    pub property: Option<String>,
    /// Its object.
    pub to: String,
    /// Whether it joins two editions of one claim or document, and is passed in either direction.
    pub edition: bool,
    /// Where its subject stands.
    pub place: Option<Place>,
}

/// A triple, or a triple that is missing, and what it decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// What it decides, in words.
    pub decides: String,
    /// Its subject.
    pub node: String,
    /// Its property.
    pub property: String,
    /// Its value; none, where there is no such triple.
    pub value: Option<String>,
    /// Where its subject stands.
    pub place: Option<Place>,
}

/// An end, or what an end may rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The claim or document.
    pub node: String,
    /// `claim` or `document`.
    pub kind: &'static str,
    /// What to call it.
    pub label: String,
    /// What is known of how it came to know.
    pub origin: Origin,
    /// Who speaks there.
    pub agents: Vec<String>,
    /// The end that it stands for, if that is another.
    pub through: Option<String>,
    /// Whether it counts.
    pub counts: bool,
    /// What it lacks to count.
    pub lacks: Vec<&'static str>,
}

/// Two that count as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// The one.
    pub one: String,
    /// Its kind.
    #[serde(rename = "oneKind")]
    pub one_kind: &'static str,
    /// The other.
    pub other: String,
    /// Its kind.
    #[serde(rename = "otherKind")]
    pub other_kind: &'static str,
    /// `same work`, `chain of revisions`, `shared source`, `same agent` or `same house`.
    pub reason: &'static str,
    /// What they have in common: the work, the agent, the organisation.
    pub common: Option<String>,
    /// The reason in words.
    pub words: String,
}
