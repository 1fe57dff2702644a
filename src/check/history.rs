//! Are the reports what the history says that was loaded?

use crate::model::{Part, counted};
use crate::rdf::canon;
use crate::store::{Node, Progress, Reader, Result, Snapshot};
use crate::vocab::{ibid, prov};
use oxigraph::model::{GraphName, Quad};
use rustc_hash::FxHashSet;

/// Beyond so many graphs that share blank nodes, what their digests were made of is not sought.
const ENTANGLED: usize = 64;

/// How a report stands to its digest.
enum Verdict {
    Same,
    Without,
    /// The digest was made of more than is in the store.
    Unknown,
    Other(String),
}

pub(super) fn examine(snapshot: &Snapshot<'_>, progress: Progress<'_>) -> Result<Part> {
    let mut told = Part::new("history");
    let current = snapshot.history_pairs(ibid::CURRENT_LOAD)?;
    let (mut same, mut without, mut unknown) = (0, Vec::new(), Vec::new());
    // A report of several files has several loads of one digest.
    let mut last: Option<(Node, String)> = None;
    for (done, (graph, load)) in (0..).zip(&current) {
        progress("history", done, current.len() as u64);
        let (name, load) = (snapshot.name(*graph)?, snapshot.name(*load)?);
        let digest = match &last {
            Some((known, digest)) if known == graph => digest.clone(),
            _ => digest_of(snapshot, &[(&name, false)])?,
        };
        last = Some((*graph, digest.clone()));
        match verdict(snapshot, *graph, &name, &load, &digest)? {
            Verdict::Same => same += 1,
            Verdict::Without => without.push(name),
            Verdict::Unknown => unknown.push(name),
            Verdict::Other(noted) => {
                let file = snapshot.history(&load, ibid::FILE)?.join(", ");
                told.find(format!(
                    "<{name}> is not what was loaded from `{file}`: its digest is {digest}, and <{load}> noted {noted}"
                ));
            }
        }
    }
    let dated: FxHashSet<Node> = current.iter().map(|(graph, _)| *graph).collect();
    for graph in snapshot.report_graphs()?.into_iter().filter(|graph| !dated.contains(graph)) {
        told.find(format!("<{}> holds a report, and the history does not say where it is from", snapshot.name(graph)?));
    }
    told.conclude(format!("{}, each with the digest that its load noted", counted(same, "report")));
    list(&mut told, &without, "no digest was made when it was loaded: ");
    list(&mut told, &unknown, "its digest was made of more than is in the store, and cannot be made again: ");
    Ok(told)
}

fn list(told: &mut Part, names: &[String], what: &str) {
    const SHOWN: usize = 5;
    told.notes.extend(names.iter().take(SHOWN).map(|name| format!("{what}<{name}>")));
    if names.len() > SHOWN {
        told.notes.push(format!("{what}{} more", names.len() - SHOWN));
    }
}

fn verdict(snapshot: &Snapshot<'_>, graph: Node, name: &str, load: &str, digest: &str) -> Result<Verdict> {
    let noted = snapshot.history(load, ibid::DIGEST)?;
    let Some(noted) = noted.into_iter().next() else { return Ok(Verdict::Without) };
    if noted == digest {
        return Ok(Verdict::Same);
    }
    if !snapshot.shares_blanks(graph)? {
        return Ok(Verdict::Other(noted));
    }
    // The digest was made of the whole file that the graph came with, and of the graph's name in it.
    let family = family(snapshot, load)?;
    let own = own_name(name);
    let fits = |whole: &str| canon::sha256(format!("{whole} {own}").as_bytes()) == noted;
    let sha256 = snapshot.history(load, ibid::SHA256)?.into_iter().next().unwrap_or_default();
    if fits(&sha256) {
        return Ok(Verdict::Same);
    }
    if family.graphs.len() > ENTANGLED {
        return Ok(Verdict::Unknown);
    }
    // One of the graphs may have had no name in the file.
    for unnamed in std::iter::once(None).chain((0..family.graphs.len()).map(Some)) {
        let named: Vec<(&str, bool)> =
            family.graphs.iter().enumerate().map(|(at, graph)| (graph.as_str(), Some(at) != unnamed)).collect();
        if fits(&digest_of(snapshot, &named)?) {
            return Ok(Verdict::Same);
        }
    }
    Ok(if family.whole { Verdict::Other(noted) } else { Verdict::Unknown })
}

/// What else a file brought.
struct Family {
    graphs: Vec<String>,
    /// Whether all of it can be told from what others brought.
    whole: bool,
}

/// The graphs whose content came from the same bytes as that of a load.
fn family(snapshot: &Snapshot<'_>, load: &str) -> Result<Family> {
    let one = |load: &str, predicate| -> Result<Option<String>> {
        Ok(snapshot.history(load, predicate)?.into_iter().next())
    };
    let (file, sha256) = (one(load, ibid::FILE)?, one(load, ibid::SHA256)?);
    let current: FxHashSet<Node> =
        snapshot.history_pairs(ibid::CURRENT_LOAD)?.into_iter().map(|(_, load)| load).collect();
    let (mut graphs, mut missing) = (Vec::new(), Vec::new());
    for (other, sum) in snapshot.history_pairs(ibid::SHA256)? {
        let name = snapshot.name(other)?;
        if Some(snapshot.name(sum)?) != sha256 || one(&name, ibid::FILE)? != file {
            continue;
        }
        match one(&name, prov::GENERATED)? {
            Some(graph) if current.contains(&other) => graphs.push(graph),
            other => missing.push(other),
        }
    }
    // A report that was replaced or taken out since, or triples outside any graph, which are mixed with others'.
    let whole = missing.iter().all(|graph| graph.as_ref().is_some_and(|graph| graphs.contains(graph)));
    Ok(Family { graphs, whole })
}

/// What a graph was called in its file: the store names blank nodes after the load they came with.
fn own_name(name: &str) -> String {
    match name.strip_prefix("_:r") {
        Some(label) => format!("_:{}", label.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => name.to_owned(),
    }
}

/// The digest of some graphs together, each with its name or without; of one beyond the algorithm's limits a text that is
/// no digest.
fn digest_of(snapshot: &Snapshot<'_>, graphs: &[(&str, bool)]) -> Result<String> {
    let mut quads: Vec<Quad> = Vec::new();
    for (graph, named) in graphs {
        for quad in snapshot.quads(Some(graph))? {
            let quad = quad?;
            quads.push(if *named { quad } else { Quad { graph_name: GraphName::DefaultGraph, ..quad } });
        }
    }
    Ok(canon::digest(&quads).unwrap_or_else(|_| "none".to_owned()))
}
