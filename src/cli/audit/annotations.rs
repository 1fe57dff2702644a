//! Annotations of the lines of a change, as code hosts show them.
//!
//! GitHub's workflow commands:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>;
//! GitLab's code quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use super::super::error::CliError;
use super::stream::{self, List};
use super::told::Told;
use ibid::audit::fingerprint;
use ibid::model::Severity;
use rustc_hash::FxHashMap;
use serde_json::json;
use std::cell::Cell;
use std::io::Write;

/// A command a line.
pub(super) fn github(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    for finding in told.findings() {
        let finding = finding?;
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let place = finding
            .location
            .as_ref()
            .map(|place| format!("file={},line={},col={},", property(&place.file), place.line, place.column));
        let about = finding.text.as_deref().or(finding.subject().map(AsRef::as_ref)).unwrap_or_default();
        let help = finding.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        writeln!(
            out,
            "::{command} {}title={}::{}",
            place.unwrap_or_default(),
            property(&finding.rule),
            data(&format!("{}\n{about}{help}", finding.message))
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One JSON array.
pub(super) fn gitlab(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    // Of two with the same fingerprint the host shows one.
    let mut seen: FxHashMap<u128, u32> = FxHashMap::default();
    let issues = told.findings().map(|finding| {
        let finding = finding?;
        let mut print = fingerprint(&finding);
        let start = u128::from_str_radix(&print[..32], 16).expect("a fingerprint is hexadecimal");
        let count = seen.entry(start).or_default();
        *count += 1;
        if *count > 1 {
            print = format!("{print}-{count}");
        }
        let (path, line) = match &finding.location {
            Some(place) => (place.file.clone(), place.line),
            None => (finding.graph.as_deref().unwrap_or("-").to_owned(), 1),
        };
        Ok(json!({
            "description": format!("{}: {}", finding.message, finding.text.as_deref().unwrap_or_default()).trim_end_matches(": "),
            "check_name": finding.rule,
            "fingerprint": print,
            "severity": match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            "location": { "path": path, "lines": { "begin": line } },
        }))
    });
    let failed = Cell::default();
    stream::write(&List::new(issues, &failed), &failed, out)
}
