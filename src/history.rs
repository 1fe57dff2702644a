//! What was loaded when, replacing what, and changed by which updates? Kept as RDF in the graph `urn:ibid:history`.

use crate::model::GraphChange;
use crate::rdf::canon::{self, Tangled};
use crate::rdf::easy::{NO_GRAPH, Spelt};
use crate::store::{Node, Reader, Result, Snapshot, Writer, name_of, node_of};
use crate::vocab::{graph, ibid, prov, rdf};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rustc_hash::FxHashMap;

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

/// How the digests of reports begin that share blank nodes with others of their files: they are made of all of them.
pub const JOINT: &str = "joint:";

fn iri(text: &str) -> Term {
    NamedNode::new_unchecked(text).into()
}

fn text(value: &str) -> Term {
    Literal::new_simple_literal(value).into()
}

/// Writes into the graph of history. What it says again and again it looks up once.
#[derive(Default)]
pub struct Pen {
    known: FxHashMap<Term, Node>,
}

/// How many terms a pen remembers.
const REMEMBERED: usize = 256;

impl Pen {
    fn node(&mut self, writer: &mut Writer<'_>, term: Term) -> Result<Node> {
        if let Some(known) = self.known.get(&term) {
            return Ok(*known);
        }
        let node = writer.intern(&term)?;
        if self.known.len() < REMEMBERED {
            self.known.insert(term, node);
        }
        Ok(node)
    }

    fn say(
        &mut self,
        writer: &mut Writer<'_>,
        subject: Node,
        predicate: &str,
        object: Node,
        stands: bool,
    ) -> Result<()> {
        let graph = self.node(writer, iri(graph::HISTORY))?;
        let predicate = self.node(writer, iri(predicate))?;
        if stands {
            writer.add(subject, predicate, object, Some(graph))
        } else {
            writer.remove(subject, predicate, object, Some(graph))
        }
    }

    /// Says several things of one subject.
    fn describe(&mut self, writer: &mut Writer<'_>, subject: Node, facts: Vec<(&str, Term)>) -> Result<()> {
        for (predicate, object) in facts {
            let object = self.node(writer, object)?;
            self.say(writer, subject, predicate, object, true)?;
        }
        Ok(())
    }

    /// Ends what was said of a graph's present content.
    fn end(&mut self, writer: &mut Writer<'_>, graph: &Term, predicates: &[&str]) -> Result<()> {
        let name = name_of(graph.clone());
        for predicate in predicates {
            for activity in writer.objects(graph::HISTORY, &name, predicate)? {
                let (graph, activity) = (writer.intern(graph)?, writer.intern(&iri(&activity))?);
                self.say(writer, graph, predicate, activity, false)?;
            }
        }
        Ok(())
    }

    /// Records a load of one report, and that it took the place of earlier ones.
    pub fn record(&mut self, writer: &mut Writer<'_>, activity: &Activity, replaced: &[Past]) -> Result<()> {
        let load = writer.intern(&iri(&crate::store::load_iri(activity.load)))?;
        let mut facts = activity_facts(ibid::LOAD, &activity.time);
        facts.extend([
            (ibid::FILE, text(&activity.file)),
            (ibid::SHA256, text(&activity.sha256)),
            (ibid::QUADS, number(activity.quads)),
        ]);
        facts.extend(activity.digest.as_deref().map(|digest| (ibid::DIGEST, text(digest))));
        self.describe(writer, load, facts)?;
        if let Some(name) = &activity.graph {
            let graph = writer.intern(name)?;
            self.say(writer, load, prov::GENERATED, graph, true)?;
            self.say(writer, graph, ibid::CURRENT_LOAD, load, true)?;
            self.end(writer, name, &[ibid::CURRENT_UPDATE])?;
            for past in replaced {
                let past = writer.intern(&iri(&past.load))?;
                self.say(writer, load, ibid::REPLACED, past, true)?;
                self.say(writer, graph, ibid::CURRENT_LOAD, past, false)?;
            }
        }
        Ok(())
    }
}

fn number(number: u64) -> Term {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER).into()
}

/// What every activity has: its class, when it ended, and the version that did it.
fn activity_facts(class: &str, time: &str) -> Vec<(&'static str, Term)> {
    vec![
        (rdf::TYPE, iri(class)),
        (prov::ENDED_AT_TIME, Literal::new_typed_literal(time, xsd::DATE_TIME).into()),
        (ibid::TOOL_VERSION, text(env!("CARGO_PKG_VERSION"))),
    ]
}

