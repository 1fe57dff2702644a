//! Everything comes back to the letter, a file is all or nothing, and who may replace what.

use crate::datasets::{quad, text_of, with_plain_tags};
use crate::util::{input, options, store_of};
use ibid::input::Input;
use ibid::load::{LoadError, Options, load};
use ibid::model::Status;
use ibid::rdf::{Syntax, canon, write_quads};
use ibid::store::Store;
use oxigraph::model::{GraphName, Quad};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn dumped(store: &Store) -> Vec<Quad> {
    store.read().unwrap().quads(None).unwrap().map(|quad| quad.unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Loaded and dumped, a dataset is the same: every literal to the letter, blank nodes but for their names.
    #[test]
    fn what_is_loaded_comes_back(quads in prop::collection::vec(quad(), 1..40)) {
        let (_folder, store) = store_of(&[input("a.nq", &text_of(&quads))]);
        let back = dumped(&store);
        let quads = with_plain_tags(&quads);
        let distinct: BTreeSet<String> = quads.iter().map(ToString::to_string).collect();
        prop_assert_eq!(back.len(), distinct.len());
        prop_assert_eq!(canon::by_algorithm(&back).unwrap(), canon::by_algorithm(&quads).unwrap());
        // Loaded once more, nothing has changed, whatever the blank nodes are called now.
        let renamed: Vec<Quad> = back.into_iter().rev().collect();
        let again = load(&store, &[input("a.nq", &text_of(&renamed))], &options()).unwrap();
        prop_assert!(again.iter().all(|outcome| outcome.status == Status::Unchanged), "{:?}", again);
    }

    /// Every syntax that has graphs carries any dataset; the others any graph, but for what XML has no way to write.
    #[test]
    fn every_syntax_carries_what_the_store_holds(quads in prop::collection::vec(quad(), 1..25)) {
        let (_folder, store) = store_of(&[input("a.nq", &text_of(&quads))]);
        let held = dumped(&store);
        for name in Syntax::NAMES {
            let syntax: Syntax = name.parse().unwrap();
            let mut quads = held.clone();
            if !syntax.has_graphs() {
                quads.iter_mut().for_each(|quad| quad.graph_name = GraphName::DefaultGraph);
            }
            let mut bytes = Vec::new();
            let written = write_quads::<std::io::Error>(quads.iter().cloned().map(Ok), syntax, &[], &mut bytes);
            if let Err(error) = written {
                prop_assert!(syntax == Syntax::RdfXml, "{name}: {error}");
                prop_assert!(bytes.is_empty(), "{name}: something was written");
                continue;
            }
            let (_folder, store) = store_of(&[]);
            let file = Input { name: "x".to_owned(), bytes: bytes.clone(), syntax: Some(syntax), base: None };
            let loaded = load(&store, &[file], &Options { graph: Some("https://test.example/outside".to_owned()), ..options() });
            prop_assert!(loaded.is_ok(), "{name}: {}: {}", loaded.unwrap_err().1, String::from_utf8_lossy(&bytes));
            let mut back = dumped(&store);
            for quad in &mut back {
                if quad.graph_name.to_string() == "<https://test.example/outside>" {
                    quad.graph_name = GraphName::DefaultGraph;
                }
            }
            prop_assert_eq!(canon::by_algorithm(&back).unwrap(), canon::by_algorithm(&quads).unwrap(), "{}", name);
        }
    }

    /// Where there are no blank nodes, the canonical form is the sorted N-Quads, and sophia says the same.
    #[test]
    fn both_ways_to_a_canonical_form_agree(quads in prop::collection::vec(quad(), 1..20)) {
        let named: Vec<Quad> = with_plain_tags(&quads).into_iter().filter(|quad| !quad.subject.is_blank_node() && !quad.object.is_blank_node()).collect();
        prop_assert_eq!(canon::canonical(&named).unwrap(), canon::by_algorithm(&named).unwrap());
    }

    /// Many small loads and one large one leave the same quads, whichever comes first.
    #[test]
    fn the_order_of_loads_leaves_the_same_store(quads in prop::collection::vec(quad(), 2..40)) {
        let named: Vec<Quad> = quads.into_iter().filter(|quad| !quad.subject.is_blank_node() && !quad.object.is_blank_node()).collect();
        let parts: Vec<Input> = named.iter().enumerate().map(|(number, quad)| {
            let alone = Quad { graph_name: GraphName::DefaultGraph, ..quad.clone() };
            input(&format!("{number}.nq"), &text_of(&[alone]))
        }).collect();
        let (_one, forward) = store_of(&parts);
        let (_two, backward) = store_of(&parts.into_iter().rev().collect::<Vec<_>>());
        let lines = |store: &Store| dumped(store).iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        prop_assert_eq!(lines(&forward), lines(&backward));
    }
}

const REPORT: &str =
    "@base <https://test.example/r> . <#a> <#p> \"1.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>, [ <#q> 01 ] .";

#[test]
fn the_same_content_is_unchanged_and_other_content_replaces() {
    let (_folder, store) = store_of(&[input("r.ttl", REPORT)]);
    let again = |text: &str| load(&store, &[input("r.ttl", text)], &options()).unwrap().remove(0);
    assert_eq!(again(REPORT).status, Status::Unchanged);
    assert_eq!(again(&format!("# only a comment more\n{REPORT}")).status, Status::Unchanged);
    let fewer = again("@base <https://test.example/r> . <#a> <#p> 2 .");
    assert_eq!((fewer.status, dumped(&store).len()), (Status::Replaced, 1));
}

#[test]
fn a_graph_is_replaced_only_by_the_file_that_wrote_it() {
    let (_folder, store) = store_of(&[input("r.ttl", REPORT)]);
    let other = [input("other.ttl", "@base <https://test.example/r> . <#b> <#p> 1 .")];
    let refused = load(&store, &other, &options()).unwrap_err().1;
    assert!(matches!(&refused, LoadError::Owned { file, .. } if file == "r.ttl"), "{refused}");
    assert_eq!(dumped(&store).len(), 3);
    let replaced = load(&store, &other, &Options { replace: true, ..options() }).unwrap();
    assert_eq!((replaced[0].status, dumped(&store).len()), (Status::Replaced, 1));
}

#[test]
fn files_loaded_together_make_one_report() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(folder.path()).unwrap();
    let files = [
        input("a.ttl", "@base <https://test.example/r> . <#a> <#p> [ <#q> 1 ] ."),
        input("b.ttl", "@base <https://test.example/r> . <#b> <#p> [ <#q> 1 ] ."),
    ];
    let merged = load(&store, &files, &options()).unwrap();
    assert_eq!((merged.len(), merged[0].quads), (1, 4));
    assert_eq!(load(&store, &files, &options()).unwrap()[0].status, Status::Unchanged);
    // One of them alone would take the other's claims away.
    let edited = input("a.ttl", "@base <https://test.example/r> . <#a> <#p> 2 .");
    assert!(matches!(load(&store, &[edited], &options()), Err((0, LoadError::Owned { .. }))));
}

