//! Updates: the same as Oxigraph's own in SPARQL's plain reading, all or nothing, and never in ibid's own graphs.

use crate::util::{WAIT, input, options, store_of};
use ibid::catalog::prefixes;
use ibid::load::{LoadError, load};
use ibid::model::{Changes, Status};
use ibid::remove::{RemoveError, remove};
use ibid::sparql::{Query, Update};
use ibid::store::{DefaultGraph, Error, Reader, Run, Store};
use ibid::update::{Options, UpdateError, evaluate, update};
use oxigraph::model::{GraphName, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store as Memory;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

fn how(default_graph: DefaultGraph) -> Options {
    Options {
        run: Run { default_graph, ..Run::default() },
        now: "2026-01-01T00:00:00Z".to_owned(),
        wait: WAIT,
        who: "a test".to_owned(),
    }
}

fn parsed(text: &str) -> Update {
    Update::parse(text, prefixes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn run(store: &Store, text: &str) -> Changes {
    update(store, &parsed(text), &how(DefaultGraph::Union)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(store: &Store, text: &str) -> UpdateError {
    match update(store, &parsed(text), &how(DefaultGraph::Union)) {
        Err(error) => error,
        Ok(changes) => panic!("{text}: {changes:?}"),
    }
}

/// The reports and what stands outside any graph, as lines.
fn lines(store: &Store) -> BTreeSet<String> {
    store.read().unwrap().quads(None).unwrap().map(|quad| quad.unwrap().to_string()).collect()
}

fn ask(store: &Store, text: &str) -> bool {
    let snapshot = store.read().unwrap();
    let query = Query::parse(text, prefixes()).unwrap();
    matches!(ibid::query::run(&snapshot, &query, &Run::default()).unwrap(), QueryResults::Boolean(true))
}

/// A term, a quad, a template or a pattern over few names, so that they meet.
fn name() -> impl Strategy<Value = String> {
    (0u8..4).prop_map(|number| format!("<https://t.example/{number}>"))
}

fn object() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => name(),
        1 => prop::sample::select(vec!["\"a\"", "\"a\"@en", "1", "1.5", "true", "\"2020-01-01\"^^xsd:date"]).prop_map(str::to_owned),
    ]
}

fn predicate() -> impl Strategy<Value = String> {
    (0u8..2).prop_map(|number| format!("<https://t.example/p{number}>"))
}

fn graph() -> impl Strategy<Value = String> {
    (0u8..3).prop_map(|number| format!("<https://t.example/g{number}>"))
}

fn in_graph(triples: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (prop::option::of(graph()), triples).prop_map(|(graph, triples)| match graph {
        Some(graph) => format!("GRAPH {graph} {{ {triples} }}"),
        None => format!("{triples} ."),
    })
}

fn data() -> impl Strategy<Value = String> {
    let triple = (name(), predicate(), object()).prop_map(|(s, p, o)| format!("{s} {p} {o}"));
    prop::collection::vec(in_graph(triple), 1..6).prop_map(|quads| quads.join(" "))
}

fn template() -> impl Strategy<Value = String> {
    let subject = prop_oneof![3 => Just("?s".to_owned()), 1 => Just("?o".to_owned()), 1 => name()];
    let predicate = prop_oneof![1 => Just("?p".to_owned()), 2 => predicate()];
    let object = prop_oneof![3 => Just("?o".to_owned()), 1 => Just("?s".to_owned()), 1 => object()];
    let triple = (subject, predicate, object).prop_map(|(s, p, o)| format!("{s} {p} {o}"));
    let quad = prop_oneof![4 => in_graph(triple), 1 => Just("GRAPH ?g { ?s ?p ?o }".to_owned())];
    prop::collection::vec(quad, 1..3).prop_map(|quads| quads.join(" "))
}

fn pattern() -> impl Strategy<Value = String> {
    let triple = prop_oneof![
        Just("?s ?p ?o".to_owned()),
        predicate().prop_map(|p| format!("?s {p} ?o")),
        (predicate(), object()).prop_map(|(p, o)| format!("?s ?p ?o ; {p} {o}")),
        predicate().prop_map(|p| format!("?s {p}+ ?o OPTIONAL {{ ?o ?p ?x }}")),
        predicate().prop_map(|p| format!("?s ?p ?o FILTER NOT EXISTS {{ ?o {p} ?s }}")),
    ];
    prop_oneof![
        2 => in_graph(triple),
        1 => Just("GRAPH ?g { ?s ?p ?o }".to_owned()),
        1 => (graph(), graph()).prop_map(|(one, two)| format!("GRAPH {one} {{ ?s ?p ?o }} MINUS {{ GRAPH {two} {{ ?s ?p ?o }} }}")),
    ]
}

fn modify() -> impl Strategy<Value = String> {
    let using = prop::collection::vec((any::<bool>(), graph()), 0..3).prop_map(|graphs| {
        graphs.iter().map(|(named, graph)| format!("USING {}{graph} ", if *named { "NAMED " } else { "" })).collect()
    });
    let using = prop_oneof![2 => Just(String::new()), 1 => using];
    let parts =
        (prop::option::of(graph()), prop::option::of(template()), prop::option::of(template()), using, pattern());
    parts.prop_map(|(with, delete, insert, using, pattern)| {
        let with = with.map_or_else(String::new, |graph| format!("WITH {graph} "));
        let insert = match (&delete, insert) {
            (None, None) => "INSERT { ?s ?p ?o } ".to_owned(),
            (_, Some(insert)) => format!("INSERT {{ {insert} }} "),
            (Some(_), None) => String::new(),
        };
        let delete = delete.map_or_else(String::new, |delete| format!("DELETE {{ {delete} }} "));
        format!("{with}{delete}{insert}{using}WHERE {{ {pattern} }}")
    })
}

fn operation() -> impl Strategy<Value = String> {
    let place = prop_oneof![graph(), Just("DEFAULT".to_owned())];
    let target = prop_oneof![
        3 => graph().prop_map(|graph| format!("GRAPH {graph}")),
        1 => prop::sample::select(vec!["DEFAULT", "NAMED", "ALL"]).prop_map(str::to_owned),
    ];
    prop_oneof![
        4 => data().prop_map(|data| format!("INSERT DATA {{ {data} }}")),
        2 => data().prop_map(|data| format!("DELETE DATA {{ {data} }}")),
        6 => modify(),
        1 => (any::<bool>(), target).prop_map(|(clear, target)| format!("{} SILENT {target}", if clear { "CLEAR" } else { "DROP" })),
        2 => (prop::sample::select(vec!["ADD", "COPY", "MOVE"]), place.clone(), place)
            .prop_map(|(word, from, to)| format!("{word} SILENT {from} TO {to}")),
        1 => graph().prop_map(|graph| format!("CREATE SILENT GRAPH {graph}")),
    ]
}

/// A store that holds some quads, and no history.
fn holding(memory: &Memory) -> (tempfile::TempDir, Store) {
    let (folder, store) = store_of(&[]);
    let mut writer = store.write(WAIT, "a test").unwrap();
    for quad in memory {
        let quad = quad.unwrap();
        let graph = match quad.graph_name {
            GraphName::NamedNode(node) => Some(writer.intern(&node.into()).unwrap()),
            _ => None,
        };
        let subject = writer.intern(&Term::from(quad.subject)).unwrap();
        let predicate = writer.intern(&quad.predicate.into()).unwrap();
        let object = writer.intern(&quad.object).unwrap();
        writer.add(subject, predicate, object, graph).unwrap();
    }
    writer.commit().unwrap();
    (folder, store)
}

fn of(memory: &Memory) -> BTreeSet<String> {
    memory.iter().map(|quad| quad.unwrap().to_string()).collect()
}

/// How many quads of `more` are not among `less`, by graph.
fn beyond(more: &BTreeSet<String>, less: &BTreeSet<String>) -> BTreeMap<Option<String>, u64> {
    let mut counts = BTreeMap::new();
    for line in more.difference(less) {
        let quad: Quad = line.parse().unwrap();
        let graph = match quad.graph_name {
            GraphName::NamedNode(node) => Some(node.into_string()),
            _ => None,
        };
        *counts.entry(graph).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// In SPARQL's plain reading a request leaves what Oxigraph's own store leaves, and says what it has changed.
    #[test]
    fn a_request_leaves_what_oxigraph_leaves(
        before in prop::option::of(data()),
        operations in prop::collection::vec(operation(), 1..6),
    ) {
        let memory = Memory::new().unwrap();
        let in_memory = |text: &str| {
            let evaluator = SparqlEvaluator::new().with_prefix("xsd", "http://www.w3.org/2001/XMLSchema#").unwrap();
            evaluator.parse_update(text).unwrap().on_store(&memory).execute().unwrap();
        };
        if let Some(data) = before {
            in_memory(&format!("INSERT DATA {{ {data} }}"));
        }
        let before = of(&memory);
        let (_folder, store) = holding(&memory);
        let text = operations.join(" ;\n");
        in_memory(&text);
        let changes = update(&store, &parsed(&text), &how(DefaultGraph::Unnamed)).unwrap();
        let after = lines(&store);
        prop_assert_eq!(&after, &of(&memory), "{}", text);
        let told = |count: fn(&ibid::model::GraphChange) -> u64| -> BTreeMap<Option<String>, u64> {
            let counts = changes.graphs.iter().map(|change| (change.graph.clone(), count(change)));
            counts.filter(|(_, count)| *count > 0).collect()
        };
        prop_assert_eq!(told(|change| change.added), beyond(&after, &before), "{}", text);
        prop_assert_eq!(told(|change| change.removed), beyond(&before, &after), "{}", text);
        prop_assert_eq!(told(|change| change.quads), {
            let mut sizes = beyond(&after, &BTreeSet::new());
            sizes.retain(|graph, _| changes.graphs.iter().any(|change| change.graph == *graph));
            sizes
        }, "{}", text);
    }
}

const REPORT: &str =
    "@base <https://t.example/r> . @prefix ibid: <https://w3id.org/ibid/ns#> . @prefix schema: <https://schema.org/> .
<#paper> a ibid:Document ; schema:name \"Paper\" .
<#c> a ibid:Claim ; schema:appearance <#paper> ; schema:text \"One.\" .
<#d> a ibid:Claim ; schema:appearance <#paper> ; schema:text \"Two.\" ; schema:citation [ schema:name \"nobody\" ] .";

fn report() -> (tempfile::TempDir, Store) {
    store_of(&[input("r.ttl", REPORT)])
}

fn again(store: &Store) -> Status {
    load(store, &[input("r.ttl", REPORT)], &options()).unwrap().remove(0).status
}

#[test]
fn a_request_happens_whole_or_not_at_all() {
    let (_folder, store) = report();
    let before = lines(&store);
    let error = refused(
        &store,
        "INSERT DATA { <https://t.example/x> a ibid:Claim } ; CLEAR ALL ; DROP GRAPH <https://t.example/typo>",
    );
    assert!(matches!(&error, UpdateError::Absent { word: "DROP", .. }), "{error}");
    assert_eq!(lines(&store), before);
    assert!(!ask(&store, "ASK { ?update a ibid:Update }"));
}

#[test]
fn others_see_nothing_until_it_is_committed() {
    let (_folder, store) = report();
    let before = lines(&store);
    let evaluated = evaluate(&store, &parsed("CLEAR ALL"), &how(DefaultGraph::Union)).unwrap();
    assert_eq!(lines(&store), before);
    evaluated.commit().unwrap();
    assert_eq!(lines(&store), BTreeSet::new());
    let dropped = evaluate(&store, &parsed("INSERT DATA { <x:a> <x:b> 1 }"), &how(DefaultGraph::Union)).unwrap();
    assert_eq!(dropped.changes().graphs[0].added, 1);
    drop(dropped);
    assert_eq!(lines(&store), BTreeSet::new());
}

#[test]
fn the_programs_own_graphs_are_never_changed() {
    let (_folder, store) = report();
    let history = || -> Vec<_> {
        store.read().unwrap().quads(Some("urn:ibid:history")).unwrap().map(|quad| quad.unwrap()).collect()
    };
    let before = (lines(&store), history());
    for graph in ibid::vocab::graph::RESERVED {
        for text in [
            "INSERT DATA { GRAPH <x:own> { <x:a> <x:b> 1 } }",
            "INSERT DATA { <x:a> <x:b> 1 } ; DELETE DATA { GRAPH <x:own> { <x:a> <x:b> 1 } }",
            "INSERT { GRAPH <x:own> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
            "WITH <x:own> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "CLEAR GRAPH <x:own>",
            "DROP SILENT GRAPH <x:own>",
            "CREATE SILENT GRAPH <x:own>",
            "ADD <https://t.example/r> TO <x:own>",
            "COPY SILENT DEFAULT TO <x:own>",
            "MOVE <x:own> TO <https://t.example/r>",
            "MOVE SILENT <https://t.example/r> TO <x:own>",
        ] {
            let error = refused(&store, &text.replace("x:own", graph));
            assert!(matches!(&error, UpdateError::Reserved(named) if named == graph), "{text}: {error}");
        }
        let computed = refused(
            &store,
            &format!("INSERT {{ GRAPH ?g {{ <x:a> <x:b> 1 }} }} WHERE {{ VALUES ?g {{ <{graph}> }} }}"),
        );
        assert!(matches!(&computed, UpdateError::Computed(named) if named == graph), "{computed}");
        let parameter = [("g".to_owned(), Term::from(oxigraph::model::NamedNode::new_unchecked(graph)))];
        let bound = parsed("INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { ?s ?p ?o }").bind(&parameter).unwrap();
        assert!(matches!(update(&store, &bound, &how(DefaultGraph::Union)), Err(UpdateError::Reserved(_))));
    }
    let all = refused(&store, "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }");
    assert!(matches!(&all, UpdateError::Computed(graph) if graph == "urn:ibid:history"), "{all}");
    assert_eq!((lines(&store), history()), before);
    for text in ["CLEAR ALL", "DROP NAMED", "CLEAR DEFAULT"] {
        run(&store, text);
        assert!(
            before.1.iter().all(|quad| quad.predicate.as_str().ends_with("#currentLoad") || history().contains(quad)),
            "{text}"
        );
    }
    assert_eq!(lines(&store), BTreeSet::new());
}

#[test]
fn new_blank_nodes_meet_no_others() {
    let (_folder, store) = report();
    let stored = lines(&store)
        .into_iter()
        .find_map(|line| line.strip_prefix("_:").map(|rest| rest.split(' ').next().unwrap().to_owned()))
        .unwrap();
    run(&store, &format!("INSERT DATA {{ _:{stored} <x:p> _:{stored} , _:other }} ; INSERT DATA {{ _:b <x:p> 1 }}"));
    run(&store, &format!("INSERT {{ ?made <x:p> _:{stored} }} WHERE {{ BIND(BNODE(\"{stored}\") AS ?made) }}"));
    run(&store, "INSERT { _:x <x:q> ?s } WHERE { ?s a ibid:Claim }");
    let nodes = |predicate: &str| -> BTreeSet<String> {
        let lines = lines(&store);
        let of_it = lines.iter().filter(|line| line.contains(predicate));
        of_it
            .flat_map(|line| {
                line.split(' ').filter(|term| term.starts_with("_:")).map(str::to_owned).collect::<Vec<_>>()
            })
            .collect()
    };
    let (first, second) = (nodes("<x:p>"), nodes("<x:q>"));
    assert_eq!((first.len(), second.len()), (5, 2), "{first:?} {second:?}");
    assert!(first.is_disjoint(&second) && !first.contains(&format!("_:{stored}")), "{first:?}");
    // One that WHERE finds is the one that is stored.
    run(&store, "INSERT { GRAPH <https://t.example/r> { ?who <x:seen> true } } WHERE { ?who schema:name \"nobody\" }");
    assert!(lines(&store).contains(&format!(
        "_:{stored} <x:seen> \"true\"^^<http://www.w3.org/2001/XMLSchema#boolean> <https://t.example/r>"
    )));
}

#[test]
fn places_go_with_their_subjects() {
    let (_folder, store) = report();
    let place = |fragment: &str| {
        let snapshot = store.read().unwrap();
        let node = snapshot.find(&format!("https://t.example/r#{fragment}")).unwrap().unwrap();
        snapshot.place(node, None).unwrap().map(|place| place.line)
    };
    assert_eq!((place("c"), place("d")), (Some(3), Some(4)));
    run(&store, "DELETE DATA { GRAPH <https://t.example/r> { <https://t.example/r#c> schema:text \"One.\" } }");
    assert_eq!(place("c"), Some(3));
    run(
        &store,
        "WITH <https://t.example/r> DELETE { ?c ?p ?o } WHERE { ?c ?p ?o FILTER(?c = <https://t.example/r#c>) }",
    );
    assert_eq!((place("c"), place("d")), (None, Some(4)));
    run(&store, "DROP GRAPH <https://t.example/r>");
    run(&store, "INSERT DATA { GRAPH <https://t.example/r> { <https://t.example/r#d> a ibid:Claim } }");
    assert_eq!(place("d"), None);
    assert_eq!(again_replacing(&store), Status::Loaded);
    assert_eq!((place("c"), place("d")), (Some(3), Some(4)));
}

fn again_replacing(store: &Store) -> Status {
    load(store, &[input("r.ttl", REPORT)], &ibid::load::Options { replace: true, ..options() })
        .unwrap()
        .remove(0)
        .status
}

#[test]
fn a_report_that_an_update_changed_is_put_back_by_its_file() {
    let (_folder, store) = report();
    let before = lines(&store).len();
    assert_eq!(again(&store), Status::Unchanged);
    run(&store, "INSERT DATA { GRAPH <https://t.example/r> { <x:a> <x:b> 1 } }");
    assert_eq!(again(&store), Status::Replaced);
    assert_eq!(lines(&store).len(), before);
    assert_eq!(again(&store), Status::Unchanged);
    // What says the same in the end is the same.
    run(&store, "INSERT DATA { GRAPH <https://t.example/r> { <x:a> <x:b> 1 } }");
    run(&store, "DELETE DATA { GRAPH <https://t.example/r> { <x:a> <x:b> 1 } }");
    assert_eq!(again(&store), Status::Unchanged);
    run(&store, "CLEAR GRAPH <https://t.example/r>");
    assert_eq!(store.read().unwrap().reports().unwrap(), []);
    assert_eq!(again(&store), Status::Loaded);
    assert_eq!(lines(&store).len(), before);
}

#[test]
fn a_report_that_an_update_made_is_no_files() {
    let (_folder, store) = store_of(&[]);
    run(&store, "INSERT DATA { GRAPH <https://t.example/r> { <x:a> <x:b> 1 } }");
    let refused = load(&store, &[input("r.ttl", REPORT)], &options()).unwrap_err().1;
    assert!(matches!(refused, ibid::load::LoadError::Updated { .. }), "{refused}");
    assert_eq!(again_replacing(&store), Status::Loaded);
    assert_eq!(again(&store), Status::Unchanged);
}

#[test]
fn triples_outside_any_graph_come_back_with_their_file() {
    let file = [input("a.nq", "<x:a> <x:b> <x:c> .\n")];
    let (_folder, store) = store_of(&file);
    let status = || load(&store, &file, &options()).unwrap().remove(0).status;
    assert_eq!(status(), Status::Unchanged);
    run(&store, "INSERT DATA { <x:a> <x:b> <x:d> }");
    assert_eq!(status(), Status::Unchanged);
    run(&store, "DELETE DATA { <x:a> <x:b> <x:c> }");
    assert_eq!(status(), Status::Loaded);
    assert_eq!(lines(&store).len(), 2);
    assert_eq!(status(), Status::Unchanged);
}

#[test]
fn graphs_that_share_blank_nodes_come_back_together() {
    let text = "<x:g1> { <x:a> <x:p> _:x } <x:g2> { _:x <x:q> 1 } _:g { _:x <x:r> 1 }";
    let file = [input("a.trig", text)];
    let (_folder, store) = store_of(&file);
    let joined = || ask(&store, "ASK { <x:a> <x:p> ?x . GRAPH <x:g2> { ?x <x:q> 1 } ?x <x:r> 1 }");
    assert!(joined());
    for text in [
        "INSERT DATA { GRAPH <x:g2> { <x:s> <x:p> <x:o> } }",
        "DELETE { GRAPH ?g { ?x <x:r> 1 } } INSERT { GRAPH ?g { ?x <x:r> 2 } } WHERE { GRAPH ?g { ?x <x:r> 1 } }",
    ] {
        run(&store, text);
        load(&store, &file, &options()).unwrap();
        assert!(joined(), "{text}");
        assert_eq!(lines(&store).len(), 3, "{text}: {:?}", lines(&store));
        assert!(
            load(&store, &file, &options()).unwrap().iter().all(|outcome| outcome.status == Status::Unchanged),
            "{text}"
        );
    }
}

#[test]
fn lineage_is_that_of_the_state_before_the_operation() {
    let (_folder, store) = report();
    let levels = "INSERT { GRAPH <x:levels> { ?c <x:level> ?level } } WHERE { GRAPH <urn:ibid:lineage> { ?c ibid:level ?level } }";
    run(
        &store,
        &format!(
            "INSERT DATA {{ GRAPH <https://t.example/r> {{ <https://t.example/r#c> prov:wasDerivedFrom <https://t.example/source> }} }} ; {levels}"
        ),
    );
    let level = |fragment: &str, level: u8| {
        ask(&store, &format!("ASK {{ GRAPH <x:levels> {{ <https://t.example/r#{fragment}> <x:level> {level} }} }}"))
    };
    assert!(level("c", 2) && level("d", 0));
    // A computed graph can be copied, to be held against a later one.
    run(&store, "COPY <urn:ibid:lineage> TO <x:before>");
    assert!(ask(&store, "ASK { GRAPH <x:before> { <https://t.example/r#c> ibid:level 2 } }"));
}

#[test]
fn default_is_the_unnamed_graph_where_graphs_are_copied() {
    let (_folder, store) = report();
    run(&store, "INSERT DATA { <x:a> <x:b> 1 } ; COPY DEFAULT TO <x:copy> ; ADD DEFAULT TO <x:add>");
    for graph in ["x:copy", "x:add"] {
        assert!(store.read().unwrap().reports().unwrap().contains(&(graph.to_owned(), 1)), "{graph}");
    }
    // Written out, WHERE reads the union.
    run(&store, "INSERT { GRAPH <x:all> { ?s ?p ?o } } WHERE { ?s ?p ?o }");
    assert!(ask(&store, "ASK { GRAPH <x:all> { ?c a ibid:Claim . <x:a> <x:b> 1 } }"));
}

#[test]
fn schema_org_is_changed_in_the_spelling_it_stands_in() {
    let (_folder, store) = store_of(&[input(
        "r.nt",
        "<https://t.example/c> <http://schema.org/text> \"old\" .\n<https://t.example/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/Claim> .\n",
    )]);
    let graph = store.read().unwrap().reports().unwrap()[0].0.clone();
    run(
        &store,
        &format!(
            "WITH <{graph}> DELETE {{ ?c schema:text ?t ; a schema:Claim }} INSERT {{ ?c schema:text \"new\" }} WHERE {{ ?c schema:text ?t }}"
        ),
    );
    assert_eq!(
        lines(&store),
        BTreeSet::from([format!("<https://t.example/c> <https://schema.org/text> \"new\" <{graph}>")])
    );
    let exact = update(
        &store,
        &parsed(&format!(
            "DELETE DATA {{ GRAPH <{graph}> {{ <https://t.example/c> <http://schema.org/text> \"new\" }} }}"
        )),
        &how(DefaultGraph::Unnamed),
    )
    .unwrap();
    assert_eq!(exact.graphs, []);
}

#[test]
fn a_literal_keeps_its_letters() {
    let (_folder, store) = store_of(&[]);
    run(&store, "INSERT DATA { <x:a> <x:b> 01.50 , \"1\"^^xsd:int , \"x\"@EN-gb }");
    run(&store, "INSERT { ?o <x:c> ?s . ?s <x:d> ?o } WHERE { ?s <x:b> ?o }");
    let found = lines(&store);
    for literal in [
        "\"01.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>",
        "\"1\"^^<http://www.w3.org/2001/XMLSchema#int>",
        "\"x\"@en-gb",
    ] {
        for predicate in ["b", "d"] {
            assert!(found.contains(&format!("<x:a> <x:{predicate}> {literal}")), "{literal}: {found:?}");
        }
    }
    assert_eq!(found.len(), 6);
}

#[test]
fn a_cancelled_update_writes_nothing() {
    let (_folder, store) = report();
    let before = lines(&store);
    let options = how(DefaultGraph::Union);
    options.run.cancel.cancel();
    let cancelled = update(&store, &parsed("CLEAR ALL"), &options);
    assert!(matches!(cancelled, Err(UpdateError::Store(Error::Cancelled))));
    assert_eq!(lines(&store), before);
}

#[test]
fn what_would_reach_the_network_is_refused() {
    let parse = |text: &str| Update::parse(text, prefixes()).map(drop).unwrap_err().to_string();
    for text in [
        "INSERT { ?s ?p ?o } WHERE { SERVICE <https://t.example/> { ?s ?p ?o } }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER EXISTS { SERVICE SILENT ?s { ?s ?p ?o } } }",
        "CLEAR ALL ; INSERT { ?s ?p ?o } WHERE { { SELECT * { OPTIONAL { SERVICE <https://t.example/> { ?s ?p ?o } } } } }",
    ] {
        assert!(parse(text).contains("SERVICE"), "{text}");
    }
    let (_folder, store) = report();
    let before = lines(&store);
    let load = refused(&store, "CLEAR ALL ; LOAD <https://t.example/x>");
    assert!(matches!(&load, UpdateError::Load(source) if source == "https://t.example/x"), "{load}");
    assert_eq!(lines(&store), before);
    let silent = run(&store, "LOAD SILENT <https://t.example/x> INTO GRAPH <https://t.example/y>");
    assert!(silent.graphs.is_empty() && silent.warnings[0].contains("did nothing"), "{silent:?}");
}

#[test]
fn a_value_never_becomes_part_of_an_update() {
    let (_folder, store) = report();
    let hostile = Term::from(oxigraph::model::Literal::new_simple_literal("\" } ; CLEAR ALL #"));
    let text = "WITH <https://t.example/r> DELETE { ?c schema:text ?old } INSERT { ?c schema:text ?new } WHERE { ?c schema:text ?old }";
    let bound = parsed(text).bind(&[("new".to_owned(), hostile.clone())]).unwrap();
    assert_eq!(update(&store, &bound, &how(DefaultGraph::Union)).unwrap().graphs[0].added, 2);
    assert!(lines(&store).iter().any(|line| line.contains(&hostile.to_string())));
    assert!(ask(
        &store,
        "ASK { GRAPH <urn:ibid:history> { ?u a ibid:Update ; ibid:parameter ?p FILTER(STRSTARTS(?p, \"new=\")) } }"
    ));
}

/// Whoever watches over a store has the last word before a commit, and the one before nothing else.
#[test]
fn what_the_gate_refuses_has_not_happened() {
    let (_folder, store) = store_of(&[input("a.nq", "<u:s> <u:p> <u:o> <u:g> .")]);
    let before = lines(&store);
    let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (counted, said) = (Arc::clone(&asked), Arc::clone(&answer));
    let store = store.asking(Arc::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        said.load(Ordering::Relaxed)
    }));
    let text = "INSERT DATA { GRAPH <u:g> { <u:s> <u:p> <u:q> } }";
    drop(evaluate(&store, &parsed(text), &how(DefaultGraph::Union)).unwrap());
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert!(matches!(refused(&store, text), UpdateError::Store(Error::Cancelled)));
    let (_, error) = load(&store, &[input("b.nq", "<u:s> <u:p> <u:o> <u:h> .")], &options()).unwrap_err();
    assert!(matches!(error, LoadError::Store(Error::Cancelled)), "{error}");
    let take_out = || remove(&store, &["u:g"], "2026-01-02T00:00:00Z", Duration::ZERO, "a test");
    assert!(matches!(take_out(), Err(RemoveError::Store(Error::Cancelled))));
    assert_eq!((asked.load(Ordering::Relaxed), lines(&store)), (3, before.clone()));
    answer.store(true, Ordering::Relaxed);
    assert_eq!(run(&store, text).graphs.len(), 1);
    assert_eq!((asked.load(Ordering::Relaxed), lines(&store).len()), (4, 2));
    answer.store(false, Ordering::Relaxed);
    let file = store.folder().join("data.mdb");
    let number = || std::fs::metadata(&file).unwrap().ino();
    let old = number();
    assert!(matches!(store.compact(Duration::ZERO, "a test"), Err(Error::Cancelled)));
    assert_eq!((asked.load(Ordering::Relaxed), number()), (5, old));
    assert!(!file.with_file_name("data.mdb.new").exists());
}
