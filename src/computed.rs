//! Which computed graphs does a query need?

use crate::sparql::Query;
use crate::store::{Reader, Result};
use crate::vocab::graph;
use crate::{figures, lineage};

/// Computes the graphs that a query names and the reader does not have yet; others cost nothing.
///
/// # Errors
/// When the store fails.
pub fn attach(reader: &dyn Reader, query: &Query) -> Result<()> {
    if query.names(graph::LINEAGE) {
        reader.attach(graph::LINEAGE, &mut || Ok(lineage::facts(&lineage::compute(reader)?)))?;
    }
    if query.names(graph::FIGURES) {
        reader.attach(graph::FIGURES, &mut || figures::facts(reader))?;
    }
    Ok(())
}
