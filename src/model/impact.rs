//! What an impact says of a withdrawal. The JSON shapes are `docs/schemas/impact.json` and `docs/schemas/impact-top.json`.

use super::{Level, Origin};
use serde::Serialize;

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The rung's number.
    pub level: u8,
    /// The rung's name.
    pub level_name: Level,
    /// What its best path ends in.
    pub origin: Origin,
    /// The least number of independent origins.
    pub origins_min: u32,
    /// The greatest number of independent origins.
    pub origins_max: u32,
}

/// A node that is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// The node that was asked about.
    pub node: String,
    /// As what it is withdrawn: `document`, `agent`, `claim`.
    pub kinds: Vec<&'static str>,
    /// Its name, or its text.
    pub name: Option<String>,
    /// How many works fall with it.
    pub works: usize,
    /// How many claims fall with it, those of the works among them.
    pub claims: usize,
}

/// A claim that rests on what is withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shaken {
    /// The claim.
    pub claim: String,
    /// Its `schema:text`.
    pub text: Option<String>,
    /// `directly`, `through` others, or `may`: only what it rests on may itself rest on it.
    pub how: &'static str,
    /// Where it stands.
    pub before: Standing,
    /// Where it would stand.
    pub after: Standing,
    /// Whether its level would be lower, its origin worse or its least number of origins smaller.
    pub lowered: bool,
}

/// A report in which such claims stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShakenReport {
    /// Its graph.
    pub graph: String,
    /// How many of the claims that rest on what is withdrawn stand in it.
    pub claims: usize,
    /// How many of them would be lowered.
    pub lowered: usize,
}

/// What a withdrawal would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// The version of this shape.
    pub version: u32,
    /// What is withdrawn, all at once.
    pub withdrawn: Vec<Withdrawn>,
    /// How many claims rest on it.
    pub resting: usize,
    /// How many are taken or computed from it.
    pub directly: usize,
    /// How many rest on it through others.
    pub through: usize,
    /// How many rest on what may itself rest on it.
    pub may: usize,
    /// How many would be lowered: in level, origin or the least number of origins.
    pub lowered: usize,
    /// How many would have a lower level.
    pub level_falls: usize,
    /// How many would have a worse origin.
    pub origin_falls: usize,
    /// How many would have fewer independent origins at least.
    pub origins_min_falls: usize,
    /// How many would stand higher in any of these, and lower in none: a circle has an end where it is withdrawn.
    pub raised: usize,
    /// The claims, the heaviest loss first; those beyond a limit are left out.
    pub claims: Vec<Shaken>,
    /// The reports they stand in, the most lowered first.
    pub reports: Vec<ShakenReport>,
}

/// A node by what its loss would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ranked {
    /// The node: of a work the first of its originals.
    pub node: String,
    /// `document`, `agent` or `claim`.
    pub kind: &'static str,
    /// Its name, or its text.
    pub name: Option<String>,
    /// How many claims rest on it, directly or through others.
    pub resting: u64,
    /// How many would be lowered.
    pub lowered: u64,
    /// How many would have a lower level.
    pub level_falls: u64,
    /// How many would have a worse origin.
    pub origin_falls: u64,
    /// How many would have fewer independent origins at least.
    pub origins_min_falls: u64,
}

/// The nodes whose loss would lower most claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ranking {
    /// The version of this shape.
    pub version: u32,
    /// The heaviest loss first.
    pub losses: Vec<Ranked>,
}
