//! The command line: one file a command, whose doc comments are its help.

mod audit;
mod backup;
mod check;
mod compact;
mod completions;
mod dump;
mod error;
mod guard;
mod impact;
mod load;
mod meant;
mod query;
mod remove;
mod rows;
mod rules;
mod sources;
mod status;
mod target;
mod text;
mod timed;
mod trace;
mod ui;
mod update;
mod why;

use clap::{CommandFactory, Parser, Subcommand};
use error::CliError;
use guard::Watch;
use std::process::ExitCode;
use ui::Ui;

/// Where every claim comes from: keep the claims of reports as a graph, ask it questions, and audit what rests on what
///
/// A report is RDF: each claim is linked to the document it stands in, the words it stands in, and what it was taken
/// from. `ibid` says what a claim rests on; it never says that a claim is true.
#[derive(Parser)]
#[command(
    name = "ibid",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_long_help = "\
Examples:
  ibid audit report.ttl                       audit a file, no store needed
  ibid load reports/                          load a folder of reports into the store
  ibid query claims-by-level                  run a saved query; `ibid query --list` names them
  ibid query 'SELECT ?c { ?c a ibid:Claim }'  run SPARQL; the prefixes need no declaring
  ibid trace '#exports-2016'                  show what a claim rests on, and what would lift it
  ibid update mend.ru --dry-run               say what an update in SPARQL would change
  ibid why '#exports-2016' level              prove a computed fact, down to the edges

Exit status:
  0  fine
  1  the answer is no: findings (audit at or above --fail-on, check), ASK false under --exit-status,
     a fact that is not so
  2  there is no answer: wrong usage, unreadable input, a failing store"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    target: target::TargetArgs,

    /// Say nothing but the answer and errors
    #[arg(long, short, global = true)]
    quiet: bool,

    /// Give up what needs more memory than this, in MiB; 0 sets no limit (where the system tells it: on Linux)
    #[arg(long, global = true, value_name = "MIB", default_value_t = 1792)]
    memory: u64,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Load(load::Args),
    Query(query::Args),
    Update(update::Args),
    Audit(audit::Args),
    Rules(rules::Args),
    Trace(trace::Args),
    Why(why::Args),
    Impact(impact::Args),
    Sources(sources::Args),
    Dump(dump::Args),
    Remove(remove::Args),
    Status(status::Args),
    Check(check::Args),
    Compact(compact::Args),
    Backup(backup::Args),
    Completions(completions::Args),
}

impl Command {
    /// What may help where it needs more memory than it may have.
    fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Load(_) => Some(load::ADVICE),
            _ => None,
        }
    }
}

/// How a command ended, when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Fine: 0.
    Fine,
    /// The answer is "no": 1.
    No,
    /// There was an error, told already, and the rest was done: 2.
    Troubled,
}

pub(crate) fn main() -> ExitCode {
    // A limit of file size is to be an error, and not the program's end; that it was met is said by the write.
    let met = std::sync::Arc::default();
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, met);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; a broken pipe under them is nobody's trouble.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let watch = Watch::new(cli.memory, cli.command.advice());
    let theirs = watch.clone();
    guard::watched(&watch, move || work(&cli, &theirs)).unwrap_or_else(|error| {
        Ui::new(true, &watch).error(&error);
        ExitCode::from(2)
    })
}

/// Runs a command to its end, and says how it ended.
fn work(cli: &Cli, watch: &Watch) -> ExitCode {
    let mut ui = Ui::new(cli.quiet, watch);
    let ended = run(cli, watch, &mut ui).and_then(|ended| {
        ui.finish()?;
        Ok(ended)
    });
    if let Some(error) = watch.passed() {
        // Whatever came out of it, it was broken off.
        let _ = ui.finish();
        ui.error(&error);
        return ExitCode::from(2);
    }
    match ended {
        Ok(Ended::Fine) => ExitCode::SUCCESS,
        Ok(Ended::No) => ExitCode::from(1),
        Ok(Ended::Troubled) => ExitCode::from(2),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        // What broke it off was told already.
        Err(_) if watch.is_passed() => ExitCode::from(2),
        Err(error) => {
            // What was answered before the trouble is still an answer.
            let _ = ui.finish();
            ui.error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let target = &cli.target;
    match &cli.command {
        Command::Load(args) => load::run(args, target, watch, ui),
        Command::Query(args) => query::run(args, target, watch, ui),
        Command::Update(args) => update::run(args, target, watch, ui),
        Command::Audit(args) => audit::run(args, target, watch, ui),
        Command::Rules(args) => rules::run(args, ui),
        Command::Trace(args) => trace::run(args, target, ui),
        Command::Why(args) => why::run(args, target, ui),
        Command::Impact(args) => impact::run(args, target, ui),
        Command::Sources(args) => sources::run(args, target, ui),
        Command::Dump(args) => dump::run(args, target, ui),
        Command::Remove(args) => remove::run(args, target, watch, ui),
        Command::Status(args) => status::run(args, target, ui),
        Command::Check(args) => check::run(args, target, ui),
        Command::Compact(args) => compact::run(args, target, watch, ui),
        Command::Backup(args) => backup::run(args, target, ui),
        Command::Completions(args) => completions::run(args, &mut Cli::command(), ui),
    }
}
