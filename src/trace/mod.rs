//! What does one claim rest on, why is it on its rung, and what would lift it? And why does a computed fact hold?

mod describe;
mod draw;
mod edges;
mod lift;
mod more;
mod tree;
mod view;
mod why;

pub use draw::{dot, mermaid};
pub use why::{Fact, NotAValue, Wanted, wanted, why, why_document};

use crate::lineage::Lineage;
use crate::model::{Chain, End, JSON_VERSION};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
use rustc_hash::FxHashSet;
use view::{View, kind_name};

/// How much of a chain is told. What is left out is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many sources of one claim or document have a line of their own.
    pub siblings: usize,
    /// How deep the tree goes.
    pub depth: usize,
    /// How many lines it has, about.
    pub steps: usize,
    /// How many facts that would lift it are told.
    pub lift: usize,
    /// How many steps the paths to its ends have together, about.
    pub paths: usize,
    /// How many edges of one way a proof tells.
    pub way: usize,
}

impl Limits {
    /// What a person can read.
    pub const READABLE: Limits = Limits { siblings: 10, depth: 20, steps: 300, lift: 10, paths: 100_000, way: 1_000 };
    /// Everything.
    pub const NONE: Limits = Limits {
        siblings: usize::MAX,
        depth: usize::MAX,
        steps: usize::MAX,
        lift: usize::MAX,
        paths: usize::MAX,
        way: usize::MAX,
    };
}

/// What a claim rests on, by the lineage computed from the same reader; nothing, if the node is no claim.
///
/// # Errors
/// When the store fails.
pub fn trace(reader: &dyn Reader, lineage: &Lineage, claim: Node, limits: Limits) -> Result<Option<Chain>> {
    let (Some(facts), Some(paths)) = (lineage.facts(claim), lineage.paths(reader, claim)?) else { return Ok(None) };
    let view = View::new(reader, lineage, limits);
    let ends = view.ends(claim)?;
    let decisive = lift::deciding(&ends, facts.level).map(|end| paths.keys_to(end));
    let decisive: FxHashSet<_> = decisive.unwrap_or_default().into_iter().collect();
    let (mut told, mut ways, mut length) = (Vec::with_capacity(ends.len()), Vec::new(), 0);
    for end in &ends {
        if length < limits.paths {
            let way = view.names(&paths.to(end))?;
            length += way.len();
            ways.push(way);
        }
        told.push(End {
            node: view.name(end.node)?,
            kind: kind_name(end.kind),
            origin: end.origin,
            identified: end.identified,
            document: end.document.map(|document| view.name(document)).transpose()?,
            agents: view.sorted_names(&end.agents)?,
        });
    }
    let (mut lift, ends_left_out) = lift::lift(&view, &paths, claim)?;
    let lift_left_out = ends_left_out + lift.len().saturating_sub(limits.lift);
    lift.truncate(limits.lift);
    Ok(Some(Chain {
        version: JSON_VERSION,
        claim: view.name(claim)?,
        text: view.text(claim, schema::TEXT)?,
        level: facts.level.number(),
        level_name: facts.level,
        origin: facts.origin,
        origins_min: facts.origins_min,
        origins_max: facts.origins_max,
        on_cycle: facts.on_cycle,
        why: lift::why(&view, claim)?,
        lift,
        lift_left_out,
        ends: told,
        may_rest_on: view.sorted_names(&lineage.may_rest_on(claim))?,
        paths: ways,
        steps: tree::tree(&view, claim, decisive)?,
    }))
}
