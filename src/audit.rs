//! The linter: runs rules over a store and gathers what they find.

use crate::catalog::{Rule, fill, prefixes};
use crate::computed;
use crate::lineage::{self, Lineage};
use crate::model::{Audit, Failure, Finding, Place, Severity, Summary};
use crate::store::{Node, Reader, Result, Run, name_of};
use crate::vocab::{graph, ibid, rdf, schema};
use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, QuerySolution};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// Runs rules, each over the same view; one that fails does not stop the others.
///
/// Findings come sorted by file, line, column and rule, those without a place last.
///
/// # Errors
/// When the store fails; a rule that fails by itself is told among the failures.
pub fn audit(reader: &dyn Reader, rules: &[Rule], mut failures: Vec<Failure>, run: &Run) -> Result<Audit> {
    let lineage = lineage::compute(reader)?;
    reader.attach(graph::LINEAGE, &mut || Ok(lineage::facts(&lineage)))?;
    let mut findings = Vec::new();
    for rule in rules {
        match apply(reader, rule, run) {
            Ok(found) => findings.extend(found),
            Err(error) => failures.push(Failure { rule: rule.saved.id.clone(), error: error.to_string() }),
        }
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    failures.sort_by(|a, b| a.rule.cmp(&b.rule));
    Ok(Audit::new(summary(reader, &lineage)?, findings, failures))
}

fn order(finding: &Finding) -> (bool, Option<&Place>, &str, Option<&str>, Option<&str>, &str) {
    let place = finding.location.as_ref();
    (place.is_none(), place, &finding.rule, finding.claim.as_deref(), finding.document.as_deref(), &finding.message)
}

fn summary(reader: &dyn Reader, lineage: &Lineage) -> Result<Summary> {
    let mut summary = Summary { claims: lineage.claims().len(), ..Summary::default() };
    for claim in lineage.claims() {
        if let Some(facts) = lineage.facts(*claim) {
            summary.levels.add(facts.level);
        }
    }
    summary.documents = counts(reader)?.1;
    Ok(summary)
}

/// How many claims and documents the reports describe.
///
/// # Errors
/// When the store fails.
pub fn counts(reader: &dyn Reader) -> Result<(usize, usize)> {
    let (claim, document) = (reader.find(ibid::CLAIM)?, reader.find(ibid::DOCUMENT)?);
    let (mut claims, mut documents) = (FxHashSet::default(), FxHashSet::default());
    reader.edges(rdf::TYPE, &mut |node, class| {
        if Some(class) == claim {
            claims.insert(node);
        } else if Some(class) == document {
            documents.insert(node);
        }
    })?;
    Ok((claims.len(), documents.len()))
}

/// What makes two rows one finding.
type Subject = (Option<Node>, Option<Node>, String);

/// One rule's findings.
fn apply(reader: &dyn Reader, rule: &Rule, run: &Run) -> Result<Vec<Finding>> {
    computed::attach(reader, &rule.query)?;
    let QueryResults::Solutions(rows) = reader.query(&rule.query, run)? else { return Ok(Vec::new()) };
    let mut found: BTreeMap<Subject, (Finding, BTreeSet<String>)> = BTreeMap::new();
    for row in rows {
        let row = row?;
        let node = |column: &str| -> Result<Option<Node>> {
            match row.get(column) {
                Some(Term::NamedNode(node)) => reader.find(node.as_str()),
                Some(term @ Term::BlankNode(_)) => reader.find(&name_of(term.clone())),
                _ => Ok(None),
            }
        };
        let (claim, document, graph) = (node("claim")?, node("document")?, node("graph")?);
        let message = fill_from(reader, &rule.message, &row)?;
        let entry = match found.entry((claim, document, message)) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let message = entry.key().2.clone();
                entry.insert((finding(reader, rule, &row, (claim, document, graph), message)?, BTreeSet::new()))
            }
        };
        if let Some(related) = row.get("related") {
            entry.1.insert(name_of(related.clone()));
        }
        // Rows of one finding may differ in weight: the heaviest counts.
        entry.0.severity = entry.0.severity.max(severity_of(&row).unwrap_or(entry.0.severity));
    }
    Ok(found
        .into_values()
        .map(|(finding, related)| Finding { related: related.into_iter().collect(), ..finding })
        .collect())
}

fn severity_of(row: &QuerySolution) -> Option<Severity> {
    match row.get("severity") {
        Some(Term::Literal(literal)) => literal.value().parse().ok(),
        _ => None,
    }
}

fn finding(
    reader: &dyn Reader,
    rule: &Rule,
    row: &QuerySolution,
    nodes: (Option<Node>, Option<Node>, Option<Node>),
    message: String,
) -> Result<Finding> {
    let (claim, document, graph) = nodes;
    let text = |column: &str| row.get(column).map(|term| name_of(term.clone()));
    let mut finding = Finding {
        rule: rule.saved.id.clone(),
        severity: severity_of(row).unwrap_or(rule.severity),
        claim: text("claim"),
        document: text("document"),
        graph: text("graph"),
        message,
        text: None,
        location: None,
        related: Vec::new(),
        help: Some(fill_from(reader, &rule.help, row)?),
    };
    if let Some(claim) = claim {
        finding.text = first_name(reader, claim, schema::TEXT)?;
        if document.is_none() {
            finding.document = first_name(reader, claim, schema::APPEARANCE)?;
        }
    }
    if let Some(subject) = claim.or(document) {
        finding.location = match reader.place(subject, graph)? {
            Some(place) => Some(place),
            None => reader.place(subject, None)?,
        };
    }
    Ok(finding)
}

/// The smallest of a property's values, as text.
fn first_name(reader: &dyn Reader, node: Node, property: &str) -> Result<Option<String>> {
    let mut names = Vec::new();
    for value in reader.objects(node, property)? {
        names.push(reader.name(value)?);
    }
    Ok(names.into_iter().min())
}

fn fill_from(reader: &dyn Reader, template: &str, row: &QuerySolution) -> Result<String> {
    let mut error = None;
    let filled = fill(template, |column| {
        let term = row.get(column)?;
        match term {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            node => match called(reader, &name_of(node.clone())) {
                Ok(name) => Some(name),
                Err(failed) => {
                    error = Some(failed);
                    None
                }
            },
        }
    });
    error.map_or(Ok(filled), Err)
}

/// What people call a node: its `schema:name`, else its IRI, shortened.
///
/// # Errors
/// When the store fails.
pub fn called(reader: &dyn Reader, iri: &str) -> Result<String> {
    let name = match reader.find(iri)? {
        Some(node) => first_name(reader, node, schema::NAME)?,
        None => None,
    };
    Ok(name.unwrap_or_else(|| prefixes().shorten(iri)))
}
