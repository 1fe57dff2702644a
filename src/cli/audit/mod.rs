//! `ibid audit`

mod annotations;
mod concise;
mod csv;
mod json;
mod junit;
mod known;
mod markdown;
mod next;
mod sarif;
pub(crate) mod settings;
mod shacl;
mod stale;
mod statistics;
mod stream;
mod table;
mod told;
mod watch;
mod weights;

use super::Ended;
use super::error::CliError;
use super::guard::Watch;
use super::load::{counted, load_for_run, syntax};
use super::target::{Names, TargetArgs};
use super::timed::seconds;
use super::ui::{Ink, Ui};
use ibid::audit::{Audited, Baseline, Options, audit, below};
use ibid::mapping::Mapped;
use ibid::model::{Failure, Level, Place, Severity, Summary};
use ibid::rdf::Syntax;
use ibid::store::{Reader, Store};
use settings::Chosen;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use told::Told;
use watch::Watcher;

/// Find what is wrong with the sourcing of claims
///
/// Over the store, or over files, folders and URLs alone: then no store is needed and none is touched. `ibid rules`
/// lists what is looked for, `ibid rules ID` explains one.
///
/// A profile says how much each rule weighs and sets its thresholds: newsroom, ifcn, bbc, intel, un-panel, compliance. An
/// `ibid.toml` can choose one (`profile`), weigh rules itself ([severity]), set thresholds ([threshold]) and name folders of
/// rules (`rules`). It is that of the folder of what is given first, or of here, or else the nearest in a folder above.
///
/// Exit status: 0 where nothing was found at --fail-on or above, 1 where something was or a claim stands below
/// --min-level, 2 where the audit is not whole.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, folders, URLs or - to audit instead of the store
    #[arg(value_name = "FILE|DIR|URL|-")]
    inputs: Vec<String>,

    /// How it is told
    #[arg(long, value_name = "FORMAT", value_parser = told::FORMATS, default_value = "table")]
    format: String,

    #[command(flatten)]
    choice: settings::ChoiceArgs,

    /// The least severity that makes the exit status 1: error, warning, info, never
    #[arg(long, value_name = "SEVERITY", value_parser = ["error", "warning", "info", "never"], default_value = "error")]
    fail_on: String,

    /// Exit with 1 where a claim stands below this level: a name or a number of the ladder
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    min_level: Option<Level>,

    /// Leave out the findings that this file of --write-baseline has
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found now into a file, for --baseline
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,

    /// With --baseline: exit with 0 as long as there are no more than this many new findings at --fail-on or above
    #[arg(long, value_name = "N", requires = "baseline")]
    max_new: Option<usize>,

    /// Print what to do first instead: the acts that would close most findings (also as json)
    #[arg(long, value_name = "N")]
    next: Option<usize>,

    /// Print how many findings each rule has instead, the most first (also as json)
    #[arg(long, conflicts_with = "next")]
    statistics: bool,

    /// How many findings of a rule table and markdown show; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,

    /// The date that waivers run out by, instead of today's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    today: Option<String>,

    /// Give up a rule after this long; the others' findings are told
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    rule_timeout: Option<Duration>,

    /// Print how long each rule took
    #[arg(long)]
    timings: bool,

    /// The syntax of the files, whatever their names say
    #[arg(long, value_name = "SYNTAX", value_parser = syntax)]
    input_format: Option<Syntax>,

    /// What relative IRIs of the files are relative to
    #[arg(long, value_name = "IRI")]
    base: Option<String>,

    /// Ask addresses of private networks too
    #[arg(long)]
    allow_private: bool,
}

fn level(typed: &str) -> Result<Level, String> {
    let found = Level::ALL.into_iter().find(|level| level.name() == typed || level.number().to_string() == typed);
    found.ok_or_else(|| "it is none of 0 unsourced, 1 attributed, 2 cited, 3 primary, 4 pinned".to_owned())
}

fn date(typed: &str) -> Result<String, String> {
    let date: jiff::civil::Date = typed.parse().map_err(|_| "this is no date such as 2026-05-31".to_owned())?;
    Ok(date.to_string())
}

