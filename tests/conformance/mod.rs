//! Third-party suites, run through the product's own readers and store.
//!
//! They stand beside the checkout in `../shared/suites`, or where `IBID_SUITES` says; where they are absent the tests
//! say so and pass. `known.tsv` gives the reason of every test that fails: one that fails without standing there is a
//! failure, and so is one that stands there and passes. `docs/conformance.md` is written from what is found.

mod answers;
mod canon;
mod data;
mod document;
mod jsonld;
mod lexical;
mod manifest;
mod nanopub;
mod rdf;
mod sparql;
mod update;

use manifest::Site;
use std::collections::BTreeMap;
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

    fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    fn was_run(&self) -> bool {
        !matches!(self, Self::NotRun(_))
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

type Job<'a> = Box<dyn Fn() -> Vec<Suite> + Send + Sync + 'a>;

/// Runs them side by side: most of the time they wait for the disk.
fn run(folder: &Path) -> Vec<Suite> {
    let site = Site { base: "https://w3c.github.io/rdf-tests/", folder: folder.join("rdf-tests") };
    let canon = Site { base: "https://w3c.github.io/rdf-canon/", folder: folder.join("rdf-canon") };
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for (name, part) in [
        ("N-Triples", "rdf-n-triples"),
        ("N-Quads", "rdf-n-quads"),
        ("Turtle", "rdf-turtle"),
        ("TriG", "rdf-trig"),
        ("RDF/XML", "rdf-xml"),
    ] {
        let site = &site;
        jobs.push(Box::new(move || vec![rdf::run(site, name, part)]));
    }
    jobs.push(Box::new(|| {
        sparql::run(&site, "1.0", &["sparql10/manifest-syntax.ttl", "sparql10/manifest-evaluation.ttl"])
    }));
    jobs.push(Box::new(|| sparql::run(&site, "1.1", &["sparql11/manifest-all.ttl"])));
    jobs.push(Box::new(|| canon::run(&canon)));
    jobs.push(Box::new(|| jsonld::run(&folder.join("json-ld"))));
    jobs.push(Box::new(|| nanopub::run(&folder.join("nanopub/valid"))));
    let suites: Vec<Suite> = std::thread::scope(|scope| {
        let started: Vec<_> = jobs.iter().map(|job| scope.spawn(job)).collect();
        started.into_iter().flat_map(|thread| thread.join().expect("a suite runs to its end")).collect()
    });
    for suite in &suites {
        let (passed, failed) = (suite.count(Verdict::passed), suite.count(Verdict::has_failed));
        eprintln!("{}: {passed} passed, {failed} failed", suite.name);
    }
    suites
}

/// The tests that are known to fail, with the reason.
fn known() -> BTreeMap<String, String> {
    let path = crate::util::root().join("tests/conformance/known.tsv");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut known = BTreeMap::new();
    for line in lines {
        let (test, reason) = line.split_once('\t').unwrap_or_else(|| panic!("{}: {line}", path.display()));
        assert!(known.insert(test.to_owned(), reason.to_owned()).is_none(), "{test} stands in known.tsv twice");
    }
    known
}

/// Neither may a test fail of which that is not known, nor one pass, or be gone, that is said to fail.
#[test]
fn what_fails_is_known_and_nothing_else() {
    let Some(suites) = suites() else { return };
    let mut known = known();
    let mut wrong = Vec::new();
    for checked in suites.iter().flat_map(|suite| &suite.checked) {
        match (&checked.verdict, known.remove(&checked.test)) {
            (Verdict::Failed(why), None) => wrong.push(format!("{} fails: {why}", checked.test)),
            (Verdict::Passed { .. } | Verdict::NotRun(_), Some(_)) => {
                wrong.push(format!("{} is said to fail, and does not", checked.test));
            }
            _ => {}
        }
    }
    wrong.extend(known.keys().map(|test| format!("{test} is said to fail, and there is no such test")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What Oxigraph's own store in memory does right, the store on disk does right.
#[test]
fn no_test_fails_that_the_engine_s_own_store_passes() {
    let Some(suites) = suites() else { return };
    let worse: Vec<&str> = suites
        .iter()
        .flat_map(|suite| &suite.checked)
        .filter(|checked| checked.reference == Some(true) && checked.verdict.has_failed())
        .map(|checked| checked.test.as_str())
        .collect();
    assert!(worse.is_empty(), "{}", worse.join("\n"));
}

/// A document that said otherwise would be worse than none.
#[test]
fn the_document_says_what_the_suites_give() {
    let Some(suites) = suites() else { return };
    let path = crate::util::root().join("docs/conformance.md");
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(document::render(suites, &known()), expected);
}
