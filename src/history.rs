//! What was loaded when, replacing what, and changed by which updates? Kept as RDF in the graph `urn:ibid:history`.

use crate::model::GraphChange;
use crate::store::{Node, Result, Snapshot, Writer, name_of, node_of};
use crate::vocab::{graph, ibid, prov, rdf};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};

/// One file's being loaded into one graph.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The load's number.
    pub load: u64,
    /// The file, as the store calls it.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// The report's canonical hash, if it has one.
    pub digest: Option<String>,
    /// Quads of the report.
    pub quads: u64,
    /// When, as an `xsd:dateTime`.
    pub time: String,
    /// The report's graph; none for triples outside any graph.
    pub graph: Option<Term>,
}

/// What the history says of a load whose report still stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The load's IRI.
    pub load: String,
    /// The file.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The canonical hash.
    pub digest: Option<String>,
}

fn iri(text: &str) -> Term {
    NamedNode::new_unchecked(text).into()
}

fn text(value: &str) -> Term {
    Literal::new_simple_literal(value).into()
}

struct Pen<'w, 's> {
    writer: &'w mut Writer<'s>,
    graph: Node,
}

impl<'w, 's> Pen<'w, 's> {
    fn new(writer: &'w mut Writer<'s>) -> Result<Self> {
        let graph = writer.intern(&iri(graph::HISTORY))?;
        Ok(Self { writer, graph })
    }

    fn say(&mut self, subject: &Term, predicate: &str, object: &Term, stands: bool) -> Result<()> {
        let (s, p, o) =
            (self.writer.intern(subject)?, self.writer.intern(&iri(predicate))?, self.writer.intern(object)?);
        if stands {
            self.writer.add(s, p, o, Some(self.graph));
        } else {
            self.writer.remove(s, p, o, Some(self.graph));
        }
        Ok(())
    }

    fn number(&mut self, subject: &Term, predicate: &str, number: u64) -> Result<()> {
        self.say(subject, predicate, &Literal::new_typed_literal(number.to_string(), xsd::INTEGER).into(), true)
    }

    /// What every activity has: its class, when it ended, and the version that did it.
    fn activity(&mut self, activity: &Term, class: &str, time: &str) -> Result<()> {
        self.say(activity, rdf::TYPE, &iri(class), true)?;
        self.say(activity, prov::ENDED_AT_TIME, &Literal::new_typed_literal(time, xsd::DATE_TIME).into(), true)?;
        self.say(activity, ibid::TOOL_VERSION, &text(env!("CARGO_PKG_VERSION")), true)
    }

    /// Ends what was said of a graph's present content.
    fn end(&mut self, graph: &Term, predicates: &[&str]) -> Result<()> {
        for predicate in predicates {
            for activity in self.writer.objects(graph::HISTORY, &name_of(graph.clone()), predicate)? {
                self.say(graph, predicate, &iri(&activity), false)?;
            }
        }
        Ok(())
    }
}

/// Records loads of one report, and that they took the place of earlier ones.
pub fn record(writer: &mut Writer<'_>, activity: &Activity, replaced: &[Past]) -> Result<()> {
    let load = iri(&crate::store::load_iri(activity.load));
    let mut pen = Pen::new(writer)?;
    pen.activity(&load, ibid::LOAD, &activity.time)?;
    pen.say(&load, ibid::FILE, &text(&activity.file), true)?;
    pen.say(&load, ibid::SHA256, &text(&activity.sha256), true)?;
    if let Some(digest) = &activity.digest {
        pen.say(&load, ibid::DIGEST, &text(digest), true)?;
    }
    pen.number(&load, ibid::QUADS, activity.quads)?;
    if let Some(graph) = &activity.graph {
        pen.say(&load, prov::GENERATED, graph, true)?;
        pen.say(graph, ibid::CURRENT_LOAD, &load, true)?;
        pen.end(graph, &[ibid::CURRENT_UPDATE])?;
        for past in replaced {
            pen.say(&load, ibid::REPLACED, &iri(&past.load), true)?;
            pen.say(graph, ibid::CURRENT_LOAD, &iri(&past.load), false)?;
        }
    }
    Ok(())
}

/// Takes a report out and records that it was; returns how many quads it had.
pub fn take_out(writer: &mut Writer<'_>, name: &str, past: &[Past], time: &str) -> Result<u64> {
    let graph = &node_of(name);
    let node = writer.intern(graph)?;
    let quads = writer.remove_graph(node)?;
    let removal = iri(&crate::store::load_iri(writer.begin_load()));
    let mut pen = Pen::new(writer)?;
    pen.activity(&removal, ibid::REMOVAL, time)?;
    pen.say(&removal, prov::INVALIDATED, graph, true)?;
    pen.end(graph, &[ibid::CURRENT_UPDATE])?;
    for past in past {
        pen.say(graph, ibid::CURRENT_LOAD, &iri(&past.load), false)?;
    }
    Ok(quads)
}

/// An update that changed graphs.
#[derive(Clone, Copy, Debug)]
pub struct Updated<'a> {
    /// Its number, of the same sequence as loads'.
    pub number: u64,
    /// Its text.
    pub text: &'a str,
    /// The parameters it was bound with.
    pub parameters: &'a [(String, Term)],
    /// When, as an `xsd:dateTime`.
    pub time: &'a str,
    /// What it did to each graph.
    pub changes: &'a [GraphChange],
}

const UPDATE: &str = "urn:ibid:update:";
/// The end of the name of what an update did outside any graph.
const UNNAMED: &str = "#unnamed";

