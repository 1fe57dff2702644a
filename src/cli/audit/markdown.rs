//! A comment on a pull request: the counts, then what was found by rule, the longer lists folded.
//!
//! <https://github.github.com/gfm/>

use super::super::error::CliError;
use super::super::load::counted;
use super::super::ui::plain;
use super::table::totals;
use super::told::Told;
use ibid::model::Level;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;

/// Longer lists are folded.
const OPEN: usize = 10;

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let summary = told.audited.summary();
    writeln!(out, "## Sourcing\n\n{} (profile {})\n", totals(summary), told.profile)?;
    writeln!(out, "| level | | claims |\n|---|---|---:|")?;
    for level in Level::ALL.into_iter().rev() {
        writeln!(out, "| {} | {} | {} |", level.number(), level.name(), summary.levels.at(level))?;
    }
    let mut rules: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, (rule, severity)) in told.audited.kinds().enumerate() {
        rules.entry((Reverse(severity), rule)).or_default().push(at);
    }
    for ((severity, rule), findings) in rules {
        writeln!(out, "\n### {} {}: {}\n", severity.0, rule, counted(findings.len(), "finding"))?;
        let folded = findings.len() > OPEN;
        if folded {
            writeln!(out, "<details><summary>show them</summary>\n")?;
        }
        for at in findings.iter().take(told.limit) {
            let finding = &told.finding(*at)?;
            let about = finding.text.as_deref().or(finding.subject().map(AsRef::as_ref)).unwrap_or_default();
            let at = Told::at(finding).replace('`', "'");
            writeln!(out, "- `{}` {}: {}", plain(&at), escaped(about), escaped(&finding.message))?;
            if let Some(help) = finding.help.as_deref().filter(|help| !help.is_empty()) {
                writeln!(out, "  <br>*help:* {}", escaped(help))?;
            }
            for node in finding.related.iter().take(3) {
                let at = told.place(node)?.map(|place| format!(" (`{place}`)")).unwrap_or_default();
                writeln!(out, "  <br>*see:* {}{}", escaped(&told.called(node)?), plain(&at))?;
            }
        }
        if findings.len() > told.limit {
            writeln!(out, "- and {} more", findings.len() - told.limit)?;
        }
        if folded {
            writeln!(out, "\n</details>")?;
        }
    }
    for failure in told.failures() {
        let at = failure.location.as_ref().map(ToString::to_string).or(failure.file.clone());
        let at = at.map(|at| format!("`{at}` ")).unwrap_or_default();
        writeln!(out, "\n**not whole:** {at}{}: {}", escaped(&failure.rule), escaped(&failure.error))?;
    }
    Ok(())
}

/// Text that stays text: no markup, no HTML, no mention of a user.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
