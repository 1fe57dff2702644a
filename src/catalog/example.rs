//! Which reports does a rule find something in, and in which not? Its test document says so.

use super::Rule;
use include_dir::{Dir, include_dir};

static DOCUMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/rules");

/// A case of a rule's document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// The heading it stands under.
    pub heading: String,
    /// What is set for it: TOML as in `ibid.toml`, and `today`; empty without a block `settings`.
    pub settings: String,
    /// The report, in Turtle, without the prefixes of the package.
    pub turtle: String,
    /// What is found in it, a line a finding: severity, rule, subject and message.
    pub findings: Vec<String>,
}

/// The cases of a document: under each heading a block `turtle`, before it perhaps a block `settings`, after it a block
/// `findings`.
pub fn examples(document: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut next = Example::default();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            next = Example { heading: title.to_owned(), ..Example::default() };
        }
        let block = |lines: &mut std::str::Lines<'_>| -> Vec<String> {
            lines.by_ref().take_while(|line| *line != "```").map(str::to_owned).collect()
        };
        match line.trim() {
            "```settings" => next.settings = block(&mut lines).join("\n"),
            "```turtle" => {
                next.turtle = block(&mut lines).join("\n");
                found.push(next.clone());
            }
            "```findings" => {
                let mut findings = block(&mut lines);
                findings.retain(|line| line != "none" && !line.trim().is_empty());
                if let Some(last) = found.last_mut() {
                    last.findings = findings;
                }
            }
            _ => {}
        }
    }
    found
}

impl Rule {
    /// A report in which the rule finds something, and one in which it finds nothing: the first of each in its document,
    /// `tests/rules/ID.md` of the package, or `ID.md` beside a user's rule.
    pub fn examples(&self) -> (Option<Example>, Option<Example>) {
        let document = match &self.file {
            Some(file) => std::fs::read_to_string(file.with_extension("md")).unwrap_or_default(),
            None => DOCUMENTS
                .get_file(format!("{}.md", self.saved.id))
                .and_then(|file| file.contents_utf8())
                .unwrap_or_default()
                .to_owned(),
        };
        let (fails, passes): (Vec<_>, Vec<_>) =
            examples(&document).into_iter().partition(|example| !example.findings.is_empty());
        (fails.into_iter().next(), passes.into_iter().next())
    }
}
