//! What is a document, and what is taken from what?

use super::read::Edges;
use super::table::Numbering;
use super::terms as vocab;
use super::union::number;
use crate::store::{Node, Reader, Result};
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// The documents, and the edges between claims and documents.
pub(super) struct Structure {
    pub(super) documents: Numbering,
    pub(super) places: usize,
    pub(super) appears_in: Vec<u32>,
    pub(super) claim_from_claim: Vec<(u32, u32)>,
    pub(super) asserted: Vec<(u32, u32)>,
    pub(super) claim_from_document: Vec<(u32, u32, bool)>,
    pub(super) document_from_document: Vec<(u32, u32)>,
    pub(super) edition_of: Vec<(u32, u32)>,
    /// What is taken from something, is no claim, and is no document that a claim or document leads to. Sorted.
    pub(super) takers: Vec<Node>,
}

/// Sourcing edges as they come: those of claims with their claims numbered, those of all else as nodes.
#[derive(Default)]
struct Raw {
    claim_from_claim: Vec<(u32, u32)>,
    /// Those of them that assert a primary source.
    asserted: Vec<(u32, u32)>,
    claim_from_other: Vec<(u32, bool, Node)>,
    other_from_other: Vec<(Node, Node)>,
}

/// Reads the sourcing and edition edges. Documents are the nodes typed so, those that claims appear in, and what any
/// claim or document is taken from or is an edition of and that is no claim.
pub(super) fn read(
    edges: &Edges<'_>,
    claims: &Numbering,
    typed: &[Node],
    appearances: &[(u32, Node)],
) -> Result<Structure> {
    let view = edges.view;
    let mut raw = Raw::default();
    for (predicates, asserted) in [(vocab::TAKEN_FROM, false), (vocab::PRIMARY_SOURCE, true)] {
        edges.each(predicates, |from, to| {
            raw.add(claims, from, to, asserted);
        });
    }
    let mut editions = Vec::new();
    edges.each(vocab::EDITION_OF, |edition, of| {
        if !of.is_literal() {
            editions.push((edition, of));
        }
    });
    raw.drop_undescribed(view)?;
    raw.add_documents_that_are_claims(claims, typed, appearances, &editions);
    for pairs in [&mut raw.other_from_other, &mut editions] {
        pairs.sort_unstable();
        pairs.dedup();
    }

    let documents = documents(typed, appearances, &raw, &editions);
    let (places, appears_in) = appears_in(view, claims.nodes().len(), appearances, &documents)?;
    let both = |pairs: &[(Node, Node)]| {
        pairs.iter().filter_map(|&(from, to)| Some((documents.get(from)?, documents.get(to)?))).collect()
    };
    let is_known = |node| claims.get(node).is_some() || documents.get(node).is_some();
    let mut takers: Vec<Node> =
        raw.other_from_other.iter().map(|edge| edge.0).filter(|&node| !is_known(node)).collect();
    takers.dedup();
    Ok(Structure {
        takers,
        document_from_document: both(&raw.other_from_other),
        edition_of: both(&editions),
        claim_from_document: raw
            .claim_from_other
            .iter()
            .map(|&(claim, asserted, to)| {
                (claim, documents.get(to).expect("what a claim is taken from is a document"), asserted)
            })
            .collect(),
        claim_from_claim: raw.claim_from_claim,
        asserted: raw.asserted,
        documents,
        places,
        appears_in,
    })
}

impl Raw {
    fn add(&mut self, claims: &Numbering, from: Node, to: Node, asserted: bool) {
        if to.is_literal() {
            return;
        }
        match (claims.get(from), claims.get(to)) {
            (Some(claim), Some(source)) => {
                self.claim_from_claim.push((claim, source));
                if asserted {
                    self.asserted.push((claim, source));
                }
            }
            (Some(claim), None) => self.claim_from_other.push((claim, asserted, to)),
            (None, None) => self.other_from_other.push((from, to)),
            (None, Some(_)) => {}
        }
    }

