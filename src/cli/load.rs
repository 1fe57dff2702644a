//! `ibid load`

use super::error::CliError;
use super::target::{Names, TargetArgs};
use super::ui::Ui;
use super::{Ended, error};
use ibid::catalog::prefixes;
use ibid::input::{Input, LARGEST, list_folder, read_all, read_file};
use ibid::load::{LoadError, Options, load};
use ibid::model::{Outcome, Status};
use ibid::net::{self, Limits};
use ibid::rdf::Syntax;
use ibid::store::Store;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Load reports into the store, one named graph a report
///
/// Reads Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD, each also gzip-compressed, from files, folders, URLs or
/// standard input (`-`). A file is loaded whole or not at all. Loading it again replaces what it said before, and does
/// nothing where it says the same.
///
/// The graph of a report is --graph, else the file's base IRI, else the one document that its claims appear in, else
/// one made from the file's name. TriG and N-Quads keep the graph names they give.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, folders, URLs, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|URL|-")]
    pub(crate) inputs: Vec<String>,

    /// The syntax, whatever the name says: turtle, trig, ntriples, nquads, rdfxml, jsonld
    #[arg(long, value_name = "SYNTAX", value_parser = super::load::syntax)]
    pub(crate) input_format: Option<Syntax>,

    /// The graph for triples that the file puts into none
    #[arg(long, value_name = "IRI")]
    graph: Option<String>,

    /// What relative IRIs are relative to, where the file does not say so itself
    #[arg(long, value_name = "IRI")]
    pub(crate) base: Option<String>,

    /// Replace reports that other files wrote
    #[arg(long)]
    replace: bool,

    /// Make one report of all files that come to the same graph
    #[arg(long)]
    merge: bool,

    /// Say what would happen, and write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,

    /// Ask addresses of private networks too
    #[arg(long)]
    pub(crate) allow_private: bool,

    /// How long to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    wait: u64,

    /// How the outcome is told: text, json (an object a line, a line a report)
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,
}

/// The syntax of a name, for options.
pub(crate) fn syntax(name: &str) -> Result<Syntax, String> {
    name.parse().map_err(|_| format!("known are {}", Syntax::NAMES.join(", ")))
}

/// What was given, taken apart into what can be read; each input with what people call it.
pub(crate) struct Gathered {
    pub(crate) inputs: Vec<(String, Result<Input, CliError>)>,
    pub(crate) passed_over: Vec<PathBuf>,
}

/// Reads everything that was named on the command line.
pub(crate) fn gather(given: &[String], allow_private: bool, names: &Names) -> Gathered {
    let mut gathered = Gathered { inputs: Vec::new(), passed_over: Vec::new() };
    for name in given {
        if name == "-" {
            let read = read_all(&mut std::io::stdin().lock(), "-", None, None, LARGEST).map_err(CliError::from);
            gathered.inputs.push((name.clone(), read));
        } else if net::is_url(name) {
            let limits = Limits { allow_private, ..Limits::default() };
            gathered.inputs.push((name.clone(), net::fetch(name, &limits).map_err(CliError::from)));
        } else if Path::new(name).is_dir() {
            match list_folder(Path::new(name)) {
                Ok(listed) => {
                    gathered.passed_over.extend(listed.passed_over);
                    for file in listed.files {
                        let read = match file.to_str() {
                            Some(_) => read_file(&file, &names.stored(&file)).map_err(CliError::from),
                            None => Err(CliError::new("its name is not UTF-8, and could be taken for another's")
                                .hint("give it another name")),
                        };
                        gathered.inputs.push((file.to_string_lossy().into_owned(), read));
                    }
                }
                Err(error) => gathered.inputs.push((name.clone(), Err(error.into()))),
            }
        } else {
            let path = Path::new(name);
            gathered.inputs.push((name.clone(), read_file(path, &names.stored(path)).map_err(CliError::from)));
        }
    }
    gathered
}

/// The time as an `xsd:dateTime`, to the second.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).map_or_else(|_| String::new(), |time| time.to_string())
}

/// What another writer that has to wait is told of this process.
pub(crate) fn who(command: &str) -> String {
    format!("process {} (ibid {command}, since {})", std::process::id(), now())
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let names = target.names()?;
    let gathered = gather(&args.inputs, args.allow_private, &names);
    let readable = gathered.inputs.iter().any(|(_, input)| input.is_ok());
    // Nothing to be written, no store to be made; what would happen is seen in one that goes with the run.
    let folder;
    let store = if target.exists()? || (readable && !args.dry_run) {
        target.open_or_create()?
    } else {
        folder = tempfile::tempdir().map_err(|error| CliError::new(format!("no folder for the run: {error}")))?;
        Store::open_or_create(folder.path())?
    };
    for path in &gathered.passed_over {
        let named = Syntax::of_file_name(&path.to_string_lossy()).is_some();
        let why = if named { "it is no file" } else { "its name is that of no RDF syntax" };
        ui.status(format_args!("passed over {}: {why}", path.display()));
    }
    let options = Options {
        graph: args.graph.as_deref().map(|graph| prefixes().iri(graph)).transpose()?,
        base: args.base.clone(),
        syntax: args.input_format,
        replace: args.replace,
        dry_run: args.dry_run,
        now: now(),
        wait: Duration::from_secs(args.wait),
        who: who("load"),
    };
    let mut job = Job { store: &store, options: &options, json: args.format == "json", names: &names, troubled: false };
    let bar = ui.progress(gathered.inputs.len() as u64);
    let mut together = Vec::new();
    for (name, input) in gathered.inputs {
        bar.set_message(name.clone());
        match input {
            Ok(input) if args.merge => together.push(input),
            Ok(input) => job.load(&[input], ui)?,
            Err(error) => job.failed(&error.of_file(&name), ui)?,
        }
        bar.inc(1);
    }
    if !together.is_empty() {
        job.load(&together, ui)?;
    }
    bar.finish_and_clear();
    Ok(if job.troubled { Ended::Troubled } else { Ended::Fine })
}

