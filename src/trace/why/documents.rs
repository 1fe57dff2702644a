//! The facts of documents: which work one belongs to, and whether it is on a circle of documents.

use super::View;
use super::asked::{Fact, Wanted};
use crate::lineage::Lineage;
use crate::model::{Edge, JSON_VERSION, Proof, Way};
use crate::store::{Node, Reader, Result};
use crate::trace::Limits;
use crate::trace::edges::edge;
use crate::vocab::{ibid, prov, schema};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

const EDITIONS: [&str; 2] = [schema::TRANSLATION_OF_WORK, ibid::REPUBLICATION_OF];

/// The proof of a document's fact, by the lineage of all that the reader has; nothing, if the node is no document or documents do
/// not have that fact.
///
/// # Errors
/// When the store fails.
pub fn why_document(
    reader: &dyn Reader,
    lineage: &Lineage,
    document: Node,
    fact: Fact,
    asked: Option<&Wanted>,
) -> Result<Option<Proof>> {
    let Some(work) = lineage.work(document) else { return Ok(None) };
    let view = View::new(reader, lineage, Limits::NONE);
    let mut proof = Proof {
        version: JSON_VERSION,
        claim: view.name(document)?,
        text: view.text(document, schema::NAME)?,
        fact: fact.name(),
        holds: true,
        ..Proof::default()
    };
    match fact {
        Fact::Work => {
            proof.value = vec![view.name(work.node)?];
            let others = work.documents.len() - 1;
            let way = over_editions(&view, &work.documents, document, work.node)?;
            proof.because = match (others, document == work.node) {
                (0, _) => String::from("it is an edition of nothing else, and nothing else is one of it"),
                (_, true) => format!("of the {} editions of one work it has the smallest IRI", others + 1),
                _ => {
                    format!("they are editions of one work, which is named by the smallest of its {} IRIs", others + 1)
                }
            };
            let other = work.documents.iter().copied().find(|&other| other != document);
            match (way.is_empty(), other) {
                (false, _) => proof.paths.push(Way { to: view.name(work.node)?, edges: way, ..Way::default() }),
                (true, Some(other)) => {
                    let edges = over_editions(&view, &work.documents, document, other)?;
                    proof.paths.push(Way { to: view.name(other)?, edges, ..Way::default() });
                }
                (true, None) => {}
            }
        }
        Fact::OnCycle => {
            let edges = round(&view, document)?;
            proof.value = vec![work.on_cycle.to_string()];
            proof.because = match edges.as_slice() {
                [] => String::from("no way over the sources of documents comes back to its work"),
                [edge] if edge.from == edge.to => format!("{} names itself as its source", edge.from),
                edges => format!("the sources of documents come back to its work in {} steps", edges.len()),
            };
            if !edges.is_empty() {
                proof.paths.push(Way { to: view.name(document)?, edges, ..Way::default() });
            }
        }
        _ => return Ok(None),
    }
    proof.asked = match asked {
        Some(Wanted::Plain(value)) => Some(value.clone()),
        Some(Wanted::Node(_, node)) => Some(view.name(*node)?),
        None => None,
    };
    proof.holds = proof.asked.as_ref().is_none_or(|asked| proof.value.contains(asked));
    Ok(Some(proof))
}

/// From a document of a work to another over the edges between its editions, which join both ways.
fn over_editions(view: &View<'_>, documents: &[Node], from: Node, to: Node) -> Result<Vec<Edge>> {
    if from == to {
        return Ok(Vec::new());
    }
    let mut joined: FxHashMap<Node, Vec<(Node, Step)>> = FxHashMap::default();
    for &document in &view.in_order(documents.to_vec())? {
        for property in EDITIONS {
            for of in view.in_order(view.reader.objects(document, property)?)? {
                joined.entry(document).or_default().push((of, (document, property, of)));
                joined.entry(of).or_default().push((document, (document, property, of)));
            }
        }
    }
    let next = |at: Node| Ok(joined.get(&at).cloned().unwrap_or_default());
    let way = shortest(from, to, next)?;
    way.into_iter().map(|(subject, property, object)| edge(view, subject, Some(property), object, true)).collect()
}

/// The edges by which following the sources of documents from a document's work comes back to it; none, if it does not.
fn round(view: &View<'_>, document: Node) -> Result<Vec<Edge>> {
    let Some(start) = view.lineage.work(document) else { return Ok(Vec::new()) };
    // A claim's edges are its own, though it be a document too, and what leads to a claim leads to no document.
    let is_claim = |node| view.lineage.named(node).is_some();
    for &member in &view.in_order(start.documents.clone())? {
        for property in prov::SOURCING.into_iter().filter(|_| !is_claim(member)) {
            if view.reader.objects(member, property)?.contains(&member) {
                return Ok(vec![edge(view, member, Some(property), member, false)?]);
            }
        }
    }
    let next = |work: Node| -> Result<Vec<(Node, Step)>> {
        let mut found = Vec::new();
        for member in view.in_order(view.lineage.work(work).map(|work| work.documents).unwrap_or_default())? {
            for property in prov::SOURCING {
                for source in view.in_order(view.reader.objects(member, property)?)? {
                    let to = view.lineage.work_of(source).filter(|&to| to != work && !is_claim(source));
                    found.extend(to.map(|to| (to, (member, property, source))));
                }
            }
        }
        Ok(found)
    };
    let way = shortest(start.node, start.node, next)?;
    way.into_iter().map(|(from, property, to)| edge(view, from, Some(property), to, false)).collect()
}

/// An edge: subject, property, object.
type Step = (Node, &'static str, Node);

/// The edges of the shortest way of one step at least; none, where there is no way.
fn shortest(from: Node, to: Node, next: impl Fn(Node) -> Result<Vec<(Node, Step)>>) -> Result<Vec<Step>> {
    let mut before: FxHashMap<Node, (Node, Step)> = FxHashMap::default();
    let (mut order, mut at) = (vec![from], 0);
    while let Some(&node) = order.get(at) {
        at += 1;
        for (other, step) in next(node)? {
            if let Entry::Vacant(new) = before.entry(other) {
                new.insert((node, step));
                order.push(other);
            }
        }
        if before.contains_key(&to) {
            let (mut way, mut at) = (Vec::new(), to);
            while let Some(&(nearer, step)) = before.get(&at) {
                way.push(step);
                at = nearer;
                if at == from {
                    break;
                }
            }
            way.reverse();
            return Ok(way);
        }
    }
    Ok(Vec::new())
}
