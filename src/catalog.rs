//! Which saved queries and rules exist?
//!
//! They are files: `queries/` of the package, compiled in, with a folder of the user's laid over it. A file's name is
//! its id and its leading comment is its manual.

use crate::model::Severity;
use crate::sparql::{Kind, Prefixes, Query, QueryError};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static PACKAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");
static PREFIXES: LazyLock<Prefixes> = LazyLock::new(|| Prefixes::of_turtle(include_str!("../ontology/prefixes.ttl")));

/// The prefixes of `ontology/prefixes.ttl`, which no query needs to declare.
pub fn prefixes() -> &'static Prefixes {
    &PREFIXES
}

/// A query that is kept as a file.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The file's name without its ending.
    pub id: String,
    /// What it finds, as a phrase.
    pub title: String,
    /// What each parameter is, in the order of the header.
    pub parameters: Vec<(String, String)>,
    /// The manual's sections: heading and text.
    pub manual: Vec<(String, String)>,
    /// The file's text.
    pub text: String,
    fields: BTreeMap<String, String>,
}

/// An audit rule: a saved SELECT with a contract.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The file it is.
    pub saved: Saved,
    /// How heavy its findings are, unless a row says otherwise.
    pub severity: Severity,
    /// What a finding says; `{column}` stands for a row's value.
    pub message: String,
    /// The next step for whoever reads the finding; `{column}` likewise.
    pub help: String,
    /// The query.
    pub query: Query,
}

/// Why a file is no rule.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Its query does not parse.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Its header lacks a field.
    #[error("its header has no `# {0}:` line")]
    Field(&'static str),
    /// Its severity is none.
    #[error("its severity `{0}` is none of error, warning, info")]
    Severity(String),
    /// It is no SELECT, or says nothing a finding could be about.
    #[error("it must be a SELECT with a column ?claim or ?document")]
    Columns,
    /// Its message names a column it does not have.
    #[error("its message or help names `{{{0}}}`, and it has no such column")]
    Placeholder(String),
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// The saved queries by id: the package's, then those of `folder` over them.
///
/// # Errors
/// When `folder` cannot be read.
pub fn queries(folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Saved>> {
    saved("saved", folder)
}

/// The rules by id, each read or with what is wrong with it.
///
/// # Errors
/// When `folder` cannot be read.
pub fn rules(folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Result<Rule, RuleError>>> {
    Ok(saved("audit", folder)?.into_iter().map(|(id, saved)| (id, rule(saved))).collect())
}

/// The queries that read foreign data in the model's terms, by id: the package's, then those of `folder` over them.
///
/// # Errors
/// When `folder` cannot be read.
pub fn mapping_queries(folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Saved>> {
    saved(MAPPINGS, folder)
}

/// The tables that read foreign data in the model's terms, as text by name: the package's, then those of `folder` over them.
///
/// # Errors
/// When `folder` cannot be read.
pub fn mapping_tables(folder: Option<&Path>) -> std::io::Result<BTreeMap<String, String>> {
    files(MAPPINGS, folder, "tsv")
}

const MAPPINGS: &str = "mappings";

impl Saved {
    /// The value of a `key: value` line of the header.
    pub fn field(&self, key: &str) -> Option<&str> {
        self.fields.get(key).map(String::as_str)
    }
}

fn saved(kind: &str, folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Saved>> {
    let files = files(kind, folder, "rq")?;
    Ok(files.into_iter().map(|(id, text)| (id.clone(), read_header(id, &text))).collect())
}

/// The files with an ending, by name without it: the package's, then those of `folder` over them.
fn files(kind: &str, folder: Option<&Path>, ending: &str) -> std::io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for file in PACKAGE.get_dir(kind).into_iter().flat_map(Dir::files) {
        if let (Some(id), Some(text)) = (id_of(file.path(), ending), file.contents_utf8()) {
            found.insert(id, text.to_owned());
        }
    }
    let mut paths: Vec<PathBuf> = match folder {
        Some(folder) => {
            std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    paths.sort();
    // A pipe may never end.
    for path in paths.into_iter().filter(|path| path.is_file()) {
        if let Some(id) = id_of(&path, ending) {
            found.insert(id, std::fs::read_to_string(&path)?);
        }
    }
    Ok(found)
}

fn id_of(path: &Path, ending: &str) -> Option<String> {
    path.extension()
        .is_some_and(|extension| extension == ending)
        .then(|| path.file_stem()?.to_str().map(str::to_owned))?
}

/// Takes a file's leading comment apart: a title, `key: value` lines, then sections under `##` headings.
fn read_header(id: String, text: &str) -> Saved {
    let mut lines =
        text.lines().map_while(|line| line.strip_prefix('#')).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let title = lines.next().unwrap_or_default().to_owned();
    let mut saved =
        Saved { id, title, parameters: Vec::new(), manual: Vec::new(), text: text.to_owned(), fields: BTreeMap::new() };
    for line in lines {
        if let Some(heading) = line.strip_prefix("## ") {
            saved.manual.push((heading.to_owned(), String::new()));
        } else if let Some((_, section)) = saved.manual.last_mut() {
            section.push_str(line);
            section.push('\n');
        } else if let Some((key, value)) = line.split_once(": ") {
            match key.strip_prefix("parameter ") {
                Some(name) => saved.parameters.push((name.to_owned(), value.to_owned())),
                None => {
                    saved.fields.insert(key.to_owned(), value.to_owned());
                }
            }
        }
    }
    for (_, section) in &mut saved.manual {
        *section = section.trim().to_owned();
    }
    saved
}

/// Reads a rule and holds it to its contract, so that a broken one is known before anything is run.
fn rule(saved: Saved) -> Result<Rule, RuleError> {
    let field = |name: &'static str| saved.fields.get(name).cloned().ok_or(RuleError::Field(name));
    let (severity, message, help) = (field("severity")?, field("message")?, field("help")?);
    let severity = severity.parse().map_err(|()| RuleError::Severity(severity))?;
    let query = Query::parse(&saved.text, prefixes())?;
    let columns = query.columns();
    if query.kind() != Kind::Select || !columns.iter().any(|column| column == "claim" || column == "document") {
        return Err(RuleError::Columns);
    }
    for name in placeholders(&message).chain(placeholders(&help)) {
        if !columns.iter().any(|column| column == name) {
            return Err(RuleError::Placeholder(name.to_owned()));
        }
    }
    Ok(Rule { saved, severity, message, help, query })
}

/// The names in braces of a message.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// A message with its placeholders filled; what a row does not bind is left out.
pub fn fill(template: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let mut parts = template.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) => {
                filled.push_str(&value(name).unwrap_or_default());
                filled.push_str(rest);
            }
            None => filled.push_str(part),
        }
    }
    filled
}
