//! What does one rule find? Its rows, gathered into findings.

use super::look::Look;
use crate::catalog::{Rule, fill};
use crate::computed;
use crate::model::{Finding, Severity};
use crate::store::{Error, Result, Run, name_of};
use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, QuerySolution};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// One rule's findings, in the order of its rows.
pub(super) type Applied = Vec<Finding>;

/// What makes two rows one finding: claim, document, message.
type Key = (Option<Arc<str>>, Option<Arc<str>>, Arc<str>);

/// Runs one rule.
pub(super) fn apply(look: &mut Look<'_>, rule: &Rule, run: &Run) -> Result<Applied> {
    computed::attach(look.reader, &rule.query)?;
    let QueryResults::Solutions(rows) = look.reader.query(&rule.query, run)? else { return Ok(Vec::new()) };
    let mut places: FxHashMap<Key, usize> = FxHashMap::default();
    let mut found: Vec<Finding> = Vec::new();
    let id = look.word(&rule.saved.id);
    for row in rows {
        let row = row?;
        if run.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let message = fill_from(look, &rule.message, &row)?;
        let key = (named(look, &row, "claim"), named(look, &row, "document"), message);
        let number = match places.entry(key) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let (claim, document, message) = entry.key().clone();
                let mut finding = Finding {
                    rule: Arc::clone(&id),
                    severity: weight(rule, &row),
                    claim,
                    document,
                    graph: named(look, &row, "graph"),
                    message,
                    text: None,
                    location: None,
                    related: Vec::new(),
                    related_locations: Vec::new(),
                    help: Some(fill_from(look, &rule.help, &row)?),
                    on: Vec::new(),
                };
                describe(look, &mut finding)?;
                found.push(finding);
                *entry.insert(found.len() - 1)
            }
        };
        let finding = &mut found[number];
        finding.related.extend(named(look, &row, "related"));
        if let Some(column) = &rule.on {
            finding.on.extend(
                named(look, &row, column).filter(|_| !matches!(row.get(column.as_str()), Some(Term::Literal(_)))),
            );
        }
        // Rows of one finding may differ in weight: the heaviest counts.
        finding.severity = finding.severity.max(weight(rule, &row));
    }
    for finding in &mut found {
        for nodes in [&mut finding.related, &mut finding.on] {
            nodes.sort_unstable();
            nodes.dedup();
            nodes.shrink_to_fit();
        }
    }
    Ok(found)
}

/// Text, document and place of what a finding is about.
fn describe(look: &mut Look<'_>, finding: &mut Finding) -> Result<()> {
    let Some(subject) = finding.claim.clone().or_else(|| finding.document.clone()) else { return Ok(()) };
    let known = look.subject(&subject, finding.graph.as_ref(), finding.claim.is_some())?;
    finding.text = known.text;
    finding.location = known.location;
    if finding.document.is_none() {
        finding.document = known.document;
    }
    Ok(())
}

fn named(look: &mut Look<'_>, row: &QuerySolution, column: &str) -> Option<Arc<str>> {
    match row.get(column)? {
        Term::NamedNode(node) => Some(look.word(node.as_str())),
        other => Some(look.word(&name_of(other.clone()))),
    }
}

fn weight(rule: &Rule, row: &QuerySolution) -> Severity {
    match row.get("severity") {
        Some(Term::Literal(literal)) if !rule.fixed => literal.value().parse().unwrap_or(rule.severity),
        _ => rule.severity,
    }
}

fn fill_from(look: &mut Look<'_>, template: &str, row: &QuerySolution) -> Result<Arc<str>> {
    let mut error = None;
    let filled = fill(template, |column| {
        let named = match row.get(column)? {
            Term::Literal(literal) => return Some(literal.value().to_owned()),
            Term::NamedNode(node) => look.called(node.as_str()),
            blank @ Term::BlankNode(_) => look.called(&name_of(blank.clone())),
        };
        named.map(|name| name.as_ref().to_owned()).map_err(|failed| error = Some(failed)).ok()
    });
    match error {
        Some(error) => Err(error),
        None => Ok(look.word(&filled)),
    }
}