/// The date, in Coordinated Universal Time: the same for everybody who works on a report.
pub(crate) fn today() -> String {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let today = args.today.clone().unwrap_or_else(today);
    if (args.next.is_some() || args.statistics) && !matches!(args.format.as_str(), "table" | "json") {
        let option = if args.statistics { "--statistics" } else { "--next" };
        return Err(CliError::new(format!("there is no {} of {option}", args.format)).hint("it can be: table, json"));
    }
    let from = args.inputs.first().and_then(|first| folder_of(first));
    let chosen = settings::choose(&args.choice, from, Some(&today), ui)?;
    let Chosen { rules, mut failures, off, mut troubled, profile } = chosen;
    let baseline = match args.baseline.as_deref().map(known::read).transpose() {
        Ok(baseline) => baseline,
        Err(error) => {
            ui.error(&error);
            troubled = true;
            None
        }
    };
    let mappings = target.mappings()?;
    // The folder of a store for this run, gone when the run is over.
    let folder;
    let (store, names, whole) = if args.inputs.is_empty() {
        let (store, names) = target.open()?;
        (store, names, true)
    } else {
        folder = tempfile::tempdir().map_err(|error| CliError::new(format!("no folder for the run: {error}")))?;
        let names = Names::as_given()?;
        let store = Store::open_or_create(folder.path())?.with_files(names.home());
        let given = (args.inputs.as_slice(), args.input_format, args.base.clone(), args.allow_private);
        let whole = load_for_run(given, &mappings, &store, &names, ui);
        (store, names, whole)
    };
    let snapshot = store.read()?;
    let mapped = Mapped::over(&snapshot, &mappings);
    let watcher = Watcher::new(rules.len(), args.rule_timeout, watch, ui);
    let mut known: BTreeSet<String> = rules.iter().map(|rule| rule.saved.id.clone()).collect();
    known.extend(off.keys().chain(failures.iter().map(|failure| &failure.rule)).cloned());
    let result = watcher.over(|watch| {
        let options = Options {
            today: Some(today),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            stack: Some(crate::cli::guard::STACK),
            off: off.into_keys().collect(),
            known: Some(known),
            watch: Some(watch),
        };
        audit(&mapped, &rules, std::mem::take(&mut failures), &options)
    })?;
    // Millions of findings are not taken apart one by one when the process ends anyway.
    let mut result = std::mem::ManuallyDrop::new(result);
    let is_whole = whole && !troubled && result.failures().is_empty();
    let found_now = args.write_baseline.as_ref().filter(|_| is_whole).map(|_| Baseline::of(&result)).transpose()?;
    if let Some(baseline) = &baseline {
        baseline.apply(&mut result)?;
    }
    let Summary { claims, documents, .. } = result.summary();
    let nothing = whole && claims + documents == 0 && !args.inputs.is_empty();
    if !nothing {
        let told = Told {
            audited: &result,
            rules: &rules,
            reader: &mapped,
            names: &names,
            profile: &profile,
            limit: if args.limit == 0 { usize::MAX } else { args.limit },
            fail_on: args.fail_on.parse().ok(),
            quiet: ui.is_quiet(),
            renamed: std::cell::RefCell::default(),
            files: std::cell::RefCell::default(),
        };
        tell(&told, args, ui)?;
    }
    ui.finish()?;
    if args.inputs.is_empty() {
        stale::tell(&result, &snapshot, &names, ui)?;
    }
    let failures = failed(&result, &names);
    for failure in &failures {
        tell_failure(failure, &rules, ui);
    }
    if args.timings {
        watcher.tell(ui);
    }
    if nothing {
        let told = CliError::new("nothing was audited: there is no claim and no document in what was given");
        return Err(told.hint("a claim is a node of type ibid:Claim (https://w3id.org/ibid/ns#Claim)"));
    }
    if let Some(file) = &args.write_baseline
        && let Err(error) = known::write(file, found_now.as_ref(), ui)
    {
        ui.error(&error);
        troubled = true;
    }
    if !is_whole || troubled {
        return Ok(Ended::Troubled);
    }
    let found = args.fail_on.parse().map_or(0, |severity: Severity| result.at_least(severity));
    let stands_below = match args.min_level {
        Some(level) => tell_below(level, &result, &mapped, &names, ui)?,
        None => false,
    };
    Ok(if found > args.max_new.unwrap_or(0) || stands_below { Ended::No } else { Ended::Fine })
}

/// Tells it in the way that is asked for.
fn tell(told: &Told<'_>, args: &Args, ui: &mut Ui) -> Result<(), CliError> {
    let as_json = args.format == "json";
    match args.next {
        Some(most) => next::write(told, most, as_json, ui.out()),
        None if args.statistics => statistics::write(told, as_json, ui.out()),
        None => told.write(&args.format, ui.out()),
    }
}

/// The folder of what was given, where that is a file or a folder.
fn folder_of(given: &str) -> Option<&Path> {
    let path = Path::new(given);
    if path.is_dir() {
        return Some(path);
    }
    let folder = path.parent().filter(|_| path.is_file())?;
    Some(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// Says which rule could not be run, unless it was broken and has been told so before, or which waiver waives nothing.
fn tell_failure(failure: &Failure, rules: &[ibid::catalog::Rule], ui: &Ui) {
    let told = CliError::new(failure.error.clone());
    match (&failure.file, &failure.location) {
        (Some(file), _) if rules.iter().any(|rule| rule.saved.id == failure.rule) => ui.error(&told.of_file(file)),
        (Some(_), _) => {}
        (None, Some(place)) => ui.error(&told.of_file(&place.to_string())),
        (None, None) => ui.error(&told),
    }
}

/// Says which claims stand too low, if any does.
fn tell_below(
    level: Level,
    audited: &Audited<'_>,
    reader: &dyn Reader,
    names: &Names,
    ui: &Ui,
) -> Result<bool, CliError> {
    const SHOWN: usize = 5;
    let count: usize = Level::ALL.iter().filter(|at| **at < level).map(|at| audited.summary().levels.at(*at)).sum();
    if count == 0 {
        return Ok(false);
    }
    let stand = if count == 1 { "stands" } else { "stand" };
    // It may be all that tells why the exit status is 1.
    ui.answer_aside(format_args!("{} {stand} below {} ({})", counted(count, "claim"), level.number(), level.name()));
    for (claim, place) in below(reader, level, SHOWN)? {
        let at = place.map(|place| Place { file: names.shown(&place.file), ..place });
        let at = at.map_or_else(|| "-".to_owned(), |place| place.to_string());
        ui.status(format_args!("  {at}  {}", ibid::catalog::prefixes().shorten(&claim)));
    }
    if count > SHOWN {
        ui.status(format_args!("  and {} more", count - SHOWN));
    }
    Ok(true)
}

/// What could not be run or read; files are called what they are called from here.
fn failed(audited: &Audited<'_>, names: &Names) -> Vec<Failure> {
    let mut failures = audited.failures().to_vec();
    let of_waivers = failures.iter_mut().filter(|failure| failure.file.is_none());
    for place in of_waivers.filter_map(|failure| failure.location.as_mut()) {
        place.file = names.shown(&place.file);
    }
    failures
}

/// The colour of a severity.
pub(crate) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Error,
        Severity::Warning => Ink::Warning,
        Severity::Info => Ink::Info,
    }
}
