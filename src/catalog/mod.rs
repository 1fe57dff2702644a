//! Which saved queries, rules and profiles exist, and what does a project say of them?
//!
//! They are files: `queries/` of the package, compiled in, with folders of the user's laid over it. A file's name is
//! its id and the leading comment of a query is its manual.

mod example;
mod profile;
mod rule;
mod settings;
mod wording;

pub use example::{Example, examples};
pub use profile::{DEFAULT_PROFILE, Profile, profiles};
pub use rule::{Broken, Keep, Rule, RuleError, Threshold, rules};
pub use settings::{Settings, SettingsError, Weight};
pub use wording::{Template, Wording};

use crate::sparql::Prefixes;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static PACKAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");
static PREFIXES: LazyLock<Prefixes> =
    LazyLock::new(|| Prefixes::of_turtle(include_str!("../../ontology/prefixes.ttl")));

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
    /// The `key: value` lines of the header.
    fields: Vec<(String, String)>,
}

impl Saved {
    /// The value of a `key: value` line of the header.
    pub fn field(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}

/// The saved queries by id: the package's, then those of `folder` over them.
///
/// # Errors
/// When `folder` cannot be read.
pub fn queries(folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Saved>> {
    saved("saved", folder)
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
    texts(MAPPINGS, folder, "tsv")
}

const MAPPINGS: &str = "mappings";

fn saved(kind: &str, folder: Option<&Path>) -> std::io::Result<BTreeMap<String, Saved>> {
    let texts = texts(kind, folder, "rq")?;
    Ok(texts.into_iter().map(|(id, text)| (id.clone(), read_header(id, &text))).collect())
}

/// The texts of files with an ending, by name without it: the package's, then those of `folder` over them.
fn texts(kind: &str, folder: Option<&Path>, ending: &str) -> std::io::Result<BTreeMap<String, String>> {
    let mut found: BTreeMap<String, String> =
        packaged(kind, ending).map(|(id, text)| (id.to_owned(), text.to_owned())).collect();
    for path in folder.map(files_of).transpose()?.into_iter().flatten() {
        if let Some(id) = id_of(&path, ending) {
            found.insert(id, std::fs::read_to_string(&path)?);
        }
    }
    Ok(found)
}

/// The package's files of a folder and an ending: name without the ending, and text.
fn packaged(folder: &str, ending: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    PACKAGE.get_dir(folder).into_iter().flat_map(Dir::files).filter_map(move |file| {
        let name = file.path().file_name()?.to_str()?.strip_suffix(ending)?.strip_suffix('.')?;
        Some((name, file.contents_utf8()?))
    })
}

/// A folder's files, sorted.
fn files_of(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    // A pipe may never end.
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
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
        Saved { id, title, parameters: Vec::new(), manual: Vec::new(), text: text.to_owned(), fields: Vec::new() };
    for line in lines {
        if let Some(heading) = line.strip_prefix("## ") {
            saved.manual.push((heading.to_owned(), String::new()));
        } else if let Some((_, section)) = saved.manual.last_mut() {
            section.push_str(line);
            section.push('\n');
        } else if let Some((key, value)) = line.split_once(": ") {
            match key.strip_prefix("parameter ") {
                Some(name) => saved.parameters.push((name.to_owned(), value.to_owned())),
                None => saved.fields.push((key.to_owned(), value.to_owned())),
            }
        }
    }
    for (_, section) in &mut saved.manual {
        *section = section.trim().to_owned();
    }
    saved
}
