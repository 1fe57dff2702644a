//! What is a rule: a saved SELECT with a contract, read, and fitted to a profile.

use super::settings::{Settings, Weight, literal};
use super::wording::{Template, Wording};
use super::{Saved, files_of, id_of, packaged, prefixes, read_header};
use crate::model::Severity;
use crate::sparql::{BindError, Kind, Query, QueryError};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An audit rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The file it is.
    pub saved: Saved,
    /// What the file is called; none for a rule of the package.
    pub file: Option<PathBuf>,
    /// How heavy its findings are, unless a row says otherwise.
    pub severity: Severity,
    /// Whether `severity` holds for all findings, whatever a row says: somebody has set it.
    pub fixed: bool,
    /// What findings say: of a row's case the first that is for it, the last is for all.
    pub wordings: Vec<Wording>,
    /// Columns of which a finding may have several values.
    pub gathered: Vec<String>,
    /// The columns with what findings are related to.
    pub related: Vec<String>,
    /// The column with the nodes that the next step is to be done on; without it that is what the finding is about.
    pub on: Option<String>,
    /// Numbers and words that profiles may set.
    pub thresholds: Vec<Threshold>,
    /// Which of its rows become findings.
    pub keep: Keep,
    /// The query.
    pub query: Query,
}

/// A value that profiles may set: the query has it as `?threshold_NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Its name.
    pub name: String,
    /// The value where nobody sets it.
    pub default: Literal,
    /// The value that holds: once [fitted](Rule::fitted), what is set.
    pub value: Literal,
    /// What it is, in words.
    pub what: String,
}

impl Threshold {
    /// What a value must be to be set, in words, where this one is not: of the default's kind, and below 0 only where the
    /// default is.
    pub fn refuses(&self, value: &Literal) -> Option<&'static str> {
        let negative = |literal: &Literal| literal.value().starts_with('-');
        let asked = if self.default.datatype() == xsd::INTEGER {
            "a whole number"
        } else if self.default.datatype() == xsd::DECIMAL {
            "a number"
        } else {
            "a text"
        };
        let whole = value.datatype() == xsd::INTEGER;
        let of_kind = value.datatype() == self.default.datatype() || whole && asked == "a number";
        let signed = asked == "a text" || negative(&self.default);
        match (of_kind && (signed || !negative(value)), signed, asked) {
            (true, ..) => None,
            (false, true, asked) => Some(asked),
            (false, false, "a whole number") => Some("a whole number, 0 or more"),
            (false, false, _) => Some("a number, 0 or more"),
        }
    }
}

/// Which rows of a rule become findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// All.
    #[default]
    All,
    /// Those whose `?related` holds a waiver that silenced nothing. No query knows what other rules find.
    UnusedWaivers,
}

