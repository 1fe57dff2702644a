//! Writes what was planned.

use super::cut::Part;
use super::file::{File, Source, stored};
use super::plan::{Plan, Stale};
use crate::history::{self, Activity, Pen};
use crate::store::{Result, Writer, name_of};
use oxigraph::model::Term;

/// Puts a report in the place of what stood there, and notes the name it has in the store.
pub(super) fn put(
    writer: &mut Writer<'_>,
    files: &mut [File<'_>],
    plan: &mut Plan,
    parts: Vec<Part>,
    now: &str,
) -> Result<()> {
    let mut pen = Pen::default();
    for (number, part) in parts.into_iter().enumerate() {
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
        record(writer, &mut pen, file.source, plan, graph, (load, now))?;
    }
    Ok(())
}

/// Records that a report was loaded from a file, and notes the name it has in the store.
pub(super) fn record(
    writer: &mut Writer<'_>,
    pen: &mut Pen,
    source: &Source<'_>,
    plan: &mut Plan,
    graph: Option<Term>,
    (load, now): (u64, &str),
) -> Result<()> {
    let activity = Activity {
        load,
        file: source.name.to_owned(),
        sha256: source.sha256.clone(),
        digest: plan.outcome.digest.clone(),
        quads: plan.outcome.quads as u64,
        time: now.to_owned(),
        graph: graph.clone(),
    };
    pen.record(writer, &activity, &plan.past)?;
    plan.outcome.graph = graph.map(name_of);
    Ok(())
}

/// Takes a report out that its file no longer holds.
pub(super) fn take_out(writer: &mut Writer<'_>, stale: &Stale, now: &str) -> Result<()> {
    history::take_out(writer, &stale.graph, std::slice::from_ref(&stale.past), now).map(drop)
}
