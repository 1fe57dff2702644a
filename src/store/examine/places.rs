//! How many quads each graph has, and where its subjects stand.

use super::orders::each_block;
use super::{Progress, STEP};
use crate::model::{Part, counted};
use crate::store::blocks::LEAST_UNKNOWN;
use crate::store::quads::{GSPO, UNNAMED};
use crate::store::writer::read_place;
use crate::store::{Result, Snapshot, load_iri};
use crate::vocab::{graph, ibid, prov, rdf};
use oxigraph::model::Term;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Goes once through the order by graph and subject, in which the places stand too.
pub(super) fn examine(snapshot: &Snapshot<'_>, progress: Progress<'_>) -> Result<[Part; 2]> {
    let (mut graphs, mut places) = (Part::new("graphs"), Part::new("places"));
    let (tables, txn) = (snapshot.tables, &snapshot.txn);
    let mut sizes = sizes(snapshot, &mut graphs)?;
    let count = sizes.len();
    let loads = loads(snapshot, &mut graphs)?;
    let mut noted = tables.places.iter(txn)?;
    let mut next = || -> Result<Option<(u64, u64, Option<&str>)>> {
        let Some((key, value)) = noted.next().transpose()? else { return Ok(None) };
        let none = Some("is none: no such load, line or column");
        let Ok(key) = key.try_into().map(u128::from_be_bytes) else { return Ok(Some((0, 0, none))) };
        let graph = (key >> 64) as u64;
        let flaw = match read_place(value) {
            Ok((load, 1.., 1..)) => match loads.get(&load) {
                Some(of) if *of == graph => None,
                Some(_) => Some("is of a load that another graph is from"),
                None => none,
            },
            _ => none,
        };
        Ok(Some((graph, key as u64, flaw)))
    };
    let blocks = tables.quads.orders[GSPO].len(txn)?;
    let (mut place, mut all, mut failed) = (next()?, 0, None);
    let mut behind = |places: &mut Part, here: Option<(u64, u64)>| -> Result<()> {
        while let Some((graph, subject, flaw)) = place.filter(|(g, s, _)| here.is_none_or(|here| (*g, *s) <= here)) {
            all += 1;
            if here != Some((graph, subject)) {
                places
                    .find(format!("term {subject} has a place in {}, and is no subject there", named(snapshot, graph)));
            } else if let Some(flaw) = flaw {
                places.find(format!("the place of term {subject} in {} {flaw}", named(snapshot, graph)));
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
    places.conclude(format!("{}, each of a subject and of a load of its graph", counted(all, "place")));
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

/// The loads in the history, all of their numbers given before the next one, and the graph that is from each.
fn loads(snapshot: &Snapshot<'_>, told: &mut Part) -> Result<FxHashMap<u64, u64>> {
    let (tables, txn) = (snapshot.tables, &snapshot.txn);
    let next = tables.meta.get(txn, b"next-load")?;
    let next = next.and_then(|bytes| bytes.try_into().ok()).map_or(1, u64::from_be_bytes);
    let find = |iri: &str| -> Result<u64> { Ok(tables.find_iri(txn, iri)?.map_or(LEAST_UNKNOWN, |node| node.0)) };
    let (history, is_a, class) = (find(graph::HISTORY)?, find(rdf::TYPE)?, find(ibid::LOAD)?);
    let start = load_iri(0);
    let (mut numbers, mut loads) = (FxHashMap::default(), FxHashMap::default());
    for quad in tables.scan(txn, [None, Some(is_a), Some(class), Some(history)])? {
        let [load, ..] = quad?;
        let Term::NamedNode(node) = snapshot.term_of(load)? else { continue };
        let number = node.as_str().strip_prefix(start.trim_end_matches('0')).and_then(|number| number.parse().ok());
        match number {
            Some(number) if number < next => {
                numbers.insert(load, number);
                loads.insert(number, UNNAMED);
            }
            Some(_) => told.find(format!("<{}> is in the history, and its number is yet to be given", node.as_str())),
            None => told.find(format!("<{}> is called a load in the history, and has no number", node.as_str())),
        }
    }
    tables.quads.each_of_predicate(txn, find(prov::GENERATED)?, |load, made, graph| {
        if let Some(number) = numbers.get(&load).filter(|_| graph == history) {
            loads.insert(*number, made);
        }
    })?;
    Ok(loads)
}
