//! Large files go another way than what is held in memory, and leave the same store.

use crate::util::{input, options, store_of};
use ibid::input::{Opened, SMALL, Stream, open};
use ibid::load::{LoadError, Options, load, load_stream};
use ibid::model::{Outcome, Status};
use ibid::rdf::{Syntax, canon, write_quads};
use ibid::store::{Reader, Store};
use oxigraph::model::{GraphName, Quad};
use oxttl::NQuadsParser;
use proptest::prelude::*;
use std::io::Cursor;

fn stream(name: &str, text: &str) -> Stream {
    let syntax = Syntax::of_file_name(name).unwrap();
    Stream { name: name.to_owned(), syntax, base: None, stream: Box::new(Cursor::new(text.as_bytes().to_vec())) }
}

fn by_stream(store: &Store, name: &str, text: &str, options: &Options) -> Result<Vec<Outcome>, LoadError> {
    load_stream(store, &mut stream(name, text), options, &|_| {})
}

fn empty() -> (tempfile::TempDir, Store) {
    store_of(&[])
}

/// The canonical form of all graphs, the history among them, and where each subject stands. What the history says of the
/// whole file's blank nodes aside, nothing may differ.
fn told(store: &Store) -> (String, Vec<String>) {
    let snapshot = store.read().unwrap();
    let all: Vec<_> = snapshot.quads(None).unwrap().map(|quad| quad.unwrap()).collect();
    let mut places = Vec::new();
    for quad in all.iter().filter(|quad| quad.subject.is_named_node()) {
        let find = |text: String| snapshot.find(text.trim_matches(['<', '>'])).unwrap();
        let subject = find(quad.subject.to_string()).unwrap();
        let graph = find(quad.graph_name.to_string());
        places.push(format!("{} {} {:?}", quad.subject, quad.graph_name, snapshot.place(subject, graph).unwrap()));
    }
    places.sort();
    places.dedup();
    (canon::canonical(&all).unwrap(), places)
}