#[test]
fn a_refused_file_leaves_the_store_as_it_was() {
    let (_folder, store) = store_of(&[input("r.ttl", REPORT)]);
    let before = dumped(&store);
    for (name, text) in [
        ("broken.ttl", "@base <https://test.example/s> . <#a> <#p> <#b> . <#a> <#p> ."),
        ("history.nq", "<https://t.example/s> <https://t.example/p> <https://t.example/o> <urn:ibid:history> .\n"),
        (
            "half.nq",
            "<https://t.example/s> <https://t.example/p> <https://t.example/o> <https://t.example/g> .\n<https://t.exam",
        ),
    ] {
        assert!(load(&store, &[input(name, text)], &options()).is_err(), "{name}");
        assert_eq!(dumped(&store), before, "{name}");
    }
    assert!(
        load(
            &store,
            &[input("new.ttl", REPORT)],
            &Options { graph: Some("https://t.example/x".into()), dry_run: true, ..options() }
        )
        .is_ok()
    );
    assert_eq!(dumped(&store), before, "--dry-run");
}

#[test]
fn blank_nodes_of_different_files_never_meet() {
    let turtle = |name: &str| input(name, "@base <https://test.example/same> . _:x <#p> _:y .");
    let (_folder, store) = store_of(&[]);
    for name in ["a", "b"] {
        let graph = Some(format!("https://test.example/{name}"));
        load(&store, &[turtle(&format!("{name}.ttl"))], &Options { graph, ..options() }).unwrap();
    }
    let nodes: BTreeSet<String> =
        dumped(&store).iter().flat_map(|quad| [quad.subject.to_string(), quad.object.to_string()]).collect();
    assert_eq!(nodes.len(), 4);
}

