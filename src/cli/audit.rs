//! `ibid audit`

use super::Ended;
use super::error::{CliError, rule_error};
use super::guard::Watch;
use super::load::{counted, load_for_run, syntax};
use super::target::{Names, TargetArgs};
use super::ui::{Ink, Ui, plain};
use ibid::audit::audit;
use ibid::catalog::{self, Rule, prefixes};
use ibid::input::InputError;
use ibid::mapping::Mapped;
use ibid::model::{Audit, Failure, Finding, Level, Severity};
use ibid::rdf::Syntax;
use ibid::store::{Run, Store};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Find what is wrong with the sourcing of claims
///
/// Over the store, or over files, folders and URLs alone: then no store is needed and none is touched. `ibid rules`
/// lists what is looked for, `ibid rules ID` explains one.
///
/// Exit status: 0 where nothing was found at --fail-on or above, 1 where something was, 2 where the audit is not whole.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, folders, URLs or - to audit instead of the store
    #[arg(value_name = "FILE|DIR|URL|-")]
    inputs: Vec<String>,

    /// How it is told: table, json
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    format: String,

    /// The least severity that makes the exit status 1: error, warning, info, never
    #[arg(long, value_name = "SEVERITY", value_parser = ["error", "warning", "info", "never"], default_value = "error")]
    fail_on: String,

    /// A folder of rules, which go before the package's
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,

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

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let (rules, failures) = rules(args.rules.as_deref())?;
    let broken = !failures.is_empty();
    for failure in &failures {
        ui.error(&CliError::new(failure.error.clone()).of_file(&format!("{}.rq", failure.rule)));
    }
    let mappings = target.mappings()?;
    // The folder of a store for this run, gone when the run is over.
    let folder;
    let (store, names, whole) = if args.inputs.is_empty() {
        let (store, names) = target.open()?;
        (store, names, true)
    } else {
        folder = tempfile::tempdir().map_err(|error| CliError::new(format!("no folder for the run: {error}")))?;
        let (store, names) = (Store::open_or_create(folder.path())?, Names::as_given()?);
        let given = (args.inputs.as_slice(), args.input_format, args.base.clone(), args.allow_private);
        let whole = load_for_run(given, &mappings, &store, &names, ui);
        (store, names, whole)
    };
    let snapshot = store.read()?;
    let run = Run { cancel: watch.cancel(), ..Run::default() };
    let mut result = audit(&Mapped::over(&snapshot, &mappings), &rules, failures, &run)?;
    for finding in &mut result.findings {
        if let Some(place) = &mut finding.location {
            place.file = names.shown(&place.file);
        }
    }
    if args.format == "json" {
        let text = serde_json::to_string_pretty(&result).expect("an audit is plain data");
        writeln!(ui.out(), "{text}")?;
    } else if result.summary.claims > 0 || args.inputs.is_empty() {
        Report { ui, audit: &result, snapshot: &snapshot }.write()?;
    }
    for failure in result.failures.iter().filter(|failure| rules.iter().any(|rule| rule.saved.id == failure.rule)) {
        ui.error(&CliError::new(failure.error.clone()).of_file(&format!("{}.rq", failure.rule)));
    }
    if whole && result.summary.claims == 0 && !args.inputs.is_empty() {
        let told = CliError::new("nothing was audited: there is no claim in what was given");
        return Err(told.hint(
            "a claim is a node of type ibid:Claim (https://w3id.org/ibid/ns#Claim), or what a mapping reads as one",
        ));
    }
    if !whole || broken || !result.failures.is_empty() {
        return Ok(Ended::Troubled);
    }
    let fails = args.fail_on.parse().is_ok_and(|severity: Severity| result.reaches(severity));
    Ok(if fails { Ended::No } else { Ended::Fine })
}

/// The rules that can be run, and what is wrong with the others.
pub(crate) fn rules(folder: Option<&std::path::Path>) -> Result<(Vec<Rule>, Vec<Failure>), CliError> {
    let found = catalog::rules(folder).map_err(|error| {
        CliError::from(InputError::from(error))
            .of_file(&folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default())
    })?;
    let (mut rules, mut failures) = (Vec::new(), Vec::new());
    for (id, rule) in found {
        match rule {
            Ok(rule) => rules.push(rule),
            Err(error) => failures.push(Failure { error: rule_error(&error, &id).message, rule: id }),
        }
    }
    Ok((rules, failures))
}

