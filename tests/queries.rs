//! Random queries over random datasets, in SPARQL's plain reading: the store answers as the same evaluator does over
//! `oxrdf`'s dataset, which keeps every letter, and as Oxigraph's own store does where literals are as it would write them.

use crate::util::{WAIT, store_of};
use ibid::catalog::prefixes;
use ibid::sparql::Query;
use ibid::store::{DefaultGraph, Run, Store};
use oxigraph::model::{Dataset, GraphName, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store as Memory;
use oxttl::NQuadsParser;
use proptest::prelude::*;
use proptest::sample::select;

/// Literals as Oxigraph's store would write them.
const CANONICAL: [&str; 9] = [
    "\"a\"",
    "\"b\"",
    "\"a\"@en",
    "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>",
    "\"2\"^^<http://www.w3.org/2001/XMLSchema#integer>",
    "\"1.5\"^^<http://www.w3.org/2001/XMLSchema#decimal>",
    "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>",
    "\"2020-01-01\"^^<http://www.w3.org/2001/XMLSchema#date>",
    "\"x\"^^<https://t.example/type>",
];

/// Literals as people write them.
const ODD: [&str; 9] = [
    "\"1.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>",
    "\"01\"^^<http://www.w3.org/2001/XMLSchema#integer>",
    "\"1\"^^<http://www.w3.org/2001/XMLSchema#int>",
    "\"1e0\"^^<http://www.w3.org/2001/XMLSchema#double>",
    "\"1\"^^<http://www.w3.org/2001/XMLSchema#boolean>",
    "\"one\"^^<http://www.w3.org/2001/XMLSchema#integer>",
    "\"2020-01-01Z\"^^<http://www.w3.org/2001/XMLSchema#date>",
    "\"2020-01-01T00:00:00.00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime>",
    "\"a\"@en-gb",
];

type Text = BoxedStrategy<String>;

fn of(words: &[&'static str]) -> Text {
    select(words.to_vec()).prop_map(str::to_owned).boxed()
}

fn node() -> Text {
    (0u8..4).prop_map(|number| format!("<https://t.example/{number}>")).boxed()
}

fn predicate() -> Text {
    (0u8..3).prop_map(|number| format!("<https://t.example/p{number}>")).boxed()
}

fn graph() -> Text {
    (0u8..3).prop_map(|number| format!("<https://t.example/g{number}>")).boxed()
}

fn literal(odd: bool) -> Text {
    if odd { prop_oneof![of(&CANONICAL), of(&ODD)].boxed() } else { of(&CANONICAL) }
}

/// N-Quads over few names, so that they meet.
fn data(odd: bool) -> impl Strategy<Value = String> {
    let subject = prop_oneof![4 => node(), 1 => of(&["_:a", "_:b"])];
    let object = prop_oneof![3 => node(), 1 => of(&["_:a", "_:b"]), 3 => literal(odd)];
    let graph = prop_oneof![1 => Just(String::new()), 2 => graph()];
    let line = (subject, predicate(), object, graph).prop_map(|(s, p, o, g)| format!("{s} {p} {o} {g} .\n"));
    prop::collection::vec(line, 1..24).prop_map(|lines| lines.concat())
}

fn variable() -> Text {
    of(&["?a", "?b", "?c", "?d"])
}

fn path() -> Text {
    let one = prop_oneof![2 => predicate(), 1 => predicate().prop_map(|p| format!("^{p}"))].boxed();
    let many = (one.clone(), select(vec!["*", "+", "?"])).prop_map(|(p, times)| format!("({p}){times}")).boxed();
    let step = prop_oneof![2 => one.clone(), 1 => many.clone()].boxed();
    prop_oneof![
        (step.clone(), step.clone()).prop_map(|(one, two)| format!("{one}/{two}")),
        (step.clone(), step).prop_map(|(one, two)| format!("({one}|{two})")),
        many,
        (predicate(), predicate()).prop_map(|(one, two)| format!("!({one}|^{two})")),
    ]
    .boxed()
}

fn triple(odd: bool) -> Text {
    let subject = prop_oneof![4 => variable(), 1 => node()];
    let verb = prop_oneof![4 => predicate(), 1 => variable(), 2 => path()];
    let object = prop_oneof![4 => variable(), 1 => node(), 1 => literal(odd)];
    (subject, verb, object).prop_map(|(s, p, o)| format!("{s} {p} {o} .")).boxed()
}

/// What sees values. Over literals as Oxigraph writes them, also what gives the letter.
fn expression(odd: bool) -> Text {
    let value = || prop_oneof![3 => variable(), 1 => literal(odd), 1 => variable().prop_map(|v| format!("({v} + 1)"))];
    let compared =
        (value(), select(vec!["=", "!=", "<", ">="]), value()).prop_map(|(a, by, b)| format!("({a} {by} {b})"));
    let asked = (select(vec!["BOUND", "isIRI", "isLiteral", "isBlank", "isNumeric"]), variable())
        .prop_map(|(what, variable)| format!("{what}({variable})"));
    let same = (variable(), variable()).prop_map(|(a, b)| format!("sameTerm({a}, {b})"));
    let among = (value(), node(), value()).prop_map(|(a, b, c)| format!("({a} IN ({b}, {c}))"));
    let plain = prop_oneof![3 => compared.boxed(), 1 => asked.boxed(), 1 => same.boxed(), 1 => among.boxed()].boxed();
    let joined =
        (plain.clone(), select(vec!["&&", "||"]), plain.clone()).prop_map(|(a, by, b)| format!("({a} {by} !{b})"));
    if odd {
        return prop_oneof![3 => plain, 1 => joined].boxed();
    }
    let written = (select(vec!["STR", "DATATYPE", "LANG", "UCASE", "STRLEN"]), variable())
        .prop_map(|(what, variable)| format!("({what}({variable}) > \"a\" || {what}({variable}) = 1)"));
    let chosen = (plain.clone(), value(), value())
        .prop_map(|(when, a, b)| format!("(COALESCE(IF({when}, {a}, {b}), {b}) = {a})"));
    prop_oneof![3 => plain, 1 => joined, 1 => written, 1 => chosen].boxed()
}

/// A group; the deeper, the more it may hold.
fn group(depth: usize, odd: bool) -> Text {
    let triples = prop::collection::vec(triple(odd), 1..3).prop_map(|triples| triples.join(" ")).boxed();
    if depth == 0 {
        return triples;
    }
    let inner = || group(depth - 1, odd);
    let values = (variable(), node(), literal(odd))
        .prop_map(|(variable, one, two)| format!("VALUES ({variable} ?d) {{ ({one} UNDEF) ({two} {one}) }}"));
    let counted = (variable(), select(vec!["*", "?b", "DISTINCT ?c"]), inner(), depth..=depth).prop_map(
        |(by, what, inner, depth)| {
            format!(
                "{{ SELECT {by} (COUNT({what}) AS ?n{depth}) WHERE {{ {inner} }} GROUP BY {by} HAVING (COUNT(*) > 0) }}"
            )
        },
    );
    let chosen = (variable(), variable(), any::<bool>(), inner()).prop_map(|(one, two, distinct, inner)| {
        let (distinct, two) = (if distinct { "DISTINCT " } else { "" }, if one == two { String::new() } else { two });
        format!("{{ SELECT {distinct}{one} {two} WHERE {{ {inner} }} }}")
    });
    let more = prop_oneof![
        2 => inner().prop_map(|inner| format!("OPTIONAL {{ {inner} }}")),
        1 => (inner(), expression(odd)).prop_map(|(inner, when)| format!("OPTIONAL {{ {inner} FILTER {when} }}")),
        2 => (inner(), inner()).prop_map(|(one, two)| format!("{{ {one} }} UNION {{ {two} }}")),
        2 => inner().prop_map(|inner| format!("MINUS {{ {inner} }}")),
        2 => (any::<bool>(), inner()).prop_map(|(not, inner)| {
            format!("FILTER {}EXISTS {{ {inner} }}", if not { "NOT " } else { "" })
        }),
        3 => (prop_oneof![Just("?g".to_owned()), graph(), variable()], inner())
            .prop_map(|(graph, inner)| format!("GRAPH {graph} {{ {inner} }}")),
        2 => expression(odd).prop_map(|when| format!("FILTER({when})")),
        1 => values.boxed(),
        1 => counted.boxed(),
        1 => chosen.boxed(),
    ];
    let end = prop_oneof![
        3 => Just(String::new()),
        1 => variable().prop_map(move |variable| format!("BIND({variable} AS ?x{depth})")),
        1 => expression(odd).prop_map(move |expression| format!("BIND({expression} AS ?x{depth})")),
    ];
    let begin = prop_oneof![4 => triples, 1 => Just(String::new())];
    (begin, prop::collection::vec(more, 1..3), end)
        .prop_map(|(begin, more, end)| format!("{begin} {} {end}", more.join(" ")))
        .boxed()
}

fn query(odd: bool) -> impl Strategy<Value = String> {
    // One FROM: of several the evaluator reads one after the other, where the merge is a set.
    let from = prop_oneof![
        5 => Just(String::new()),
        1 => (graph(), graph()).prop_map(|(one, two)| format!("FROM {one} FROM NAMED {two}")),
    ];
    let head = of(&[
        "SELECT *",
        "SELECT DISTINCT ?a ?b",
        "SELECT REDUCED ?c",
        "SELECT ?a (COUNT(*) AS ?n) (COUNT(DISTINCT ?b) AS ?m) (SUM(?c) AS ?sum)",
        "SELECT (COUNT(?a) AS ?n) (AVG(?b) AS ?mean)",
        "ASK",
        "CONSTRUCT { ?a <https://t.example/made> ?b . ?b ?c ?d }",
    ]);
    (head, from, group(2, odd)).prop_map(|(head, from, group)| {
        let end = match head.as_str() {
            head if head.contains("SELECT ?a (") => "GROUP BY ?a",
            "SELECT *" => "ORDER BY ?a DESC(?b)",
            _ => "",
        };
        format!("{head} {from} WHERE {{ {group} }} {end}")
    })
}

/// A store that holds these quads, blank nodes under their own labels.
fn holding(quads: &[Quad]) -> (tempfile::TempDir, Store) {
    let (folder, store) = store_of(&[]);
    let mut writer = store.write(WAIT, "a test").unwrap();
    for quad in quads {
        let mut node = |term: Term| writer.intern(&term).unwrap();
        let graph = match &quad.graph_name {
            GraphName::NamedNode(name) => Some(node(name.clone().into())),
            _ => None,
        };
        let (s, p, o) =
            (node(quad.subject.clone().into()), node(quad.predicate.clone().into()), node(quad.object.clone()));
        writer.add(s, p, o, graph).unwrap();
    }
    writer.commit().unwrap();
    (folder, store)
}

/// An answer whose rows may come in any order; a graph's triples as a set.
fn told(results: QueryResults<'_>, reduced: bool) -> Result<Vec<String>, String> {
    let wrong = |error: oxigraph::sparql::QueryEvaluationError| error.to_string();
    let mut told = Vec::new();
    let set = match results {
        QueryResults::Boolean(answer) => return Ok(vec![answer.to_string()]),
        QueryResults::Solutions(rows) => {
            for row in rows {
                let row = row.map_err(wrong)?;
                let mut pairs: Vec<String> = row.iter().map(|(variable, term)| format!("{variable}={term}")).collect();
                pairs.sort();
                told.push(pairs.join(" "));
            }
            reduced
        }
        QueryResults::Graph(triples) => {
            for triple in triples {
                told.push(triple.map_err(wrong)?.to_string());
            }
            true
        }
    };
    told.sort();
    if set {
        told.dedup();
    }
    Ok(told)
}

fn parsed(text: &str) -> Vec<Quad> {
    NQuadsParser::new().for_slice(text).map(|quad| quad.unwrap()).collect()
}

fn answered(store: &Store, text: &str) -> Result<Vec<String>, String> {
    let query = Query::parse(text, prefixes()).map_err(|error| error.to_string())?;
    let snapshot = store.read().unwrap();
    let run = Run { default_graph: DefaultGraph::Unnamed, ..Run::default() };
    let results = ibid::query::run(&snapshot, &query, &run).map_err(|error| error.to_string())?;
    told(results, text.contains("REDUCED"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_a_dataset_in_memory(data in data(true), queries in prop::collection::vec(query(true), 12)) {
        let quads = parsed(&data);
        let (_folder, store) = holding(&quads);
        let dataset: Dataset = quads.iter().collect();
        for text in queries {
            // What the grammar lets through may still be none: a variable that is in scope already.
            let Ok(query) = SparqlEvaluator::new().parse_query(&text) else { continue };
            let expected = told(query.on_queryable_dataset(&dataset).execute().unwrap(), text.contains("REDUCED"));
            prop_assert_eq!(answered(&store, &text), expected, "{}\n{}", text, data);
        }
    }

    #[test]
    fn the_store_answers_as_oxigraph_s_own(data in data(false), queries in prop::collection::vec(query(false), 12)) {
        let quads = parsed(&data);
        let (_folder, store) = holding(&quads);
        let memory = Memory::new().unwrap();
        for quad in &quads {
            memory.insert(quad).unwrap();
        }
        for text in queries {
            let Ok(query) = SparqlEvaluator::new().parse_query(&text) else { continue };
            let expected = told(query.on_store(&memory).execute().unwrap(), text.contains("REDUCED"));
            prop_assert_eq!(answered(&store, &text), expected, "{}\n{}", text, data);
        }
    }
}
