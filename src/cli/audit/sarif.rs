//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use super::super::error::CliError;
use super::stream::{self, List};
use super::told::Told;
use ibid::audit::fingerprint;
use ibid::catalog::Rule;
use ibid::model::{Audit, Failure, Finding, Place, Severity};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// What related nodes are called, as far as that was asked.
type Names = FxHashMap<Arc<str>, String>;
/// How many names are remembered.
const KNOWN: usize = 1 << 16;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    tool: Value,
    column_kind: &'static str,
    invocations: Value,
    properties: Value,
    results: R,
}

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let numbers: BTreeMap<&str, usize> =
        told.rules.iter().enumerate().map(|(number, rule)| (rule.saved.id.as_str(), number)).collect();
    let Audit { tool, failures, .. } = &Audit::new(told.audited.summary().clone(), Vec::new(), told.failures());
    let notifications: Vec<Value> = failures.iter().map(|failure| notification(failure, &numbers)).collect();
    // Either all results say whether they are suppressed, or none does (section 3.27.23).
    let suppresses = told.audited.summary().waived > 0;
    let mut names = Names::default();
    let found = told.placed().map(|finding| finding.map(|finding| (finding, None)));
    let waived = told.waived().map(|waived| waived.map(|(finding, reason)| (finding, Some(reason))));
    let results = found.chain(waived).map(|finding| {
        let (finding, reason) = finding?;
        let mut result = result(told, &finding, &numbers, &mut names)?;
        if suppresses {
            let suppression = |reason| json!({ "kind": "inSource", "status": "accepted", "justification": reason });
            result["suppressions"] = reason.map(suppression).into_iter().collect();
        }
        Ok(result)
    });
    let failed = Cell::default();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": {
                "name": tool.name,
                "version": tool.version,
                "semanticVersion": tool.version,
                "rules": told.rules.iter().map(descriptor).collect::<Vec<_>>(),
            } }),
            column_kind: "unicodeCodePoints",
            invocations: json!([{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": notifications,
            }]),
            properties: json!({ "profile": told.profile, "summary": told.audited.summary() }),
            results: List::new(results, &failed),
        }],
    };
    stream::write(&log, &failed, out)
}

/// A rule that could not be run, or a waiver that waives nothing.
fn notification(failure: &Failure, numbers: &BTreeMap<&str, usize>) -> Value {
    let mut said = json!({ "level": "error", "message": { "text": failure.error } });
    if !failure.rule.is_empty() {
        said["associatedRule"] = json!({ "id": failure.rule });
    }
    if let Some(number) = numbers.get(failure.rule.as_str()) {
        said["associatedRule"]["index"] = json!(number);
    }
    if let Some(place) = &failure.location {
        said["locations"] = json!([{ "physicalLocation": physical(place) }]);
    } else if let Some(file) = &failure.file {
        said["locations"] = json!([{ "physicalLocation": { "artifactLocation": { "uri": uri(file) } } }]);
    }
    said
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule with its manual.
fn descriptor(rule: &Rule) -> Value {
    let text: Vec<String> = rule.saved.manual.iter().map(|(heading, text)| format!("{heading}\n\n{text}")).collect();
    let marked: Vec<String> =
        rule.saved.manual.iter().map(|(heading, text)| format!("## {heading}\n\n{text}")).collect();
    let mut said = json!({
        "id": rule.saved.id,
        "shortDescription": { "text": format!("Finds {}.", rule.saved.title) },
        "help": { "text": text.join("\n\n"), "markdown": marked.join("\n\n") },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let Some(page) = rule.saved.field("see") {
        said["helpUri"] = json!(page);
    }
    said
}

fn result(
    told: &Told<'_>,
    finding: &Finding,
    numbers: &BTreeMap<&str, usize>,
    names: &mut Names,
) -> Result<Value, CliError> {
    let mut location = json!({});
    if let Some(place) = &finding.location {
        location["physicalLocation"] = physical(place);
    }
    if let Some(subject) = finding.subject() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": subject }]);
    }
    let mut related = Vec::new();
    for (number, (node, place)) in finding.related.iter().zip(&finding.related_locations).enumerate() {
        let name = match names.get(node) {
            Some(name) => name.clone(),
            None => told.called(node)?,
        };
        if names.len() >= KNOWN {
            names.clear();
        }
        names.insert(node.clone(), name.clone());
        let mut at = json!({
            "id": number + 1,
            "message": { "text": name },
            "logicalLocations": [{ "fullyQualifiedName": node }],
        });
        if let Some(place) = place {
            at["physicalLocation"] = physical(place);
        }
        related.push(at);
    }
    let lines = [
        Some(finding.message.to_string()),
        finding.text.as_deref().map(|text| format!("claim: {text}")),
        finding.help.as_deref().filter(|help| !help.is_empty()).map(|help| format!("help: {help}")),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": lines.join("\n") },
        "locations": [location],
        "partialFingerprints": { "ibid/v2": fingerprint(finding) },
    });
    if let Some(number) = numbers.get(&*finding.rule) {
        result["ruleIndex"] = json!(number);
    }
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    let mut properties = serde_json::Map::new();
    let more =
        [("text", &finding.text), ("help", &finding.help), ("document", &finding.document), ("graph", &finding.graph)];
    for (name, value) in more {
        if let Some(value) = value {
            properties.insert(name.to_owned(), json!(value));
        }
    }
    result["properties"] = Value::Object(properties);
    Ok(result)
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.file) },
        "region": { "startLine": place.line, "startColumn": place.column },
    })
}

/// A file's name as a URI reference: <https://www.rfc-editor.org/rfc/rfc3986#section-4.2>
fn uri(file: &str) -> String {
    if file.contains("://") {
        return file.to_owned();
    }
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    let encoded: String = file
        .bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    if file.starts_with('/') { format!("file://{encoded}") } else { encoded }
}