    /// A blank node that nobody describes is no source.
    fn drop_undescribed(&mut self, view: &dyn Reader) -> Result<()> {
        let targets =
            self.claim_from_other.iter().map(|edge| edge.2).chain(self.other_from_other.iter().map(|edge| edge.1));
        let blank: FxHashSet<Node> = targets.filter(|node| node.is_blank()).collect();
        let mut undescribed = FxHashSet::default();
        for node in Numbering::sorted(blank.into_iter().collect()).nodes() {
            if !view.described(*node)? {
                undescribed.insert(*node);
            }
        }
        if !undescribed.is_empty() {
            self.claim_from_other.retain(|edge| !undescribed.contains(&edge.2));
            self.other_from_other.retain(|edge| !undescribed.contains(&edge.1));
        }
        Ok(())
    }

    /// A node may be a claim and a document; then its edges to documents are those of both.
    fn add_documents_that_are_claims(
        &mut self,
        claims: &Numbering,
        typed: &[Node],
        appearances: &[(u32, Node)],
        editions: &[(Node, Node)],
    ) {
        let places = appearances.iter().map(|&(_, document)| document);
        let works = editions.iter().flat_map(|&(edition, of)| [edition, of]);
        let both: FxHashSet<u32> =
            typed.iter().copied().chain(places).chain(works).filter_map(|node| claims.get(node)).collect();
        if !both.is_empty() {
            let edges = self.claim_from_other.iter().filter(|edge| both.contains(&edge.0));
            self.other_from_other.extend(edges.map(|&(claim, _, to)| (claims.nodes()[claim as usize], to)));
        }
    }
}

/// All documents: those named at once, and all that they are taken from or are editions of.
fn documents(typed: &[Node], appearances: &[(u32, Node)], raw: &Raw, editions: &[(Node, Node)]) -> Numbering {
    let mut seen = FxHashSet::default();
    // Edges come sorted by what they lead to: what came just now need not be looked for.
    let mut last = None;
    let named = typed.iter().copied().chain(appearances.iter().map(|&(_, document)| document));
    let mut todo: Vec<Node> = named
        .chain(raw.claim_from_other.iter().map(|&(.., to)| to))
        .filter(|&document| last.replace(document) != Some(document) && seen.insert(document))
        .collect();
    while let Some(document) = todo.pop() {
        let further = from(&raw.other_from_other, document).chain(from(editions, document));
        todo.extend(further.filter(|&document| seen.insert(document)));
    }
    Numbering::sorted(seen.into_iter().collect())
}

/// The objects of a subject in sorted pairs.
fn from(pairs: &[(Node, Node)], subject: Node) -> impl Iterator<Item = Node> {
    let start = pairs.partition_point(|pair| pair.0 < subject);
    pairs[start..].iter().take_while(move |pair| pair.0 == subject).map(|pair| pair.1)
}

/// The document of each claim, and how many document numbers there are with those of claims that have none.
fn appears_in(
    view: &dyn Reader,
    claims: usize,
    appearances: &[(u32, Node)],
    documents: &Numbering,
) -> Result<(usize, Vec<u32>)> {
    const NOWHERE: u32 = u32::MAX;
    let mut appears_in = vec![NOWHERE; claims];
    for &(claim, document) in appearances {
        let place = documents.get(document).expect("what a claim appears in is a document");
        let stands = &mut appears_in[claim as usize];
        let is_better = *stands == NOWHERE
            || *stands != place && by_name(view, document, documents.nodes()[*stands as usize])?.is_lt();
        if is_better {
            *stands = place;
        }
    }
    let mut places = documents.nodes().len();
    for place in &mut appears_in {
        if *place == NOWHERE {
            *place = number(places);
            places += 1;
        }
    }
    Ok((places, appears_in))
}

/// Orders IRIs before blank nodes, and each by name.
pub(super) fn by_name(view: &dyn Reader, a: Node, b: Node) -> Result<Ordering> {
    if a == b {
        return Ok(Ordering::Equal);
    }
    let kind = (!a.is_iri()).cmp(&!b.is_iri());
    Ok(if kind.is_ne() { kind } else { view.name(a)?.cmp(&view.name(b)?) })
}
