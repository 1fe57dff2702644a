//! What was loaded when, replacing what? Kept as RDF in the graph `urn:ibid:history`.

use crate::store::{Node, Result, Snapshot, Writer, node_of};
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

    /// Records a load of one report, and that it took the place of earlier ones.
    pub fn record(&mut self, writer: &mut Writer<'_>, activity: &Activity, replaced: &[Past]) -> Result<()> {
        let load = writer.intern(&iri(&crate::store::load_iri(activity.load)))?;
        let quads = Literal::new_typed_literal(activity.quads.to_string(), xsd::INTEGER);
        let mut facts = vec![
            (rdf::TYPE, iri(ibid::LOAD)),
            (ibid::FILE, text(&activity.file)),
            (ibid::SHA256, text(&activity.sha256)),
            (ibid::QUADS, quads.into()),
            (prov::ENDED_AT_TIME, Literal::new_typed_literal(&activity.time, xsd::DATE_TIME).into()),
            (ibid::TOOL_VERSION, text(env!("CARGO_PKG_VERSION"))),
        ];
        facts.extend(activity.digest.as_deref().map(|digest| (ibid::DIGEST, text(digest))));
        for (predicate, object) in facts {
            let object = self.node(writer, object)?;
            self.say(writer, load, predicate, object, true)?;
        }
        if let Some(graph) = &activity.graph {
            let graph = writer.intern(graph)?;
            self.say(writer, load, prov::GENERATED, graph, true)?;
            self.say(writer, graph, ibid::CURRENT_LOAD, load, true)?;
            for past in replaced {
                let past = writer.intern(&iri(&past.load))?;
                self.say(writer, load, ibid::REPLACED, past, true)?;
                self.say(writer, graph, ibid::CURRENT_LOAD, past, false)?;
            }
        }
        Ok(())
    }
}

/// Takes a report out and records that it was; returns how many quads it had.
pub fn take_out(writer: &mut Writer<'_>, name: &str, past: &[Past], time: &str) -> Result<u64> {
    let graph = writer.intern(&node_of(name))?;
    let quads = writer.remove_graph(graph)?;
    let number = writer.begin_load();
    let removal = writer.intern(&iri(&crate::store::load_iri(number)))?;
    let mut pen = Pen::default();
    let facts = [
        (rdf::TYPE, iri(ibid::REMOVAL)),
        (prov::ENDED_AT_TIME, Literal::new_typed_literal(time, xsd::DATE_TIME).into()),
        (ibid::TOOL_VERSION, text(env!("CARGO_PKG_VERSION"))),
    ];
    for (predicate, object) in facts {
        let object = writer.intern(&object)?;
        pen.say(writer, removal, predicate, object, true)?;
    }
    pen.say(writer, removal, prov::INVALIDATED, graph, true)?;
    for past in past {
        let past = writer.intern(&iri(&past.load))?;
        pen.say(writer, graph, ibid::CURRENT_LOAD, past, false)?;
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