/// Records an update. The graphs that it left something in have it as their current one, and their loads stay known; those
/// that it emptied are no reports any more.
pub fn record_update(writer: &mut Writer<'_>, updated: &Updated<'_>) -> Result<()> {
    let name = format!("{UPDATE}{}", updated.number);
    let update = iri(&name);
    let mut pen = Pen::new(writer)?;
    pen.activity(&update, ibid::UPDATE, updated.time)?;
    pen.say(&update, ibid::SPARQL, &text(updated.text), true)?;
    for (parameter, term) in updated.parameters {
        pen.say(&update, ibid::PARAMETER, &text(&format!("{parameter}={term}")), true)?;
    }
    let mut named = 0;
    for made in updated.changes {
        named += usize::from(made.graph.is_some());
        let change = match &made.graph {
            Some(_) => iri(&format!("{name}#{named}")),
            None => iri(&format!("{name}{UNNAMED}")),
        };
        pen.say(&update, ibid::CHANGE, &change, true)?;
        pen.say(&change, rdf::TYPE, &iri(ibid::CHANGE_CLASS), true)?;
        pen.number(&change, ibid::ADDED, made.added)?;
        pen.number(&change, ibid::REMOVED, made.removed)?;
        if let Some(digest) = &made.digest {
            pen.say(&change, ibid::DIGEST, &text(digest), true)?;
        }
        let Some(graph) = made.graph.as_deref().map(node_of) else { continue };
        pen.say(&change, ibid::GRAPH, &graph, true)?;
        if made.quads > 0 {
            pen.say(&update, prov::GENERATED, &graph, true)?;
            pen.end(&graph, &[ibid::CURRENT_UPDATE])?;
            pen.say(&graph, ibid::CURRENT_UPDATE, &update, true)?;
        } else {
            pen.say(&update, prov::INVALIDATED, &graph, true)?;
            pen.end(&graph, &[ibid::CURRENT_UPDATE, ibid::CURRENT_LOAD])?;
        }
    }
    Ok(())
}

/// What an update made of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The update's IRI.
    pub update: String,
    /// The canonical hash of what it left, if it has one.
    pub digest: Option<String>,
}

/// The last update of a graph's present content, if one has changed it since it was loaded.
pub fn revision(writer: &Writer<'_>, graph: &str) -> Result<Option<Revision>> {
    let update = writer.objects(graph::HISTORY, graph, ibid::CURRENT_UPDATE)?.into_iter().next();
    let Some(update) = update else { return Ok(None) };
    for change in writer.objects(graph::HISTORY, &update, ibid::CHANGE)? {
        if writer.objects(graph::HISTORY, &change, ibid::GRAPH)?.iter().any(|name| name == graph) {
            let digest = writer.objects(graph::HISTORY, &change, ibid::DIGEST)?.into_iter().next();
            return Ok(Some(Revision { update, digest }));
        }
    }
    Ok(Some(Revision { update, digest: None }))
}

/// The number of the last update that removed triples outside any graph: what was loaded there before it may be gone.
fn last_removal_outside(writer: &Writer<'_>) -> Result<Option<u64>> {
    let mut last = None;
    for change in writer.subjects(graph::HISTORY, rdf::TYPE, &iri(ibid::CHANGE_CLASS))? {
        let Some(update) = change.strip_suffix(UNNAMED) else { continue };
        let removed = writer.objects(graph::HISTORY, &change, ibid::REMOVED)?;
        if removed.iter().any(|removed| removed != "0") {
            last = last.max(number_of(update));
        }
    }
    Ok(last)
}

/// The number of a load or an update.
fn number_of(activity: &str) -> Option<u64> {
    activity.rsplit(':').next()?.parse().ok()
}

/// The loads that a graph's content came from, in the order of their IRIs.
pub fn current(writer: &Writer<'_>, graph: &str) -> Result<Vec<Past>> {
    let mut loads = writer.objects(graph::HISTORY, graph, ibid::CURRENT_LOAD)?;
    loads.sort();
    loads.into_iter().map(|load| past(writer, load)).collect()
}

/// The graph that a load wrote.
pub fn graph_of(writer: &Writer<'_>, past: &Past) -> Result<Option<String>> {
    Ok(writer.objects(graph::HISTORY, &past.load, prov::GENERATED)?.into_iter().next())
}

/// The loads of a file whose reports still stand, with their graphs, and those of its triples outside any graph.
pub fn of_file(writer: &Writer<'_>, file: &str) -> Result<Vec<(Past, Option<String>)>> {
    let mut found = Vec::new();
    for load in writer.subjects(graph::HISTORY, ibid::FILE, &text(file))? {
        let generated = writer.objects(graph::HISTORY, &load, prov::GENERATED)?.into_iter().next();
        let stands = match &generated {
            Some(graph) => writer.objects(graph::HISTORY, graph, ibid::CURRENT_LOAD)?.contains(&load),
            None => number_of(&load) > last_removal_outside(writer)?,
        };
        if stands {
            found.push((past(writer, load)?, generated));
        }
    }
    Ok(found)
}

fn past(writer: &Writer<'_>, load: String) -> Result<Past> {
    let first = |predicate| -> Result<Option<String>> {
        Ok(writer.objects(graph::HISTORY, &load, predicate)?.into_iter().next())
    };
    let (file, sha256, digest) = (first(ibid::FILE)?, first(ibid::SHA256)?, first(ibid::DIGEST)?);
    Ok(Past { load, file: file.unwrap_or_default(), sha256: sha256.unwrap_or_default(), digest })
}

/// The files that a report came from, sorted.
pub fn files(snapshot: &Snapshot<'_>, graph: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for load in snapshot.history(graph, ibid::CURRENT_LOAD)? {
        files.extend(snapshot.history(&load, ibid::FILE)?);
    }
    files.sort();
    files.dedup();
    Ok(files)
}
