//! A rule's test is `tests/rules/ID.md`: prose, and under each heading a block of Turtle with the findings it must give,
//! no more and no fewer. The prefixes of `ontology/prefixes.ttl` stand before every block.

use crate::util::{files, input, root, store_of};
use ibid::catalog::{self, Rule};
use ibid::model::Finding;
use ibid::store::Run;
use std::collections::BTreeSet;
use std::path::Path;

struct Case {
    heading: String,
    turtle: String,
    findings: Vec<String>,
}

fn cases(document: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = document.lines();
    let mut heading = String::new();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut heading);
        }
        let block = |lines: &mut std::str::Lines<'_>| {
            lines.by_ref().take_while(|line| *line != "```").map(str::to_owned).collect::<Vec<_>>()
        };
        match line.trim() {
            "```turtle" => {
                let turtle = block(&mut lines).join("\n");
                cases.push(Case { heading: heading.clone(), turtle, findings: Vec::new() });
            }
            "```findings" => {
                let mut findings = block(&mut lines);
                findings.retain(|line| line != "none" && !line.trim().is_empty());
                cases.last_mut().expect("findings follow a block of Turtle").findings = findings;
            }
            _ => {}
        }
    }
    cases
}

fn shown(finding: &Finding) -> String {
    let subject = finding.claim.as_deref().or(finding.document.as_deref()).unwrap_or_default();
    let subject = match subject.strip_prefix("https://test.example/") {
        Some(local) => format!("<{local}>"),
        None if subject.starts_with("_:") => "_:".to_owned(),
        None => format!("<{subject}>"),
    };
    format!("{} {} {subject}: {}", finding.severity, finding.rule, finding.message)
}

fn check(rule: &Rule, document: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
    let prefixes: String = catalog::prefixes()
        .list()
        .iter()
        .map(|(prefix, namespace)| format!("@prefix {prefix}: <{namespace}> .\n"))
        .collect();
    let cases = cases(&text);
    assert!(
        cases.iter().any(|case| case.findings.is_empty()),
        "{}: no case in which nothing is found",
        document.display()
    );
    assert!(
        cases.iter().any(|case| !case.findings.is_empty()),
        "{}: no case in which something is found",
        document.display()
    );
    let mut wrong = Vec::new();
    for case in cases {
        let (_folder, store) = store_of(&[input("report.ttl", &format!("{prefixes}{}", case.turtle))]);
        let snapshot = store.read().unwrap();
        let audit = ibid::audit::audit(&snapshot, std::slice::from_ref(rule), Vec::new(), &Run::default()).unwrap();
        assert_eq!(audit.failures, [], "{}", document.display());
        let mut found: Vec<String> = audit.findings.iter().map(shown).collect();
        let mut expected = case.findings.clone();
        found.sort();
        expected.sort();
        if found != expected {
            let (found, expected) = (found.join("\n    "), expected.join("\n    "));
            wrong.push(format!(
                "{}: {}\n  expected\n    {expected}\n  found\n    {found}",
                document.display(),
                case.heading
            ));
        }
    }
    wrong
}

#[test]
fn every_rule_finds_what_its_document_says() {
    let mut wrong = Vec::new();
    for (id, rule) in catalog::rules(None).unwrap() {
        let rule = rule.unwrap_or_else(|error| panic!("queries/audit/{id}.rq: {error}"));
        wrong.extend(check(&rule, &root().join(format!("tests/rules/{id}.md"))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_document_is_of_a_rule_and_every_rule_has_its_manual() {
    let rules = catalog::rules(None).unwrap();
    let documented: BTreeSet<String> = files(&root().join("tests/rules"), "md")
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(documented, rules.keys().cloned().collect());
    for (id, rule) in rules {
        let rule = rule.unwrap_or_else(|error| panic!("queries/audit/{id}.rq: {error}"));
        let headings: Vec<&str> = rule.saved.manual.iter().map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(headings, ["Why it matters", "How to fix", "Norm"], "{id}");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id} is no kebab-case name");
        assert!(!rule.saved.title.ends_with('.'), "{id}: a title is a phrase");
    }
}

#[test]
fn every_saved_query_parses_and_says_what_its_parameters_are() {
    for (id, saved) in catalog::queries(None).unwrap() {
        let query = ibid::sparql::Query::parse(&saved.text, catalog::prefixes())
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let term = oxigraph::model::NamedNode::new_unchecked("https://test.example/x");
        let parameters: Vec<_> = saved.parameters.iter().map(|(name, _)| (name.clone(), term.clone().into())).collect();
        query.bind(&parameters).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(!saved.title.is_empty(), "{id} has no title");
    }
}
