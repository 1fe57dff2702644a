//! How many findings has each rule? The most first.

use super::super::error::CliError;
use super::super::ui::{Ink, Ui};
use super::ink;
use super::told::Told;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A line a rule and severity: how many, the severity, the rule, and what it finds.
pub(super) fn write(told: &Told<'_>, as_json: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for kind in told.audited.kinds() {
        *counts.entry(kind).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((rule, severity), count)| (Reverse(*count), Reverse(*severity), *rule));
    let title =
        |id: &str| told.rules.iter().find(|rule| rule.saved.id == id).map_or("", |rule| rule.saved.title.as_str());
    if as_json {
        let rows: Vec<_> = counts
            .iter()
            .map(|((rule, severity), count)| {
                json!({ "rule": rule, "severity": severity, "findings": count, "title": title(rule) })
            })
            .collect();
        serde_json::to_writer_pretty(&mut *out, &rows).map_err(io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    let wide = counts.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or_default();
    let long = counts.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or_default();
    for ((rule, severity), count) in &counts {
        let severity = Ui::ink(format_args!("{severity:7}"), ink(*severity));
        let named = Ui::ink(format_args!("{rule:long$}"), Ink::Strong);
        writeln!(out, "{count:wide$}  {severity}  {named}  {}", title(rule))?;
    }
    Ok(())
}
