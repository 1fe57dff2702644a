//! What an audit says. The JSON shape is `docs/schemas/audit.json`.

use super::{JSON_VERSION, Level, Place};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How much a finding weighs. Ordered from light to heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be settled before publication.
    Warning,
    /// Must be settled before publication.
    Error,
}

impl Severity {
    /// The names, heaviest first, for help and error texts.
    pub const NAMES: [&str; 3] = ["error", "warning", "info"];

    /// The severity's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.name() == name).ok_or(())
    }
}

/// One thing that a rule found. Texts that many findings share are kept once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: Arc<str>,
    /// How much it weighs.
    pub severity: Severity,
    /// The claim it is about, if it is about a claim.
    pub claim: Option<Arc<str>>,
    /// The document it is about, or the one the claim stands in.
    pub document: Option<Arc<str>>,
    /// The report it was loaded with.
    pub graph: Option<Arc<str>>,
    /// What is the matter in this case.
    pub message: Arc<str>,
    /// The claim's `schema:text`.
    pub text: Option<Arc<str>>,
    /// Where the claim or document stands.
    pub location: Option<Place>,
    /// Other nodes that matter here, sorted.
    pub related: Vec<Arc<str>>,
    /// Where each of them stands, in the same order; none where the store does not know.
    pub related_locations: Vec<Option<Place>>,
    /// The cheapest next step.
    pub help: Option<Arc<str>>,
    /// The nodes that the next step is to be done on; for work lists, not part of the JSON shape.
    #[serde(skip)]
    pub on: Vec<Arc<str>>,
}

impl Finding {
    /// What it is about: the claim, else the document.
    pub fn subject(&self) -> Option<&Arc<str>> {
        self.claim.as_ref().or(self.document.as_ref())
    }
}

/// How many claims stand on each rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ladder {
    /// Level 0.
    pub unsourced: usize,
    /// Level 1.
    pub attributed: usize,
    /// Level 2.
    pub cited: usize,
    /// Level 3.
    pub primary: usize,
    /// Level 4.
    pub pinned: usize,
}

impl Ladder {
    /// Counts one claim.
    pub fn add(&mut self, level: Level) {
        *match level {
            Level::Unsourced => &mut self.unsourced,
            Level::Attributed => &mut self.attributed,
            Level::Cited => &mut self.cited,
            Level::Primary => &mut self.primary,
            Level::Pinned => &mut self.pinned,
        } += 1;
    }

    /// The number of claims on a rung.
    pub fn at(&self, level: Level) -> usize {
        match level {
            Level::Unsourced => self.unsourced,
            Level::Attributed => self.attributed,
            Level::Cited => self.cited,
            Level::Primary => self.primary,
            Level::Pinned => self.pinned,
        }
    }
}

/// The counts at the end of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Claims examined.
    pub claims: usize,
    /// Documents described.
    pub documents: usize,
    /// Claims by level.
    pub levels: Ladder,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that a waiver silences; they are counted nowhere else.
    pub waived: usize,
    /// Findings that the baseline has; they are counted nowhere else. None without a baseline.
    pub known: Option<usize>,
}

/// A rule that could not be run, or a waiver that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The rule's id; of a waiver, that of the rule it waives.
    pub rule: String,
    /// Why not.
    pub error: String,
    /// The rule's file, where it is the rule that could not be run.
    pub file: Option<String>,
    /// Where in its file the rule is at fault, or where the waiver stands; none where nobody knows.
    pub location: Option<Place>,
}

/// Which program made the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// Always `ibid`.
    pub name: &'static str,
    /// The program's version.
    pub version: &'static str,
}

/// The whole answer of an audit: findings sorted by file, line, column, rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The version of this shape.
    pub version: u32,
    /// Which program made it.
    pub tool: Tool,
    /// The counts.
    pub summary: Summary,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Rules that could not be run; their findings are unknown.
    pub failures: Vec<Failure>,
}

impl Audit {
    /// An audit of this version of the program.
    pub fn new(summary: Summary, findings: Vec<Finding>, failures: Vec<Failure>) -> Self {
        let tool = Tool { name: "ibid", version: env!("CARGO_PKG_VERSION") };
        let mut audit = Self { version: JSON_VERSION, tool, summary, findings, failures };
        audit.count();
        audit
    }

    /// Counts the findings anew.
    pub fn count(&mut self) {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        self.summary.errors = count(Severity::Error);
        self.summary.warnings = count(Severity::Warning);
        self.summary.infos = count(Severity::Info);
    }

    /// How many findings there are at this severity or above.
    pub fn at_least(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity >= severity).count()
    }

    /// Whether anything was found at this severity or above.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }
}
