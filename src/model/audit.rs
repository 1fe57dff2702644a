//! What an audit says. The JSON shape is `docs/schemas/audit.json`.

use super::{JSON_VERSION, Level, Place};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// How much a finding weighs. Ordered from light to heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The claim it is about, if it is about a claim.
    pub claim: Option<String>,
    /// The document it is about, or the one the claim stands in.
    pub document: Option<String>,
    /// The report it was loaded with.
    pub graph: Option<String>,
    /// What is the matter in this case.
    pub message: String,
    /// The claim's `schema:text`.
    pub text: Option<String>,
    /// Where the claim or document stands.
    pub location: Option<Place>,
    /// Other nodes that matter here, sorted.
    pub related: Vec<String>,
    /// The cheapest next step; for people, not part of the JSON shape.
    #[serde(skip)]
    pub help: Option<String>,
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
}

/// A rule that could not be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The rule's id.
    pub rule: String,
    /// Why not.
    pub error: String,
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
    pub fn new(mut summary: Summary, findings: Vec<Finding>, failures: Vec<Failure>) -> Self {
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        summary.errors = count(Severity::Error);
        summary.warnings = count(Severity::Warning);
        summary.infos = count(Severity::Info);
        let tool = Tool { name: "ibid", version: env!("CARGO_PKG_VERSION") };
        Self { version: JSON_VERSION, tool, summary, findings, failures }
    }

    /// Whether anything was found at this severity or above.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= severity)
    }
}
