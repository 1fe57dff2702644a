//! Datasets of all kinds of terms, for the properties that hold of any.

use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use proptest::prelude::*;
use proptest::sample::select;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The text of a dataset as N-Quads.
pub(crate) fn text_of(quads: &[Quad]) -> String {
    quads.iter().map(|quad| format!("{quad} .\n")).collect()
}

fn iri() -> impl Strategy<Value = NamedNode> {
    let odd = "[a-z][a-z0-9+.-]{0,4}:[A-Za-z0-9/#?&=+;,'()*!$@:._~é日\u{10000}-]{0,12}";
    prop_oneof![
        4 => (0u8..8).prop_map(|number| format!("https://test.example/{number}")),
        1 => odd.prop_filter("relative, or none", |iri| NamedNode::new(iri).is_ok()),
        1 => "[a-z0-9]{0,9}".prop_map(|path| format!("http://schema.org/{path}")),
        1 => select(vec!["type", "_1", "li", "about", "value"])
            .prop_map(|name| format!("http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}")),
    ]
    .prop_map(NamedNode::new_unchecked)
}

fn blank() -> impl Strategy<Value = BlankNode> {
    select(vec!["a", "b0", "x.y", "0", "é", "r1b0", "A-b"]).prop_map(BlankNode::new_unchecked)
}

/// Numbers, dates and truth values as nobody's canonical form has them, and what is none.
fn odd_value() -> impl Strategy<Value = Literal> {
    let text = prop_oneof![
        "[-+]?0{0,2}[0-9]{0,3}(\\.[0-9]{0,3}0{0,2})?([eE][-+]?[0-9])?",
        select(vec![
            "NaN",
            "INF",
            "-INF",
            "+INF",
            "true",
            "1",
            "TRUE",
            "false",
            "",
            " 1 ",
            "1,5",
            "-0",
            "2020-01-01",
            "2020-01-01Z",
            "2020-01-01+00:00",
            "2020-02-30",
            "2020-01-01T24:00:00",
            "2020-01-01T00:00:00.000Z",
            "2020-01-01T02:00:00+02:00",
            "2020",
            "2020-05",
            "--05",
            "---05",
            "12:00:00",
            "P1Y",
            "P12M",
            "PT36H",
            "<b>x</b>",
            "a&b",
        ])
        .prop_map(str::to_owned),
    ];
    let kind = select(vec![
        "decimal",
        "integer",
        "int",
        "byte",
        "unsignedLong",
        "nonNegativeInteger",
        "double",
        "float",
        "boolean",
        "date",
        "dateTime",
        "dateTimeStamp",
        "time",
        "gYear",
        "gYearMonth",
        "gMonthDay",
        "duration",
        "dayTimeDuration",
        "hexBinary",
        "anyURI",
        "string",
        "normalizedString",
        "noSuchType",
    ]);
    (text, kind)
        .prop_map(|(text, kind)| Literal::new_typed_literal(text, NamedNode::new_unchecked(format!("{XSD}{kind}"))))
}

/// Literals, what they say and what kind they are of.
pub(crate) fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        3 => odd_value(),
        2 => ".{0,12}".prop_map(Literal::new_simple_literal),
        1 => "[\\x00-\\x20\\x7f-\\xa0\\\\\"'\u{FEFF}\u{FFFE}\u{FFFF}\u{10FFFF}]{0,6}".prop_map(Literal::new_simple_literal),
        2 => (".{0,8}", "[A-Za-z]{2,3}(-[A-Z]{2})?(-[a-z0-9]{5,8})?")
            .prop_map(|(text, tag)| Literal::new_language_tagged_literal_unchecked(text, tag)),
        1 => (".{0,8}", iri()).prop_map(|(text, datatype)| Literal::new_typed_literal(text, datatype)),
        1 => (1usize..20_000, "[a-zé\"\\n]").prop_map(|(times, text)| Literal::new_simple_literal(text.repeat(times))),
        1 => select(vec!["<b>x</b>", "a &amp; b", "<x", ""]).prop_map(|text| {
            let datatype = "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral";
            Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype))
        }),
    ]
}

fn node() -> impl Strategy<Value = NamedOrBlankNode> {
    prop_oneof![3 => iri().prop_map(Into::into), 2 => blank().prop_map(Into::into)]
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![1 => node().prop_map(Into::into), 2 => literal().prop_map(Into::into)]
}

fn graph() -> impl Strategy<Value = GraphName> {
    prop_oneof![
        2 => Just(GraphName::DefaultGraph),
        3 => (0u8..6).prop_map(|number| NamedNode::new_unchecked(format!("https://test.example/graph/{number}")).into()),
        1 => iri().prop_map(Into::into),
        1 => blank().prop_map(Into::into),
    ]
}

/// A quad of any terms.
pub(crate) fn quad() -> impl Strategy<Value = Quad> {
    (node(), iri(), term(), graph())
        .prop_map(|(subject, predicate, object, graph)| Quad::new(subject, predicate, object, graph))
}

/// A dataset as it is to come back: its language tags are in lower case.
pub(crate) fn with_plain_tags(quads: &[Quad]) -> Vec<Quad> {
    let plain = |quad: &Quad| match &quad.object {
        Term::Literal(literal) if literal.language().is_some() => {
            let tag = literal.language().unwrap_or_default().to_ascii_lowercase();
            let literal = Literal::new_language_tagged_literal_unchecked(literal.value(), tag);
            Quad { object: literal.into(), ..quad.clone() }
        }
        _ => quad.clone(),
    };
    quads.iter().map(plain).collect()
}
