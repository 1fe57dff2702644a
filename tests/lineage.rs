//! Lineage against the plain method: `oracle.py` beside the checkout, and a small set of its answers kept here.

use crate::util::{beside, input, root, store_of};
use ibid::catalog::prefixes;
use ibid::lineage::{Lineage, around, compute};
use ibid::query::run;
use ibid::sparql::Query;
use ibid::store::{Reader, Run, Store};
use ibid::trace::{Limits, trace};
use ibid::vocab::{ibid as i, prov, rdf, schema};
use oxigraph::model::Literal;
use oxigraph::sparql::QueryResults;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// A line a claim, as the plain method writes them: level, origin, least and greatest number of origins, on a circle.
fn answers(reader: &dyn Reader, lineage: &Lineage) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for claim in lineage.claims() {
        let facts = lineage.facts(*claim).unwrap();
        let name = reader.name(*claim).unwrap();
        let line = format!(
            "{}\t{}\t{}\t{}\t{}",
            facts.level.number(),
            facts.origin.name(),
            facts.origins_min,
            facts.origins_max,
            u8::from(facts.on_cycle)
        );
        answers.insert(name, line);
    }
    answers
}

fn of_store(store: &Store) -> BTreeMap<String, String> {
    let snapshot = store.read().unwrap();
    answers(&snapshot, &compute(&snapshot).unwrap())
}

fn of_table(table: &str) -> BTreeMap<String, String> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(claim, rest)| (claim.to_owned(), rest.to_owned()))
        .collect()
}

fn compare(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    assert!(!expected.is_empty(), "the plain method gave no answers");
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(claim, line)| found.get(*claim) != Some(line))
        .take(5)
        .map(|(claim, line)| format!("{claim}: expected {line}, found {:?}", found.get(claim)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found.len(), expected.len());
}

/// Runs a script of the bench folder; nothing where it or its interpreter is missing.
fn python(script: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("python3").arg(script).args(arguments).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Synthetic claim graphs of these sizes, every line; `IBID_ORACLE=100000` names others.
#[test]
fn synthetic_claims_agree_with_the_plain_method() {
    let Some(script) = beside("bench/claims.py") else { return };
    let sizes = std::env::var("IBID_ORACLE").unwrap_or_else(|_| "1000 20000".to_owned());
    for size in sizes.split_whitespace() {
        let folder = tempfile::tempdir().unwrap();
        let (quads, table) = (folder.path().join("claims.nq"), folder.path().join("answers.tsv"));
        let arguments = [size, quads.to_str().unwrap(), "--answers", table.to_str().unwrap()];
        if python(&script, &arguments).is_none() {
            eprintln!("skipped: there is no python3");
            return;
        }
        let text = std::fs::read_to_string(&quads).unwrap();
        let (_folder, store) = store_of(&[input("claims.nq", &text)]);
        let found = of_store(&store);
        assert_eq!(found.len().to_string(), size);
        compare(&found, &of_table(&std::fs::read_to_string(&table).unwrap()));
        is_the_same_from_around(&store, (found.len() / 200) | 1);
    }
}

#[test]
fn the_shipped_reports_agree_with_the_plain_method() {
    let Some(script) = beside("bench/oracle.py") else { return };
    let reports = crate::util::files_below(&root().join("data"), "ttl");
    assert!(!reports.is_empty(), "data/ holds no reports");
    for report in reports {
        let text = std::fs::read_to_string(report).unwrap();
        let (_folder, store) = store_of(&[input("report.ttl", &text)]);
        // As N-Quads, which the script reads by itself.
        let snapshot = store.read().unwrap();
        let lines: String = snapshot.quads(None).unwrap().map(|quad| format!("{} .\n", quad.unwrap())).collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.nq");
        std::fs::write(&file, lines).unwrap();
        let Some(table) = python(&script, &[file.to_str().unwrap()]) else { return };
        compare(&of_store(&store), &of_table(&table));
    }
}

#[test]
fn small_graphs_of_every_shape_agree_with_what_the_plain_method_answered() {
    let folder = root().join("tests/lineage");
    let mut cases = 0;
    for path in crate::util::files(&folder, "nq") {
        let text = std::fs::read_to_string(&path).unwrap();
        let (_folder, store) = store_of(&[input("graph.nq", &text)]);
        compare(&of_store(&store), &of_table(&std::fs::read_to_string(path.with_extension("tsv")).unwrap()));
        cases += 1;
    }
    assert!(cases > 0, "tests/lineage holds no graphs");
}

/// What is computed of one claim from what it can reach is what is computed of it from everything.
fn is_the_same_from_around(store: &Store, every: usize) {
    let snapshot = store.read().unwrap();
    let whole = compute(&snapshot).unwrap();
    for claim in whole.claims().iter().step_by(every) {
        let near = around(&snapshot, &[*claim]).unwrap();
        let told = |lineage: &Lineage| {
            (
                lineage.facts(*claim),
                lineage.claim_node(*claim),
                lineage.ends(*claim),
                lineage.may_rest_on(*claim),
                serde_json::to_string(&trace(&snapshot, lineage, *claim, Limits::READABLE).unwrap()).unwrap(),
            )
        };
        assert_eq!(told(&near), told(&whole), "{}", snapshot.name(*claim).unwrap());
    }
}

#[test]
fn from_around_a_claim_it_looks_the_same() {
    let small = crate::util::files(&root().join("tests/lineage"), "nq");
    let shipped = ["fictional", "north-korea-crypto"].map(|report| root().join(format!("data/{report}/report.ttl")));
    for path in small.into_iter().chain(shipped) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (_folder, store) = store_of(&[input(&name, &std::fs::read_to_string(&path).unwrap())]);
        is_the_same_from_around(&store, 1);
    }
}