fn line() -> impl Strategy<Value = String> {
    let node = prop_oneof![
        (0u8..5).prop_map(|n| format!("<https://t.example/{n}>")),
        (0u8..3).prop_map(|n| format!("_:b{n}")),
    ];
    let object = prop_oneof![
        (0u8..5).prop_map(|n| format!("<https://t.example/{n}>")),
        (0u8..3).prop_map(|n| format!("_:b{n}")),
        "[a-zé\\PC]{0,6}".prop_map(|text| oxigraph::model::Literal::from(text).to_string()),
        prop::sample::select(vec![
            "\"1.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>",
            "\"a\\nb\\u00E9\\\"\"@EN-gb",
            "\"\"",
            "\"x\"^^<http://www.w3.org/2001/XMLSchema#string>",
            "<https://w3id.org/ibid/ns#Claim>",
            "<https://schema.org/Claim>",
            "<https://w3id.org/ibid/ns#Clam>",
        ])
        .prop_map(str::to_owned),
    ];
    let predicate = prop::sample::select(vec![
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<https://t.example/p>",
        "<https://schema.org/appearance>",
        "<https://schema.org/isBasedOn>",
        "<http://www.w3.org/ns/prov#wasDerivedFrom>",
    ]);
    let before = prop::sample::select(vec!["", "  ", "# a comment\n", "\n", "\r\n"]);
    let graph = prop::sample::select(vec!["", "<https://t.example/g>", "<https://t.example/h>"]);
    (before, node, predicate, object, graph).prop_map(|(before, s, p, o, g)| {
        // Of two documents without a name either may be the one that a claim appears in.
        let o = if p.contains("schema.org") { o.replace("_:b", "https://t.example/") } else { o };
        let o = if o.starts_with("https:") { format!("<{o}>") } else { o };
        format!("{before}{s} {p} {o} {g} .\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Statements of a graph side by side or scattered, blank nodes shared between graphs or not, empty lines and comments.
    #[test]
    fn both_ways_leave_the_same_store(parts in prop::collection::vec(line(), 0..30), grouped: bool) {
        let mut parts = parts;
        if grouped {
            parts.sort_by_key(|line| line.trim_end().rsplit(' ').nth(1).map(str::to_owned));
        }
        let text = parts.concat();
        let (_held, whole) = empty();
        let (_streamed, streamed) = empty();
        let mut one = load(&whole, &[input("a.nq", &text)], &options()).unwrap();
        let mut two = by_stream(&streamed, "a.nq", &text, &options()).unwrap();
        // Blank nodes in several graphs: there the one digests the whole file's statements, the other its bytes.
        for outcome in one.iter_mut().chain(&mut two) {
            outcome.digest = outcome.digest.take().filter(|digest| !digest.starts_with("joint:"));
        }
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(told(&whole), told(&streamed));
        let again = by_stream(&streamed, "a.nq", &text, &options()).unwrap();
        prop_assert!(again.iter().all(|outcome| outcome.status == Status::Unchanged), "{again:?}");
    }

    /// The same for triples, which get the name of one graph.
    #[test]
    fn triples_get_the_name_they_would_get_whole(parts in prop::collection::vec(line(), 1..20)) {
        let text: String = parts.concat().replace("<https://t.example/g>", "").replace("<https://t.example/h>", "");
        let (_held, whole) = empty();
        let (_streamed, streamed) = empty();
        let one = load(&whole, &[input("a.nt", &text)], &options()).unwrap();
        let two = by_stream(&streamed, "a.nt", &text, &options()).unwrap();
        prop_assert_eq!(one, two);
        prop_assert_eq!(told(&whole), told(&streamed));
    }
}

/// The quads of N-Quads in another syntax; where that has no graphs, as triples.
fn in_syntax(text: &str, syntax: Syntax) -> String {
    let quads = NQuadsParser::new().for_slice(text).map(|quad| {
        let quad = quad.unwrap();
        let graph = if syntax.has_graphs() { quad.graph_name } else { GraphName::DefaultGraph };
        Ok::<_, std::io::Error>(Quad { graph_name: graph, ..quad })
    });
    let mut bytes = Vec::new();
    write_quads(quads, syntax, &[], &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The same for what is not of lines; Turtle and TriG with a base and with nodes that have no label.
    #[test]
    fn so_it_is_in_every_syntax(parts in prop::collection::vec(line(), 0..20), more: bool) {
        for (name, syntax) in [
            ("a.ttl", Syntax::Turtle), ("a.trig", Syntax::TriG), ("a.rdf", Syntax::RdfXml), ("a.jsonld", Syntax::JsonLd),
        ] {
            let mut text = in_syntax(&parts.concat(), syntax);
            if more && matches!(syntax, Syntax::Turtle | Syntax::TriG) {
                text.insert_str(0, "@base <https://t.example/base> . # a comment.\n<#é> a [ a <> ] , ( 1 [] ) . _:b1 a _:b0 .\n");
            }
            let (_held, whole) = empty();
            let (_streamed, streamed) = empty();
            let mut one = load(&whole, &[input(name, &text)], &options()).unwrap();
            let mut two = by_stream(&streamed, name, &text, &options()).unwrap();
            for outcome in one.iter_mut().chain(&mut two) {
                outcome.digest = outcome.digest.take().filter(|digest| !digest.starts_with("joint:"));
            }
            prop_assert_eq!(&one, &two);
            prop_assert_eq!(told(&whole), told(&streamed));
            let again = by_stream(&streamed, name, &text, &options()).unwrap();
            prop_assert!(again.iter().all(|outcome| outcome.status == Status::Unchanged), "{again:?}");
        }
    }
}

const TWO: &str = "<https://t.example/a> <https://t.example/p> \"1\" <https://t.example/g> .\n\
    <https://t.example/b> <https://t.example/p> _:x <https://t.example/h> .\n";

#[test]
fn a_file_replaces_what_it_said_before_and_takes_out_what_it_holds_no_longer() {
    let (_folder, store) = empty();
    by_stream(&store, "a.nq", TWO, &options()).unwrap();
    let status = |text: &str| {
        let outcomes = by_stream(&store, "a.nq", text, &options()).unwrap();
        outcomes.into_iter().map(|outcome| (outcome.status, outcome.quads)).collect::<Vec<_>>()
    };
    assert_eq!(status(TWO), [(Status::Unchanged, 1), (Status::Unchanged, 1)]);
    assert_eq!(status(&TWO.replace("\"1\"", "\"2\"")), [(Status::Replaced, 1), (Status::Unchanged, 1)]);
    assert_eq!(status(TWO.lines().next().unwrap()), [(Status::Replaced, 1)]);
    assert_eq!(store.read().unwrap().reports().unwrap(), [("https://t.example/g".to_owned(), 1)]);
    let (dry, other) = (Options { dry_run: true, ..options() }, TWO.replace("\"1\"", "\"3\""));
    by_stream(&store, "a.nq", &other, &dry).unwrap();
    assert_eq!(status(TWO.lines().next().unwrap()), [(Status::Unchanged, 1)]);
    let owned = by_stream(&store, "b.nq", &other, &options()).unwrap_err();
    assert!(matches!(owned, LoadError::Owned { .. }), "{owned}");
    let reserved = by_stream(&store, "c.nq", "<u:a> <u:b> <u:c> <urn:ibid:history> .", &options()).unwrap_err();
    assert!(matches!(reserved, LoadError::Reserved(_)), "{reserved}");
}

#[test]
fn what_is_wrong_is_placed_in_the_file_however_far_down() {
    let good = "<https://t.example/a> <https://t.example/p> \"1\" <https://t.example/g> .\n".repeat(120_000);
    for (bad, column) in [
        ("<https://t.example/a> <https://t.example/p> <not an IRI> .", 45),
        ("<https://t.example/a> <https://t.example/p> <relative> .", 45),
        ("<https://t.example/a> <https://t.example/p> \"x\"@12345678901 .", 49),
        ("<https://t.example/a> <https://t.example/p> \"x\ny\" .", 47),
    ] {
        let (_folder, store) = empty();
        let error = by_stream(&store, "a.nq", &format!("{good}{bad}\n{good}"), &options()).unwrap_err();
        let LoadError::Syntax(wrong) = error else { panic!("{error}") };
        let place = wrong.position.unwrap();
        assert_eq!((place.line, place.column), (120_001, column), "{bad}: {wrong}");
        assert_eq!(wrong.line.as_deref(), bad.lines().next());
        assert_eq!(store.size().unwrap().quads, 0);
    }
}

#[test]
fn only_what_is_large_is_read_line_by_line_compressed_or_not() {
    use std::io::Write;
    let line = "<https://t.example/a> <https://t.example/p> \"1\" .\n";
    let large = line.repeat(SMALL as usize / line.len() + 1);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(large.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let opened = |bytes: Vec<u8>| open(Box::new(Cursor::new(bytes)), "a.nt", Some(Syntax::NTriples), u64::MAX).unwrap();
    assert!(matches!(opened(line.into()), Opened::Whole(_)));
    assert!(matches!(opened(large.into()), Opened::Stream(_)));
    let Opened::Stream(mut stream) = opened(packed.clone()) else { panic!("it is large when it is unpacked") };
    let (_folder, store) = empty();
    assert_eq!(load_stream(&store, &mut stream, &options(), &|_| {}).unwrap()[0].quads, 1);
    // Cut short, it ends before its end.
    let Opened::Stream(mut stream) = opened(packed[..packed.len() - 9].to_vec()) else {
        panic!("enough of it is there")
    };
    let error = load_stream(&store, &mut stream, &options(), &|_| {}).unwrap_err();
    assert!(matches!(error, LoadError::Read(_)), "{error}");
}
