//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use super::super::error::CliError;
use super::told::Told;
use ibid::audit::fingerprint;
use ibid::catalog::Rule;
use ibid::model::{Audit, Finding, Place, Severity};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let numbers: BTreeMap<&str, usize> =
        told.rules.iter().enumerate().map(|(number, rule)| (rule.saved.id.as_str(), number)).collect();
    let mut known = BTreeMap::new();
    let results: Result<Vec<Value>, CliError> =
        told.placed().map(|finding| result(told, &finding?, &numbers, &mut known)).collect();
    let Audit { tool, failures, .. } = &Audit::new(told.audited.summary().clone(), Vec::new(), told.failures());
    let notifications: Vec<Value> = failures
        .iter()
        .map(|failure| {
            let mut said = json!({
                "level": "error",
                "message": { "text": failure.error },
            });
            if let Some(number) = numbers.get(failure.rule.as_str()) {
                said["associatedRule"] = json!({ "id": failure.rule, "index": number });
            }
            if let Some(place) = &failure.location {
                said["locations"] = json!([{ "physicalLocation": physical(place) }]);
            }
            said
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool.name,
                "version": tool.version,
                "semanticVersion": tool.version,
                "rules": told.rules.iter().map(descriptor).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results?,
            "properties": { "profile": told.profile, "summary": told.audited.summary() },
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
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
    json!({
        "id": rule.saved.id,
        "shortDescription": { "text": format!("Finds {}.", rule.saved.title) },
        "help": { "text": text.join("\n\n"), "markdown": marked.join("\n\n") },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn result(
    told: &Told<'_>,
    finding: &Finding,
    numbers: &BTreeMap<&str, usize>,
    known: &mut BTreeMap<std::sync::Arc<str>, String>,
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
        let name = match known.get(node) {
            Some(name) => name.clone(),
            None => known.entry(node.clone()).or_insert(told.called(node)?).clone(),
        };
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
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location],
        "partialFingerprints": { "ibid/v1": fingerprint(finding) },
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
