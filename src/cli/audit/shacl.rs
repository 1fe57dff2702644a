//! A validation report of SHACL, as Turtle: <https://www.w3.org/TR/shacl/#validation-report>
//!
//! A rule is no shape, so that its IRI stands for one: `urn:ibid:rule:ID`. Where a finding stands is `prov:atLocation`, the claim's text
//! `sh:value`, and the next step `rdfs:comment`.

use super::super::error::CliError;
use super::told::Told;
use ibid::model::{Finding, Severity};
use ibid::vocab::prov;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxttl::TurtleSerializer;
use std::io::Write;

const SHACL: &str = "http://www.w3.org/ns/shacl#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const AT_LOCATION: &str = "http://www.w3.org/ns/prov#atLocation";

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let mut writer = TurtleSerializer::new();
    for (prefix, namespace) in [("prov", prov::NAMESPACE), ("rdfs", RDFS), ("sh", SHACL)] {
        writer = writer.with_prefix(prefix, namespace).map_err(std::io::Error::other)?;
    }
    let mut writer = writer.for_writer(out);
    let report = NamedOrBlankNode::from(BlankNode::new_unchecked("report"));
    writer.serialize_triple(&triple(&report, rdf::TYPE.into_owned(), sh("ValidationReport")))?;
    writer.serialize_triple(&triple(&report, sh("conforms"), Literal::from(told.audited.is_empty())))?;
    let result = |number: usize| NamedOrBlankNode::from(BlankNode::new_unchecked(format!("result{number}")));
    for number in 1..=told.audited.len() {
        writer.serialize_triple(&triple(&report, sh("result"), Term::from(result(number))))?;
    }
    let mut triples = Vec::new();
    for (number, finding) in told.findings().enumerate() {
        describe(&result(number + 1), &finding?, &mut triples);
        for triple in triples.drain(..) {
            writer.serialize_triple(&triple)?;
        }
    }
    writer.finish()?;
    Ok(())
}

fn describe(result: &NamedOrBlankNode, finding: &Finding, triples: &mut Vec<Triple>) {
    let severity = match finding.severity {
        Severity::Error => "Violation",
        Severity::Warning => "Warning",
        Severity::Info => "Info",
    };
    triples.push(triple(result, rdf::TYPE.into_owned(), sh("ValidationResult")));
    triples.push(triple(result, sh("resultSeverity"), sh(severity)));
    if let Some(subject) = finding.subject() {
        triples.push(triple(result, sh("focusNode"), node(subject)));
    }
    triples.push(triple(result, sh("sourceConstraintComponent"), sh("SPARQLConstraintComponent")));
    let rule = NamedNode::new_unchecked(format!("urn:ibid:rule:{}", finding.rule));
    triples.push(triple(result, sh("sourceShape"), rule));
    triples.push(triple(result, sh("resultMessage"), Literal::new_simple_literal(&*finding.message)));
    if let Some(text) = &finding.text {
        triples.push(triple(result, sh("value"), Literal::new_simple_literal(&**text)));
    }
    if let Some(help) = finding.help.as_ref().filter(|help| !help.is_empty()) {
        triples.push(triple(
            result,
            NamedNode::new_unchecked(format!("{RDFS}comment")),
            Literal::new_simple_literal(&**help),
        ));
    }
    if let Some(place) = &finding.location {
        let place = Literal::new_simple_literal(place.to_string());
        triples.push(triple(result, NamedNode::new_unchecked(AT_LOCATION), place));
    }
    for related in &finding.related {
        triples.push(triple(result, NamedNode::new_unchecked(format!("{RDFS}seeAlso")), node(related)));
    }
}

fn triple(subject: &NamedOrBlankNode, predicate: NamedNode, object: impl Into<Term>) -> Triple {
    Triple::new(subject.clone(), predicate, object)
}

fn sh(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{SHACL}{local}"))
}

/// A node by its name; what is neither an IRI nor a blank node is a text.
fn node(name: &str) -> Term {
    match name.strip_prefix("_:") {
        Some(label) => BlankNode::new_unchecked(label).into(),
        None => NamedNode::new(name).map_or_else(|_| Literal::new_simple_literal(name).into(), Into::into),
    }
}