/// Takes a report out and records that it was; returns how many quads it had.
pub fn take_out(writer: &mut Writer<'_>, name: &str, past: &[Past], time: &str) -> Result<u64> {
    let name = node_of(name);
    let graph = writer.intern(&name)?;
    let quads = writer.remove_graph(graph)?;
    let number = writer.begin_load();
    let removal = writer.intern(&iri(&crate::store::load_iri(number)))?;
    let mut pen = Pen::default();
    pen.describe(writer, removal, activity_facts(ibid::REMOVAL, time))?;
    pen.say(writer, removal, prov::INVALIDATED, graph, true)?;
    pen.end(writer, &name, &[ibid::CURRENT_UPDATE])?;
    for past in past {
        let past = writer.intern(&iri(&past.load))?;
        pen.say(writer, graph, ibid::CURRENT_LOAD, past, false)?;
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
    let update = writer.intern(&iri(&name))?;
    let mut pen = Pen::default();
    let mut facts = activity_facts(ibid::UPDATE, updated.time);
    facts.push((ibid::SPARQL, text(updated.text)));
    for (parameter, term) in updated.parameters {
        facts.push((ibid::PARAMETER, text(&format!("{parameter}={term}"))));
    }
    pen.describe(writer, update, facts)?;
    let mut named = 0;
    for made in updated.changes {
        named += usize::from(made.graph.is_some());
        let change = match &made.graph {
            Some(_) => iri(&format!("{name}#{named}")),
            None => iri(&format!("{name}{UNNAMED}")),
        };
        let change = writer.intern(&change)?;
        pen.say(writer, update, ibid::CHANGE, change, true)?;
        let mut facts = vec![
            (rdf::TYPE, iri(ibid::CHANGE_CLASS)),
            (ibid::ADDED, number(made.added)),
            (ibid::REMOVED, number(made.removed)),
        ];
        facts.extend(made.digest.as_deref().map(|digest| (ibid::DIGEST, text(digest))));
        pen.describe(writer, change, facts)?;
        let Some(name) = made.graph.as_deref().map(node_of) else { continue };
        let graph = writer.intern(&name)?;
        pen.say(writer, change, ibid::GRAPH, graph, true)?;
        if made.quads > 0 {
            pen.say(writer, update, prov::GENERATED, graph, true)?;
            pen.end(writer, &name, &[ibid::CURRENT_UPDATE])?;
            pen.say(writer, graph, ibid::CURRENT_UPDATE, update, true)?;
        } else {
            pen.say(writer, update, prov::INVALIDATED, graph, true)?;
            pen.end(writer, &name, &[ibid::CURRENT_UPDATE, ibid::CURRENT_LOAD])?;
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
    last_revision(graph, &|subject, predicate| writer.objects(graph::HISTORY, subject, predicate))
}

/// The same of a snapshot.
pub fn revision_of(snapshot: &Snapshot<'_>, graph: &str) -> Result<Option<Revision>> {
    last_revision(graph, &|subject, predicate| snapshot.history(subject, predicate))
}

/// `objects` gives what the history says of a subject.
fn last_revision(graph: &str, objects: &dyn Fn(&str, &str) -> Result<Vec<String>>) -> Result<Option<Revision>> {
    let Some(update) = objects(graph, ibid::CURRENT_UPDATE)?.into_iter().next() else { return Ok(None) };
    for change in objects(&update, ibid::CHANGE)? {
        if objects(&change, ibid::GRAPH)?.iter().any(|name| name == graph) {
            let digest = objects(&change, ibid::DIGEST)?.into_iter().next();
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

/// The SHA-256 of a file's bytes when it was loaded last; none where it was not.
pub fn last_digest(snapshot: &Snapshot<'_>, file: &str) -> Result<Option<String>> {
    let loads = snapshot.history_of(ibid::FILE, file)?;
    let Some(last) = loads.into_iter().max_by_key(|load| number_of(load)) else { return Ok(None) };
    Ok(snapshot.history(&last, ibid::SHA256)?.into_iter().next())
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

/// The digest of some graphs together, each with its name (`true`) or without.
///
/// # Errors
/// When the store fails; the inner one where their blank nodes are beyond the algorithm's limits.
pub fn digest(snapshot: &Snapshot<'_>, graphs: &[(&str, bool)]) -> Result<std::result::Result<String, Tangled>> {
    let (mut terms, mut lines, mut numbers) = (Spelt::default(), Vec::new(), FxHashMap::default());
    let mut number = |node: Node| -> Result<u32> {
        if let Some(known) = numbers.get(&node) {
            return Ok(*known);
        }
        let number = terms.push(snapshot.term(node)?.as_ref());
        numbers.insert(node, number);
        Ok(number)
    };
    for (name, named) in graphs {
        let Some(graph) = snapshot.find(name)? else { continue };
        let own = if *named { number(graph)? } else { NO_GRAPH };
        snapshot.triples_of(graph, &mut |[subject, predicate, object]| {
            lines.push([number(subject)?, number(predicate)?, number(object)?, own]);
            Ok(())
        })?;
    }
    drop(numbers);
    Ok(canon::digest_of_lines(&terms, &mut lines))
}