/// Why a file is no rule.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Its query does not parse.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A value cannot be set in its query.
    #[error(transparent)]
    Bind(#[from] BindError),
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
    /// A line names a column it does not have.
    #[error("its `# {0}:` line names `{1}`, and it has no such column")]
    Column(&'static str, String),
    /// It has words for a case, and rows without one.
    #[error("it has words for the case `{0}`, and no column ?case")]
    Case(String),
    /// Its `only:` line says what nobody knows.
    #[error("its `# only:` line says `{0}`; it can say `unused-waivers`")]
    Only(String),
    /// A threshold without a value.
    #[error("its line `# threshold: {0}` is not NAME VALUE, with words on what it is after them")]
    Threshold(String),
    /// Its query has a threshold that its header does not.
    #[error("its query has `?threshold_{name}`, and its header no line `# threshold: {name} VALUE …`")]
    NoThreshold {
        /// The threshold.
        name: String,
        /// Those of the header.
        known: Vec<String>,
    },
    /// Its file's name is no rule's id.
    #[error("`{0}` is no name of a rule: that is of small letters, digits, and single hyphens between them")]
    Id(String),
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
}

/// A file that is no rule.
#[derive(Debug)]
pub struct Broken {
    /// What it is called.
    pub file: PathBuf,
    /// Its text, as far as it could be read.
    pub text: String,
    /// Why not.
    pub error: RuleError,
}

/// The rules by id: the package's, then those of the folders laid over them, each read or with what is wrong with it.
///
/// # Errors
/// When a folder cannot be read; with its name.
pub fn rules(folders: &[PathBuf]) -> Result<BTreeMap<String, Result<Rule, Broken>>, (PathBuf, std::io::Error)> {
    let mut found = BTreeMap::new();
    for (id, text) in packaged("audit", "rq") {
        found.insert(id.to_owned(), read(id, None, Ok(text.to_owned())));
    }
    for folder in folders {
        for path in files_of(folder).map_err(|error| (folder.clone(), error))? {
            if let Some(id) = id_of(&path, "rq") {
                let rule = read(&id, Some(&path), std::fs::read_to_string(&path));
                found.insert(id, rule);
            }
        }
    }
    Ok(found)
}

fn read(id: &str, file: Option<&Path>, text: std::io::Result<String>) -> Result<Rule, Broken> {
    let broken = |text: String, error| {
        let file = file.map_or_else(|| PathBuf::from(format!("queries/audit/{id}.rq")), Path::to_owned);
        Broken { file, text, error }
    };
    match text {
        Ok(text) => rule(read_header(id.to_owned(), &text))
            .map(|rule| Rule { file: file.map(Path::to_owned), ..rule })
            .map_err(|error| broken(text, error)),
        Err(error) => Err(broken(String::new(), error.into())),
    }
}

/// Reads a rule and holds it to its contract, so that a broken one is known before anything is run.
fn rule(saved: Saved) -> Result<Rule, RuleError> {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !saved.id.split('-').all(part) {
        return Err(RuleError::Id(saved.id));
    }
    let given = |name: &str| saved.fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let field = |name: &'static str| given(name).ok_or(RuleError::Field(name));
    let severity = field("severity")?;
    let severity = severity.parse().map_err(|()| RuleError::Severity(severity))?;
    let keep = match given("only").as_deref() {
        None => Keep::All,
        Some("unused-waivers") => Keep::UnusedWaivers,
        Some(other) => return Err(RuleError::Only(other.to_owned())),
    };
    let mut thresholds = Vec::new();
    for (_, line) in saved.fields.iter().filter(|(key, _)| key == "threshold") {
        thresholds.push(threshold(line).ok_or_else(|| RuleError::Threshold(line.clone()))?);
    }
    let query = Query::parse(&saved.text, prefixes())?;
    let has_threshold = |name: &&str| thresholds.iter().any(|threshold: &Threshold| threshold.name == *name);
    let mut used = query.variables().iter().filter_map(|variable| variable.strip_prefix("threshold_"));
    if let Some(name) = used.find(|name| !has_threshold(name)) {
        let known = thresholds.into_iter().map(|threshold| threshold.name).collect();
        return Err(RuleError::NoThreshold { name: name.to_owned(), known });
    }
    let columns = query.columns();
    let has = |name: &str| columns.iter().any(|column| column == name);
    if query.kind() != Kind::Select || !(has("claim") || has("document")) {
        return Err(RuleError::Columns);
    }
    let mut wordings = wordings(&saved.fields, &field("message")?, &field("help")?);
    if let Some(case) = given("except") {
        let (message, help) = Default::default();
        wordings.insert(0, Wording { case: Some(case), message, help, is_found: false });
    }
    if let Some(case) = wordings.iter().find_map(|wording| wording.case.as_ref().filter(|_| !has("case"))) {
        return Err(RuleError::Case(case.clone()));
    }
    for wording in &wordings {
        if let Some(name) = wording.message.columns().chain(wording.help.columns()).find(|name| !has(name)) {
            return Err(RuleError::Placeholder(name.to_owned()));
        }
    }
    let listed = |line: &'static str| {
        let names = given(line).unwrap_or_default();
        let names: Vec<String> = names.split([' ', ',']).map(|name| name.trim_start_matches('?').to_owned()).collect();
        names
            .into_iter()
            .filter(|name| !name.is_empty())
            .map(|name| if has(&name) { Ok(name) } else { Err(RuleError::Column(line, name)) })
            .collect::<Result<Vec<_>, _>>()
    };
    let (on, gathered, mut related) = (listed("on")?.into_iter().next(), listed("gather")?, listed("related")?);
    if related.is_empty() && has("related") {
        related.push("related".to_owned());
    }
    let (file, fixed) = (None, false);
    let rule = Rule { saved, file, severity, fixed, wordings, gathered, related, on, thresholds, keep, query };
    // What a profile may set must be there to be set.
    rule.fitted(&Settings::default(), None)?;
    Ok(rule)
}

