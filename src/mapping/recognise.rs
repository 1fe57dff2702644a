//! How many claims and documents are there, those included that only a mapping makes so?

use super::Mapped;
use crate::lineage;
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, rdf};
use rustc_hash::FxHashSet;

/// How many claims and documents there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Claims.
    pub claims: usize,
    /// Documents: those that are said to be documents, and those that claims of foreign data appear in or are taken from.
    pub documents: usize,
}

pub(super) fn recognise(
    mapped: &Mapped<'_>,
    below: &dyn Reader,
    takers: Option<&FxHashSet<Node>>,
) -> Result<Recognised> {
    let roles = lineage::roles(mapped)?;
    let (own, called) = (called_claims(below)?, called_claims(mapped)?);
    let mut documents: FxHashSet<Node> = roles.documents.into_iter().collect();
    documents.extend(roles.leads.iter().filter(|(claim, _)| !own.contains(claim)).map(|(_, document)| document));
    let claims = roles
        .claims
        .iter()
        .filter(|claim| called.contains(claim) || takers.is_none_or(|takers| takers.contains(claim)));
    Ok(Recognised { claims: claims.count(), documents: documents.len() })
}

/// The claims that nothing calls so.
pub(super) fn takers(mapped: &Mapped<'_>) -> Result<Vec<Node>> {
    let called = called_claims(mapped)?;
    Ok(lineage::roles(mapped)?.claims.into_iter().filter(|claim| !called.contains(claim)).collect())
}

/// What a reader says to be a claim.
fn called_claims(reader: &dyn Reader) -> Result<FxHashSet<Node>> {
    let mut claims = FxHashSet::default();
    let Some(claim) = reader.find(ibid::CLAIM)? else { return Ok(claims) };
    reader.edges(rdf::TYPE, &mut |node, class| {
        if class == claim {
            claims.insert(node);
        }
    })?;
    Ok(claims)
}
