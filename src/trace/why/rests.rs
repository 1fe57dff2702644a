//! By which way does a claim rest on an end, and on what may that rest?

use super::ways::{no_end, told, way};
use super::{View, grounds};
use crate::lineage::{Kind, Paths};
use crate::model::{Edge, Proof, Way};
use crate::store::{Node, Result};
use crate::trace::edges::edge;
use crate::vocab::prov;

/// The ways to one end, or to all.
pub(super) fn rests_on(view: &View<'_>, claim: Node, asked: Option<(Kind, Node)>, proof: &mut Proof) -> Result<()> {
    let Some(paths) = view.lineage.paths(view.reader, claim)? else { return Ok(()) };
    let ends = view.ends(claim)?;
    let mut length = 0;
    for end in &ends {
        if asked.is_none_or(|asked| asked == (end.kind, end.node)) && length < view.limits.paths {
            let way = way(view, claim, &paths, end)?;
            length += way.edges.len();
            proof.paths.push(way);
        }
    }
    let Some((kind, node)) = asked else {
        proof.because = match ends.len() {
            0 => {
                no_end(view, claim, &paths, proof)?;
                return Ok(());
            }
            1 => "its sourcing ends there".to_owned(),
            ends => format!("its sourcing ends at {ends} places"),
        };
        return Ok(());
    };
    if let Some(end) = ends.iter().find(|end| (end.kind, end.node) == (kind, node)) {
        let because = match kind {
            _ if end.withdrawn => "its sourcing ends there, as it is withdrawn",
            Kind::Work => "a document that a claim is taken from as a whole is an end",
            Kind::Claim if view.lineage.named(claim) == Some(node) => {
                "it has no source, and how its author knows is given"
            }
            Kind::Claim => "its sourcing leads to that claim, which has no source of its own",
        };
        proof.because = String::from(because);
        if end.withdrawn {
            proof.grounds = grounds::of_origin(view, &paths, claim, end)?;
        }
        return Ok(());
    }
    proof.holds = false;
    proof.because = not_an_end(view, &paths, claim, (kind, node), proof)?;
    Ok(())
}

fn not_an_end(
    view: &View<'_>,
    paths: &Paths<'_>,
    claim: Node,
    (kind, node): (Kind, Node),
    proof: &mut Proof,
) -> Result<String> {
    if view.lineage.named(claim) == Some(node) && kind == Kind::Claim {
        return Ok("a claim that has sources, or does not say how its author knows, is no end of its own".to_owned());
    }
    if paths.passes(kind, node) {
        let to = paths.to_node(kind, node);
        proof.paths.push(told(view, claim, &to, kind)?);
        let known = view.claim_node(node).filter(|_| kind == Kind::Claim);
        return Ok(if known.is_some_and(|known| !known.sources.is_empty() || known.takes_itself) {
            "its sourcing leads there and goes on, so that is no end".to_owned()
        } else {
            "its sourcing leads there, and what stands in its own work and is not known to be first-hand is no end"
                .to_owned()
        });
    }
    if view.lineage.may_rest_on(claim).contains(&node) {
        return Ok("an end of it may rest on that, and nothing shows that these words came from there".to_owned());
    }
    Ok("no way of its sourcing leads there".to_owned())
}

/// The ways to one or all of what the ends may rest on: to an end, and on from document to document.
pub(super) fn may_rest_on(view: &View<'_>, claim: Node, asked: Option<(Kind, Node)>, proof: &mut Proof) -> Result<()> {
    let Some(paths) = view.lineage.paths(view.reader, claim)? else { return Ok(()) };
    let beyond = view.lineage.beyond(view.reader, claim)?;
    let ends = view.ends(claim)?;
    let (mut itself, mut length) = (false, 0);
    for (place, bearing) in beyond.bearings.iter().enumerate() {
        let key = (bearing.end.kind, bearing.end.node);
        if asked.is_some_and(|asked| asked != key) || length >= view.limits.paths {
            continue;
        }
        let documents = beyond.way(place);
        itself = documents.len() == 1;
        // The way begins at an end; of a claim and a document of one name the one that is an end.
        let first = ends.iter().find(|end| end.node == documents[0] && (!itself || end.kind == bearing.end.kind));
        let mut way = match first {
            Some(end) => way(view, claim, &paths, end)?,
            None => Way::default(),
        };
        let begin = first.and_then(|end| end.document);
        let mut at = begin.and_then(|document| view.lineage.work_of(document));
        for &next in &documents[1..] {
            let Some(work) = at else { break };
            let edge = document_edge(view, work, next)?;
            if way.left_out > 0 {
                way.last.push(edge);
            } else {
                way.edges.push(edge);
            }
            at = Some(next);
        }
        way.to = view.name(bearing.end.node)?;
        length += way.edges.len();
        proof.paths.push(way);
    }
    let found = !proof.paths.is_empty();
    proof.because = String::from(match (asked, found) {
        (Some(_), true) if itself => {
            "it is an end that nothing more is known behind, or that settles it: it stands for itself"
        }
        (Some(_), true) => {
            "it is behind an end of unknown origin, and nothing shows which of its sources the words came from"
        }
        (Some(_), false) => "it is neither an end nor behind one",
        (None, true) => {
            "these are its ends, and in place of those of unknown origin what their documents are taken from"
        }
        (None, false) => "it has no end",
    });
    proof.holds = asked.is_none() || found;
    Ok(())
}

/// The edge by which a document of a work is taken from a document of another.
fn document_edge(view: &View<'_>, work: Node, next: Node) -> Result<Edge> {
    let documents = view.lineage.work(work).map(|work| work.documents).unwrap_or_default();
    for document in view.in_order(documents)? {
        for property in prov::SOURCING {
            for target in view.in_order(view.reader.objects(document, property)?)? {
                if view.lineage.work_of(target) == Some(next) && view.lineage.named(target).is_none() {
                    return edge(view, document, Some(property), target, false);
                }
            }
        }
    }
    edge(view, work, None, next, false)
}
