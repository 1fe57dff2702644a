//! `ibid update`

use super::Ended;
use super::error::{CliError, query_error};
use super::guard::Watch;
use super::load::{counted, now, who};
use super::target::TargetArgs;
use super::text::{self, Text};
use super::timed::{out_of_time, seconds, with_timeout};
use super::ui::Ui;
use ibid::catalog::prefixes;
use ibid::model::{Changes, GraphChange, JSON_VERSION};
use ibid::sparql::Update;
use ibid::store::{DefaultGraph, Error as StoreError, Run, Store};
use ibid::update::{Options, UpdateError, evaluate};
use serde::Serialize;
use std::io::Write;
use std::time::Duration;

/// How many graphs are listed for people; of more, the last line sums up the rest.
const LISTED: usize = 20;

/// Change the store with SPARQL 1.1 Update
///
/// The update is SPARQL itself, a file, or - for standard input. The prefixes of the package need no declaring. All of
/// its operations happen, or none does; the history keeps its text, and which graphs it changed.
///
/// Outside of GRAPH, WHERE reads all reports and the history as one set, and what is written goes outside any graph: WITH
/// <graph> says for both which report is meant. ibid's own graphs cannot be changed. LOAD and SERVICE are refused.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// SPARQL, a file, or -
    #[arg(value_name = "SPARQL|FILE|-")]
    update: String,

    /// Set a variable to a term: an IRI, a prefixed name, a literal as in Turtle, a number
    #[arg(long = "set", value_name = "NAME=TERM")]
    parameters: Vec<String>,

    /// Say what would happen, and write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,

    /// What WHERE reads outside of GRAPH: union (all reports and the history), unnamed (SPARQL's plain reading)
    #[arg(long, value_name = "WHICH", value_parser = ["union", "unnamed"], default_value = "union")]
    default_graph: String,

    /// Give up after this long, and write nothing
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,

    /// How long to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,

    /// How the outcome is told: text, json
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    version: u32,
    dry_run: bool,
    #[serde(flatten)]
    changes: &'a Changes,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let Some(Text { name, text }) = text::read(&args.update, "update")? else {
        let told = CliError::new(if args.update.is_empty() {
            "there is no update in this text".to_owned()
        } else {
            format!("`{}` is neither SPARQL nor a file", args.update)
        });
        return Err(told.hint("write the update in quotes, or name a file, or - for standard input"));
    };
    let parsed = Update::parse(&text, prefixes()).map_err(|error| query_error(&error, &name, &text))?;
    if parsed.operations().is_empty() {
        return Err(CliError::new("there is no update in this text")
            .of_file(&name)
            .hint("an operation begins with INSERT, DELETE, WITH, CLEAR, DROP, CREATE, COPY, MOVE or ADD"));
    }
    let update = parsed.bind(&super::query::parameters(&args.parameters)?)?;
    let store = target.open()?.0.asking(watch.gate());
    let default_graph = if args.default_graph == "unnamed" { DefaultGraph::Unnamed } else { DefaultGraph::Union };
    let cancel = watch.cancel();
    let options = Options {
        run: Run { default_graph, cancel: cancel.clone() },
        now: now(),
        wait: Duration::from_secs(args.wait),
        who: who("update"),
    };
    let job = Job { store, update, options, name, dry_run: args.dry_run, json: args.format == "json" };
    match args.timeout {
        None => job.run(ui),
        Some(timeout) => with_timeout("update", timeout, (&cancel, watch), ui, move |ui| job.run(ui)),
    }
}

/// An update ready to be run, with all it takes along to another thread.
struct Job {
    store: Store,
    update: Update,
    options: Options,
    name: String,
    dry_run: bool,
    json: bool,
}

impl Job {
    fn run(mut self, ui: &mut Ui) -> Result<Ended, CliError> {
        let changes = loop {
            match self.change() {
                // It was compacted meanwhile.
                Err(UpdateError::Store(StoreError::Moved(_))) => self.store = self.store.reopen()?,
                done => break done.map_err(|error| told(error).of_file(&self.name))?,
            }
        };
        for warning in &changes.warnings {
            ui.warning(warning);
        }
        if self.json {
            let told = Told { version: JSON_VERSION, dry_run: self.dry_run, changes: &changes };
            let text = serde_json::to_string(&told).expect("what an update changed is plain data");
            writeln!(ui.out(), "{text}")?;
            return Ok(Ended::Fine);
        }
        if changes.graphs.is_empty() {
            ui.status(if self.dry_run { "nothing would be changed" } else { "nothing was changed" });
        }
        let shown = if changes.graphs.len() > LISTED { LISTED - 1 } else { LISTED };
        let (listed, others) = changes.graphs.split_at(shown.min(changes.graphs.len()));
        for change in listed {
            ui.status(self.in_words(change));
        }
        if !others.is_empty() {
            let sum = |count: fn(&GraphChange) -> u64| others.iter().map(count).sum();
            let counts = self.counts(sum(|change| change.added), sum(|change| change.removed));
            ui.status(format_args!("{} other graphs: {counts}", others.len()));
        }
        Ok(Ended::Fine)
    }

    fn change(&self) -> Result<Changes, UpdateError> {
        let evaluated = evaluate(&self.store, &self.update, &self.options)?;
        if self.dry_run { Ok(evaluated.changes().clone()) } else { Ok(evaluated.commit()?) }
    }

    fn in_words(&self, change: &GraphChange) -> String {
        let graph =
            change.graph.as_deref().map_or_else(|| "outside any graph".to_owned(), |graph| format!("<{graph}>"));
        let counts = self.counts(change.added, change.removed);
        let fate = match (&change.graph, change.quads) {
            (Some(_), 0) => ": no report any more",
            (Some(_), _) if change.is_new() => ": a new report",
            _ => "",
        };
        format!("{graph}: {counts}{fate}")
    }

    fn counts(&self, added: u64, removed: u64) -> String {
        let would = if self.dry_run { "would be " } else { "" };
        let triples = |count: u64| counted(count as usize, "triple");
        match (added, removed) {
            (added, 0) => format!("{} {would}added", triples(added)),
            (0, removed) => format!("{} {would}removed", triples(removed)),
            (added, removed) => format!("{} {would}added, {removed} removed", triples(added)),
        }
    }
}

fn told(error: UpdateError) -> CliError {
    let told = CliError::new(error.to_string());
    match error {
        UpdateError::Reserved(_) => told.hint("write into a graph of another name"),
        UpdateError::Computed(graph) => told.hint(format!("keep it out of the WHERE: FILTER(?g != <{graph}>)")),
        UpdateError::Load(_) => told.hint("`ibid load` loads files and URLs"),
        UpdateError::Absent { word, graph, known } => told
            .did_you_mean(&graph, known.iter().map(String::as_str), "the reports")
            .hint(format!("{word} SILENT passes over a graph that is not there")),
        UpdateError::Exists(_) => told.hint("CREATE SILENT passes over a graph that is there"),
        UpdateError::Store(StoreError::Cancelled) => out_of_time("update"),
        UpdateError::Store(error) => error.into(),
    }
}
