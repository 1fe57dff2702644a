//! By which of its members is a node of several members named? By the one with the smallest IRI.

use super::Lineage;
use super::claims::Claims;
use super::read::Input;
use super::structure::by_name;
use super::table::{Numbering, Rows};
use super::union::number;
use super::works::Works;
use crate::store::{Node, Reader, Result};
use rustc_hash::FxHashMap;

/// The naming members of the nodes and works that have several.
pub(super) struct Names {
    claims: FxHashMap<u32, u32>,
    works: FxHashMap<u32, u32>,
}

/// Finds the names of all claim nodes and works. Reads the names of the members of those that have several.
pub(super) fn names(view: &dyn Reader, input: &Input, works: &Works, claims: &Claims) -> Result<Names> {
    Ok(Names {
        claims: several(view, &claims.members, &input.claims)?,
        works: several(view, &works.members, &input.documents)?,
    })
}

impl Names {
    /// The claim that names a claim node.
    pub(super) fn claim(&self, node: u32, lineage: &Lineage) -> u32 {
        self.claims.get(&node).copied().unwrap_or_else(|| lineage.nodes.members.row(node)[0])
    }

    /// The document that names a work, if it has a document.
    pub(super) fn work(&self, work: u32, lineage: &Lineage) -> Option<Node> {
        let document = self.works.get(&work).copied().unwrap_or_else(|| lineage.works.members.row(work)[0]);
        lineage.documents.nodes().get(document as usize).copied()
    }
}

fn several(view: &dyn Reader, members: &Rows, nodes: &Numbering) -> Result<FxHashMap<u32, u32>> {
    let mut names = FxHashMap::default();
    for row in 0..number(members.len()) {
        if let [first, others @ ..] = members.row(row)
            && !others.is_empty()
        {
            let mut best = *first;
            for &other in others {
                if by_name(view, nodes.nodes()[other as usize], nodes.nodes()[best as usize])?.is_lt() {
                    best = other;
                }
            }
            names.insert(row, best);
        }
    }
    Ok(names)
}
