//! By which edges of the graph is a claim taken from its sources?

use super::view::View;
use crate::lineage::{ClaimNode, End, Kind, Paths};
use crate::model::Edge;
use crate::store::{Node, Result};
use crate::vocab::{ibid, prov, schema};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// The sourcing properties, the strongest word first, and how people say it.
const PROPERTIES: [(&str, &str); 3] = [
    (prov::WAS_QUOTED_FROM, "quoted from"),
    (prov::HAD_PRIMARY_SOURCE, "had as primary source"),
    (prov::WAS_DERIVED_FROM, "derived from"),
];

/// One edge: what a claim is taken from, and how.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    /// The claim or document at the edge's other end.
    pub(super) target: Node,
    /// The property, unless another mapping of the graph's words made the edge.
    pub(super) property: Option<&'static str>,
    pub(super) how: &'static str,
}

/// What one claim says it is taken from.
pub(super) struct Sources {
    /// Other claim nodes and bare works by their smallest IRI, each once, in the order of their kinds and names.
    pub(super) outside: Vec<((Kind, Node), Taken)>,
    /// Where each stands among them.
    places: FxHashMap<(Kind, Node), usize>,
    /// Other claims of its own node, in the order of their names.
    pub(super) editions: Vec<Taken>,
}

/// What a claim, which is a member of a node, is taken from.
pub(super) fn sources(view: &View<'_>, node: &ClaimNode, member: Node) -> Result<Sources> {
    let mut outside: FxHashMap<(Kind, Node), (String, Taken)> = FxHashMap::default();
    let mut editions: FxHashMap<Node, (String, Taken)> = FxHashMap::default();
    for (property, how) in PROPERTIES {
        let mut found = Vec::new();
        for target in view.reader.objects(member, property)? {
            found.push((view.name(target)?, Taken { target, property: Some(property), how }));
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, taken) in found {
            if taken.target == member {
                continue;
            }
            if let Some(source) = view.lineage.named(taken.target) {
                if source == node.node {
                    editions.entry(taken.target).or_insert((name, taken));
                } else {
                    outside.entry((Kind::Claim, source)).or_insert((name, taken));
                }
            } else if let Some(work) = view.lineage.work_of(taken.target)
                && Some(work) != node.work
            {
                outside.entry((Kind::Work, work)).or_insert((name, taken));
            }
        }
    }
    let mut editions: Vec<_> = editions.into_values().collect();
    editions.sort_by(|(a, _), (b, _)| a.cmp(b));
    let named = outside.into_iter().map(|(key, (_, taken))| Ok((key.0, view.name(key.1)?, key, taken)));
    let mut outside = named.collect::<Result<Vec<_>>>()?;
    outside.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(Sources {
        places: outside.iter().enumerate().map(|(place, found)| (found.2, place)).collect(),
        outside: outside.into_iter().map(|(.., key, taken)| (key, taken)).collect(),
        editions: editions.into_iter().map(|(_, taken)| taken).collect(),
    })
}

