//! Why do two ends count as one? Each join in words, by what the graph says.

use crate::lineage::{Bearing, Bond, Kind, Merge};
use crate::model::Merged;
use crate::store::{Node, Result};
use crate::trace::view::{View, in_words, kind_name};
use crate::vocab::{ibid, prov, schema};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Joins in words.
pub(super) fn merged(view: &View<'_>, bearings: &[Bearing], merges: &[Merge]) -> Result<Vec<Merged>> {
    let mut revisions = None;
    let mut told = Vec::with_capacity(merges.len());
    for merge in merges {
        let (one, other) = (&bearings[merge.one], &bearings[merge.other]);
        let (reason, common, words) = match merge.bond {
            Bond::Work(work) => {
                let words = match work {
                    Some(work) if one.end.document == other.end.document => {
                        format!("both are of {}", view.called(work)?)
                    }
                    Some(work) => format!("both are of {} and its editions", view.called(work)?),
                    None => "both stand in one document".to_owned(),
                };
                ("same work", work, words)
            }
            Bond::Revisions => {
                let revisions = match &mut revisions {
                    Some(revisions) => revisions,
                    none => none.insert(all_revisions(view)?),
                };
                ("chain of revisions", None, by_revisions(view, revisions, one, other)?)
            }
            Bond::SharedSource => {
                ("shared source", None, "they are known to share a source (ibid:sharesSourceWith)".to_owned())
            }
            Bond::Agent(agent) => {
                let name = view.called(agent)?;
                let words = format!("{name} is {}, and {}", tie(view, one, agent)?, tie(view, other, agent)?);
                ("same agent", Some(agent), words)
            }
            Bond::House { organisation, of_one, of_other } => {
                let up = |agent: Node, bearing: &Bearing| -> Result<String> {
                    let tie = tie(view, bearing, agent)?;
                    let way = above(view, agent, organisation)?;
                    Ok(match way.as_slice() {
                        [] | [_] => format!("it is {tie}"),
                        [_, between @ .., _] => {
                            let names = between.iter().map(|&node| view.called(node)).collect::<Result<Vec<_>>>()?;
                            let through =
                                if names.is_empty() { String::new() } else { format!(" through {}", in_words(&names)) };
                            format!("it stands above {}, {tie}{through}", view.called(agent)?)
                        }
                    })
                };
                let words = format!(
                    "the house of {}: {}; {}",
                    view.called(organisation)?,
                    up(of_one, one)?,
                    up(of_other, other)?
                );
                ("same house", Some(organisation), words)
            }
        };
        told.push(Merged {
            one: view.name(one.end.node)?,
            one_kind: kind_name(one.end.kind),
            other: view.name(other.end.node)?,
            other_kind: kind_name(other.end.kind),
            reason,
            common: common.map(|node| view.name(node)).transpose()?,
            words,
        });
    }
    Ok(told)
}

/// What an agent is to an end.
fn tie(view: &View<'_>, bearing: &Bearing, agent: Node) -> Result<String> {
    let end = &bearing.end;
    if end.kind == Kind::Claim {
        for member in view.claim_node(end.node).map(|node| node.members.clone()).unwrap_or_default() {
            if view.reader.objects(member, ibid::CREDITED_TO)?.contains(&agent) {
                return Ok(format!("credited by {}", view.short(end.node)?));
            }
        }
    }
    let originals = end.document.and_then(|document| view.lineage.work(document)).map(|work| work.originals);
    let originals = view.in_order(originals.unwrap_or_default())?;
    for (property, word) in [(schema::AUTHOR, "author"), (schema::PUBLISHER, "publisher")] {
        for &document in &originals {
            if view.reader.objects(document, property)?.contains(&agent) {
                return Ok(format!("{word} of {}", view.called(document)?));
            }
        }
    }
    Ok(format!("of {}", view.place_of(end)?))
}

/// The shortest way from an agent up to an organisation, both included.
fn above(view: &View<'_>, agent: Node, organisation: Node) -> Result<Vec<Node>> {
    let mut before: FxHashMap<Node, Node> = FxHashMap::default();
    let mut todo = VecDeque::from([agent]);
    while let Some(node) = todo.pop_front() {
        if node == organisation {
            return Ok(back(&before, agent, node));
        }
        for parent in view.in_order(view.reader.objects(node, schema::PARENT_ORGANIZATION)?)? {
            if parent != agent && !before.contains_key(&parent) {
                before.insert(parent, node);
                todo.push_back(parent);
            }
        }
    }
    Ok(Vec::new())
}

fn back(before: &FxHashMap<Node, Node>, from: Node, to: Node) -> Vec<Node> {
    let (mut way, mut at) = (vec![to], to);
    while at != from {
        let Some(&nearer) = before.get(&at) else { break };
        way.push(nearer);
        at = nearer;
    }
    way.reverse();
    way
}

/// Which works are revisions of which, both ways. Read once, and only where a chain of revisions joins anything.
fn all_revisions(view: &View<'_>) -> Result<FxHashMap<Node, Vec<Node>>> {
    let mut joined: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
    let work = |document: Node| view.lineage.work_of(document).unwrap_or(document);
    view.reader.edges(prov::WAS_REVISION_OF, &mut |from, to| {
        let (from, to) = (work(from), work(to));
        joined.entry(from).or_default().push(to);
        joined.entry(to).or_default().push(from);
    })?;
    Ok(joined)
}

fn by_revisions(
    view: &View<'_>,
    revisions: &FxHashMap<Node, Vec<Node>>,
    one: &Bearing,
    other: &Bearing,
) -> Result<String> {
    let (Some(from), Some(to)) = (one.work, other.work) else { return Ok("one chain of revisions".to_owned()) };
    let mut before: FxHashMap<Node, Node> = FxHashMap::default();
    let mut todo = VecDeque::from([from]);
    while let Some(work) = todo.pop_front() {
        if work == to {
            break;
        }
        for next in view.in_order(revisions.get(&work).cloned().unwrap_or_default())? {
            if next != from && !before.contains_key(&next) {
                before.insert(next, work);
                todo.push_back(next);
            }
        }
    }
    let way = back(&before, from, to);
    let between = way.get(1..way.len().saturating_sub(1)).unwrap_or_default();
    let names = between.iter().map(|&work| view.called(work)).collect::<Result<Vec<_>>>()?;
    Ok(if names.is_empty() {
        "one is a revision of the other".to_owned()
    } else {
        format!("one chain of revisions, through {}", in_words(&names))
    })
}
