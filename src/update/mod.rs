//! Changes graphs by SPARQL Update: a request is one transaction, each operation over what the one before it left.
//!
//! See [SPARQL 1.1 Update](https://www.w3.org/TR/sparql11-update/). An operation's quads are collected before any is
//! applied, those that DELETE gives before those that INSERT gives. The program's own graphs are never changed.

mod batch;
mod operation;
mod told;

use crate::history::{self, Updated};
use crate::model::{Changes, GraphChange};
use crate::sparql::{Operation, Target, Transfer, Update};
use crate::store::{Error, Node, Reader, Run, Snapshot, Store, Triple, Writer};
use crate::vocab::{graph::RESERVED, ibid, rdf};
use oxigraph::model::GraphName;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How to update.
#[derive(Clone)]
pub struct Options {
    /// What WHERE reads outside of GRAPH, where USING and WITH do not say, and what cancels it.
    pub run: Run,
    /// The time, as an `xsd:dateTime`.
    pub now: String,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// What another writer that waits is told.
    pub who: String,
}

/// Why an update was refused.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It changes a graph of the program's.
    #[error("it changes the graph `{0}`, which only ibid writes")]
    Reserved(String),
    /// It computes a quad for a graph of the program's.
    #[error("it computes a triple for the graph `{0}`, which only ibid writes")]
    Computed(String),
    /// It would fetch a file.
    #[error("LOAD <{0}> is refused: an update never leaves this machine")]
    Load(String),
    /// It names a graph that is not there.
    #[error("there is no graph `{graph}` to {word}")]
    Absent {
        /// The operation's word: `CLEAR`, `DROP`, `ADD`, `COPY` or `MOVE`.
        word: &'static str,
        /// The graph.
        graph: String,
        /// The graphs there are.
        known: Vec<String>,
    },
    /// It makes a graph that is there.
    #[error("the graph `{0}` is there already")]
    Exists(String),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] Error),
}

type Result<T> = std::result::Result<T, UpdateError>;

/// A quad as nodes, its graph first: `None` is the unnamed one.
type At = (Option<Node>, Triple);

/// An update that is ready to be committed; dropped without it, it has done nothing.
pub struct Evaluated<'s> {
    writer: Writer<'s>,
    changes: Changes,
}

impl Evaluated<'_> {
    /// What the update does.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Makes it happen, if anything is changed, and returns what.
    ///
    /// # Errors
    /// When the disk is full or fails; then nothing has happened.
    pub fn commit(self) -> std::result::Result<Changes, Error> {
        if !self.changes.graphs.is_empty() {
            self.writer.commit()?;
        }
        Ok(self.changes)
    }
}

/// Evaluates a request and commits it. An update that changes nothing writes nothing, not even into the history.
///
/// # Errors
/// As [`evaluate`]; when the disk is full or fails. Then nothing has happened.
pub fn update(store: &Store, update: &Update, options: &Options) -> Result<Changes> {
    Ok(evaluate(store, update, options)?.commit()?)
}

/// Evaluates a request and leaves it to be committed. The store's writer is taken until then.
///
/// # Errors
/// When it has a LOAD that is not SILENT, names or computes a quad of a graph that only the program writes, names a graph
/// that is not there, cannot be evaluated, was cancelled, or the store fails.
pub fn evaluate<'s>(store: &'s Store, update: &Update, options: &Options) -> Result<Evaluated<'s>> {
    for operation in update.operations() {
        if let Operation::Load { silent: false, source } = operation {
            return Err(UpdateError::Load(source.clone()));
        }
        if let Some(graph) = reserved(operation) {
            return Err(UpdateError::Reserved(graph));
        }
    }
    let mut writer = store.write(options.wait, &options.who)?;
    let number = writer.begin_load();
    let mut request = Request::new(writer, &options.run, number);
    let several = update.operations().len() > 1;
    for (place, operation) in update.operations().iter().enumerate() {
        let before = request.warnings.len();
        request.run(operation)?;
        if several {
            let prefix = format!("operation {}: ", place + 1);
            request.warnings[before..].iter_mut().for_each(|warning| warning.insert_str(0, &prefix));
        }
    }
    let (mut writer, changes) = request.finish()?;
    if !changes.graphs.is_empty() {
        let (text, parameters) = (update.text(), update.parameters());
        let updated = Updated { number, text, parameters, time: &options.now, changes: &changes.graphs };
        history::record_update(&mut writer, &updated)?;
    }
    if options.run.cancel.is_cancelled() {
        return Err(Error::Cancelled.into());
    }
    Ok(Evaluated { writer, changes })
}

