//! Which findings are known from before? A baseline is a list of them that lives beside the reports.
//!
//! A finding is known again by its rule, by what it is about and by the nodes that it is about it with. Where it stands and in which
//! words it is told do not count: lines may move, a count in a message may rise, and a document may get another name. Findings that
//! agree in all three are counted, by how much they weigh.

use super::Audited;
use crate::model::{Finding, Severity};
use crate::store::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the file.
const VERSION: u64 = 2;

/// What was found before.
#[derive(Clone, Debug, Serialize)]
pub struct Baseline {
    version: u64,
    findings: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    severity: Severity,
    about: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    related: Vec<String>,
    /// For who reads the file: what it said then, of the first of several.
    message: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Another version of the program wrote it.
    #[error("the baseline has version {0}, and this program reads version {VERSION}")]
    Version(String),
    /// It is something else.
    #[error("this is no baseline: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Rule, subject and related nodes.
type Key = (String, String, Vec<String>);

/// What a finding is known by.
fn key(finding: &Finding) -> Key {
    // The label of a blank node changes with every load; its claim's text stays.
    let about = match finding.subject() {
        Some(subject) if !subject.starts_with("_:") => subject.to_string(),
        Some(_) => format!("_:{}", finding.text.as_deref().unwrap_or_default()),
        None => String::new(),
    };
    let steady = |node: &Arc<str>| if node.starts_with("_:") { "_:".to_owned() } else { node.to_string() };
    let mut related: Vec<String> = finding.related.iter().map(steady).collect();
    related.sort_unstable();
    (finding.rule.to_string(), about, related)
}

/// A message on one line, without the labels of blank nodes, which change from run to run.
fn normal(message: &str) -> String {
    let words = message.split_whitespace().map(|word| match word.split_once("_:") {
        Some((before, label)) => {
            let rest = label.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
            format!("{before}_:{rest}")
        }
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What a finding is known by, as SHA-256 in lower-case hexadecimal: the same wherever it stands in the file.
pub fn fingerprint(finding: &Finding) -> String {
    let (rule, about, related) = key(finding);
    let hash = Sha256::digest(format!("{rule}\n{about}\n{}", related.join("\n")));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Baseline {
    /// All findings of an audit.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(audited: &Audited<'_>) -> Result<Self> {
        let mut counts: BTreeMap<(Key, Severity), (usize, String)> = BTreeMap::new();
        for finding in audited.findings() {
            let finding = finding?;
            let counted =
                counts.entry((key(&finding), finding.severity)).or_insert_with(|| (0, normal(&finding.message)));
            counted.0 += 1;
        }
        let entry = |(((rule, about, related), severity), (count, message))| Entry {
            rule,
            severity,
            about,
            related,
            message,
            count,
        };
        Ok(Self { version: VERSION, findings: counts.into_iter().map(entry).collect() })
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.findings.iter().map(|entry| entry.count).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Its text: JSON, a finding a line, so that a change of it can be read.
    pub fn write(&self) -> String {
        let line = |entry: &Entry| serde_json::to_string(entry).expect("an entry is plain data");
        let lines: Vec<String> = self.findings.iter().map(|entry| format!("    {}", line(entry))).collect();
        let list = if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{list}]\n}}\n")
    }

    /// Reads its text.
    ///
    /// # Errors
    /// When it is no baseline, or one of another version.
    pub fn read(text: &str) -> std::result::Result<Self, BaselineError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: serde_json::Value,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            version: u64,
            findings: Vec<Entry>,
        }
        let versioned: Versioned = serde_json::from_str(text)?;
        if versioned.version != serde_json::json!(VERSION) {
            return Err(BaselineError::Version(versioned.version.to_string()));
        }
        let File { version, findings } = serde_json::from_str(text)?;
        Ok(Self { version, findings })
    }

    /// Takes the known findings out of an audit; of findings that agree, the first are the known ones. What weighs more than it did
    /// is new.
    ///
    /// # Errors
    /// When the store fails.
    pub fn apply(&self, audited: &mut Audited<'_>) -> Result<()> {
        let mut left: BTreeMap<Key, BTreeMap<Severity, usize>> = BTreeMap::new();
        for entry in &self.findings {
            let counts = left.entry((entry.rule.clone(), entry.about.clone(), entry.related.clone())).or_default();
            *counts.entry(entry.severity).or_default() += entry.count;
        }
        let known = audited.retain(|finding| {
            let counts = left.get_mut(&key(finding));
            let heavy = counts.and_then(|counts| counts.range_mut(finding.severity..).find(|(_, count)| **count > 0));
            heavy.map(|(_, count)| *count -= 1).is_none()
        })?;
        audited.set_known(known);
        Ok(())
    }
}