#[test]
fn a_file_takes_out_what_it_no_longer_holds() {
    let line = |graph: u8| {
        format!("<https://t.example/s> <https://t.example/p> <https://t.example/o> <https://t.example/g{graph}> .\n")
    };
    let (_folder, store) = store_of(&[input("a.nq", &(line(1) + &line(2)))]);
    let outcomes = load(&store, &[input("a.nq", &line(2))], &options()).unwrap();
    assert_eq!(outcomes.len(), 1);
    assert_eq!(dumped(&store).len(), 1);
}

#[test]
fn a_tangled_graph_loads_without_a_digest() {
    // Every blank node looks like every other: no canonical form within reason.
    let nodes = 40;
    let text: String = (0..nodes)
        .flat_map(|a| {
            (0..nodes).filter(move |b| *b != a).map(move |b| format!("_:n{a} <https://t.example/p> _:n{b} .\n"))
        })
        .collect();
    let (_folder, store) = store_of(&[]);
    let file = input("tangled.nt", &text);
    let first = load(&store, std::slice::from_ref(&file), &options()).unwrap().remove(0);
    assert_eq!((first.status, first.digest), (Status::Loaded, None));
    assert!(first.warnings.iter().any(|warning| warning.contains("digest")), "{:?}", first.warnings);
    let again = load(&store, &[file], &options()).unwrap().remove(0);
    assert_eq!(again.status, Status::Unchanged);
}

/// Two thousand equal members of a list would take the canonicalisation ten minutes.
#[test]
fn a_long_list_of_one_value_loads_at_once() {
    let text = format!("@base <https://t.example/> . <#a> <#p> ({}) .", " 1".repeat(2000));
    let (_folder, store) = store_of(&[]);
    let loaded = load(&store, &[input("list.ttl", &text)], &options()).unwrap().remove(0);
    assert_eq!((loaded.quads, loaded.digest), (4001, None));
    let distinct: String = (0..2000).map(|number| format!(" {number}")).collect();
    let text = format!("@base <https://t.example/d> . <#a> <#p> ({distinct}) .");
    assert!(load(&store, &[input("distinct.ttl", &text)], &options()).unwrap()[0].digest.is_some());
}

#[test]
fn every_syntax_says_the_same() {
    let (_folder, store) = store_of(&[input(
        "r.ttl",
        "@base <https://test.example/r> . <#a> <#p> \"1.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>, \"é\"@en, [ <#q> <#b> ] .",
    )]);
    let quads = dumped(&store);
    let expected = canon::digest(&quads).unwrap();
    for name in Syntax::NAMES {
        let syntax: Syntax = name.parse().unwrap();
        let plain: Vec<Quad> =
            quads.iter().map(|quad| Quad { graph_name: GraphName::DefaultGraph, ..quad.clone() }).collect();
        let mut bytes = Vec::new();
        ibid::rdf::write_quads::<std::io::Error>(plain.into_iter().map(Ok), syntax, &[], &mut bytes).unwrap();
        let (_folder, other) = store_of(&[]);
        let file = Input { name: "x".to_owned(), bytes, syntax: Some(syntax), base: None };
        load(&other, &[file], &Options { graph: Some("https://test.example/r".to_owned()), ..options() })
            .unwrap_or_else(|(_, error)| panic!("{name}: {error}"));
        assert_eq!(canon::digest(&dumped(&other)).unwrap(), expected, "{name}");
    }
}

#[test]
fn one_writes_while_others_read_what_was_there() {
    let (folder, store) = store_of(&[input("r.ttl", REPORT)]);
    let snapshot = store.read().unwrap();
    let writer = store.write(std::time::Duration::ZERO, "process 1 (a test)").unwrap();
    // A second process's handle on the lock is played by the file itself.
    let other = std::fs::File::open(folder.path().join("writer.lock")).unwrap();
    assert!(other.try_lock().is_err(), "the writer holds the lock");
    drop(writer);
    load(&store, &[input("r.ttl", "@base <https://test.example/r> . <#a> <#p> 2 .")], &options()).unwrap();
    assert_eq!(snapshot.quads(None).unwrap().count(), 3, "a snapshot does not change");
    assert_eq!(dumped(&store).len(), 1);
}