struct Job<'a> {
    store: &'a Store,
    options: &'a Options,
    json: bool,
    names: &'a Names,
    troubled: bool,
}

impl Job<'_> {
    fn load(&mut self, inputs: &[Input], ui: &mut Ui) -> Result<(), CliError> {
        match load(self.store, inputs, self.options) {
            Ok(outcomes) => outcomes.into_iter().try_for_each(|outcome| self.tell(outcome, ui)),
            Err((number, error)) => {
                let input = &inputs[number];
                let told = CliError::load(self.in_words(error), &self.names.shown(&input.name), &input.bytes);
                self.failed(&told.of_file(&self.names.shown(&input.name)), ui)
            }
        }
    }

    /// Names the other file as people see it.
    fn in_words(&self, error: LoadError) -> LoadError {
        match error {
            LoadError::Owned { graph, file } => LoadError::Owned { graph, file: self.names.shown(&file) },
            other => other,
        }
    }

    fn tell(&self, mut outcome: Outcome, ui: &mut Ui) -> Result<(), CliError> {
        let files: Vec<String> = outcome.file.split(" + ").map(|file| self.names.shown(file)).collect();
        outcome.file = files.join(" + ");
        for warning in &outcome.warnings {
            ui.warning(format_args!("{}: {warning}", outcome.file));
        }
        if self.json {
            let line = serde_json::to_string(&outcome).expect("an outcome is plain data");
            writeln!(ui.out(), "{line}")?;
            return Ok(());
        }
        let would = if self.options.dry_run && outcome.status != Status::Unchanged { "would be " } else { "" };
        let graph =
            outcome.graph.as_deref().map_or_else(|| "outside any graph".to_owned(), |graph| format!("as <{graph}>"));
        ui.status(format_args!(
            "{}: {would}{} {graph}: {} in {}, {}",
            outcome.file,
            outcome.status.name(),
            counted(outcome.claims, "claim"),
            counted(outcome.documents, "document"),
            counted(outcome.quads, "triple"),
        ));
        Ok(())
    }

    fn failed(&mut self, error: &CliError, ui: &mut Ui) -> Result<(), CliError> {
        self.troubled = true;
        if self.json {
            let file = error.file.clone().unwrap_or_default();
            let place = error
                .shown
                .as_ref()
                .map_or_else(String::new, |shown| format!("{}:{}: ", shown.position.line, shown.position.column));
            let outcome = Outcome {
                file,
                graph: None,
                status: Status::Failed,
                quads: 0,
                claims: 0,
                documents: 0,
                digest: None,
                error: Some(format!("{place}{}", error.message)),
                warnings: Vec::new(),
            };
            let line = serde_json::to_string(&outcome).expect("an outcome is plain data");
            writeln!(ui.out(), "{line}")?;
        }
        ui.error(error);
        Ok(())
    }
}

/// `1 claim`, `2 claims`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Loads files into a store that exists only for this run; returns whether all could be.
pub(crate) fn load_for_run(
    args: (&[String], Option<Syntax>, Option<String>, bool),
    store: &Store,
    names: &Names,
    ui: &Ui,
) -> bool {
    let (given, syntax, base, allow_private) = args;
    let gathered = gather(given, allow_private, names);
    let options = Options {
        graph: None,
        base,
        syntax,
        replace: false,
        dry_run: false,
        now: now(),
        wait: Duration::ZERO,
        who: who("audit"),
    };
    let mut whole = true;
    for (name, input) in gathered.inputs {
        let told = match input {
            Ok(input) => match load(store, std::slice::from_ref(&input), &options) {
                Ok(outcomes) => {
                    for warning in outcomes.iter().flat_map(|outcome| &outcome.warnings) {
                        ui.warning(format_args!("{name}: {warning}"));
                    }
                    continue;
                }
                Err((_, LoadError::Owned { graph, file })) => {
                    CliError::new(format!("this is the report `{graph}` again, which `{}` is", names.shown(&file)))
                        .hint("give each file an @base of its own")
                }
                Err((_, error)) => error::CliError::load(error, &name, &input.bytes),
            },
            Err(error) => error,
        };
        ui.error(&told.of_file(&name));
        whole = false;
    }
    whole
}
