//! Which computed graphs does a query need?

use crate::sparql::Query;
use crate::store::{Reader, Result};
use crate::vocab::graph;
use crate::{credits, dates, figures, lineage, terms, texts};
use std::sync::Arc;

/// Computes the graphs that a query names and the reader does not have yet; others cost nothing.
///
/// # Errors
/// When the store fails.
pub fn attach(reader: &dyn Reader, query: &Query) -> Result<()> {
    attach_named(reader, &|graph| query.names(graph))
}

/// The same for whatever names graphs: `names` says whether it names one.
///
/// # Errors
/// When the store fails.
pub fn attach_named(reader: &dyn Reader, names: &dyn Fn(&str) -> bool) -> Result<()> {
    graph::COMPUTED.into_iter().filter(|graph| names(graph)).try_for_each(|graph| attach_graph(reader, graph))
}

/// Computes one graph by its name, if it is a computed one and the reader does not have it yet.
///
/// # Errors
/// When the store fails.
pub fn attach_graph(reader: &dyn Reader, name: &str) -> Result<()> {
    match name {
        graph::LINEAGE => reader.attach(graph::LINEAGE, &mut || Ok(lineage::facts(lineage::compute(reader)?.into()))),
        graph::FIGURES => reader.attach(graph::FIGURES, &mut || figures::facts(reader)),
        graph::TEXTS => reader.attach(graph::TEXTS, &mut || texts::facts(reader)),
        graph::TERMS => reader.attach(graph::TERMS, &mut || terms::facts(reader)),
        graph::ENDS => reader.attach(graph::ENDS, &mut || Ok(lineage::unsettled(&lineage::compute(reader)?.into()))),
        graph::CREDITS => {
            reader.attach(graph::CREDITS, &mut || credits::facts(reader, &Arc::new(lineage::compute(reader)?)))
        }
        graph::DATES => reader.attach(graph::DATES, &mut || dates::facts(reader)),
        _ => Ok(()),
    }
}
