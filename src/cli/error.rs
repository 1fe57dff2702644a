//! Every error of the library becomes here what a person reads: where, what, and what may help.

use super::timed::out_of_time;
use ibid::catalog::{Broken, RuleError, SettingsError};
use ibid::input::InputError;
use ibid::load::LoadError;
use ibid::mapping::{Broken as BrokenMapping, MappingError};
use ibid::near::nearest;
use ibid::net::NetError;
use ibid::query::WriteError;
use ibid::rdf::{Position, Syntax, SyntaxError};
use ibid::sparql::{BindError, NotATerm, QueryError};
use ibid::store::Error as StoreError;
use std::io;

/// A place in a text, with the text, so that the line can be shown.
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) position: Position,
    pub(crate) length: usize,
}

/// What went wrong, for a person.
pub(crate) struct CliError {
    /// The file it is about, if it is about one.
    pub(crate) file: Option<String>,
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
    pub(crate) shown: Option<Shown>,
    broken_pipe: bool,
}

impl CliError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { file: None, message: message.into(), hints: Vec::new(), shown: None, broken_pipe: false }
    }

    pub(crate) fn of_file(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(crate) fn show(mut self, text: &str, position: Option<Position>, length: usize) -> Self {
        self.shown = position.map(|position| Shown { text: text.to_owned(), position, length });
        self
    }

    /// Adds "did you mean" where one of the known names is near, else the names there are.
    pub(crate) fn did_you_mean<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>, what: &str) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(typed, known.iter().copied()) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => self,
            None if known.len() <= 12 => self.hint(format!("{what}: {}", known.join(", "))),
            None => self,
        }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// A syntax error of a data file, with its line.
    pub(crate) fn syntax(error: &SyntaxError, file: &str, bytes: &[u8]) -> Self {
        let line = error.position.map(|position| match &error.line {
            Some(line) => "\n".repeat(position.line as usize - 1) + line,
            None => line_of(bytes, position.line),
        });
        let mut told = Self::new(error.message.clone()).of_file(file);
        told.hints.extend(error.hint.clone());
        if let (Some(line), Some(position)) = (line, error.position) {
            told.shown = Some(Shown { text: line, position, length: error.length });
        }
        told
    }

    /// A text that is none: where it stops being UTF-8.
    pub(crate) fn not_utf8(bytes: &[u8], at: usize) -> Self {
        let before = &bytes[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() as u32 + 1;
        Self::new("this is not UTF-8").show(&line_of(bytes, line), Some(Position { line, column }), 1)
    }

    /// A file's failure to load.
    pub(crate) fn load(error: LoadError, file: &str, bytes: &[u8]) -> Self {
        match error {
            LoadError::Syntax(error) => Self::syntax(&error, file, bytes),
            LoadError::NoSyntax => Self::new(error.to_string())
                .of_file(file)
                .hint(format!("say so with --input-format: {}", Syntax::NAMES.join(", "))),
            LoadError::Reserved(_) => {
                Self::new(error.to_string()).of_file(file).hint("give these triples another graph name")
            }
            LoadError::Owned { .. } => Self::new(error.to_string()).of_file(file).hint(
                "--replace puts this file in its place, --merge with all their files makes one report of them, --graph gives it another name",
            ),
            LoadError::Updated { .. } => {
                Self::new(error.to_string()).of_file(file).hint("--replace puts this file in its place, --graph gives it another name")
            }
            LoadError::GraphName(_) => Self::new(error.to_string()).of_file(file).hint("give the report a name with --graph IRI"),
            LoadError::Read(_) => Self::new(error.to_string()).of_file(file),
            LoadError::Store(error) => error.into(),
        }
    }
}

/// The text up to and with a line, so that the line's number is kept; other lines are empty.
fn line_of(bytes: &[u8], line: u32) -> String {
    let skipped = "\n".repeat(line as usize - 1);
    let found = bytes.split(|byte| *byte == b'\n').nth(line as usize - 1).unwrap_or_default();
    skipped + &String::from_utf8_lossy(found)
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let told = Self::new(error.to_string());
        match &error {
            StoreError::Missing(place) if place.is_file() => {
                Self::new(format!("`{}` is a file, and a store is a folder", place.display())).hint("a copy that `ibid backup` made is a store when it is called `data.mdb`, in a folder of its own")
            }
            StoreError::Missing(_) => told.hint("`ibid load FILE` makes one here; --store DIR or IBID_STORE names another; `ibid audit FILE` needs none"),
            StoreError::NotAStore(_) => told.hint("name an empty folder, or one that is not there yet"),
            StoreError::Version { found, known, .. } if found > known => told.hint("use the newer version of ibid that wrote it"),
            StoreError::Version { .. } => told.hint("load the reports again into a new store"),
            StoreError::Locked { .. } => told.hint("wait for it to finish, or give --wait SECONDS"),
            StoreError::ReadOnly(_) => told.hint("queries, audits and traces still work"),
            StoreError::Full(_) => told.hint("nothing was changed; make room, and do it again"),
            StoreError::CutShort { .. } => told.hint(super::check::RESTORE),
            StoreError::Moved(_) => told.hint("do it again"),
            StoreError::Corrupt(_) => told.hint("`ibid check` says what is wrong"),
            StoreError::Cancelled => out_of_time("query"),
            _ => told,
        }
    }
}

