//! Which functions of SPARQL see a literal as it is written, and which its value.

use crate::util::{input, root, store_of};
use ibid::query;
use ibid::sparql::Query;
use ibid::store::{Run, Store};
use oxigraph::sparql::QueryResults;
use std::fmt::Write;

const DATA: &str = r#"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @base <https://t.example/> .
<a> <x> "1.50"^^xsd:decimal ; <i> "01"^^xsd:int ; <t> "2020-01-01T02:00:00.00+02:00"^^xsd:dateTime .
<b> <x> "1.5"^^xsd:decimal .
"#;

const HEAD: &str = "## How literals come out

A literal is kept as it was written: `1.50` stays `1.50`, an `xsd:int` an `xsd:int`. Language tags are kept in lower case, as RDF 1.1 allows. Who
compares or computes sees the value, and what is computed is written as the evaluator writes values. Here `?x` is `\"1.50\"^^xsd:decimal`, `?i` is `\"01\"^^xsd:int`,
`?t` is `\"2020-01-01T02:00:00.00+02:00\"^^xsd:dateTime`, `?none` has no value.

";

const LETTER: [(&str, &str); 20] = [
    ("?x", ""),
    ("?y", "BIND(?x AS ?y)"),
    ("?y", "VALUES ?y { \"01\"^^xsd:int }"),
    ("STR(?x)", ""),
    ("STR(\"1.50\"^^xsd:decimal)", ""),
    ("DATATYPE(?i)", ""),
    ("COALESCE(?none, ?x)", ""),
    ("COALESCE(?x, 1 + 1)", ""),
    ("IF(?x = 1.5, ?x, ?x + 1)", ""),
    ("SAMPLE(?x)", ""),
    ("MIN(?x)", ""),
    ("MAX(?t)", ""),
    ("GROUP_CONCAT(?x)", ""),
    ("GROUP_CONCAT(DISTINCT ?y)", "VALUES ?y { 1.50 1.5 1.50 }"),
    ("COUNT(DISTINCT ?y)", "VALUES ?y { 1.50 1.5 1.50 }"),
    ("CONCAT(STR(?i), \"!\")", ""),
    ("MD5(STR(?x))", ""),
    ("SAMETERM(?x, 1.5)", ""),
    ("SAMETERM(COALESCE(?none + 1, ?x), 1.50)", ""),
    ("REPLACE(STR(?t), \"T.*\", \"\")", ""),
];

const VALUE: [(&str, &str); 12] = [
    ("?x = 1.5", ""),
    ("?i IN (1, 2)", ""),
    ("?t = \"2020-01-01T00:00:00Z\"^^xsd:dateTime", ""),
    ("?x + 0", ""),
    ("-?i", ""),
    ("ABS(?i)", ""),
    ("xsd:string(?x)", ""),
    ("SUM(?x)", ""),
    ("AVG(?i)", ""),
    ("SUM(DISTINCT ?y)", "VALUES ?y { 1.50 1.5 1.50 }"),
    ("COALESCE(?none + 1, \"01\"^^xsd:int)", ""),
    ("YEAR(?t)", ""),
];

fn answer(store: &Store, expression: &str, extra: &str) -> String {
    let text = format!(
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT ({expression} AS ?value) {{ <https://t.example/a> <https://t.example/x> ?x ; <https://t.example/i> ?i ; <https://t.example/t> ?t OPTIONAL {{ ?x <https://t.example/none> ?none }} {extra} }}"
    );
    // A variable is selected as it is.
    let text = if expression.starts_with('?') && expression.len() == 2 {
        text.replace(&format!("({expression} AS ?value)"), expression)
    } else {
        text
    };
    let query =
        Query::parse(&text, &ibid::sparql::Prefixes::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let snapshot = store.read().unwrap();
    let QueryResults::Solutions(rows) = query::run(&snapshot, &query, &Run::default()).unwrap() else { unreachable!() };
    let rows: Vec<String> = rows
        .map(|row| {
            let row = row.unwrap();
            row.values()[0].as_ref().map_or_else(|| "no value".to_owned(), ToString::to_string)
        })
        .collect();
    rows.join(" ").replace("<http://www.w3.org/2001/XMLSchema#", "xsd:").replace('>', "")
}

fn table(out: &mut String, store: &Store, title: &str, rows: &[(&str, &str)]) {
    write!(out, "| {title} | comes out as |\n|---|---|\n").unwrap();
    for (expression, extra) in rows {
        let place = if extra.is_empty() { String::new() } else { format!(" in `{{ {extra} }}`") };
        writeln!(out, "| `{expression}`{place} | `{}` |", answer(store, expression, extra)).unwrap();
    }
    out.push('\n');
}

/// The page's section.
pub(crate) fn section() -> String {
    let (_folder, store) = store_of(&[input("a.ttl", DATA)]);
    let mut out = HEAD.to_owned();
    table(&mut out, &store, "to the letter", &LETTER);
    table(&mut out, &store, "by value", &VALUE);
    out.push_str(
        "Projection, BIND of a variable, VALUES, CONSTRUCT and DESCRIBE give what was written. Joins, DISTINCT, GROUP BY, SAMETERM and COUNT(DISTINCT …) compare terms, so that
`1.50` and `1.5` are two; FILTER, `=`, `<`, IN, ORDER BY, arithmetic, SUM and AVG see values, so that they are one. SUM(DISTINCT …) and AVG(DISTINCT …) count a value once, where
SPARQL counts a term once. A constant that an expression may choose comes out by its value. GROUP_CONCAT joins what STR gives, in a plain literal.

ORDER BY, MIN and MAX put everything into one order: no value, blank nodes, IRIs, then literals: numbers, booleans, points in time (dates, months and years
among them as they begin; without a time zone as if in UTC), times of day, recurring days, durations, strings, everything else by its text.
",
    );
    out
}

/// Without the suites, too, the page says how literals come out.
#[test]
fn the_document_says_how_literals_come_out() {
    if std::env::var_os(snapbox::assert::DEFAULT_ACTION_ENV).is_some() {
        return; // the page is being written
    }
    let page = std::fs::read_to_string(root().join("docs/conformance.md")).unwrap();
    let section = section();
    assert!(page.ends_with(&section), "docs/conformance.md is out of date; its section should be\n{section}");
}
