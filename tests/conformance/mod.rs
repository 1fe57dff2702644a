//! Third-party suites, run through the product's own readers and store.
//!
//! They stand beside the checkout in `../shared/suites`, or where `IBID_SUITES` says; where they are absent the tests
//! say so and pass. `known.tsv` gives the reason of every test that fails: one that fails without standing there is a
//! failure, and so is one that stands there and passes. `docs/conformance.md` is written from what is found.

mod answers;
mod manifest;
mod rdf;
mod sparql;

use manifest::Site;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It passed; `by_value` where a computed number is written otherwise than the suite writes it.
    Passed {
        by_value: bool,
    },
    Failed(String),
    /// It is about something that the product does not do.
    NotRun(&'static str),
}

impl Verdict {
    pub(crate) const PASSED: Self = Self::Passed { by_value: false };

    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self::Failed(why.into())
    }

    fn passed(&self) -> bool {
        matches!(self, Self::Passed { .. })
    }
}

/// A test and what became of it.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) test: String,
    pub(crate) verdict: Verdict,
    /// Whether Oxigraph's own store passes, where it was asked.
    pub(crate) reference: Option<bool>,
}

/// A suite and what became of its tests.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) checked: Vec<Checked>,
}

impl Suite {
    fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.checked.iter().filter(|checked| wanted(&checked.verdict)).count()
    }
}

/// The folder of the suites.
fn folder() -> Option<PathBuf> {
    match std::env::var_os("IBID_SUITES") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => crate::util::beside("suites"),
    }
}

/// All suites, run once for all tests of this module.
fn suites() -> Option<&'static [Suite]> {
    static SUITES: OnceLock<Option<Vec<Suite>>> = OnceLock::new();
    SUITES.get_or_init(|| folder().map(|folder| run(&folder))).as_deref()
}

fn run(folder: &Path) -> Vec<Suite> {
    let site = Site { base: "https://w3c.github.io/rdf-tests/", folder: folder.join("rdf-tests") };
    let mut suites = Vec::new();
    for (name, folder) in [
        ("N-Triples", "rdf-n-triples"),
        ("N-Quads", "rdf-n-quads"),
        ("Turtle", "rdf-turtle"),
        ("TriG", "rdf-trig"),
        ("RDF/XML", "rdf-xml"),
    ] {
        let start = std::time::Instant::now();
        suites.push(rdf::run(&site, name, folder));
        eprintln!("{name} {:?}", start.elapsed());
    }
    let start = std::time::Instant::now();
    suites.extend(sparql::run(&site, "1.0", &["sparql10/manifest-syntax.ttl", "sparql10/manifest-evaluation.ttl"]));
    eprintln!("sparql10 {:?}", start.elapsed());
    let start = std::time::Instant::now();
    suites.extend(sparql::run(&site, "1.1", &["sparql11/manifest-all.ttl"]));
    eprintln!("sparql11 {:?}", start.elapsed());
    for suite in &suites {
        let failed = suite.count(|verdict| matches!(verdict, Verdict::Failed(_)));
        eprintln!("{}: {} passed, {failed} failed", suite.name, suite.count(Verdict::passed));
    }
    suites
}

#[test]
fn suites_give_what_is_known() {
    let Some(suites) = suites() else { return };
    for suite in suites {
        for checked in &suite.checked {
            if let Verdict::Failed(why) = &checked.verdict {
                eprintln!("{}\t{}\t{:?}\t{why}", suite.name, checked.test, checked.reference);
            }
        }
    }
}
