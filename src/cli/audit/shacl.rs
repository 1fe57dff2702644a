//! A validation report of SHACL, as Turtle: <https://www.w3.org/TR/shacl/#validation-report>
//!
//! A rule is no shape, so that its IRI stands for one: `urn:ibid:rule:ID`. Where a finding stands is `prov:atLocation`.

use super::super::error::CliError;
use super::told::Told;
use ibid::catalog::prefixes;
use ibid::model::{Finding, Severity};
use ibid::rdf::{Syntax, write_quads};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use std::io::Write;

const SHACL: &str = "http://www.w3.org/ns/shacl#";
const SEE_ALSO: &str = "http://www.w3.org/2000/01/rdf-schema#seeAlso";
const AT_LOCATION: &str = "http://www.w3.org/ns/prov#atLocation";

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let report = NamedOrBlankNode::from(BlankNode::new_unchecked("report"));
    let mut quads = vec![
        quad(&report, rdf::TYPE.into_owned(), sh("ValidationReport")),
        quad(&report, sh("conforms"), Literal::from(told.audited.is_empty())),
    ];
    for (number, finding) in told.findings().enumerate() {
        let result = NamedOrBlankNode::from(BlankNode::new_unchecked(format!("result{}", number + 1)));
        quads.push(quad(&report, sh("result"), Term::from(result.clone())));
        describe(&result, &finding?, &mut quads);
    }
    let mut known = prefixes().list().to_vec();
    known.push(("sh".to_owned(), SHACL.to_owned()));
    known.push(("rdfs".to_owned(), "http://www.w3.org/2000/01/rdf-schema#".to_owned()));
    known.sort();
    known.dedup_by(|a, b| a.0 == b.0);
    write_quads::<std::io::Error>(quads.into_iter().map(Ok), Syntax::Turtle, &known, out)?;
    Ok(())
}

fn describe(result: &NamedOrBlankNode, finding: &Finding, quads: &mut Vec<Quad>) {
    let severity = match finding.severity {
        Severity::Error => "Violation",
        Severity::Warning => "Warning",
        Severity::Info => "Info",
    };
    quads.push(quad(result, rdf::TYPE.into_owned(), sh("ValidationResult")));
    quads.push(quad(result, sh("resultSeverity"), sh(severity)));
    if let Some(subject) = finding.subject() {
        quads.push(quad(result, sh("focusNode"), node(subject)));
    }
    quads.push(quad(result, sh("sourceConstraintComponent"), sh("SPARQLConstraintComponent")));
    let rule = NamedNode::new_unchecked(format!("urn:ibid:rule:{}", finding.rule));
    quads.push(quad(result, sh("sourceShape"), rule));
    quads.push(quad(result, sh("resultMessage"), Literal::new_simple_literal(&*finding.message)));
    if let Some(place) = &finding.location {
        let place = Literal::new_simple_literal(place.to_string());
        quads.push(quad(result, NamedNode::new_unchecked(AT_LOCATION), place));
    }
    for related in &finding.related {
        quads.push(quad(result, NamedNode::new_unchecked(SEE_ALSO), node(related)));
    }
}

fn quad(subject: &NamedOrBlankNode, predicate: NamedNode, object: impl Into<Term>) -> Quad {
    Quad::new(subject.clone(), predicate, object, GraphName::DefaultGraph)
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
