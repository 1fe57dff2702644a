//! What a store's examination found.

use serde::{Deserialize, Serialize};

/// How many findings of one part are told; of the others it is told how many they are.
const TOLD: usize = 20;

/// One part of a store's examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What was examined: `pages`, `dictionary`, `quads`, `graphs`, `places`, `history`.
    pub part: String,
    /// What was found right, in words; empty where something is wrong.
    pub checked: String,
    /// What is wrong, a sentence each; the first twenty.
    pub findings: Vec<String>,
    /// How many more there are.
    pub more: u64,
    /// What could not be examined, and what is worth knowing though it is not wrong.
    pub notes: Vec<String>,
}

impl Part {
    /// A part in which nothing is wrong so far.
    pub fn new(part: &str) -> Self {
        Self { part: part.to_owned(), checked: String::new(), findings: Vec::new(), more: 0, notes: Vec::new() }
    }

    /// Adds a finding.
    pub fn find(&mut self, finding: impl Into<String>) {
        if self.findings.len() < TOLD {
            self.findings.push(finding.into());
        } else {
            self.more += 1;
        }
    }

    /// Says what there was to see, where all of it was right.
    pub fn conclude(&mut self, checked: String) {
        if self.is_fine() {
            self.checked = checked;
        }
    }

    /// Whether nothing is wrong.
    pub fn is_fine(&self) -> bool {
        self.findings.is_empty()
    }
}

/// `1 term`, `2 terms`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
