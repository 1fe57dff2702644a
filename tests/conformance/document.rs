//! `docs/conformance.md`.

use super::{Suite, Verdict, lexical};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "# Conformance

What third-party test suites and ibid say of each other. `SNAPSHOTS=overwrite cargo test conformance` writes this page; `cargo test` checks it
where the suites are (`../shared/suites`, or the folder in `IBID_SUITES`). Every test goes through the
product's own readers and store: a file is loaded, and what is compared is what is dumped or answered, in the formats of `ibid dump` and `ibid query`, read back
by another reader. Queries and updates are run with `--default-graph unnamed`. The last column is Oxigraph's store in memory, asked the same in the same run.

| suite | passed | failed | not run | Oxigraph's store passes |
|---|--:|--:|--:|--:|
";

/// The end of a test's address that tells it from others.
fn short(test: &str) -> String {
    let test = test.replace("/manifest.ttl#", "#").replace("/manifest#", "#");
    test.rsplit('/').next().unwrap_or_default().to_owned()
}

fn listed(out: &mut String, by_reason: &BTreeMap<&str, Vec<String>>) {
    for (reason, tests) in by_reason {
        let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
        writeln!(out, "- {reason}: {}", tests.join(", ")).unwrap();
    }
}

/// The page, from what became of the suites and why what fails fails.
pub(crate) fn render(suites: &[Suite], known: &BTreeMap<String, String>) -> String {
    let mut out = HEAD.to_owned();
    for suite in suites {
        let passed = suite.count(Verdict::passed);
        let run = suite.count(Verdict::was_run);
        let asked = suite.checked.iter().filter(|checked| checked.reference.is_some()).count();
        let reference = suite.checked.iter().filter(|checked| checked.reference == Some(true)).count();
        let reference = if asked == 0 { "–".to_owned() } else { format!("{reference} of {asked}") };
        let (failed, not_run) = (run - passed, suite.checked.len() - run);
        writeln!(out, "| {} | {passed} | {failed} | {not_run} | {reference} |", suite.name).unwrap();
    }
    out.push_str(
        "\nEvery file of RDF that must be refused is refused with its line and column, and every query. A fault in what JSON-LD means, rather than
in how it is written, is refused with the name that the specification gives it.\n\n## What fails, and why\n\n",
    );
    let all = || suites.iter().flat_map(|suite| suite.checked.iter().map(move |checked| (suite, checked)));
    let mut failing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, checked) in all().filter(|(_, checked)| checked.verdict.has_failed()) {
        let reason = known.get(&checked.test).map_or("unknown", String::as_str);
        failing.entry(reason).or_default().push(short(&checked.test));
    }
    listed(&mut out, &failing);
    let worse = all().filter(|(_, checked)| checked.verdict.has_failed() && checked.reference == Some(true)).count();
    writeln!(out, "\nOf these, Oxigraph's store passes {worse}.").unwrap();
    let by_value: Vec<String> = all()
        .filter(|(_, checked)| checked.verdict == Verdict::Passed { by_value: true })
        .map(|(_, checked)| format!("`{}`", short(&checked.test)))
        .collect();
    writeln!(
        out,
        "{} tests of queries pass by value, not by letter: a number in the answer is written otherwise than the suite writes it ({}).",
        by_value.len(),
        by_value.join(", ")
    )
    .unwrap();
    out.push_str("\n## What is not run\n\n");
    let mut not_run: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (suite, checked) in all() {
        if let Verdict::NotRun(why) = checked.verdict {
            *not_run.entry((suite.name, why)).or_default() += 1;
        }
    }
    for ((suite, why), count) in not_run {
        writeln!(out, "- {suite}, {count}: {why}").unwrap();
    }
    out.push('\n');
    out.push_str(&lexical::section());
    out
}