/// A graph of the program's that an operation is to change by name.
fn reserved(operation: &Operation) -> Option<String> {
    let is_it = |graph: &&str| RESERVED.contains(graph);
    let found = match operation {
        Operation::InsertData(data) | Operation::DeleteData(data) => {
            data.iter().find_map(|quad| reserved_name(&quad.graph_name))
        }
        Operation::Modify(modify) => modify.written().iter().map(String::as_str).find(is_it),
        Operation::Clear { target: Target::Graph(graph), .. } | Operation::Create { graph, .. } => {
            Some(graph.as_str()).filter(is_it)
        }
        Operation::Transfer { kind, from, to, .. } => {
            let source = from.as_deref().filter(|_| *kind == Transfer::Move);
            source.into_iter().chain(to.as_deref()).find(is_it)
        }
        Operation::Clear { .. } | Operation::Identity | Operation::Load { .. } => None,
    };
    found.map(str::to_owned)
}

fn reserved_name(graph: &GraphName) -> Option<&str> {
    match graph {
        GraphName::NamedNode(node) => Some(node.as_str()).filter(|name| RESERVED.contains(name)),
        _ => None,
    }
}

/// A request on its way.
struct Request<'s, 'o> {
    writer: Writer<'s>,
    run: &'o Run,
    /// What the blank nodes that it makes are named after, and how many there are.
    number: u64,
    blanks: u64,
    /// What is different from the beginning: quads that were added (`true`) and removed.
    net: BTreeMap<At, bool>,
    /// Graphs that its operations have filled, emptied or created: they are known, though no quad may be in them.
    touched: BTreeSet<String>,
    created: BTreeSet<String>,
    warnings: Vec<String>,
}

impl<'s, 'o> Request<'s, 'o> {
    fn new(writer: Writer<'s>, run: &'o Run, number: u64) -> Self {
        Self {
            writer,
            run,
            number,
            blanks: 0,
            net: BTreeMap::new(),
            touched: BTreeSet::new(),
            created: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }

    /// Weighs what all operations have done together, and gives the writer back.
    fn finish(mut self) -> Result<(Writer<'s>, Changes)> {
        let snapshot = self.writer.snapshot()?;
        let mut counts: BTreeMap<Option<Node>, (u64, u64)> = BTreeMap::new();
        for ((graph, _), added) in &self.net {
            let (more, less) = counts.entry(*graph).or_default();
            *if *added { more } else { less } += 1;
        }
        let mut graphs = Vec::with_capacity(counts.len());
        for (graph, (added, removed)) in counts {
            let quads = snapshot.size_of(graph)?;
            let name = graph.map(|graph| snapshot.name(graph)).transpose()?;
            let digest = match &name {
                Some(name) if quads > 0 => history::digest(&snapshot, &[(name, false)])?.map_err(|tangled| {
                    self.warnings.push(format!("no digest of `{name}`: {tangled}"));
                }),
                _ => Err(()),
            };
            graphs.push(GraphChange { graph: name, added, removed, quads, digest: digest.ok() });
        }
        graphs.sort_by(|one, other| one.graph.cmp(&other.graph));
        for name in &self.created {
            if snapshot.graph(name)?.is_none() {
                self.warnings.push(format!("no empty graph is kept: `{name}` is there once it has a triple"));
            }
        }
        if claims_outside(&snapshot, &self.net)? {
            self.warnings.push(
                "claims outside any graph are in no report, and nothing is computed of them; name a graph with GRAPH or WITH"
                    .to_owned(),
            );
        }
        let gone = without_quads(&snapshot, &self.net)?;
        drop(snapshot);
        for (graph, subject) in gone {
            self.writer.forget_place(graph, subject)?;
        }
        Ok((self.writer, Changes { graphs, warnings: self.warnings }))
    }
}

/// The subjects, by graph, of which nothing is left.
fn without_quads(snapshot: &Snapshot<'_>, net: &BTreeMap<At, bool>) -> Result<BTreeSet<(Option<Node>, Node)>> {
    let removed = net.iter().filter(|(_, added)| !**added);
    let mut gone = BTreeSet::new();
    for ((graph, [subject, ..]), _) in removed {
        if !gone.contains(&(*graph, *subject)) && !snapshot.is_subject(*subject, *graph)? {
            gone.insert((*graph, *subject));
        }
    }
    Ok(gone)
}

fn claims_outside(snapshot: &Snapshot<'_>, net: &BTreeMap<At, bool>) -> Result<bool> {
    let (Some(is_a), Some(claim)) = (snapshot.find(rdf::TYPE)?, snapshot.find(ibid::CLAIM)?) else { return Ok(false) };
    Ok(net.iter().any(|((graph, [_, p, o]), added)| *added && graph.is_none() && *p == is_a && *o == claim))
}
