//! The XML of `JUnit`, as build servers read it: a suite a rule, a case a finding; a rule that finds nothing is a case that passes.
//!
//! A finding below what fails the run is a case that passes with the finding as its output.

use super::super::error::CliError;
use super::told::Told;
use ibid::model::Severity;
use std::collections::BTreeMap;
use std::io::Write;

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let mut by_rule: BTreeMap<&str, Vec<(usize, Severity)>> =
        told.rules.iter().map(|rule| (rule.saved.id.as_str(), Vec::new())).collect();
    let failures = told.failures();
    for (number, (rule, severity)) in told.audited.kinds().enumerate() {
        by_rule.entry(rule).or_default().push((number, severity));
    }
    let fails = |severity: Severity| told.fail_on.is_some_and(|least| severity >= least);
    let failing = |found: &[(usize, Severity)]| found.iter().filter(|(_, severity)| fails(*severity)).count();
    let error = |rule: &str| failures.iter().find(|failure| failure.rule == rule && failure.file.is_some());
    // A broken rule is in no list of rules, and still a suite.
    for failure in failures.iter().filter(|failure| failure.file.is_some()) {
        by_rule.entry(&failure.rule).or_default();
    }
    let tests: usize = by_rule.values().map(|findings| findings.len().max(1)).sum();
    let failed: usize = by_rule.values().map(|findings| failing(findings)).sum();
    let errors = by_rule.keys().filter(|rule| error(rule).is_some()).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"ibid audit\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\">")?;
    for (rule, findings) in by_rule {
        let failed = failing(&findings);
        let error = error(rule);
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"{}\">",
            escaped(rule),
            findings.len().max(1),
            usize::from(error.is_some())
        )?;
        if let Some(error) = error {
            writeln!(out, "    <testcase classname=\"ibid\" name=\"{}\">", escaped(rule))?;
            writeln!(out, "      <error message=\"{}\"/>\n    </testcase>", escaped(&error.error))?;
        } else if findings.is_empty() {
            writeln!(out, "    <testcase classname=\"ibid\" name=\"{}\"/>", escaped(rule))?;
        }
        for (number, _) in findings {
            let finding = told.finding(number)?;
            let about = finding.subject().map(|subject| ibid::catalog::prefixes().shorten(subject)).unwrap_or_default();
            write!(out, "    <testcase classname=\"{}\" name=\"{}\"", escaped(rule), escaped(&about))?;
            if let Some(place) = &finding.location {
                write!(out, " file=\"{}\" line=\"{}\"", escaped(&place.file), place.line)?;
            }
            writeln!(out, ">")?;
            let lines: Vec<String> = [
                Some(Told::at(&finding)),
                finding.text.as_deref().map(str::to_owned),
                finding.help.as_deref().map(|help| format!("help: {help}")),
            ]
            .into_iter()
            .flatten()
            .collect();
            let (message, body) = (escaped(&finding.message), escaped(&lines.join("\n")));
            if fails(finding.severity) {
                writeln!(out, "      <failure type=\"{}\" message=\"{message}\">{body}</failure>", finding.severity)?;
            } else {
                writeln!(out, "      <system-out>{}: {message}\n{body}</system-out>", finding.severity)?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    Ok(writeln!(out, "</testsuites>")?)
}

/// Text for XML 1.0, which has no place for most control characters: <https://www.w3.org/TR/xml/#charsets>
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}
