//! What the fuzz targets try, and `tests/fuzz.rs` with what is in `fuzz/seeds`: nothing panics, and what is read comes back.

#![allow(dead_code, reason = "a target uses one of them")]

use ibid::catalog::prefixes;
use ibid::rdf::{Report, Statement, Syntax, read, write_quads};
use ibid::sparql::{Query, QueryError};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};

const BASE: &str = "https://t.example/base";

pub(crate) fn turtle(bytes: &[u8]) {
    reader(bytes, Syntax::Turtle);
}

pub(crate) fn trig(bytes: &[u8]) {
    reader(bytes, Syntax::TriG);
}

pub(crate) fn ntriples(bytes: &[u8]) {
    reader(bytes, Syntax::NTriples);
}

pub(crate) fn nquads(bytes: &[u8]) {
    reader(bytes, Syntax::NQuads);
}

pub(crate) fn rdfxml(bytes: &[u8]) {
    reader(bytes, Syntax::RdfXml);
}

pub(crate) fn jsonld(bytes: &[u8]) {
    reader(bytes, Syntax::JsonLd);
}

/// What is read is the same after it was written and read again; what is refused has a place in the text.
fn reader(bytes: &[u8], syntax: Syntax) {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u32;
    match read(bytes, syntax, Some(BASE)) {
        Ok(report) => {
            for (_, _, position) in &report.places {
                assert!((1..=lines).contains(&position.line) && position.column > 0, "a place outside: {position:?}");
            }
            let written = as_nquads(&report);
            let again = match read(&written, Syntax::NQuads, None) {
                Ok(again) => again,
                Err(error) => panic!("{error} in {}", String::from_utf8_lossy(&written)),
            };
            assert_eq!(report.terms, again.terms);
            assert_eq!(report.statements, again.statements);
        }
        Err(error) => {
            if let Some(position) = error.position {
                assert!((1..=lines).contains(&position.line) && position.column > 0, "a place outside: {position:?}");
            }
            assert!(!error.message.is_empty() && error.length > 0);
        }
    }
}

fn as_nquads(report: &Report) -> Vec<u8> {
    let mut written = Vec::new();
    let quads = report.statements.iter().map(|statement| Ok(quad(&report.terms, statement)));
    write_quads::<std::io::Error>(quads, Syntax::NQuads, &[], &mut written).expect("memory takes all that is written");
    written
}

fn quad(terms: &[Term], statement: &Statement) -> Quad {
    let subject: NamedOrBlankNode = match terms[statement.subject as usize].clone() {
        Term::NamedNode(node) => node.into(),
        Term::BlankNode(node) => node.into(),
        Term::Literal(literal) => panic!("a subject {literal}"),
    };
    let Term::NamedNode(predicate) = terms[statement.predicate as usize].clone() else {
        panic!("a predicate that is no IRI")
    };
    let graph = match statement.graph.map(|graph| terms[graph as usize].clone()) {
        None => GraphName::DefaultGraph,
        Some(Term::NamedNode(node)) => node.into(),
        Some(Term::BlankNode(node)) => node.into(),
        Some(Term::Literal(literal)) => panic!("a graph {literal}"),
    };
    Quad::new(subject, predicate, terms[statement.object as usize].clone(), graph)
}

/// A query, then parameters as `name=term`, all parted by NUL: a query that is shown is the same query, and a parameter never makes
/// another kind of it.
pub(crate) fn bind(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split('\0');
    let Ok(query) = Query::parse(parts.next().unwrap_or_default(), prefixes()) else { return };
    let Some(again) = reparsed(&query) else { return };
    assert_eq!((query.kind(), query.columns(), query.graphs()), (again.kind(), again.columns(), again.graphs()));
    let parameters: Vec<(String, Term)> = parts
        .filter_map(|part| part.split_once('='))
        .filter_map(|(name, typed)| Some((name.to_owned(), prefixes().term(typed).ok()?)))
        .collect();
    let Ok(bound) = query.clone().bind(&parameters) else { return };
    assert_eq!((query.kind(), query.columns()), (bound.kind(), bound.columns()));
    assert_eq!((query.graphs().len(), query.has_graph_clause()), (bound.graphs().len(), bound.has_graph_clause()));
    if let Some(again) = reparsed(&bound) {
        assert_eq!((again.kind(), again.columns()), (bound.kind(), bound.columns()));
    }
}

/// The query that a query is shown as. Brackets that are written out may go beyond the bounds.
fn reparsed(query: &Query) -> Option<Query> {
    match Query::parse(&query.show(), prefixes()) {
        Ok(again) => Some(again),
        Err(QueryError::Deep { .. }) => None,
        Err(error) => panic!("{error}: {}", query.show()),
    }
}
