//! Does an audit say the same however it is run, and is what it gives up told?

use crate::util::{files, ibid, input, ran, root, store_of};
use ibid::audit::{Options, audit};
use ibid::catalog::{self, Rule, Settings, examples};
use ibid::input::Input;
use std::path::Path;
use std::time::{Duration, Instant};

/// The first case of every rule's document in which something is found, a report each.
fn reports() -> Vec<Input> {
    let prefixes: String = catalog::prefixes()
        .list()
        .iter()
        .map(|(prefix, namespace)| format!("@prefix {prefix}: <{namespace}> .\n"))
        .collect();
    let report = |document: &std::path::PathBuf| {
        let text = std::fs::read_to_string(document).unwrap();
        let example = examples(&text).into_iter().find(|example| !example.findings.is_empty())?;
        let name = document.file_stem()?.to_string_lossy().into_owned();
        // Each is a report of its own.
        let turtle = example.turtle.replace("https://test.example/", &format!("https://{name}.example/"));
        Some(input(&format!("{name}.ttl"), &format!("{prefixes}{turtle}")))
    };
    files(&root().join("tests/rules"), "md").iter().filter_map(report).collect()
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let (_folder, store) = store_of(&reports());
    let rules = catalog::rules(&[]).unwrap().into_values();
    let rules: Vec<Rule> =
        rules.map(|rule| rule.unwrap().fitted(&Settings::default(), Some("2026-01-01")).unwrap()).collect();
    let said = |threads: usize| {
        let snapshot = store.read().unwrap();
        let options = Options { today: Some("2026-01-01".to_owned()), threads, ..Options::default() };
        let audited = audit(&snapshot, &rules, Vec::new(), &options).unwrap();
        serde_json::to_string_pretty(&audited.whole().unwrap()).unwrap()
    };
    let one = said(1);
    assert!(one.matches("\"rule\"").count() > rules.len(), "little is found: {one}");
    for threads in [2, 3, 8] {
        assert_eq!(said(threads), one, "{threads} threads");
    }
}

/// A report of so many claims, and a folder of rules with one that multiplies them.
fn with_greedy_rule(folder: &Path, claims: usize) {
    let prefixes = "@prefix ibid: <https://w3id.org/ibid/ns#> .\n@prefix schema: <https://schema.org/> .\n";
    let claims = (0..claims)
        .map(|number| format!("<https://draft.example/{number}> a ibid:Claim ; schema:text \"claim {number}\" .\n"));
    let report: String = std::iter::once(prefixes.to_owned()).chain(claims).collect();
    std::fs::write(folder.join("draft.ttl"), report).unwrap();
    std::fs::create_dir(folder.join("house")).unwrap();
    let rule = "# a rule that wants all pairs of pairs\n#\n# severity: error\n# message: {a} {b} {c}\n# help: x\n\n\
        SELECT DISTINCT ?claim ?a ?b ?c { ?claim schema:text ?a . ?x schema:text ?b . ?y schema:text ?c }\n";
    std::fs::write(folder.join("house/greedy.rq"), rule).unwrap();
}

#[test]
fn a_rule_that_takes_too_much_memory_is_given_up_and_the_others_are_told() {
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: memory is looked at on Linux");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    with_greedy_rule(folder.path(), 1000);
    let arguments = ["audit", "draft.ttl", "--rules", "house", "--format", "concise", "--memory", "250"];
    let (code, out, err) = ran(folder.path(), &arguments);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("house/greedy.rq: it was stopped, as the audit needs more than 250 MiB of memory"), "{err}");
    assert!(!out.contains("greedy"), "{out}");
    assert!(out.lines().filter(|line| line.contains("unsourced-claim")).count() == 1000, "{out}{err}");
}

#[test]
fn an_interruption_ends_the_rules_and_what_they_have_found_is_told() {
    let folder = tempfile::tempdir().unwrap();
    with_greedy_rule(folder.path(), 200);
    let output = |more: &[&str]| {
        let arguments =
            [&["audit", "draft.ttl", "--rules", "house", "--format", "concise", "--memory", "0"], more].concat();
        let mut command = ibid(folder.path(), &arguments);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command
    };
    let child = output(&[]).spawn().unwrap();
    let id = child.id().to_string();
    let interrupt =
        || std::process::Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success());
    // Long enough for the others to be through; the greedy one has eight million rows to gather.
    std::thread::sleep(Duration::from_secs(4));
    let began = Instant::now();
    let interrupted = interrupt();
    let ended = child.wait_with_output().unwrap();
    if !interrupted {
        eprintln!("skipped: there is no kill here, or the audit was over");
        return;
    }
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(2), "{err}");
    assert!(err.contains("house/greedy.rq: it was interrupted"), "{err}");
    assert!(out.contains("unsourced-claim"), "{out}");
    assert!(began.elapsed() < Duration::from_secs(60), "it went on");
}
