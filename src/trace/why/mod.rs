//! Why does a computed fact of a claim hold? Its proof, down to the edges of the graph.
//!
//! The definitions are those of `MODEL.md`. Nothing is taken from the engine but the edges it read: what is told here can
//! be checked against the graph, line by line.

mod asked;
mod bonds;
mod counts;
mod documents;
mod grounds;
mod rests;
mod ways;

pub use asked::{Fact, NotAValue, Wanted, wanted};
pub use documents::why_document;

use super::Limits;
use super::edges::edge;
use super::lift::{self, deciding};
use super::view::View;
use crate::lineage::{Facts, Lineage};
use crate::model::{JSON_VERSION, Level, Origin, Proof, Way};
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, schema};
use rustc_hash::FxHashSet;
use ways::{circle, no_end, operand, way};

/// The proof of a claim's fact, by the lineage computed from the same reader; nothing, if the node is no claim, or
/// claims do not have that fact. With a
/// value that was asked about, the proof says whether it has that.
///
/// # Errors
/// When the store fails.
pub fn why(
    reader: &dyn Reader,
    lineage: &Lineage,
    claim: Node,
    fact: Fact,
    asked: Option<&Wanted>,
    limits: Limits,
) -> Result<Option<Proof>> {
    let Some(facts) = lineage.facts(claim).filter(|_| fact != Fact::Work) else { return Ok(None) };
    let view = View::new(reader, lineage, limits);
    let mut proof = Proof {
        version: JSON_VERSION,
        claim: view.name(claim)?,
        text: view.text(claim, schema::TEXT)?,
        fact: fact.name(),
        asked: match asked {
            Some(Wanted::Plain(value)) => Some(value.clone()),
            Some(Wanted::Node(_, node)) => Some(view.name(*node)?),
            None => None,
        },
        holds: true,
        value: value(&view, claim, fact, facts)?,
        ..Proof::default()
    };
    if let Some(Wanted::Plain(value)) = asked {
        proof.holds = proof.value.contains(value);
    }
    let node = match asked {
        Some(Wanted::Node(kind, node)) => Some((*kind, *node)),
        _ => None,
    };
    match fact {
        Fact::Work => {}
        Fact::OnCycle => on_cycle(&view, claim, &mut proof)?,
        Fact::RestsOn => rests::rests_on(&view, claim, node, &mut proof)?,
        Fact::MayRestOn => rests::may_rest_on(&view, claim, node, &mut proof)?,
        Fact::Level | Fact::Origin | Fact::OriginsMin | Fact::OriginsMax => {
            let decisive = premise(&view, claim, fact, &mut proof)?;
            if proof.paths.is_empty() {
                match fact {
                    Fact::Level => level(&view, decisive, &mut proof)?,
                    Fact::Origin => origin(&view, decisive, &mut proof)?,
                    Fact::OriginsMin => counts::least(&view, decisive, &mut proof)?,
                    _ => counts::most(&view, decisive, &mut proof)?,
                }
            }
        }
    }
    if decided_by_premises(&proof) {
        proof.because =
            format!("it is computed, and worth no more than its weakest premise; of that: {}", proof.because);
    }
    Ok(Some(proof))
}

fn decided_by_premises(proof: &Proof) -> bool {
    proof.operands.len() > 1
}

fn value(view: &View<'_>, claim: Node, fact: Fact, facts: Facts) -> Result<Vec<String>> {
    Ok(match fact {
        Fact::Level => vec![facts.level.number().to_string()],
        Fact::Origin => vec![facts.origin.name().to_owned()],
        Fact::OriginsMin => vec![facts.origins_min.to_string()],
        Fact::OriginsMax => vec![facts.origins_max.to_string()],
        Fact::Work => Vec::new(),
        Fact::OnCycle => vec![facts.on_cycle.to_string()],
        Fact::RestsOn | Fact::MayRestOn => {
            let nodes =
                if fact == Fact::RestsOn { view.lineage.rests_on(claim) } else { view.lineage.may_rest_on(claim) };
            let mut names = view.sorted_names(&nodes)?;
            names.dedup();
            names
        }
    })
}

