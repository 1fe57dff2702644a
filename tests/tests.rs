//! One binary for all integration tests: linking the engine once is most of a test build.
//!
//! Tests of rules and commands are documents, found by their folders: a rule's test is `tests/rules/ID.md`, a command's
//! is a transcript in `tests/cmd/`, `docs/` or the README.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "what was skipped is said")]
#![allow(clippy::iter_over_hash_type, reason = "what a test asserts of each holds in any order")]
#![allow(clippy::cast_possible_wrap, reason = "what a test counts is small")]
#![allow(clippy::disallowed_methods, reason = "tests read the environment they run in")]

// What each finds out:
mod architecture; // do imports point down, and is what must not be in `src/` not there?
mod audit; // does an audit say the same however it is run, and is what it gives up told?
mod conformance; // what do third-party suites say?
mod damage; // is what is damaged found, and told in words?
mod data; // are the shipped reports what they say, word for word?
mod datasets; // what datasets are there?
mod explosions; // what does a query do that comes to too much?
mod fuzz; // do the bodies of the fuzz targets hold for their seeds?
mod graph; // a graph in memory, to ask lineage of
mod hostile; // what does harmful input do?
mod impact; // what would fall with a source, and is it what the plain method says?
mod json; // do the JSON outputs fit their schemas?
mod kills; // does a kill at any moment leave whole files?
mod large; // does lineage hold out where graphs are long, wide or both?
mod laws; // what holds of lineage whatever the graph, and what only looks so?
mod limits; // what if the disk is full, or may only be read?
mod lineage; // does lineage agree with the plain method?
mod lines; // do large files leave the same store as small ones?
mod mappings; // is what nobody wrote for ibid read as its documents say?
mod memory; // do the operations work over another engine?
mod network; // what comes from a URL, and what may not?
mod ontology; // do vocabulary, constants, context and shapes agree?
mod permissions; // what if the system says no?
mod places; // where does a claim stand?
mod plain; // lineage by the plainest method
mod proofs; // do the proofs of `why` prove what they say?
mod queries; // do random queries get the answers that other stores give?
mod regressions; // what went wrong once?
mod rules; // does each rule find what its document says, and nothing else?
mod store; // does everything come back to the letter, whatever the order?
mod texts; // what is read of the texts beside a report?
mod together; // do many read while one writes?
mod transcripts; // do the commands do what the documents show?
mod update; // do updates change what SPARQL says, and nothing else?
mod util;

/// A test file that is not listed above would never run.
#[test]
fn no_test_file_is_forgotten() {
    let listed = std::fs::read_to_string(util::root().join("tests/tests.rs")).unwrap();
    for entry in std::fs::read_dir(util::root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
            assert!(listed.contains(&format!("mod {name};")), "tests/{name}.rs is not listed in tests/tests.rs");
        }
    }
}
