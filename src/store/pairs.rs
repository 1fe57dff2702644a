//! All edges of a predicate, as whoever computes from them reads them.

use super::Result;
use super::port::{Node, Reader};
use crate::vocab::spellings;

/// The edges of a predicate that stand in reports, in either spelling of schema.org, sorted by subject and object, each once.
///
/// # Errors
/// When the store fails.
pub fn pairs(reader: &dyn Reader, predicate: &str) -> Result<Vec<(Node, Node)>> {
    let mut pairs = Vec::new();
    for predicate in spellings(predicate) {
        reader.edges(&predicate, &mut |subject, object| pairs.push((subject, object)))?;
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}

/// The pairs of a subject among sorted ones.
pub fn pairs_of(pairs: &[(Node, Node)], subject: Node) -> &[(Node, Node)] {
    let rest = &pairs[pairs.partition_point(|(known, _)| *known < subject)..];
    &rest[..rest.iter().take_while(|(known, _)| *known == subject).count()]
}

/// Sorted pairs, read in the order of their subjects.
pub struct Walk<'a>(&'a [(Node, Node)]);

impl<'a> Walk<'a> {
    /// From the first pair on.
    pub fn along(pairs: &'a [(Node, Node)]) -> Self {
        Self(pairs)
    }

    /// The pairs of a subject that does not come before any that was asked for.
    pub fn to(&mut self, subject: Node) -> &'a [(Node, Node)] {
        let start = self.0.iter().take_while(|(known, _)| *known < subject).count();
        self.0 = &self.0[start..];
        &self.0[..self.0.iter().take_while(|(known, _)| *known == subject).count()]
    }
}
