//! `ibid load`

use super::error::CliError;
use super::guard::Watch;
use super::target::{Names, TargetArgs};
use super::ui::Ui;
use super::{Ended, error};
use ibid::catalog::prefixes;
use ibid::input::{self, Input, LARGEST, Opened, Stream, list_folder, open_file, read_all};
use ibid::load::{LoadError, NO_CLAIMS, Options, Step, load, load_stream};
use ibid::mapping::Mappings;
use ibid::model::{Outcome, Status};
use ibid::near::{UNKNOWN, nearest};
use ibid::net::{self, Limits};
use ibid::rdf::Syntax;
use ibid::store::{Error as StoreError, Store};
use indicatif::ProgressBar;
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
    name.parse().map_err(|_| match nearest(name, Syntax::NAMES) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", Syntax::NAMES.join(", ")),
    })
}

/// Something that was named, and is to be read.
pub(crate) struct Given {
    /// What people call it.
    pub(crate) shown: String,
    from: Result<From, CliError>,
}

enum From {
    StandardInput,
    Url(String),
    File(PathBuf),
}

/// Lists what was named on the command line, and what was passed over in folders.
pub(crate) fn list(given: &[String]) -> (Vec<Given>, Vec<PathBuf>) {
    let (mut listed, mut passed_over) = (Vec::new(), Vec::new());
    let mut add = |shown: &str, from| {
        let shown = shown.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(shown);
        listed.push(Given { shown: shown.to_owned(), from });
    };
    for name in given {
        if name == "-" {
            add(name, Ok(From::StandardInput));
        } else if net::is_url(name) {
            add(name, Ok(From::Url(name.clone())));
        } else if Path::new(name).is_dir() {
            match list_folder(Path::new(name)) {
                Ok(folder) => {
                    passed_over.extend(folder.passed_over);
                    for file in folder.files {
                        let shown = file.to_string_lossy().into_owned();
                        add(&shown, if file.to_str().is_some() { Ok(From::File(file)) } else { Err(not_utf8_name()) });
                    }
                }
                Err(error) => add(name, Err(error.into())),
            }
        } else {
            add(name, Ok(From::File(name.into())));
        }
    }
    (listed, passed_over)
}

fn not_utf8_name() -> CliError {
    CliError::new("its name is not UTF-8, and could be taken for another's").hint("give it another name")
}

impl Given {
    /// Opens it; large files are not read to their end yet, and `bar` shows how far they are.
    fn open(
        self,
        syntax: Option<Syntax>,
        allow_private: bool,
        names: &Names,
        bar: &ProgressBar,
    ) -> Result<Opened, CliError> {
        match self.from? {
            From::StandardInput => Ok(input::open(Box::new(std::io::stdin()), "-", syntax, LARGEST)?),
            From::Url(url) => {
                let limits = Limits { allow_private, ..Limits::default() };
                Ok(net::fetch(&url, &limits)?.into())
            }
            From::File(path) => {
                let syntax = syntax.or_else(|| Syntax::of_file_name(&path.to_string_lossy()));
                let mut file = open_file(&path, syntax)?;
                let known = file.metadata().ok().filter(std::fs::Metadata::is_file);
                let Some(known) = known else {
                    // A device may have no end.
                    return Ok(read_all(&mut file, &names.stored(&path), syntax, None, LARGEST)?.into());
                };
                bar.set_length(known.len());
                Ok(input::open(Box::new(bar.wrap_read(file)), &names.stored(&path), syntax, LARGEST)?)
            }
        }
    }
}

/// The time as an `xsd:dateTime`, to the second.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).map_or_else(|_| String::new(), |time| time.to_string())
}

/// What another writer that has to wait is told of this process.
pub(crate) fn who(command: &str) -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy();
    format!("process {} on {host} (ibid {command}, since {})", std::process::id(), now())
}

