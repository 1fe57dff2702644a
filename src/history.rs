//! What was loaded when, replacing what? Kept as RDF in the graph `urn:ibid:history`.

use crate::store::{Node, Result, Snapshot, Writer, node_of};
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
            self.writer.add(s, p, o, Some(self.graph))?;
        } else {
            self.writer.remove(s, p, o, Some(self.graph))?;
        }
        Ok(())
    }
}

/// Records loads of one report, and that they took the place of earlier ones.
pub fn record(writer: &mut Writer<'_>, activity: &Activity, replaced: &[Past]) -> Result<()> {
    let load = iri(&crate::store::load_iri(activity.load));
    let mut pen = Pen::new(writer)?;
    pen.say(&load, rdf::TYPE, &iri(ibid::LOAD), true)?;
    pen.say(&load, ibid::FILE, &text(&activity.file), true)?;
    pen.say(&load, ibid::SHA256, &text(&activity.sha256), true)?;
    if let Some(digest) = &activity.digest {
        pen.say(&load, ibid::DIGEST, &text(digest), true)?;
    }
    let quads = Literal::new_typed_literal(activity.quads.to_string(), xsd::INTEGER).into();
    pen.say(&load, ibid::QUADS, &quads, true)?;
    pen.say(&load, prov::ENDED_AT_TIME, &Literal::new_typed_literal(&activity.time, xsd::DATE_TIME).into(), true)?;
    pen.say(&load, ibid::TOOL_VERSION, &text(env!("CARGO_PKG_VERSION")), true)?;
    if let Some(graph) = &activity.graph {
        pen.say(&load, prov::GENERATED, graph, true)?;
        pen.say(graph, ibid::CURRENT_LOAD, &load, true)?;
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
    pen.say(&removal, rdf::TYPE, &iri(ibid::REMOVAL), true)?;
    pen.say(&removal, prov::INVALIDATED, graph, true)?;
    pen.say(&removal, prov::ENDED_AT_TIME, &Literal::new_typed_literal(time, xsd::DATE_TIME).into(), true)?;
    pen.say(&removal, ibid::TOOL_VERSION, &text(env!("CARGO_PKG_VERSION")), true)?;
    for past in past {
        pen.say(graph, ibid::CURRENT_LOAD, &iri(&past.load), false)?;
    }
    Ok(quads)
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
            None => true,
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
