//! Writes what was planned.

use super::file::{File, stored};
use super::plan::{Plan, Stale};
use crate::history::{self, Activity};
use crate::store::{Result, Writer, name_of};

/// Puts a report in the place of what stood there, and notes the name it has in the store.
pub(super) fn put(writer: &mut Writer<'_>, files: &mut [File<'_>], plan: &mut Plan, now: &str) -> Result<()> {
    for (number, part) in plan.parts.iter().enumerate() {
        let file = &mut files[part.file];
        let load = writer.begin_load();
        let first = *file.first_load.get_or_insert(load);
        let graph = part.graph.as_ref().map(|graph| stored(graph, first));
        let graph_node = graph.as_ref().map(|graph| writer.intern(graph)).transpose()?;
        if number == 0
            && let Some(graph) = graph_node
        {
            writer.remove_graph(graph)?;
        }
        for statement in &part.statements {
            let subject = file.node(writer, statement.subject, first)?;
            let predicate = file.node(writer, statement.predicate, first)?;
            let object = file.node(writer, statement.object, first)?;
            writer.add(subject, predicate, object, graph_node)?;
        }
        for (subject, position) in file.places.remove(&part.from).unwrap_or_default() {
            let subject = file.node(writer, subject, first)?;
            writer.place(graph_node, subject, load, position.line, position.column)?;
        }
        let activity = Activity {
            load,
            file: file.name.to_owned(),
            sha256: file.sha256.clone(),
            digest: plan.outcome.digest.clone(),
            quads: plan.outcome.quads as u64,
            time: now.to_owned(),
            graph: graph.clone(),
        };
        history::record(writer, &activity, &plan.past)?;
        plan.outcome.graph = graph.map(name_of);
    }
    Ok(())
}

/// Takes a report out that its file no longer holds.
pub(super) fn take_out(writer: &mut Writer<'_>, stale: &Stale, now: &str) -> Result<()> {
    history::take_out(writer, &stale.graph, std::slice::from_ref(&stale.past), now).map(drop)
}
