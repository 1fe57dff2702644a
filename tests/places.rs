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
