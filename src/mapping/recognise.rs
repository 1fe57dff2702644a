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

pub(super) fn recognise(mapped: &Mapped<'_>, below: &dyn Reader) -> Result<Recognised> {
    let roles = lineage::roles(mapped)?;
    let stated = stated_claims(below)?;
    let mut documents: FxHashSet<Node> = roles.documents.into_iter().collect();
    documents.extend(roles.leads.iter().filter(|(claim, _)| !stated.contains(claim)).map(|(_, document)| document));
    Ok(Recognised { claims: roles.claims.len(), documents: documents.len() })
}

/// What the data themselves call a claim.
fn stated_claims(reader: &dyn Reader) -> Result<FxHashSet<Node>> {
    let mut claims = FxHashSet::default();
    if let Some(claim) = reader.find(ibid::CLAIM)? {
        reader.edges(rdf::TYPE, &mut |node, class| {
            if class == claim {
                claims.insert(node);
            }
        })?;
    }
    Ok(claims)
}
