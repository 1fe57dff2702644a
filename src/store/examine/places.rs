//! How many quads each graph has, and where its subjects stand.

use super::orders::each_block;
use super::{Progress, STEP};
use crate::model::{Part, counted};
use crate::store::quads::{GSPO, UNNAMED};
use crate::store::writer::read_place;
use crate::store::{Result, Snapshot, load_iri};
use crate::vocab::{graph, ibid, rdf};
use oxigraph::model::{NamedNode, Term};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Goes once through the order by graph and subject, in which the places stand too.
pub(super) fn examine(snapshot: &Snapshot<'_>, progress: Progress<'_>) -> Result<[Part; 2]> {
    let (mut graphs, mut places) = (Part::new("graphs"), Part::new("places"));
    let (tables, txn) = (snapshot.tables, &snapshot.txn);
    let mut sizes = sizes(snapshot, &mut graphs)?;
    let count = sizes.len();
    let loads = loads(snapshot, &mut graphs)?;
    let mut noted = tables.places.iter(txn)?;
    let mut next = || -> Result<Option<(u64, u64, bool)>> {
        let Some((key, value)) = noted.next().transpose()? else { return Ok(None) };
        let Ok(key) = key.try_into().map(u128::from_be_bytes) else { return Ok(Some((0, 0, false))) };
        let sound = read_place(value).is_ok_and(|(load, line, column)| loads.contains(&load) && line > 0 && column > 0);
        Ok(Some(((key >> 64) as u64, key as u64, sound)))
    };
    let blocks = tables.quads.orders[GSPO].len(txn)?;
    let (mut place, mut all, mut failed) = (next()?, 0, None);
    let mut behind = |places: &mut Part, here: Option<(u64, u64)>| -> Result<()> {
        while let Some((graph, subject, sound)) = place.filter(|(g, s, _)| here.is_none_or(|here| (*g, *s) <= here)) {
            all += 1;
            if here != Some((graph, subject)) {
                places
                    .find(format!("term {subject} has a place in {}, and is no subject there", named(snapshot, graph)));
            } else if !sound {
                let graph = named(snapshot, graph);
                places.find(format!("the place of term {subject} in {graph} is none: no such load, line or column"));
            }
            place = next()?;
        }
        Ok(())
    };
    let mut last = None;
    each_block(snapshot, GSPO, &mut |block, keys| {
        if block % (STEP / 64) == 0 {
            progress("places", block, blocks);
        }
        for [graph, subject, ..] in keys.unwrap_or_default() {
            *sizes.entry(*graph).or_default() -= 1;
            if last != Some((*graph, *subject)) && failed.is_none() {
                last = Some((*graph, *subject));
                failed = behind(&mut places, last).err();
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    behind(&mut places, None)?;
    for (graph, difference) in sizes.into_iter().filter(|(_, difference)| *difference != 0) {
        let (quads, more) = (difference.unsigned_abs(), if difference > 0 { "fewer" } else { "more" });
        graphs.find(format!("{} has {quads} quads {more} than it is said to have", named(snapshot, graph)));
    }
    graphs.conclude(format!("{}, each of the size it is said to have", counted(count as u64, "graph")));
    places.conclude(format!("{}, each of a subject that is there", counted(all, "place")));
    Ok([graphs, places])
}

/// What people call a graph.
fn named(snapshot: &Snapshot<'_>, graph: u64) -> String {
    match graph {
        UNNAMED => "the unnamed graph".to_owned(),
        graph => snapshot.term_of(graph).map_or_else(|_| format!("graph {graph}"), |term| format!("the graph {term}")),
    }
}

/// How many quads each graph is said to have.
fn sizes(snapshot: &Snapshot<'_>, told: &mut Part) -> Result<BTreeMap<u64, i64>> {
    let mut sizes = BTreeMap::new();
    for entry in snapshot.tables.quads.graphs.iter(&snapshot.txn)? {
        let (key, value) = entry?;
        let size = value.try_into().ok().and_then(|size| i64::try_from(u64::from_be_bytes(size)).ok());
        match (key.try_into().map(u64::from_be_bytes), size) {
            (Ok(graph), Some(size)) if size > 0 => drop(sizes.insert(graph, size)),
            _ => told.find("`graphs` has an entry that is no graph and size"),
        }
    }
    Ok(sizes)
}

/// The numbers of the loads in the history, all of them given before the next one.
fn loads(snapshot: &Snapshot<'_>, told: &mut Part) -> Result<FxHashSet<u64>> {
    let next = snapshot.tables.meta.get(&snapshot.txn, b"next-load")?;
    let next = next.and_then(|bytes| bytes.try_into().ok()).map_or(1, u64::from_be_bytes);
    let class = Term::from(NamedNode::new_unchecked(ibid::LOAD));
    let start = load_iri(0);
    let mut loads = FxHashSet::default();
    for load in snapshot.tables.subjects_in(&snapshot.txn, graph::HISTORY, rdf::TYPE, &class)? {
        let Term::NamedNode(node) = load else { continue };
        let number = node.as_str().strip_prefix(start.trim_end_matches('0')).and_then(|number| number.parse().ok());
        match number {
            Some(number) if number < next => drop(loads.insert(number)),
            Some(_) => told.find(format!("<{}> is in the history, and its number is yet to be given", node.as_str())),
            None => told.find(format!("<{}> is called a load in the history, and has no number", node.as_str())),
        }
    }
    Ok(loads)
}
