//! Who is credited with what, and has no part in any of its sources?
//!
//! The answer is the computed graph `urn:ibid:credits`. A query would look at the makers of all that a claim rests on, for every claim with
//! a credit; here each pair of maker and credited agent is looked at once.

use crate::lineage::{self, Lineage};
use crate::store::{Columns, Facts, Node, Reader, Result, Value, pairs, pairs_of};
use crate::vocab::{ibid, prov, schema};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The computed graph: on a claim with sources in other works `ibid:uninvolvedAgent`, an agent it is credited to who has no part in them.
///
/// There must be makers (authors and publishers) recorded of each such source, and the agent be none of them. Of nothing that the claim is taken from, rests on or
/// may rest on is the agent credited; nor is a maker of an edition of it the agent, an organisation above the agent, or one below.
///
/// # Errors
/// When the store fails.
pub fn facts(reader: &dyn Reader, lineage: &Arc<Lineage>) -> Result<Columns> {
    let credited = pairs(reader, ibid::CREDITED_TO)?;
    let homes = pairs(reader, schema::APPEARANCE)?;
    let mut sources = Vec::new();
    for predicate in prov::SOURCING {
        sources.extend(pairs(reader, predicate)?);
    }
    sources.sort_unstable();
    sources.dedup();
    let columns = lineage::facts(Arc::clone(lineage));
    let resting: Vec<&dyn Facts> = columns
        .by_predicate()
        .filter(|(predicate, _)| [ibid::RESTS_ON, ibid::MAY_REST_ON].contains(predicate))
        .map(|(_, facts)| facts)
        .collect();
    let mut makers = Makers::read(reader, lineage)?;
    let mut facts = Columns::default();
    let (mut ends, mut rest) = (Vec::new(), credited.as_slice());
    while let Some(&(claim, _)) = rest.first() {
        let (agents, others) = rest.split_at(rest.partition_point(|(other, _)| *other == claim));
        rest = others;
        let direct = pairs_of(&sources, claim);
        let elsewhere = elsewhere(claim, direct, &homes, lineage);
        let agents = agents.iter().map(|(_, agent)| *agent);
        let mut apart: Vec<Node> = agents.filter(|agent| makers.made_all(*agent, &elsewhere, &credited)).collect();
        if apart.is_empty() {
            continue;
        }
        ends.clear();
        ends.extend(direct.iter().map(|(_, source)| *source).filter(|source| *source != claim));
        for facts in &resting {
            ends.extend(facts.objects(claim).into_iter().filter_map(|end| match end {
                Value::Node(end) if end != claim => Some(end),
                _ => None,
            }));
        }
        apart.retain(|agent| !ends.iter().any(|end| makers.has_part(*agent, *end, &homes, &credited, lineage)));
        apart.into_iter().for_each(|agent| facts.say(claim, ibid::UNINVOLVED_AGENT, Value::Node(agent)));
    }
    Ok(facts.sorted())
}

/// The documents that something stands in; what stands nowhere is one itself.
fn documents(homes: &[(Node, Node)], node: Node) -> impl Iterator<Item = Node> {
    let own = pairs_of(homes, node);
    own.iter().map(|(_, home)| *home).chain(own.is_empty().then_some(node))
}

/// Of what a claim is taken from, each with its document, that which is of another work than the claim.
fn elsewhere(claim: Node, direct: &[(Node, Node)], homes: &[(Node, Node)], lineage: &Lineage) -> Vec<(Node, Node)> {
    let work = |document| lineage.work_of(document).unwrap_or(document);
    let mut found = Vec::new();
    for (_, own) in pairs_of(homes, claim) {
        for (_, source) in direct {
            let others = documents(homes, *source).filter(|document| work(*document) != work(*own));
            found.extend(others.map(|document| (*source, document)));
        }
    }
    found
}

/// Who made what, and who stands above whom.
struct Makers {
    of_document: Vec<(Node, Node)>,
    of_work: Vec<(Node, Node)>,
    above: Vec<(Node, Node)>,
    /// Whether one of two agents is the other, or stands above it.
    joined: FxHashMap<(Node, Node), bool>,
}

impl Makers {
    fn read(reader: &dyn Reader, lineage: &Lineage) -> Result<Self> {
        let mut of_document = pairs(reader, schema::AUTHOR)?;
        of_document.extend(pairs(reader, schema::PUBLISHER)?);
        of_document.sort_unstable();
        let made = of_document.iter().filter_map(|(document, maker)| Some((lineage.work_of(*document)?, *maker)));
        let mut of_work: Vec<_> = made.collect();
        of_work.sort_unstable();
        of_work.dedup();
        let above = pairs(reader, schema::PARENT_ORGANIZATION)?;
        Ok(Self { of_document, of_work, above, joined: FxHashMap::default() })
    }

    /// Whether there are such sources, all of them made by somebody who is named, and none by this agent or with a credit to it.
    fn made_all(&self, agent: Node, sources: &[(Node, Node)], credited: &[(Node, Node)]) -> bool {
        let of_others = |&(source, document): &(Node, Node)| {
            let makers = pairs_of(&self.of_document, document);
            let own = makers.iter().any(|(_, maker)| *maker == agent);
            !makers.is_empty() && !own && credited.binary_search(&(source, agent)).is_err()
        };
        !sources.is_empty() && sources.iter().all(of_others)
    }

    /// Whether an agent is credited with an end, or has a part in an edition of its work.
    fn has_part(
        &mut self,
        agent: Node,
        end: Node,
        homes: &[(Node, Node)],
        credited: &[(Node, Node)],
        lineage: &Lineage,
    ) -> bool {
        let Self { of_work, above, joined, .. } = self;
        credited.binary_search(&(end, agent)).is_ok()
            || documents(homes, end).filter_map(|document| lineage.work_of(document)).any(|work| {
                pairs_of(of_work, work).iter().any(|(_, maker)| {
                    let both = || is_above(*maker, agent, above) || is_above(agent, *maker, above);
                    *joined.entry((*maker, agent)).or_insert_with(both)
                })
            })
    }
}

/// Whether an agent is another, or an organisation above it, however far.
fn is_above(agent: Node, other: Node, above: &[(Node, Node)]) -> bool {
    let (mut todo, mut seen) = (vec![other], FxHashSet::default());
    while let Some(next) = todo.pop() {
        if next == agent {
            return true;
        }
        if seen.insert(next) {
            todo.extend(pairs_of(above, next).iter().map(|(_, parent)| *parent));
        }
    }
    false
}
