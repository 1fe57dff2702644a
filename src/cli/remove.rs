//! `ibid remove`

use super::Ended;
use super::error::CliError;
use super::guard::Watch;
use super::target::TargetArgs;
use super::ui::Ui;
use ibid::catalog::prefixes;
use ibid::remove::{RemoveError, remove};
use ibid::store::Error;
use std::path::Path;
use std::time::Duration;

/// Take a report out of the store, or all reports of a file
///
/// The history keeps that it was there, and when it was taken out.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A report's graph, or a file that was loaded
    #[arg(value_name = "GRAPH|FILE")]
    what: String,

    /// How long to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, names) = target.open()?;
    let mut store = store.asking(watch.gate());
    let graph = prefixes().iri(&args.what).ok();
    let file = names.stored(Path::new(&args.what));
    let candidates: Vec<&str> = graph.as_deref().into_iter().chain([args.what.as_str(), file.as_str()]).collect();
    let wait = Duration::from_secs(args.wait);
    let who = super::load::who("remove");
    let removed = loop {
        match remove(&store, &candidates, &super::load::now(), wait, &who) {
            // It was compacted meanwhile.
            Err(RemoveError::Store(Error::Moved(_))) => store = store.reopen()?,
            other => break other,
        }
    };
    match removed {
        Ok(removed) => {
            for (graph, quads) in removed {
                ui.status(format_args!("removed <{graph}>: {quads} triples"));
            }
            Ok(Ended::Fine)
        }
        Err(RemoveError::Unknown) => {
            let snapshot = store.read()?;
            let mut known = Vec::new();
            for (graph, _) in snapshot.reports()? {
                known.extend(ibid::history::files(&snapshot, &graph)?.iter().map(|file| names.shown(file)));
                known.push(graph);
            }
            Err(CliError::new(format!("no report is called `{0}`, and none was loaded from a file `{0}`", args.what))
                .did_you_mean(&args.what, known.iter().map(String::as_str), "there are"))
        }
        Err(RemoveError::Reserved(graph)) => {
            Err(CliError::new(format!("the graph `{graph}` is ibid's own, and stays")))
        }
        Err(RemoveError::Store(error)) => Err(error.into()),
    }
}
