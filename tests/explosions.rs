//! Queries that go too deep or come to too much: refused where that can be seen, cancelled where it cannot.

use crate::hostile::{alone, run};
use crate::util::{input, store_of};
use ibid::sparql::{Prefixes, Query, QueryError};
use ibid::store::{Reader, Run, Store};
use oxigraph::model::NamedNode;
use oxigraph::sparql::{CancellationToken, QueryResults};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Queries in which something is repeated some times.
type Made = fn(usize) -> String;

const SUMS: Made = |n| format!("SELECT * {{ ?s ?p ?o FILTER({}1) }}", "1 + ".repeat(n));
const NESTED: [Made; 22] = [
    SUMS,
    |n| format!("SELECT * {}?s ?p ?o{}", "{".repeat(n), "}".repeat(n)),
    |n| format!("SELECT * {{ {}{} }}", "?s ?p ?o OPTIONAL { ".repeat(n), "}".repeat(n)),
    |n| format!("SELECT * {{ ?s ?p ?o {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(n)),
    |n| format!("SELECT * {{ ?s ?p ?o {} }}", "MINUS { ?s ?p ?o } ".repeat(n)),
    |n| format!("SELECT * {{ {{ ?s ?p ?o }} {} }}", "UNION { ?s ?p ?o } ".repeat(n)),
    |n| format!("SELECT * {{ {}?s ?p ?o{} }}", "{ ?s ?p ?o } UNION { ".repeat(n), "}".repeat(n)),
    |n| format!("SELECT * {{ {}?s ?p ?o{} }}", "{ SELECT * { ".repeat(n), "} } ".repeat(n)),
    |n| format!("SELECT * {{ {}?s ?p ?o{} }}", "GRAPH ?g { ".repeat(n), "} ".repeat(n)),
    |n| format!("SELECT * {{ {}?s ?p ?o{} }}", "FILTER NOT EXISTS { ".repeat(n), "} ".repeat(n)),
    |n| format!("SELECT * {{ FILTER({}1{}) }}", "(".repeat(n), ")".repeat(n)),
    |n| format!("SELECT * {{ FILTER({}1{}) }}", "STR(".repeat(n), ")".repeat(n)),
    |n| format!("SELECT * {{ FILTER({}1{}) }}", "IF(true, ".repeat(n), ", 1)".repeat(n)),
    |n| format!("SELECT * {{ FILTER({}1{}) }}", "1 IN (".repeat(n), ")".repeat(n)),
    |n| format!("SELECT * {{ FILTER({}1{}) }}", "-(".repeat(n), ")".repeat(n)),
    |n| format!("SELECT * {{ ?s ?p ?o FILTER({}1) }}", "?s = 1 || ".repeat(n)),
    |n| format!("SELECT * {{ {} }}", (0..n).map(|at| format!("BIND(1 AS ?x{at}) ")).collect::<String>()),
    |n| format!("SELECT * {{ ?s {}<https://t.example/p>{} ?o }}", "(".repeat(n), ")*".repeat(n)),
    |n| format!("SELECT * {{ ?s <https://t.example/p>{} ?o }}", "|<https://t.example/p>".repeat(n)),
    |n| format!("SELECT * {{ ?s <https://t.example/p>{} ?o }}", "/<https://t.example/p>".repeat(n)),
    |n| format!("SELECT * {{ ?s ?p {}1{} }}", "[ ?p ".repeat(n), " ]".repeat(n)),
    |n| format!("SELECT * {{ ?s ?p {}1{} }}", "( ".repeat(n), " )".repeat(n)),
];

/// Queries whose rows multiply.
const PRODUCT: &str = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i";

fn lines(count: usize) -> String {
    (0..count).map(|n| format!("<https://t.example/{n}> <https://t.example/p> \"{n}\" .\n")).collect()
}

fn values(names: &[&str], count: usize) -> String {
    let numbers: String = (0..count).map(|n| format!(" {n}")).collect();
    names.iter().map(|name| format!("VALUES ?{name} {{{numbers} }} ")).collect()
}

#[test]
fn deep_and_endless_queries_are_refused_by_their_place() {
    let (folder, _store) = store_of(&[input("a.nt", &lines(3))]);
    let refused = |text: String| {
        std::fs::write(folder.path().join("a.rq"), &text).unwrap();
        let ran = run(folder.path(), &["--store", ".", "query", "a.rq"]);
        assert!(ran.code == 2 && ran.err.starts_with("a.rq:1:") && ran.err.contains("hint:"), "{}", ran.err);
    };
    NESTED.iter().for_each(|made| refused(made(100_000)));
    for (open, close) in [("!(", ")"), ("REGEX(", ", 'a')"), ("SUBSTR(", ", 1)"), ("REPLACE(", ", 'a', 'b')")] {
        // Each level is parsed twice.
        refused(format!("ASK {{ FILTER({}1{}) }}", open.repeat(50), close.repeat(50)));
    }
    refused(format!("SELECT * {{ ?s ?p {}", "[ ?p ".repeat(100_000)));
    refused(format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(100_000)));
    refused(format!("SELECT * {{ {} }}", format!("{{ {} }} UNION ", "?s ?p ?o . ".repeat(100)).repeat(100) + "{}"));
    refused(format!("INSERT DATA {{ <s> <p> {}", "[ <p> ".repeat(100_000)));
}