/// A claim from many documents of one agency, and as many claims from that claim: pairs of a claim and its end are the square of
/// what there is.
fn fan(many: usize) -> String {
    let mut quads = String::new();
    let name = |kind: &str, number: usize| format!("<https://t.example/{kind}{number}>");
    for number in 0..many {
        let (claim, first, document) = (name("c", number), name("c", 0), name("d", number));
        let mut say = |subject: &str, property: &str, object: &str| {
            writeln!(quads, "{subject} <{property}> {object} <https://t.example/r> .").unwrap();
        };
        say(&claim, rdf::TYPE, &format!("<{}>", i::CLAIM));
        say(&first, prov::WAS_DERIVED_FROM, &document);
        say(&document, schema::AUTHOR, "<https://t.example/agency>");
        if number > 0 {
            say(&claim, prov::WAS_DERIVED_FROM, &first);
        }
    }
    quads
}

/// Neither a query for what takes no room, nor the tree of one claim, goes through all pairs or looks through all ends for each.
#[test]
fn many_claims_with_many_ends_are_told_of_as_soon_as_few() {
    const MANY: usize = 20_000;
    let (_folder, store) = store_of(&[input("fan.nq", &fan(MANY))]);
    let snapshot = store.read().unwrap();
    let levels = "SELECT (COUNT(*) AS ?n) { GRAPH <urn:ibid:lineage> { ?claim ibid:level 2 ; ibid:originsMax 1 } }";
    let query = Query::parse(levels, prefixes()).unwrap();
    let QueryResults::Solutions(mut rows) = run(&snapshot, &query, &Run::default()).unwrap() else { panic!("no rows") };
    assert_eq!(rows.next().unwrap().unwrap().get("n"), Some(&Literal::from(MANY as i64).into()));
    for (claim, steps) in [("c0", 2), ("c7", 3)] {
        let claim = snapshot.find(&format!("https://t.example/{claim}")).unwrap().unwrap();
        let near = around(&snapshot, &[claim]).unwrap();
        let chain = trace(&snapshot, &near, claim, Limits::READABLE).unwrap().unwrap();
        assert_eq!((chain.ends.len(), chain.may_rest_on.len(), chain.origins_max), (MANY, MANY, 1));
        assert_eq!(chain.paths[0].len(), steps);
        assert!(chain.lift[0].starts_with("record which words of "), "{:?}", chain.lift);
    }
}

/// What rests on what is there for queries that look at it, from either side.
#[test]
fn what_rests_on_what_is_found_from_either_side() {
    let (_folder, store) = store_of(&[input("fan.nq", &fan(40))]);
    let snapshot = store.read().unwrap();
    let count = |pattern: &str| {
        let text = format!("PREFIX t: <https://t.example/> SELECT * {{ GRAPH <urn:ibid:lineage> {{ {pattern} }} }}");
        let query = Query::parse(&text, prefixes()).unwrap();
        let QueryResults::Solutions(rows) = run(&snapshot, &query, &Run::default()).unwrap() else { panic!("no rows") };
        rows.collect::<Result<Vec<_>, _>>().unwrap().len()
    };
    assert_eq!(count("t:c3 ibid:restsOn ?end"), 40);
    assert_eq!(count("?claim ibid:restsOn t:d3"), 40);
    assert_eq!(count("?claim ibid:mayRestOn ?end"), 40 * 40);
    assert_eq!(count("?claim ibid:restsOn t:c0"), 0);
    // Besides both, five facts.
    assert_eq!(count("t:c3 ?fact ?value"), 40 + 40 + 5);
}

#[test]
fn the_order_of_loading_changes_nothing() {
    let read = |report: &str| std::fs::read_to_string(root().join(format!("data/{report}/report.ttl"))).unwrap();
    let (a, b) = (input("a.ttl", &read("fictional")), input("b.ttl", &read("north-korea-crypto")));
    let (_one, forward) = store_of(&[a.clone(), b.clone()]);
    let (_two, backward) = store_of(&[b, a]);
    assert_eq!(of_store(&forward), of_store(&backward));
}

/// The two spellings of schema.org are one vocabulary to whoever computes.
#[test]
fn http_and_https_schema_give_the_same_lineage() {
    let text = std::fs::read_to_string(root().join("data/fictional/report.ttl")).unwrap();
    let (_one, https) = store_of(&[input("a.ttl", &text)]);
    let (_two, http) = store_of(&[input("a.ttl", &text.replace("https://schema.org/", "http://schema.org/"))]);
    assert_eq!(of_store(&https), of_store(&http));
}
