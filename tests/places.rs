//! Where claims stand in files of every syntax; never an invented place.

use crate::util::{input, store_of};
use ibid::store::Reader;

fn places(name: &str, text: &str, nodes: &[&str]) -> Vec<Option<(u32, u32)>> {
    let (_folder, store) = store_of(&[input(name, text)]);
    let snapshot = store.read().unwrap();
    let place = |node: &&str| {
        let node = snapshot.find(&format!("https://t.example/{node}")).unwrap().expect("the file names it");
        snapshot.place(node, None).unwrap().map(|place| (place.line, place.column))
    };
    nodes.iter().map(place).collect()
}

#[test]
fn in_turtle_a_claim_stands_where_its_first_statement_begins() {
    let text = "@prefix base: <https://t.example/> .\n<https://t.example/a> <https://t.example/p> [ <https://t.example/p> 1.5 ] ,\n  \"x. y\"@en.base:b <https://t.example/p> 1 .\n base:c <https://t.example/p> base:a .";
    assert_eq!(places("a.ttl", text, &["a", "b", "c", "p"]), [Some((2, 1)), Some((3, 13)), Some((4, 2)), None]);
}

#[test]
fn in_rdf_xml_it_stands_where_its_element_begins_and_not_in_a_comment() {
    let text = r#"<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://t.example/" xml:base="https://t.example/">
  <!-- <rdf:Description rdf:about="a"/> -->
  <rdf:Description rdf:about="a"><e:p rdf:resource="c"/></rdf:Description>
  <e:Claim rdf:about="https://t.example/b"/>
</rdf:RDF>"#;
    assert_eq!(places("a.rdf", text, &["a", "b", "c"]), [Some((4, 3)), Some((5, 3)), None]);
}

#[test]
fn in_json_ld_it_stands_where_its_id_is() {
    let text = r#"{
  "@context": {"e": "https://t.example/", "o": "https://other.example/", "p": "e:p"},
  "@graph": [
    {"@id": "o:a", "p": 1},
    {"@id": "e:a", "p": 2},
    {"@id": "https://t.example/b", "p": 3}
  ]
}"#;
    assert_eq!(places("a.jsonld", text, &["a", "b"]), [Some((5, 6)), Some((6, 6))]);
}

#[test]
fn the_place_of_a_subject_costs_the_same_wherever_it_stands() {
    let line: String = (0..20_000).map(|n| format!("<https://t.example/{n}> <https://t.example/p> 1 . ")).collect();
    assert_eq!(places("a.ttl", &line, &["19999"]).len(), 1);
}

/// A blank node has no name to be found by: its claim's text leads to it.
#[test]
fn a_claim_without_a_name_stands_where_its_statement_begins() {
    let text = "@prefix ibid: <https://w3id.org/ibid/ns#> . @prefix schema: <https://schema.org/> . @base <https://t.example/> .\n\
        [] a ibid:Claim ; schema:text \"a\" .\n <x> ibid:note ( [ a ibid:Claim ; schema:text \"b\" ] ) .\n\
        [ a ibid:Claim ; schema:text \"c\" ] .\n_:d a ibid:Claim ; schema:text \"d\" .";
    let (_folder, store) = store_of(&[input("a.ttl", text)]);
    let snapshot = store.read().unwrap();
    let mut found = Vec::new();
    snapshot
        .edges("https://schema.org/text", &mut |claim, text| {
            let place = snapshot.place(claim, None).unwrap().map(|place| (place.line, place.column));
            found.push((snapshot.name(text).unwrap(), place));
        })
        .unwrap();
    found.sort();
    let place = |text: &str, line, column| (text.to_owned(), Some((line, column)));
    assert_eq!(found, [place("a", 2, 1), place("b", 3, 2), place("c", 4, 1), place("d", 5, 1)]);
}

/// The report that says what a node is has its place, in whichever order reports came.
#[test]
fn a_claim_stands_where_it_is_said_to_be_one() {
    let prefix = "@prefix ibid: <https://w3id.org/ibid/ns#> . @prefix schema: <https://schema.org/> . ";
    let says = format!("{prefix}@base <https://t.example/r1> .\n<https://t.example/c> a ibid:Claim .");
    let adds = format!("{prefix}@base <https://t.example/r0> .\n\n<https://t.example/c> schema:text \"x\" .");
    for files in [[("b.ttl", &says), ("a.ttl", &adds)], [("a.ttl", &adds), ("b.ttl", &says)]] {
        let (_folder, store) = store_of(&files.map(|(name, text)| input(name, text)));
        let snapshot = store.read().unwrap();
        let claim = snapshot.find("https://t.example/c").unwrap().unwrap();
        assert_eq!(snapshot.place(claim, None).unwrap().unwrap().to_string(), "b.ttl:2:1");
    }
}