/// The table for people: by document, then by what is the matter, heaviest first; at the end the ladder.
struct Report<'a> {
    ui: &'a mut Ui,
    audit: &'a Audit,
    snapshot: &'a ibid::store::Snapshot<'a>,
}

impl Report<'_> {
    fn write(&mut self) -> Result<(), CliError> {
        let mut documents: Vec<(Option<&str>, Vec<&Finding>)> = Vec::new();
        for finding in &self.audit.findings {
            let document = finding.document.as_deref();
            match documents.iter_mut().find(|(known, _)| *known == document) {
                Some((_, findings)) => findings.push(finding),
                None => documents.push((document, vec![finding])),
            }
        }
        for (document, findings) in documents {
            let name = match document {
                Some(iri) => ibid::audit::called(self.snapshot, iri)?,
                None => "in no document".to_owned(),
            };
            let file =
                findings.iter().find_map(|finding| finding.location.as_ref()).map(|place| format!("{}  ", place.file));
            writeln!(
                self.ui.out(),
                "{}{}",
                Ui::ink(file.unwrap_or_default(), Ink::Strong),
                Ui::ink(name, Ink::Strong)
            )?;
            self.document(&findings)?;
            writeln!(self.ui.out())?;
        }
        self.ladder()
    }

    fn document(&mut self, findings: &[&Finding]) -> Result<(), CliError> {
        let mut kinds: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            let weight = std::cmp::Reverse(finding.severity);
            kinds.entry((weight, &finding.rule, &finding.message, &finding.help)).or_default().push(finding);
        }
        for ((weight, rule, message, help), findings) in kinds {
            let (severity, ink) = (weight.0, ink(weight.0));
            writeln!(self.ui.out(), "  {} {}: {}", Ui::ink(severity, ink), Ui::ink(rule, Ink::Strong), plain(message))?;
            if let Some(help) = help.as_deref().filter(|help| !help.is_empty()) {
                writeln!(self.ui.out(), "    {} {}", Ui::ink("help:", Ink::Faint), plain(help))?;
            }
            for finding in findings {
                let place = finding
                    .location
                    .as_ref()
                    .map_or_else(|| "-".to_owned(), |place| format!("{}:{}", place.line, place.column));
                let subject = finding.claim.as_deref().or(finding.document.as_deref());
                let what = finding.text.clone().or_else(|| subject.map(|iri| prefixes().shorten(iri)));
                writeln!(self.ui.out(), "    {:>8}  {}", place, plain(&what.unwrap_or_default()).trim_end())?;
            }
        }
        Ok(())
    }

    fn ladder(&mut self) -> Result<(), CliError> {
        let summary = &self.audit.summary;
        writeln!(self.ui.out(), "{}", Ui::ink("Ladder", Ink::Strong))?;
        let most = Level::ALL.iter().map(|level| summary.levels.at(*level)).max().unwrap_or_default().max(1);
        for level in Level::ALL.into_iter().rev() {
            let count = summary.levels.at(level);
            let bar = format!("  {}", "█".repeat((count * 30).div_ceil(most)));
            let ink = if level >= Level::Primary {
                Ink::Good
            } else if level == Level::Unsourced {
                Ink::Error
            } else {
                Ink::Warning
            };
            let bar = if count == 0 { String::new() } else { Ui::ink(bar, ink) };
            writeln!(self.ui.out(), "  {} {:<10} {count:>6}{bar}", level.number(), level.name())?;
        }
        writeln!(
            self.ui.out(),
            "{} in {}: {}, {}, {}",
            counted(summary.claims, "claim"),
            counted(summary.documents, "document"),
            counted(summary.errors, "error"),
            counted(summary.warnings, "warning"),
            counted(summary.infos, "info"),
        )?;
        Ok(())
    }
}

/// The colour of a severity.
pub(crate) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Error,
        Severity::Warning => Ink::Warning,
        Severity::Info => Ink::Info,
    }
}
