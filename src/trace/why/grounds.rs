//! What does the graph say of an end that makes it count, or not?

use crate::lineage::{End, Kind, Paths};
use crate::model::{Ground, Origin};
use crate::store::{Node, Result};
use crate::trace::edges::taker;
use crate::trace::view::View;
use crate::vocab::{ibid, prov, schema};

const ORIGIN: &str = "its origin";
const WITHDRAWN: &str = "that it is withdrawn";
const IDENTIFIED: &str = "that it is identified";
const PINNED: &str = "that its words are pinned";

/// A triple and what it decides; the shortest words for a missing one.
pub(super) fn ground(
    view: &View<'_>,
    decides: &str,
    node: Node,
    property: &str,
    value: Option<Node>,
) -> Result<Ground> {
    Ok(Ground {
        decides: decides.to_owned(),
        node: view.name(node)?,
        property: property.to_owned(),
        value: value.map(|value| view.name(value)).transpose()?,
        place: view.reader.place(node, None)?,
    })
}

/// The first of some nodes that has one of some properties.
fn first(view: &View<'_>, nodes: &[Node], properties: &[&'static str]) -> Result<Option<(Node, &'static str, Node)>> {
    for &node in nodes {
        for &property in properties {
            if let Some(&value) = view.in_order(view.reader.objects(node, property)?)?.first() {
                return Ok(Some((node, property, value)));
            }
        }
    }
    Ok(None)
}

/// What decides the origin of an end of a claim.
pub(super) fn of_origin(view: &View<'_>, paths: &Paths<'_>, claim: Node, end: &End) -> Result<Vec<Ground>> {
    let (members, documents) = nodes_of(view, end)?;
    let gone = [prov::INVALIDATED_AT_TIME, ibid::RETRACTED_BY];
    if end.withdrawn && end.origin == Origin::Unknown {
        let originals = end.document.and_then(|document| view.lineage.work(document)).map(|work| work.originals);
        let nodes: Vec<Node> = members.iter().copied().chain(view.in_order(originals.unwrap_or_default())?).collect();
        let found = first(view, &nodes, &gone)?;
        return found
            .map(|(node, property, value)| ground(view, WITHDRAWN, node, property, Some(value)))
            .into_iter()
            .collect();
    }
    if let Some(basis) = view.basis_of(end) {
        for (nodes, property) in [(&members, ibid::BASIS), (&documents, ibid::DEFAULT_BASIS)] {
            for &node in nodes {
                for value in view.reader.objects(node, property)? {
                    if view.name(value)? == basis.iri() {
                        return Ok(vec![ground(view, ORIGIN, node, property, Some(value))?]);
                    }
                }
            }
        }
    }
    if end.origin == Origin::Primary {
        let taker = taker(view, paths, claim, end)?;
        for value in view.reader.objects(taker, prov::HAD_PRIMARY_SOURCE)? {
            if view.lineage.work_of(value) == Some(end.node) {
                return Ok(vec![ground(view, ORIGIN, taker, prov::HAD_PRIMARY_SOURCE, Some(value))?]);
            }
        }
        return Ok(Vec::new());
    }
    let property = if end.kind == Kind::Claim { ibid::BASIS } else { ibid::DEFAULT_BASIS };
    Ok(vec![ground(view, ORIGIN, end.node, property, None)?])
}

/// What identifies an end, or that nothing does.
pub(super) fn of_identity(view: &View<'_>, end: &End) -> Result<Vec<Ground>> {
    let (_, documents) = nodes_of(view, end)?;
    for document in documents {
        let value = |property| -> Result<Option<Node>> {
            Ok(view.in_order(view.reader.objects(document, property)?)?.first().copied())
        };
        let Some(name) = value(schema::NAME)? else { continue };
        let mut found = vec![(schema::NAME, name)];
        if let Some(address) = value(schema::IDENTIFIER)? {
            found.push((schema::IDENTIFIER, address));
        } else if let Some(address) = value(schema::URL)? {
            found.push((schema::URL, address));
        } else if let (Some(author), Some(date)) = (value(schema::AUTHOR)?, value(schema::DATE_PUBLISHED)?) {
            found.extend([(schema::AUTHOR, author), (schema::DATE_PUBLISHED, date)]);
        } else {
            continue;
        }
        return found
            .into_iter()
            .map(|(property, value)| ground(view, IDENTIFIED, document, property, Some(value)))
            .collect();
    }
    Ok(Vec::new())
}

/// What pins the words of an end.
pub(super) fn of_words(view: &View<'_>, paths: &Paths<'_>, claim: Node, end: &End) -> Result<Vec<Ground>> {
    let (nodes, property) = match end.kind {
        Kind::Claim => (nodes_of(view, end)?.0, ibid::FOUND_IN),
        Kind::Work => (vec![taker(view, paths, claim, end)?], ibid::SOURCE_FOUND_IN),
    };
    let found = first(view, &nodes, &[property])?;
    found.map(|(node, property, value)| ground(view, PINNED, node, property, Some(value))).into_iter().collect()
}

/// The claims that an end is, and the documents of its work, the originals first, each in the order of their names.
fn nodes_of(view: &View<'_>, end: &End) -> Result<(Vec<Node>, Vec<Node>)> {
    let members = match end.kind {
        Kind::Claim => view.claim_node(end.node).map(|node| node.members.clone()).unwrap_or_default(),
        Kind::Work => Vec::new(),
    };
    let mut documents = Vec::new();
    if let Some(work) = end.document.and_then(|document| view.lineage.work(document)) {
        documents = view.in_order(work.originals.clone())?;
        let others = work.documents.into_iter().filter(|document| !work.originals.contains(document)).collect();
        documents.extend(view.in_order(others)?);
    }
    Ok((view.in_order(members)?, documents))
}
