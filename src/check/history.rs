//! Are the reports what the history says that was loaded?

use crate::history::{self, JOINT};
use crate::model::{Part, counted};
use crate::rdf::canon;
use crate::store::{Node, Progress, Reader, Result, Snapshot};
use crate::vocab::{ibid, prov};
use rustc_hash::FxHashSet;

/// Beyond so many graphs of one file, what their joint digests were made of is not sought.
const MOST: usize = 64;

pub(super) fn examine(snapshot: &Snapshot<'_>, progress: Progress<'_>) -> Result<Part> {
    let mut told = Part::new("history");
    let current = snapshot.history_pairs(ibid::CURRENT_LOAD)?;
    let updated: FxHashSet<Node> =
        snapshot.history_pairs(ibid::CURRENT_UPDATE)?.into_iter().map(|(graph, _)| graph).collect();
    let (mut same, mut without, mut unknown) = (0, Vec::new(), Vec::new());
    // A report of several files has several loads of one digest.
    let mut last: Option<(Node, String)> = None;
    for (done, (graph, load)) in (0..).zip(&current) {
        progress("history", done, current.len() as u64);
        if updated.contains(graph) {
            continue;
        }
        let (name, load) = (snapshot.name(*graph)?, snapshot.name(*load)?);
        let Some(noted) = one(snapshot, &load, ibid::DIGEST)? else {
            without.push(name);
            continue;
        };
        if let Some(rest) = noted.strip_prefix(JOINT) {
            match joint(snapshot, &name, &load, rest)? {
                Some(true) => same += 1,
                Some(false) => {
                    told.find(format!("<{name}> is not what was loaded together with others: <{load}> noted {noted}"));
                }
                None => unknown.push(name),
            }
            continue;
        }
        let digest = match last {
            Some((known, digest)) if known == *graph => digest,
            _ => digest_of(snapshot, &[(&name, false)])?,
        };
        if digest == noted {
            same += 1;
        } else {
            let file = one(snapshot, &load, ibid::FILE)?.unwrap_or_default();
            told.find(format!(
                "<{name}> is not what was loaded from `{file}`: its digest is {digest}, and <{load}> noted {noted}"
            ));
        }
        last = Some((*graph, digest));
    }
    for graph in snapshot.report_graphs()?.into_iter().filter(|graph| updated.contains(graph)) {
        let name = snapshot.name(graph)?;
        let Some(revision) = history::revision_of(snapshot, &name)? else { continue };
        let Some(noted) = revision.digest else {
            without.push(name);
            continue;
        };
        let digest = digest_of(snapshot, &[(&name, false)])?;
        if digest == noted {
            same += 1;
        } else {
            let update = revision.update;
            told.find(format!(
                "<{name}> is not what an update left: its digest is {digest}, and <{update}> noted {noted}"
            ));
        }
    }
    let dated: FxHashSet<Node> = current.iter().map(|(graph, _)| *graph).chain(updated.iter().copied()).collect();
    for graph in snapshot.report_graphs()?.into_iter().filter(|graph| !dated.contains(graph)) {
        told.find(format!("<{}> holds a report, and the history does not say where it is from", snapshot.name(graph)?));
    }
    told.conclude(format!("{}, each with the digest that its load or its last update noted", counted(same, "report")));
    list(&mut told, &without, "no digest was made when it was loaded or changed: ");
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

/// What the history says of a load, if it says it.
fn one(snapshot: &Snapshot<'_>, load: &str, predicate: &str) -> Result<Option<String>> {
    Ok(snapshot.history(load, predicate)?.into_iter().next())
}

/// Whether the joint digest of reports that share blank nodes is what their file would give again, if that can be told: it
/// was made of the whole file, or where that was too large of its bytes, and of the graph's name.
fn joint(snapshot: &Snapshot<'_>, name: &str, load: &str, noted: &str) -> Result<Option<bool>> {
    // A graph without a name of its own is called otherwise each time.
    let name = if name.starts_with("_:") { "_:" } else { name };
    let fits = |whole: &str| canon::sha256(format!("{whole} {name}").as_bytes()) == noted;
    if one(snapshot, load, ibid::SHA256)?.is_some_and(|sha256| fits(&sha256)) {
        return Ok(Some(true));
    }
    let family = family(snapshot, load)?;
    if family.graphs.len() > MOST {
        return Ok(None);
    }
    // One of the graphs may have had no name in the file.
    for unnamed in std::iter::once(None).chain((0..family.graphs.len()).map(Some)) {
        let named: Vec<(&str, bool)> =
            family.graphs.iter().enumerate().map(|(at, graph)| (graph.as_str(), Some(at) != unnamed)).collect();
        if fits(&digest_of(snapshot, &named)?) {
            return Ok(Some(true));
        }
    }
    Ok(if family.whole { Some(false) } else { None })
}

/// What else a file brought.
struct Family {
    graphs: Vec<String>,
    /// Whether all of it can be told from what others brought.
    whole: bool,
}

/// The graphs whose content came from the same bytes as that of a load.
fn family(snapshot: &Snapshot<'_>, load: &str) -> Result<Family> {
    let one = |load: &str, predicate| one(snapshot, load, predicate);
    let (file, sha256) = (one(load, ibid::FILE)?, one(load, ibid::SHA256)?);
    let current: FxHashSet<Node> =
        snapshot.history_pairs(ibid::CURRENT_LOAD)?.into_iter().map(|(_, load)| load).collect();
    let (mut graphs, mut missing, mut changed) = (Vec::new(), Vec::new(), false);
    for (other, sum) in snapshot.history_pairs(ibid::SHA256)? {
        let name = snapshot.name(other)?;
        if Some(snapshot.name(sum)?) != sha256 || one(&name, ibid::FILE)? != file {
            continue;
        }
        match one(&name, prov::GENERATED)? {
            Some(graph) if current.contains(&other) => {
                changed |= history::revision_of(snapshot, &graph)?.is_some();
                graphs.push(graph);
            }
            other => missing.push(other),
        }
    }
    // A report that was replaced, changed or taken out since, or triples outside any graph, which are mixed with others'.
    let whole = !changed && missing.iter().all(|graph| graph.as_ref().is_some_and(|graph| graphs.contains(graph)));
    Ok(Family { graphs, whole })
}

/// The digest of some graphs together, each with its name or without; of one beyond the algorithm's limits a text that is
/// no digest.
fn digest_of(snapshot: &Snapshot<'_>, graphs: &[(&str, bool)]) -> Result<String> {
    Ok(history::digest(snapshot, graphs)?.unwrap_or_else(|_| "none".to_owned()))
}
