//! Documents and agents by what rests on them. The JSON shape is `docs/schemas/sources.json`.

use serde::Serialize;

/// A document, with all its editions, or an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Of several editions the one with the smallest IRI.
    pub node: String,
    /// `document` or `agent`.
    pub kind: &'static str,
    /// Its name.
    pub name: Option<String>,
    /// How many claims of others rest on it.
    pub claims: u64,
    /// How many of them on nothing else.
    pub alone: u64,
    /// Of a document the claims that stand in it; of an agent those that are credited to it.
    pub own: u64,
    /// What is recorded of it.
    pub known: Vec<&'static str>,
    /// What is not.
    pub missing: Vec<&'static str>,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// The version of this shape.
    pub version: u32,
    /// How many documents there are, all editions as one.
    pub documents: usize,
    /// How many agents.
    pub agents: usize,
    /// Those that were asked for, in the order that was asked for; those beyond a limit are left out.
    pub sources: Vec<Source>,
}
