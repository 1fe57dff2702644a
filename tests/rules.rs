//! A rule's test is `tests/rules/ID.md`: prose, and under each heading a block of Turtle with the findings it must give,
//! no more and no fewer. The prefixes of `ontology/prefixes.ttl` stand before every block.
//!
//! A block `settings` before the Turtle is TOML: `today`, `profile`, `[threshold]` and `[severity]` as in `ibid.toml`, and `with`,
//! a list of rules that run beside it and whose findings are not looked at. The reports count as files of `tests/rules`.

use crate::util::{files, input, root, store_of};
use ibid::audit::Options;
use ibid::catalog::{self, Example, Rule, Settings, examples, profiles};
use ibid::model::Finding;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The date where a case sets none.
const TODAY: &str = "2026-01-01";

/// What a case sets.
struct Case {
    settings: Settings,
    today: String,
    with: Vec<String>,
}

fn case(example: &Example, document: &Path) -> Case {
    let mut table: toml::Table =
        example.settings.parse().unwrap_or_else(|error| panic!("{}: {error}", document.display()));
    let today = table.remove("today").map_or_else(|| TODAY.to_owned(), |value| value.as_str().unwrap().to_owned());
    let with = table.remove("with").map_or_else(Vec::new, |list| {
        list.as_array().unwrap().iter().map(|rule| rule.as_str().unwrap().to_owned()).collect()
    });
    // What only a test can set goes before the tables, a line each.
    let text: Vec<&str> =
        example.settings.lines().filter(|line| !line.starts_with("today ") && !line.starts_with("with ")).collect();
    let text = text.join("\n");
    let (own, errors) = Settings::read(&text, false);
    assert!(errors.is_empty(), "{}: {errors:?} in {text}", document.display());
    let named = own.profile.as_ref().map_or(catalog::DEFAULT_PROFILE, |(name, _)| name);
    let profile = profiles().into_iter().find(|profile| profile.id == named);
    let mut settings = profile.unwrap_or_else(|| panic!("{}: no profile {named}", document.display())).settings;
    settings.overlay(&own);
    Case { settings, today, with }
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

fn all_rules() -> BTreeMap<String, Rule> {
    let rules = catalog::rules(&[]).unwrap();
    rules.into_iter().map(|(id, rule)| (id, rule.unwrap_or_else(|broken| panic!("{broken:?}")))).collect()
}

fn check(rule: &Rule, rules: &BTreeMap<String, Rule>, document: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
    let prefixes: String = catalog::prefixes()
        .list()
        .iter()
        .map(|(prefix, namespace)| format!("@prefix {prefix}: <{namespace}> .\n"))
        .collect();
    let examples = examples(&text);
    assert!(
        examples.iter().any(|example| example.findings.is_empty()),
        "{}: no case in which nothing is found",
        document.display()
    );
    assert!(
        examples.iter().any(|example| !example.findings.is_empty()),
        "{}: no case in which something is found",
        document.display()
    );
    let mut wrong = Vec::new();
    for example in examples {
        let Case { settings, today, with } = case(&example, document);
        let (_folder, store) = store_of(&[input("report.ttl", &format!("{prefixes}{}", example.turtle))]);
        let store = store.with_files(&root().join("tests/rules"));
        let snapshot = store.read().unwrap();
        let with =
            with.iter().map(|id| rules.get(id).unwrap_or_else(|| panic!("{}: no rule {id}", document.display())));
        let fitted: Vec<Rule> =
            std::iter::once(rule).chain(with).map(|rule| rule.fitted(&settings, Some(&today)).unwrap()).collect();
        let off = rules.keys().filter(|id| settings.leaves_out(id)).cloned().collect();
        let options = Options { today: Some(today), off, ..Options::default() };
        let mut audit = ibid::audit::audit(&snapshot, &fitted, Vec::new(), &options).unwrap().whole().unwrap();
        assert_eq!(audit.failures, [], "{}", document.display());
        audit.findings.retain(|finding| *finding.rule == *rule.saved.id);
        let mut found: Vec<String> = audit.findings.iter().map(shown).collect();
        let mut expected = example.findings.clone();
        found.sort();
        expected.sort();
        if found != expected {
            let (found, expected) = (found.join("\n    "), expected.join("\n    "));
            wrong.push(format!(
                "{}: {}\n  expected\n    {expected}\n  found\n    {found}",
                document.display(),
                example.heading
            ));
        }
    }
    wrong
}

#[test]
fn every_rule_finds_what_its_document_says() {
    let rules = all_rules();
    let mut wrong = Vec::new();
    for (id, rule) in &rules {
        wrong.extend(check(rule, &rules, &root().join(format!("tests/rules/{id}.md"))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A profile that weighs a rule that is not there, or sets a threshold that no rule has, does nothing there.
#[test]
fn profiles_name_their_norm_and_rules_that_there_are() {
    let rules = all_rules();
    let thresholds: BTreeSet<&str> =
        rules.values().flat_map(|rule| &rule.thresholds).map(|threshold| threshold.name.as_str()).collect();
    let profiles = profiles();
    let names: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
    assert_eq!(names, ["bbc", "compliance", "ifcn", "intel", "newsroom", "un-panel"]);
    for profile in &profiles {
        let path = root().join(format!("queries/profiles/{}.toml", profile.id));
        let (_, errors) = Settings::read(&std::fs::read_to_string(&path).unwrap(), true);
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        assert!(!profile.title.is_empty() && !profile.norm.is_empty(), "{} says not what it follows", profile.id);
        for rule in profile.settings.weights.keys() {
            assert!(rules.contains_key(rule), "{}: there is no rule {rule}", path.display());
        }
        for name in profile.settings.thresholds.keys() {
            assert!(thresholds.contains(name.as_str()), "{}: no rule has the threshold {name}", path.display());
        }
    }
}

#[test]
fn every_document_is_of_a_rule_and_every_rule_has_its_manual() {
    let rules = all_rules();
    let documented: BTreeSet<String> = files(&root().join("tests/rules"), "md")
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(documented, rules.keys().cloned().collect());
    for (id, rule) in rules {
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