/// What the lines `message CASE` and `help CASE` say, in their order, and last what holds for all else.
fn wordings(fields: &[(String, String)], message: &str, help: &str) -> Vec<Wording> {
    let of_case = |key: &str, case: &str| {
        let mut lines =
            fields.iter().filter_map(|(line, value)| Some((line.strip_prefix(key)?.strip_prefix(' ')?, value)));
        lines.find(|(of, _)| *of == case).map(|(_, value)| value.as_str())
    };
    let mut cases: Vec<&str> = Vec::new();
    for case in fields.iter().filter_map(|(key, _)| key.strip_prefix("message ").or_else(|| key.strip_prefix("help ")))
    {
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    let all = cases.into_iter().map(Some).chain([None]);
    all.map(|case| {
        let said = |key, other| Template::read(case.and_then(|case| of_case(key, case)).unwrap_or(other));
        let (message, help) = (said("message", message), said("help", help));
        Wording { case: case.map(str::to_owned), message, help, is_found: true }
    })
    .collect()
}

fn threshold(line: &str) -> Option<Threshold> {
    let (name, rest) = line.trim().split_once(' ')?;
    let (value, what) = rest.trim_start().split_once(' ').unwrap_or((rest.trim(), ""));
    let fits = !value.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let value = literal(value);
    let (name, what) = (name.to_owned(), what.trim().to_owned());
    fits.then(|| Threshold { name, default: value.clone(), value, what })
}

impl Rule {
    /// What its file is called: a path, or that in the package.
    pub fn file_name(&self) -> String {
        match &self.file {
            Some(file) => file.to_string_lossy().into_owned(),
            None => format!("queries/audit/{}.rq", self.saved.id),
        }
    }

    /// The rule with what settings say of it: its severity, and its thresholds and the date (`?today`) in place of the
    /// variables of those names.
    ///
    /// `today` is `YYYY-MM-DD`; without it `?today` stays a variable that nothing binds.
    ///
    /// # Errors
    /// When its query sets one of them itself, or has a threshold of its header nowhere.
    pub fn fitted(&self, settings: &Settings, today: Option<&str>) -> Result<Self, RuleError> {
        let mut rule = self.clone();
        if let Some(Weight::Severity(severity)) = settings.weights.get(&self.saved.id) {
            (rule.severity, rule.fixed) = (*severity, true);
        }
        let mut parameters: Vec<(String, Term)> = Vec::new();
        for threshold in &mut rule.thresholds {
            if let Some(value) = settings.thresholds.get(&threshold.name) {
                threshold.value = value.clone();
            }
            parameters.push((format!("threshold_{}", threshold.name), threshold.value.clone().into()));
        }
        rule.query = rule.query.bind(&parameters)?;
        if let Some(today) = today {
            let today = Literal::new_typed_literal(today, xsd::DATE);
            match rule.query.clone().bind(&[("today".to_owned(), today.into())]) {
                Ok(bound) => rule.query = bound,
                // Most rules do not ask for the date.
                Err(BindError::Unknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(rule)
    }
}
