//! Loads reports: one named graph a report, one transaction a file, all of it or nothing.

mod chunk;
mod cut;
mod cutter;
mod file;
mod lines;
mod measure;
mod plain;
mod plan;
mod put;
mod statements;

pub use lines::{Step, load_stream};
pub use plan::NO_CLAIMS;

use crate::input::Input;
use crate::mapping::Mappings;
use crate::model::{Outcome, Status};
use crate::rdf::{self, Report, Syntax, SyntaxError};
use crate::store::{Store, Writer};
use cut::Part;
use file::{File, Source};
use plan::{Plan, Stale};
use std::collections::BTreeMap;
use std::time::Duration;

/// How to load.
#[derive(Clone, Debug)]
pub struct Options {
    /// The graph for triples that the file puts into none.
    pub graph: Option<String>,
    /// What relative IRIs are resolved against.
    pub base: Option<String>,
    /// The syntax, whatever the file's name says.
    pub syntax: Option<Syntax>,
    /// Whether a report may be replaced that another file wrote.
    pub replace: bool,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// The time, as an `xsd:dateTime`.
    pub now: String,
    /// How long to wait for another writer.
    pub wait: Duration,
    /// What another writer that waits is told.
    pub who: String,
    /// What counts as a claim and a document in foreign data.
    pub mappings: Mappings,
}

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nobody knows what syntax it is in.
    #[error("its name does not say which RDF syntax it is in")]
    NoSyntax,
    /// It is not what its syntax allows.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It writes into a graph of the program's.
    #[error("it writes into the graph `{0}`, which only ibid writes")]
    Reserved(String),
    /// Another file wrote the report.
    #[error("the report `{graph}` was written by `{file}`")]
    Owned {
        /// The report.
        graph: String,
        /// The file that wrote it.
        file: String,
    },
    /// An update wrote the report, and no file.
    #[error("the report `{graph}` was written by an update")]
    Updated {
        /// The report.
        graph: String,
    },
    /// No graph name can be made of this.
    #[error("`{0}` is no IRI that a graph could have")]
    GraphName(String),
    /// It ends before its end, or the system does not give it.
    #[error("it cannot be read to its end: {0}")]
    Read(#[source] std::io::Error),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
}

/// Loads files in one transaction; several files that come to the same graph make one report.
///
/// Returns what became of each report, in the order of the graphs. Nothing is written if anything is refused; the error
/// says which of the files it is about.
///
/// # Errors
/// When a file cannot be read as RDF, comes to a graph that it may not write, or the store fails.
pub fn load(store: &Store, inputs: &[Input], options: &Options) -> Result<Vec<Outcome>, (usize, LoadError)> {
    let (mut sources, mut reports) = (Vec::with_capacity(inputs.len()), Vec::with_capacity(inputs.len()));
    let mut graphs: BTreeMap<Option<String>, Vec<Part>> = BTreeMap::new();
    for (number, input) in inputs.iter().enumerate() {
        let blame = |error| (number, error);
        let (report, syntax) = read(input, options).map_err(blame)?;
        for part in cut::cut(&report, syntax, number, &input.name, options).map_err(blame)? {
            graphs.entry(part.graph.clone().map(crate::store::name_of)).or_default().push(part);
        }
        sources.push(Source::of(&input.name, &input.bytes, &report, syntax.has_graphs()));
        reports.push(report);
    }
    let mut files: Vec<File<'_>> =
        sources.iter().zip(reports).map(|(source, report)| File::new(source, report)).collect();
    let unblamed = |error: crate::store::Error| (0, LoadError::Store(error));
    let mut writer = store.write(options.wait, &options.who).map_err(unblamed)?;
    // Everything is read and decided before anything is written.
    let (mut plans, mut contents) = (Vec::with_capacity(graphs.len()), Vec::with_capacity(graphs.len()));
    for parts in graphs.into_values() {
        let content = measure::measure(&files, &parts);
        let file = content.files[0];
        plans.push(plan::plan(&writer, &sources, content, options.replace).map_err(|error| (file, error))?);
        contents.push(parts);
    }
    let stale = plan::settle(&writer, &sources, &mut plans, options).map_err(unblamed)?;
    for (plan, parts) in plans.iter_mut().zip(contents) {
        if plan.outcome.status != Status::Unchanged {
            put::put(&mut writer, &mut files, plan, parts, &options.now).map_err(unblamed)?;
        }
    }
    plan::recount(&mut writer, &mut plans, &options.mappings).map_err(unblamed)?;
    plan::warn(&mut plans, &sources);
    finish(writer, plans, &stale, options).map_err(unblamed)
}

/// Takes out what the files no longer hold, and commits; returns what became of each report.
fn finish(
    mut writer: Writer<'_>,
    plans: Vec<Plan>,
    stale: &[Stale],
    options: &Options,
) -> crate::store::Result<Vec<Outcome>> {
    let changed = !stale.is_empty() || plans.iter().any(|plan| plan.outcome.status != Status::Unchanged);
    let mut outcomes: Vec<Outcome> = plans.into_iter().map(|plan| plan.outcome).collect();
    for gone in stale {
        put::take_out(&mut writer, gone, &options.now)?;
        if let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.file == gone.past.file) {
            outcome.warnings.push(format!("the report `{}` is taken out: the file no longer holds it", gone.graph));
        }
    }
    if changed && !options.dry_run {
        writer.commit()?;
    }
    Ok(outcomes)
}

fn read(input: &Input, options: &Options) -> Result<(Report, Syntax), LoadError> {
    let syntax = options.syntax.or(input.syntax).ok_or(LoadError::NoSyntax)?;
    let base = options.base.as_deref().or(input.base.as_deref());
    Ok((rdf::read(&input.bytes, syntax, base)?, syntax))
}