pub(crate) fn run(args: &Args, target: &TargetArgs, watch: &Watch, ui: &mut Ui) -> Result<Ended, CliError> {
    let names = target.names()?;
    let (listed, passed_over) = list(&args.inputs);
    for path in &passed_over {
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
        mappings: target.mappings()?,
    };
    let json = args.format == "json";
    let mut job =
        Job { stores: Stores { target, watch, store: None }, options: &options, json, names: &names, troubled: false };
    let bar = ui.progress(listed.len() as u64);
    let mut together = Vec::new();
    for given in listed {
        bar.set_message(given.shown.clone());
        let (shown, read) = (given.shown.clone(), ui.bytes());
        match given.open(args.input_format, args.allow_private, &names, &read) {
            Ok(Opened::Whole(input)) if args.merge => together.push(input),
            Ok(Opened::Whole(input)) => job.load(&[input], ui)?,
            Ok(Opened::Stream(stream)) if args.merge => match stream.whole() {
                Ok(input) => together.push(input),
                Err(error) => job.failed(&CliError::from(error).of_file(&shown), ui)?,
            },
            Ok(Opened::Stream(stream)) => job.load_stream(stream, &read, ui)?,
            Err(error) => job.failed(&error.of_file(&shown), ui)?,
        }
        watch.go_on();
        read.finish_and_clear();
        bar.inc(1);
    }
    if !together.is_empty() {
        job.load(&together, ui)?;
    }
    bar.finish_and_clear();
    Ok(if job.troubled { Ended::Troubled } else { Ended::Fine })
}

/// The store that is loaded into, opened when there is something to be loaded.
struct Stores<'a> {
    target: &'a TargetArgs,
    watch: &'a Watch,
    store: Option<(Store, Option<tempfile::TempDir>)>,
}

impl Stores<'_> {
    /// The store; nothing to be written, none to be made: what would happen is seen in one that goes with the run.
    fn open(&mut self, dry_run: bool) -> Result<&Store, CliError> {
        let opened = match self.store.take() {
            Some(opened) => opened,
            None if self.target.exists()? || !dry_run => {
                (self.target.open_or_create()?.asking(self.watch.gate()), None)
            }
            None => {
                let folder = tempfile::tempdir();
                let folder = folder.map_err(|error| CliError::new(format!("no folder for the run: {error}")))?;
                (Store::open_or_create(folder.path())?, Some(folder))
            }
        };
        Ok(&self.store.insert(opened).0)
    }

    /// Whether a load was refused only because the store was compacted meanwhile; then it is opened anew for the next.
    fn moved<T>(&mut self, result: &Result<T, LoadError>) -> bool {
        let moved = matches!(result, Err(LoadError::Store(StoreError::Moved(_))));
        if moved {
            self.store = None;
        }
        moved
    }
}

struct Job<'a> {
    stores: Stores<'a>,
    options: &'a Options,
    json: bool,
    names: &'a Names,
    troubled: bool,
}

/// What may help where a file needs more memory than there is.
pub(super) const ADVICE: &str = "N-Quads takes the least memory: convert the file, and load that";

/// A file of more reports is told of in a line for all.
const MANY: usize = 20;