/// How a document is an edition of another, in words.
pub(super) fn edition_words(view: &View<'_>, edition: Node) -> Result<&'static str> {
    for kind in view.names(&view.reader.objects(edition, ibid::EDITION_KIND)?)? {
        match kind.as_str() {
            ibid::TRANSLATION => return Ok("translated from"),
            ibid::MACHINE_TRANSLATION => return Ok("machine-translated from"),
            ibid::REPUBLICATION => return Ok("re-published from"),
            _ => {}
        }
    }
    if !view.reader.objects(edition, schema::TRANSLATION_OF_WORK)?.is_empty() {
        return Ok("translated from");
    }
    Ok("re-published from")
}

/// The edges of a way that is given by the nodes it passes, each a claim node but perhaps the last, in the graph's own
/// words: from the claim itself, through the editions of each node.
pub(super) fn edges(view: &View<'_>, claim: Node, way: &[Node], last: Kind) -> Result<Vec<Edge>> {
    let mut edges = Vec::new();
    let mut at = claim;
    for (place, &next) in way.iter().enumerate().skip(1) {
        let kind = if place + 1 == way.len() { last } else { Kind::Claim };
        let Some(node) = view.claim_node(at) else { break };
        let (mut editions, leaving, taken) = leave(view, &node, at, (kind, next))?;
        edges.append(&mut editions);
        edges.push(edge(view, leaving, taken.property, taken.target, false)?);
        at = taken.target;
    }
    Ok(edges)
}

/// From a claim over editions of it to the nearest that is taken from a source, and the edge from there.
fn leave(view: &View<'_>, node: &ClaimNode, from: Node, source: (Kind, Node)) -> Result<(Vec<Edge>, Node, Taken)> {
    let mut leaving: FxHashMap<Node, Taken> = FxHashMap::default();
    let mut leaves = |member| -> Result<bool> {
        let found = view.sources(node, member)?;
        let place = found.places.get(&source);
        leaving.extend(place.map(|place| (member, found.outside[*place].1)));
        Ok(place.is_some())
    };
    let unsaid = Taken { target: source.1, property: None, how: "taken from" };
    Ok(match across(view, node, from, &mut leaves)? {
        Some((way, member)) => (way, member, leaving.get(&member).copied().unwrap_or(unsaid)),
        None => (Vec::new(), from, unsaid),
    })
}

/// The claim that another is joined to, and the subject and property of the edge that joins them.
type Joint = (Node, Node, Option<&'static str>);

/// From a claim over the edges between editions of it, which are passed both ways, to the nearest that is wanted; nothing,
/// where there is none.
pub(super) fn across(
    view: &View<'_>,
    node: &ClaimNode,
    from: Node,
    is_wanted: &mut dyn FnMut(Node) -> Result<bool>,
) -> Result<Option<(Vec<Edge>, Node)>> {
    if is_wanted(from)? {
        return Ok(Some((Vec::new(), from)));
    }
    let mut joined: FxHashMap<Node, Vec<Joint>> = FxHashMap::default();
    for &member in &view.in_order(node.members.clone())? {
        for taken in &view.sources(node, member)?.editions {
            joined.entry(member).or_default().push((taken.target, member, taken.property));
            joined.entry(taken.target).or_default().push((member, member, taken.property));
        }
    }
    let mut before: FxHashMap<Node, (Node, Edge)> = FxHashMap::default();
    let (mut seen, mut todo) = (FxHashSet::from_iter([from]), VecDeque::from([from]));
    while let Some(member) = todo.pop_front() {
        if member != from && is_wanted(member)? {
            let (mut way, mut at) = (Vec::new(), member);
            while let Some((nearer, edge)) = before.remove(&at) {
                way.push(edge);
                at = nearer;
            }
            way.reverse();
            return Ok(Some((way, member)));
        }
        for &(other, subject, property) in joined.get(&member).into_iter().flatten() {
            if seen.insert(other) {
                let object = if subject == member { other } else { member };
                before.insert(other, (member, edge(view, subject, property, object, true)?));
                todo.push_back(other);
            }
        }
    }
    Ok(None)
}

/// An edge with its place.
pub(super) fn edge(
    view: &View<'_>,
    from: Node,
    property: Option<&'static str>,
    to: Node,
    edition: bool,
) -> Result<Edge> {
    Ok(Edge {
        from: view.name(from)?,
        property: property.map(str::to_owned),
        to: view.name(to)?,
        edition,
        place: view.reader.place(from, None)?,
    })
}

/// The claim that takes an end: of the node before it on the way, the edition nearest to how the way comes there.
pub(super) fn taker(view: &View<'_>, paths: &Paths<'_>, claim: Node, end: &End) -> Result<Node> {
    let Some(before) = paths.before(end.kind, end.node) else { return Ok(claim) };
    let Some(node) = view.claim_node(before) else { return Ok(claim) };
    let from = if view.lineage.named(claim) == Some(before) { claim } else { before };
    Ok(leave(view, &node, from, (end.kind, end.node))?.1)
}