impl From<WriteError> for CliError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Store(error) => error.into(),
            WriteError::Io(error) if error.kind() == std::io::ErrorKind::Unsupported => {
                Self::new(error.to_string()).hint("another --format has a way to write it")
            }
            WriteError::Io(error) => error.into(),
            WriteError::Format(message) => Self::new(message),
        }
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        let broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { broken_pipe, ..Self::new(format!("the answer could not be written: {error}")) }
    }
}

impl From<InputError> for CliError {
    fn from(error: InputError) -> Self {
        let told = Self::new(error.to_string());
        match error {
            InputError::TooLarge(_) => told.hint("cut it into several files"),
            InputError::Gzip(_) => told.hint("copy or fetch the file again"),
            InputError::Twice => told.hint("undo one of the two: gunzip FILE"),
            InputError::Silent(_) => told.hint("start what writes to it first"),
            InputError::Io(_) | InputError::Folder | InputError::Socket | InputError::NoText => told,
        }
    }
}

impl From<NetError> for CliError {
    fn from(error: NetError) -> Self {
        let told = Self::new(error.to_string());
        match error {
            NetError::Private(_) => told.hint("--allow-private lets it be asked"),
            _ => told,
        }
    }
}

impl From<BindError> for CliError {
    fn from(error: BindError) -> Self {
        let told = Self::new(error.to_string());
        match &error {
            BindError::Unknown { name, known } => {
                told.did_you_mean(name, known.iter().map(String::as_str), "its variables")
            }
            _ => told,
        }
    }
}

impl From<NotATerm> for CliError {
    fn from(error: NotATerm) -> Self {
        let told = Self::new(error.to_string());
        match &error {
            NotATerm::Prefix { prefix, known } => {
                let told = told.did_you_mean(prefix, known.iter().map(String::as_str), "the prefixes");
                if told.hints.is_empty() { told.hint("write the whole IRI in angle brackets") } else { told }
            }
            NotATerm::Iri(_) => told,
        }
    }
}

/// A query's failure to parse, with its line. `file` is what to call the text.
pub(crate) fn query_error(error: &QueryError, file: &str, text: &str) -> CliError {
    let told = CliError::new(error.to_string()).of_file(file);
    match error {
        QueryError::Syntax { position, .. } => told.show(text, *position, 1),
        QueryError::Prefix { position, prefix } => {
            let known = ibid::catalog::prefixes().list().iter().map(|(known, _)| known.as_str());
            told.show(text, Some(*position), prefix.chars().count() + 1)
                .did_you_mean(prefix, known, "the prefixes")
                .hint("declare it with PREFIX; those of the package need no declaring")
        }
        QueryError::Deep { position, bound } => told.show(text, Some(*position), 1).hint(bound.hint()),
        QueryError::Update => told.hint("`ibid update` runs it"),
        QueryError::Query => told.hint("`ibid query` answers it"),
        QueryError::Service => told.hint("load what the other server holds, and ask here"),
    }
}

/// What is wrong with a rule's file, with the line where there is one.
pub(crate) fn rule_error(broken: &Broken) -> CliError {
    let file = broken.file.to_string_lossy();
    match &broken.error {
        RuleError::Query(error) => query_error(error, &file, &broken.text),
        RuleError::NoThreshold { name, known } => {
            let variable = format!("?threshold_{name}");
            let at = broken.text.find(&variable).map(|at| Position::of(&broken.text, at));
            let told = CliError::new(broken.error.to_string()).of_file(&file);
            let told = told.show(&broken.text, at, variable.chars().count());
            told.did_you_mean(name, known.iter().map(String::as_str), "its thresholds")
        }
        error => CliError::new(error.to_string()).of_file(&file),
    }
}

/// What is wrong with settings, with the line.
pub(crate) fn settings_error(error: &SettingsError, file: &str, text: &str) -> CliError {
    let told = CliError::new(error.to_string()).of_file(file).show(text, error.position, error.length);
    match &error.known {
        Some((typed, known)) => told.did_you_mean(typed, known.iter().map(String::as_str), "it can be"),
        None => told,
    }
}

/// What is wrong with a mapping's file, with its line.
pub(crate) fn mapping_error(broken: &BrokenMapping, file: &str) -> CliError {
    match &broken.error {
        MappingError::Query(error) => query_error(error, file, &broken.text),
        MappingError::Row(error) => {
            let position = Position { line: error.line, column: error.column };
            let told = CliError::new(error.message.clone()).of_file(file);
            let told = told.show(&broken.text, Some(position), error.length);
            error.hint.iter().fold(told, |told, hint| told.hint(hint.clone()))
        }
        error => CliError::new(error.to_string()).of_file(file),
    }
}
