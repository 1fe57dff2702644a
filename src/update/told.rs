//! What an update's author should know: why it changed nothing, and where the triples are that it meant.

use super::Result;
use super::batch::Batch;
use crate::near::nearest;
use crate::sparql::Modify;
use crate::store::{DefaultGraph, Reader, Snapshot};
use crate::vocab::graph::{HISTORY, RESERVED};
use std::collections::BTreeSet;

pub(super) const THERE_ALREADY: &str = "what it would insert is there already";

/// How many graphs are named; the others are counted.
const NAMED: usize = 3;

/// LOAD SILENT.
pub(super) fn not_loaded(source: &str) -> String {
    format!("LOAD SILENT <{source}> did nothing: an update never leaves this machine; `ibid load` loads files and URLs")
}

/// Why nothing was removed: where the triples stand instead. Nothing where something was.
pub(super) fn missed(snapshot: &Snapshot<'_>, batch: &Batch, default_graph: DefaultGraph) -> Result<Option<String>> {
    if batch.missed.is_empty() || !batch.removed.is_empty() {
        return Ok(None);
    }
    let mut graphs = BTreeSet::new();
    for (_, triple) in &batch.missed {
        let spellings = [Some(*triple), snapshot.other_spelling(*triple, default_graph)?];
        for triple in spellings.into_iter().flatten() {
            graphs.extend(snapshot.graphs_of(triple)?);
        }
    }
    let outside = graphs.remove(&None);
    let mut names = BTreeSet::new();
    for graph in graphs.into_iter().flatten() {
        names.insert(snapshot.name(graph)?);
    }
    let history = names.remove(HISTORY);
    let stand = if !names.is_empty() {
        let and_outside = if outside { ", and outside any graph" } else { "" };
        let it = if names.len() == 1 { "it" } else { "them" };
        format!("the triples stand in {}{and_outside}; name {it} with GRAPH or WITH", list(&names))
    } else if outside {
        "the triples stand outside any graph; write them without GRAPH and WITH".to_owned()
    } else if history {
        "the triples stand in the history, which only ibid writes".to_owned()
    } else if batch.changes() {
        return Ok(None);
    } else {
        "the triples are not stored".to_owned()
    };
    Ok(Some(format!("nothing was removed: {stand}")))
}

/// `the graph <a>`, `the graphs <a>, <b>, <c> and 4 others`.
fn list(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("<{name}>")).collect();
    let others = names.len() - shown.len();
    match (shown.as_slice(), others) {
        ([only], _) => format!("the graph {only}"),
        ([before @ .., last], 0) => format!("the graphs {} and {last}", before.join(", ")),
        (shown, 1) => format!("the graphs {} and one other", shown.join(", ")),
        (shown, others) => format!("the graphs {} and {others} others", shown.join(", ")),
    }
}

/// No triple came of a WHERE: the graph that it names and that is not there, if there is one.
pub(super) fn nothing_found(snapshot: &Snapshot<'_>, modify: &Modify) -> Result<String> {
    let reports: Vec<String> = snapshot.reports()?.into_iter().map(|(name, _)| name).collect();
    let absent = |graph: &&String| !reports.contains(graph) && !RESERVED.contains(&graph.as_str());
    let Some(graph) = modify.graphs().iter().find(absent) else {
        return Ok("its WHERE finds nothing to change".to_owned());
    };
    let near = nearest(graph, reports.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean <{near}>?"));
    Ok(format!("its WHERE finds nothing, and there is no graph <{graph}>{near}"))
}