impl Job<'_> {
    fn load(&mut self, inputs: &[Input], ui: &mut Ui) -> Result<(), CliError> {
        let mut number = 0;
        let result = loop {
            let result = load(self.stores.open(self.options.dry_run)?, inputs, self.options);
            let result = result.map_err(|(which, error)| {
                number = which;
                error
            });
            if !self.stores.moved(&result) {
                break result;
            }
        };
        match result {
            Ok(outcomes) => self.tell_all(outcomes, ui),
            Err(error) => {
                let input = &inputs[number];
                let told = CliError::load(self.in_words(error), &self.names.shown(&input.name), &input.bytes);
                self.failed(&told.of_file(&self.names.shown(&input.name)), ui)
            }
        }
    }

    fn load_stream(&mut self, mut stream: Stream, bar: &ProgressBar, ui: &mut Ui) -> Result<(), CliError> {
        ui.show(bar);
        let shown = self.names.shown(&stream.name);
        let watch = |step| match step {
            Step::Reading => bar.set_message("reading"),
            Step::Writing => bar.set_message("sorting and writing"),
        };
        let result = loop {
            let result = load_stream(self.stores.open(self.options.dry_run)?, &mut stream, self.options, &watch);
            if !self.stores.moved(&result) {
                break result;
            }
        };
        match result {
            Ok(outcomes) => {
                bar.finish_and_clear();
                self.tell_all(outcomes, ui)
            }
            Err(error) => {
                bar.finish_and_clear();
                self.failed(&CliError::load(self.in_words(error), &shown, &[]).of_file(&shown), ui)
            }
        }
    }

    /// Tells of every report, or of all together where they are many.
    fn tell_all(&self, outcomes: Vec<Outcome>, ui: &mut Ui) -> Result<(), CliError> {
        if self.json || outcomes.len() <= MANY {
            return outcomes.into_iter().try_for_each(|outcome| self.tell(outcome, ui));
        }
        let file = self.names.shown(&outcomes[0].file);
        let warnings: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.warnings).collect();
        for warning in warnings.iter().take(MANY) {
            ui.warning(format_args!("{file}: {warning}"));
        }
        if warnings.len() > MANY {
            ui.warning(format_args!("{file}: and {} more warnings", warnings.len() - MANY));
        }
        for status in [Status::Loaded, Status::Replaced, Status::Unchanged] {
            let of_it: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.status == status).collect();
            if !of_it.is_empty() {
                let sum = |part: fn(&Outcome) -> usize| of_it.iter().map(|outcome| part(outcome)).sum();
                let what = format!("{} {}", self.would(status), counted(of_it.len(), "report"));
                ui.status(format_args!(
                    "{file}: {what}: {} in {}, {}",
                    counted(sum(|outcome| outcome.claims), "claim"),
                    counted(sum(|outcome| outcome.documents), "document"),
                    counted(sum(|outcome| outcome.quads), "triple"),
                ));
            }
        }
        Ok(())
    }

    /// What happened, or what would.
    fn would(&self, status: Status) -> String {
        let would = if self.options.dry_run && status != Status::Unchanged { "would be " } else { "" };
        format!("{would}{}", status.name())
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
        let graph =
            outcome.graph.as_deref().map_or_else(|| "outside any graph".to_owned(), |graph| format!("as <{graph}>"));
        ui.status(format_args!(
            "{}: {} {graph}: {} in {}, {}",
            outcome.file,
            self.would(outcome.status),
            counted(outcome.claims, "claim"),
            counted(outcome.documents, "document"),
            counted(outcome.quads, "triple"),
        ));
        Ok(())
    }

    fn failed(&mut self, error: &CliError, ui: &mut Ui) -> Result<(), CliError> {
        if self.stores.watch.is_passed() {
            // It was broken off, and that is told by whoever did it.
            return Err(CliError::new(error.message.clone()));
        }
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
    mappings: &Mappings,
    store: &Store,
    names: &Names,
    ui: &Ui,
) -> bool {
    let (given, syntax, base, allow_private) = args;
    let options = Options {
        graph: None,
        base,
        syntax,
        replace: false,
        dry_run: false,
        now: now(),
        wait: Duration::ZERO,
        who: who("audit"),
        mappings: mappings.clone(),
    };
    let mut whole = true;
    for given in list(given).0 {
        let name = given.shown.clone();
        let told = match given.open(syntax, allow_private, names, &ProgressBar::hidden()) {
            Ok(Opened::Stream(mut stream)) => match load_stream(store, &mut stream, &options, &|_| {}) {
                Ok(_) => continue,
                Err(error) => error::CliError::load(error, &name, &[]),
            },
            Ok(Opened::Whole(input)) => match load(store, std::slice::from_ref(&input), &options) {
                Ok(outcomes) => {
                    for outcome in &outcomes {
                        // A misspelt term is a finding, and documents alone are audited too.
                        let known = |warning: &str| {
                            warning.starts_with(UNKNOWN) || outcome.documents > 0 && warning.starts_with(NO_CLAIMS)
                        };
                        for warning in outcome.warnings.iter().filter(|warning| !known(warning)) {
                            ui.warning(format_args!("{name}: {warning}"));
                        }
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
