//! Ways through the graph, edge by edge: to an end, round a circle, to where no end is.

use super::{View, grounds};
use crate::lineage::{End, Kind, Paths};
use crate::model::{Proof, Way};
use crate::store::{Node, Result};
use crate::trace::edges::{across, edge, edges};
use crate::vocab::{ibid, prov};

/// A claim without ends: it has no source, or its sources lead to none.
pub(super) fn no_end(view: &View<'_>, claim: Node, paths: &Paths<'_>, proof: &mut Proof) -> Result<()> {
    let Some(known) = view.claim_node(claim) else { return Ok(()) };
    if known.sources.is_empty() && !known.takes_itself {
        if proof.because.is_empty() {
            proof.because = String::from("no source is given");
        }
        let members = view.in_order(known.members.clone())?;
        for &member in &members {
            for property in prov::SOURCING {
                for value in view.in_order(view.reader.objects(member, property)?)? {
                    let decides = "nothing: it leads to no source outside its own work";
                    proof.grounds.push(grounds::ground(view, decides, member, property, Some(value))?);
                }
            }
        }
        if proof.grounds.is_empty() {
            proof.grounds.push(grounds::ground(view, "that it has no source", claim, prov::WAS_DERIVED_FROM, None)?);
        }
        for member in members {
            for agent in view.in_order(view.reader.objects(member, ibid::CREDITED_TO)?)? {
                proof.grounds.push(grounds::ground(view, "whom it credits", member, ibid::CREDITED_TO, Some(agent))?);
            }
        }
        return Ok(());
    }
    if let Some(node) = paths.nearest_circle() {
        if proof.because.is_empty() {
            proof.because = String::from("it has sources, and following them goes round in a circle");
        }
        let to = paths.to_node(Kind::Claim, node);
        let mut to = Way { to: view.name(node)?, edges: edges(view, claim, &to, Kind::Claim)?, ..Way::default() };
        let at = to.edges.last().map(|edge| view.reader.find(&edge.to)).transpose()?.flatten();
        let round = circle(view, at.unwrap_or(claim))?;
        to.edges.extend(round.edges);
        (to.left_out, to.last) = (round.left_out, round.last);
        proof.paths.push(to);
    } else if let Some((kind, node)) = paths.nearest_leaf() {
        if proof.because.is_empty() {
            proof.because = String::from(match kind {
                Kind::Claim => {
                    "its sources lead back into its own work, to a claim that is not known to be first-hand, which is no end"
                }
                Kind::Work => "its sources lead back to its own work, which is no end",
            });
        }
        let to = paths.to_node(kind, node);
        proof.paths.push(told(view, claim, &to, kind)?);
        if kind == Kind::Claim && view.reader.objects(node, ibid::BASIS)?.is_empty() {
            proof.grounds.push(grounds::ground(view, "that it is no end", node, ibid::BASIS, None)?);
        }
    }
    Ok(())
}

/// The circle that a claim is on, edge by edge.
pub(super) fn circle(view: &View<'_>, claim: Node) -> Result<Way> {
    let round = view.lineage.circle(view.reader, claim)?;
    let mut way = Way { to: view.name(claim)?, ..Way::default() };
    if round.len() != 1 {
        return told(view, claim, &round, Kind::Claim);
    }
    let Some(known) = view.claim_node(claim) else { return Ok(way) };
    let mut property = None;
    let mut names_itself = |member| -> Result<bool> {
        for sourcing in prov::SOURCING {
            if property.is_none() && view.reader.objects(member, sourcing)?.contains(&member) {
                property = Some(sourcing);
            }
        }
        Ok(property.is_some())
    };
    let (mut over, member) = across(view, &known, claim, &mut names_itself)?.unwrap_or((Vec::new(), claim));
    way.edges.append(&mut over);
    way.edges.push(edge(view, member, property, member, false)?);
    Ok(way)
}

/// The way from a claim to an end, edge by edge.
pub(super) fn way(view: &View<'_>, claim: Node, paths: &Paths<'_>, end: &End) -> Result<Way> {
    told(view, claim, &paths.to(end), end.kind)
}

/// A way that is given by the nodes it passes, edge by edge; of one that is too long its beginning and its end.
pub(super) fn told(view: &View<'_>, claim: Node, nodes: &[Node], last: Kind) -> Result<Way> {
    let to = nodes.last().map(|&node| view.name(node)).transpose()?.unwrap_or_default();
    let most = view.limits.way;
    if nodes.len() <= most.saturating_add(1) {
        return Ok(Way { to, edges: edges(view, claim, nodes, last)?, ..Way::default() });
    }
    let (head, tail) = (&nodes[..=most - most / 4], &nodes[nodes.len() - 1 - most / 4..]);
    Ok(Way {
        to,
        edges: edges(view, claim, head, Kind::Claim)?,
        left_out: nodes.len() - head.len() - tail.len(),
        last: edges(view, tail[0], tail, last)?,
    })
}

/// By which of its claims is a node computed from which of another's?
pub(super) fn operand(view: &View<'_>, node: Node, of: Node) -> Result<(Node, Node)> {
    let members = view.claim_node(node).map(|node| node.members.clone()).unwrap_or_default();
    for member in view.in_order(members)? {
        for operand in view.reader.objects(member, ibid::OPERAND)? {
            for claim in view.in_order(view.reader.objects(operand, ibid::OF)?)? {
                if view.lineage.named(claim) == Some(of) {
                    return Ok((member, claim));
                }
            }
        }
    }
    Ok((node, of))
}
