//! The vocabulary, the program's constants, the JSON-LD context and the shapes agree, both ways.

use crate::util::{files, root};
use ibid::rdf::{Report, Syntax, read};
use ibid::vocab::{graph, ibid as terms, schema};
use oxigraph::model::Term;
use std::collections::BTreeSet;

fn parsed(file: &str) -> Report {
    let bytes = std::fs::read(root().join("ontology").join(file)).unwrap();
    let syntax = Syntax::of_file_name(file).unwrap();
    read(&bytes, syntax, Some("https://w3id.org/ibid/"))
        .unwrap_or_else(|error| panic!("ontology/{file}: {error} at {:?}", error.position))
}

/// The terms of ibid's namespace that stand in a report.
fn named(report: &Report) -> BTreeSet<String> {
    let own = |term: &Term| match term {
        Term::NamedNode(node) => {
            node.as_str().strip_prefix(terms::NAMESPACE).filter(|local| !local.is_empty()).map(str::to_owned)
        }
        _ => None,
    };
    report.terms.iter().filter_map(own).collect()
}

/// The terms that the vocabulary declares: those that have a label.
fn declared() -> BTreeSet<String> {
    subjects_with("http://www.w3.org/2000/01/rdf-schema#label")
}

fn subjects_with(property: &str) -> BTreeSet<String> {
    let vocabulary = parsed("ibid.ttl");
    let is =
        |number: u32| matches!(&vocabulary.terms[number as usize], Term::NamedNode(node) if node.as_str() == property);
    vocabulary
        .statements
        .iter()
        .filter(|statement| is(statement.predicate))
        .filter_map(|statement| match &vocabulary.terms[statement.subject as usize] {
            Term::NamedNode(node) => node.as_str().strip_prefix(terms::NAMESPACE).map(str::to_owned),
            _ => None,
        })
        .filter(|local| !local.is_empty())
        .collect()
}

#[test]
fn constants_and_vocabulary_agree_both_ways() {
    let constants: BTreeSet<String> = terms::ALL.iter().map(|iri| iri[terms::NAMESPACE.len()..].to_owned()).collect();
    let declared = declared();
    let missing: Vec<_> = constants.difference(&declared).collect();
    let unknown: Vec<_> = declared.difference(&constants).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "not in ontology/ibid.ttl: {missing:?}; not in src/vocab.rs: {unknown:?}"
    );
}

#[test]
fn every_term_has_a_comment_and_an_example() {
    let declared = declared();
    for property in ["http://www.w3.org/2000/01/rdf-schema#comment", "http://www.w3.org/2004/02/skos/core#example"] {
        let having = subjects_with(property);
        let lacking: Vec<_> = declared.difference(&having).collect();
        assert!(lacking.is_empty(), "without {property}: {lacking:?}");
    }
}

#[test]
fn every_property_has_a_domain_and_a_range() {
    let properties: BTreeSet<String> =
        declared().into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    for side in ["domain", "range"] {
        let having = subjects_with(&format!("http://www.w3.org/2000/01/rdf-schema#{side}"));
        let lacking: Vec<_> = properties.difference(&having).collect();
        assert!(lacking.is_empty(), "without {side}: {lacking:?}");
    }
}

#[test]
fn no_file_uses_a_term_that_is_not_declared() {
    let declared = declared();
    for file in ["shapes.ttl", "alignments.ttl"] {
        let unknown: Vec<String> = named(&parsed(file)).difference(&declared).cloned().collect();
        assert!(unknown.is_empty(), "ontology/{file}: {unknown:?}");
    }
    for report in ["data/north-korea-crypto/report.ttl", "data/fictional/report.ttl"] {
        let bytes = std::fs::read(root().join(report)).unwrap();
        let unknown: Vec<String> =
            named(&read(&bytes, Syntax::Turtle, None).unwrap()).difference(&declared).cloned().collect();
        assert!(unknown.is_empty(), "{report}: {unknown:?}");
    }
    for folder in ["queries/audit", "queries/saved"] {
        for path in files(&root().join(folder), "rq") {
            let text = std::fs::read_to_string(&path).unwrap();
            for piece in text.split("ibid:").skip(1) {
                let name: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
                let graph = graph::RESERVED.iter().any(|graph| graph.ends_with(&format!("ibid:{name}")));
                assert!(graph || name.is_empty() || declared.contains(&name), "{}: ibid:{name}", path.display());
            }
        }
    }
}

#[test]
fn the_context_names_only_terms_that_are_declared() {
    let text = std::fs::read_to_string(root().join("ontology/context.jsonld")).unwrap();
    let declared = declared();
    for piece in text.split("\"ibid:").skip(1) {
        let name: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(declared.contains(&name), "ontology/context.jsonld: ibid:{name}");
    }
}

#[test]
fn the_queries_prefixes_are_those_of_the_file() {
    let prefixes = ibid::catalog::prefixes();
    let namespace = |prefix: &str| {
        prefixes.list().iter().find(|(known, _)| known == prefix).map(|(_, namespace)| namespace.as_str())
    };
    assert_eq!(namespace("ibid"), Some(terms::NAMESPACE));
    assert_eq!(namespace("schema"), Some(schema::NAMESPACE));
    assert_eq!(namespace("prov"), Some(ibid::vocab::prov::NAMESPACE));
}

/// Nobody may read out of a help text or message that a claim is true.
#[test]
fn no_text_of_the_program_vouches_for_a_claim() {
    let forbidden = ["verified true", "authentic", "trusted", "is true", "proven true"];
    let mut texts = crate::util::files_below(&root().join("queries"), "rq");
    texts.extend(crate::util::files_below(&root().join("src"), "rs"));
    for path in texts {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for word in forbidden {
            for (number, line) in text.lines().enumerate().filter(|(_, line)| line.contains(word)) {
                assert!(
                    line.contains("never says that a claim is true"),
                    "{}:{}: `{word}`",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}