/// The claim whose own sourcing decides a fact: the claim itself, or by way of the operands of computed claims another. Where
/// the operands go round, the circle is the proof.
fn premise(view: &View<'_>, claim: Node, fact: Fact, proof: &mut Proof) -> Result<Node> {
    let worth = |claim: Node| {
        let facts = view.lineage.facts(claim)?;
        Some(match fact {
            Fact::Origin => u32::MAX - facts.origin as u32,
            Fact::OriginsMin => facts.origins_min,
            Fact::OriginsMax => facts.origins_max,
            _ => u32::from(facts.level.number()),
        })
    };
    let (mut at, mut seen) = (claim, FxHashSet::default());
    loop {
        let Some(known) = view.claim_node(at) else { return Ok(at) };
        if known.operands.is_empty() || !known.sources.is_empty() || known.takes_itself || !seen.insert(known.node) {
            return Ok(at);
        }
        if proof.operands.is_empty() {
            proof.operands.push(view.name(claim)?);
        }
        let circle = view.lineage.operand_circle(view.reader, at)?;
        if !circle.is_empty() {
            proof.because = String::from("it is computed from itself");
            let round: Vec<Node> = if circle.len() == 1 { vec![circle[0]; 2] } else { circle };
            let mut way = Way { to: view.name(at)?, ..Way::default() };
            for pair in round.windows(2) {
                let (from, to) = operand(view, pair[0], pair[1])?;
                way.edges.push(edge(view, from, Some(ibid::OPERAND), to, false)?);
            }
            proof.paths.push(way);
            return Ok(at);
        }
        let weakest = view.in_order(known.operands.clone())?.into_iter().min_by_key(|&operand| worth(operand));
        let Some(next) = weakest else { return Ok(at) };
        proof.operands.push(view.name(next)?);
        at = next;
    }
}

fn level(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    let (Some(facts), Some(paths)) = (view.lineage.facts(claim), view.lineage.paths(view.reader, claim)?) else {
        return Ok(());
    };
    proof.because = lift::why(view, claim)?;
    proof.missing = lift::lift(view, &paths, claim)?.0;
    let ends = view.ends(claim)?;
    let Some(end) = deciding(&ends, facts.level) else { return no_end(view, claim, &paths, proof) };
    proof.paths.push(way(view, claim, &paths, end)?);
    proof.grounds = grounds::of_origin(view, &paths, claim, end)?;
    if facts.level >= Level::Primary {
        proof.grounds.extend(grounds::of_identity(view, end)?);
        if facts.level == Level::Pinned {
            proof.grounds.extend(grounds::of_words(view, &paths, claim, end)?);
        }
        return Ok(());
    }
    for end in &ends {
        proof.counted.push(counts::counted(view, end, None, counts::lacks_for_level(end))?);
    }
    Ok(())
}

fn origin(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    let Some(paths) = view.lineage.paths(view.reader, claim)? else { return Ok(()) };
    let ends = view.ends(claim)?;
    let Some(end) = ends.iter().min_by_key(|end| end.origin) else { return no_end(view, claim, &paths, proof) };
    let place = view.place_of(end)?;
    proof.because = match (ends.len(), end.origin) {
        (1, _) if end.withdrawn => format!("its only end is {place}, which is withdrawn"),
        (1, origin) => format!("its only end is {place}, whose origin is {}", origin.name()),
        (ends, Origin::Unknown) => format!("of none of its {ends} ends more is known than of {place}"),
        (ends, origin) => format!("of its {ends} ends none is better than {place}, whose origin is {}", origin.name()),
    };
    proof.paths.push(way(view, claim, &paths, end)?);
    proof.grounds = grounds::of_origin(view, &paths, claim, end)?;
    if end.origin != Origin::Primary {
        proof.missing = lift::lift(view, &paths, claim)?.0;
    }
    Ok(())
}

fn on_cycle(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    let round = circle(view, claim)?;
    proof.because = match round.edges.as_slice() {
        [] => "no way of its sourcing comes back to it".to_owned(),
        [.., edge] if edge.from == edge.to => "it names itself as its source".to_owned(),
        edges => {
            let steps = edges.iter().chain(&round.last).filter(|edge| !edge.edition).count() + round.left_out;
            format!("its sourcing comes back to it in {steps} steps")
        }
    };
    if !round.edges.is_empty() {
        proof.paths.push(round);
    }
    Ok(())
}
