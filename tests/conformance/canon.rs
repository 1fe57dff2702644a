//! RDFC-1.0: the canonical form of what was loaded and dumped.

use super::manifest::{Site, Test, tests};
use super::rdf::dumped;
use super::{Checked, Suite, Verdict};
use crate::util::{options, store_of};
use ibid::input::Input;
use ibid::load::load;
use ibid::rdf::{Syntax, canon};

fn check(site: &Site, test: &Test) -> Verdict {
    if test.kind == "RDFC10MapTest" {
        return Verdict::NotRun("the labels that blank nodes get are not given out");
    }
    let file = test.action.as_deref().expect("every test has a dataset");
    if !site.path(file).is_file() {
        return Verdict::NotRun("its file is not in the suite; a clique of our own is loaded instead");
    }
    let (_folder, store) = store_of(&[]);
    let input = Input { name: file.to_owned(), bytes: site.bytes(file), syntax: Some(Syntax::NQuads), base: None };
    let outcomes = match load(&store, &[input], &options()) {
        Ok(outcomes) => outcomes,
        Err((_, error)) => return Verdict::failed(error.to_string()),
    };
    let quads = dumped(&store);
    let found = match test.hash.as_deref() {
        None => canon::canonical(&quads),
        Some("\"SHA384\"") => canon::by_algorithm_sha384(&quads),
        Some(other) => return Verdict::failed(format!("what is {other}?")),
    };
    match (found, &test.result) {
        (Ok(found), Some(result)) if found == site.text(result) => Verdict::PASSED,
        (Ok(found), Some(_)) => Verdict::failed(format!("differs: {found}")),
        (Ok(_), None) => Verdict::failed("it has a canonical form"),
        (Err(error), Some(_)) => Verdict::failed(error.to_string()),
        (Err(_), None) if outcomes.iter().any(|outcome| outcome.digest.is_some()) => {
            Verdict::failed("it was loaded with a digest")
        }
        (Err(_), None) => Verdict::PASSED,
    }
}

pub(crate) fn run(site: &Site) -> Vec<Suite> {
    let listed = tests(site, &format!("{}tests/manifest.ttl", site.base));
    let checked =
        listed.iter().map(|test| Checked { verdict: check(site, test), test: test.iri.clone(), reference: None });
    vec![Suite { name: "RDFC-1.0", checked: checked.collect() }]
}