/// What is within the bounds is parsed, bound, shown, run and dropped on the stack of a main thread, even unoptimised.
#[test]
fn what_is_within_the_bounds_needs_eight_mebibytes_of_stack() {
    let (_folder, store) = store_of(&[input("a.nt", &lines(3))]);
    for made in NESTED {
        let most = (1..=1_100).rev().find(|n| Query::parse(&made(*n), &Prefixes::default()).is_ok()).unwrap();
        assert!(most > 60, "{}: only {most} levels", made(2));
        // The largest of a chain takes long to run; its depth is what counts.
        let text = made(most.min(1_000));
        std::thread::scope(|scope| {
            let run = || {
                let query = Query::parse(&text, &Prefixes::default()).unwrap();
                let again = query.show();
                assert!(
                    matches!(Query::parse(&again, &Prefixes::default()), Ok(_) | Err(QueryError::Deep { .. })),
                    "{again}"
                );
                let node = NamedNode::new_unchecked("https://t.example/1");
                drop(query.clone().bind(&[("s".to_owned(), node.into())]));
                first_rows(&store, &query);
            };
            std::thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, run).unwrap().join().unwrap();
        });
    }
}

fn first_rows(store: &Store, query: &Query) {
    let snapshot = store.read().unwrap();
    if let Ok(QueryResults::Solutions(rows)) = snapshot.query(query, &Run::default()) {
        rows.take(10).for_each(drop);
    }
}

#[test]
fn what_explodes_is_given_up() {
    let _turn = alone();
    let (folder, _store) = store_of(&[input("a.nt", &lines(5_000))]);
    let doubled: String = (0..40).map(|n| format!("BIND(CONCAT(?x{n}, ?x{n}) AS ?x{}) ", n + 1)).collect();
    let path = "(<https://t.example/p>|!<https://t.example/p>|^<https://t.example/p>)*";
    for text in [
        format!("SELECT * {{ {PRODUCT} }} ORDER BY ?a"),
        format!("SELECT DISTINCT * {{ {PRODUCT} }}"),
        format!("SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"),
        format!("SELECT (COUNT(DISTINCT *) AS ?n) {{ {PRODUCT} }}"),
        format!("SELECT (GROUP_CONCAT(?c) AS ?n) {{ {PRODUCT} }}"),
        format!("SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {PRODUCT} }} GROUP BY ?a ?d ?g"),
        format!("CONSTRUCT {{ ?a ?e ?i }} {{ {PRODUCT} }}"),
        format!("ASK {{ {PRODUCT} FILTER(?c < ?f && ?f < ?i && ?i < ?c) }}"),
        format!("SELECT (COUNT(*) AS ?n) {{ {} }}", values(&["x", "y", "z"], 5_000)),
        format!("SELECT * {{ {} }} ORDER BY ?x", values(&["x", "y", "z"], 5_000)),
        format!("SELECT * {{ {} MINUS {{ {PRODUCT} }} }}", values(&["a"], 5)),
        format!(
            "SELECT (COUNT(*) AS ?n) {{ {} FILTER NOT EXISTS {{ {PRODUCT} FILTER(?c < ?f && ?f < ?i && ?i < ?c) }} }}",
            values(&["x"], 9)
        ),
        format!("SELECT (COUNT(*) AS ?n) {{ ?a {path} ?b . ?c {path} ?d . ?e {path} ?f }}"),
        format!("SELECT (STRLEN(?x40) AS ?n) {{ BIND('0123456789' AS ?x0) {doubled} }}"),
    ] {
        std::fs::write(folder.path().join("a.rq"), &text).unwrap();
        let ran = run(folder.path(), &["--store", ".", "query", "a.rq", "--memory", "200", "--timeout", "4"]);
        let given_up = ["this needs more than 200 MiB of memory", "the query ran out of time"];
        assert!(ran.code == 2 && given_up.iter().any(|words| ran.err.contains(words)), "{text}\n{}", ran.err);
    }
    // What is said otherwise: the default.
    std::fs::write(folder.path().join("a.rq"), format!("SELECT * {{ {PRODUCT} }} ORDER BY ?a")).unwrap();
    let ran = run(folder.path(), &["--store", ".", "query", "a.rq"]);
    assert!(ran.code == 2 && ran.err.contains("this needs more than 1792 MiB of memory"), "{}", ran.err);
}

/// The evaluator passes over errors inside of MINUS and EXISTS, and multiplies rows without a look at anything.
#[test]
fn a_cancelled_query_never_ends_as_if_it_were_whole() {
    let (_folder, store) = store_of(&[input("a.nt", &lines(100))]);
    let few = values(&["x"], 3);
    for text in [
        "SELECT * { ?s ?p ?o }".to_owned(),
        "CONSTRUCT WHERE { ?s ?p ?o }".to_owned(),
        "ASK { ?s ?p ?o }".to_owned(),
        format!("SELECT * {{ {few} }}"),
        format!("SELECT * {{ {few} MINUS {{ ?s ?p ?x }} }}"),
        format!("SELECT * {{ {few} FILTER NOT EXISTS {{ ?s ?p ?x }} }}"),
        format!("ASK {{ {few} FILTER NOT EXISTS {{ ?s ?p ?x }} }}"),
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }".to_owned(),
        "SELECT * { ?s ?p ?o } ORDER BY ?o".to_owned(),
        "SELECT * { ?s <https://t.example/p>* ?o }".to_owned(),
    ] {
        let query = Query::parse(&text, &Prefixes::default()).unwrap();
        let snapshot = store.read().unwrap();
        let cancel = CancellationToken::new();
        let run = Run { cancel: cancel.clone(), ..Run::default() };
        // Cancelled after its preparation, and before.
        for early in [false, true] {
            if early {
                cancel.cancel();
            }
            let failed = match snapshot.query(&query, &run) {
                Err(_) => true,
                Ok(QueryResults::Boolean(_)) => {
                    cancel.cancel();
                    snapshot.query(&query, &run).is_err()
                }
                Ok(QueryResults::Solutions(rows)) => {
                    cancel.cancel();
                    rows.last().is_some_and(|row| row.is_err())
                }
                Ok(QueryResults::Graph(triples)) => {
                    cancel.cancel();
                    triples.last().is_some_and(|triple| triple.is_err())
                }
            };
            assert!(failed, "{text}");
        }
    }
}

/// Whoever reads an answer may take their time.
#[test]
fn the_readers_time_is_not_the_queries() {
    let (folder, _store) = store_of(&[input("a.nt", &lines(5_000))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ibid"))
        .arg("--store")
        .arg(folder.path())
        .args(["query", "SELECT * { ?s <https://t.example/p> ?o }", "--timeout", "5", "--format", "tsv"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(7));
    let mut answer = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(answer.lines().count(), 5_001);
}
