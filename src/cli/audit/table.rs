//! For people: by document, then by what is the matter, heaviest first, each with its line; at the end the ladder.

use super::super::error::CliError;
use super::super::load::counted;
use super::super::ui::{Ink, Ui, plain};
use super::ink;
use super::told::Told;
use ibid::catalog::prefixes;
use ibid::model::{Finding, Level, Summary};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;

/// How many related nodes of a finding are named.
const RELATED: usize = 3;
/// A longer line is cut.
const WIDTH: usize = 120;

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    let mut told_of = Vec::new();
    for (at, (rule, _)) in told.audited.kinds().enumerate() {
        let count = shown.entry(rule).or_default();
        *count += 1;
        if *count <= told.limit {
            told_of.push(told.finding(at)?);
        }
    }
    let mut documents: Vec<(Option<&str>, Vec<&Finding>)> = Vec::new();
    for finding in &told_of {
        let document = finding.document.as_deref();
        let place = *order.entry(document).or_insert_with(|| {
            documents.push((document, Vec::new()));
            documents.len() - 1
        });
        documents[place].1.push(finding);
    }
    for (document, findings) in documents {
        let name = match document {
            Some(iri) => told.called(iri)?,
            None => "in no document".to_owned(),
        };
        let place = findings.iter().find_map(|finding| finding.location.as_ref());
        let file = place.map(|place| format!("{}  ", place.file)).unwrap_or_default();
        writeln!(out, "{}{}", Ui::ink(file, Ink::Strong), Ui::ink(name, Ink::Strong))?;
        write_document(told, &findings, out)?;
        writeln!(out)?;
    }
    let more: Vec<_> = shown.into_iter().filter(|(_, count)| *count > told.limit).collect();
    for (rule, count) in &more {
        writeln!(out, "{rule}: {} more", count - told.limit)?;
    }
    if !more.is_empty() {
        writeln!(out, "{}\n", Ui::ink("--limit 0 shows all, --format concise a line each", Ink::Faint))?;
    }
    if told.quiet { Ok(()) } else { ladder(told.audited.summary(), out) }
}

fn write_document(told: &Told<'_>, findings: &[&Finding], out: &mut dyn Write) -> Result<(), CliError> {
    let mut kinds: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let weight = Reverse(finding.severity);
        kinds.entry((weight, &finding.rule, &finding.message, &finding.help)).or_default().push(finding);
    }
    for ((weight, rule, message, help), findings) in kinds {
        let severity = Ui::ink(weight.0, ink(weight.0));
        writeln!(out, "  {severity} {}: {}", Ui::ink(rule, Ink::Strong), plain(message))?;
        if let Some(help) = help.as_deref().filter(|help| !help.is_empty()) {
            writeln!(out, "    {} {}", Ui::ink("help:", Ink::Faint), plain(help))?;
        }
        for finding in findings {
            write_finding(told, finding, out)?;
        }
    }
    Ok(())
}

/// The place with the claim's text; the line with a mark under what is meant; the related nodes.
fn write_finding(told: &Told<'_>, finding: &Finding, out: &mut dyn Write) -> Result<(), CliError> {
    let place = finding.location.as_ref();
    let place = place.map_or_else(|| "-".to_owned(), |place| format!("{}:{}", place.line, place.column));
    let subject = finding.subject().map(|iri| prefixes().shorten(iri));
    let what = finding.text.as_deref().map(str::to_owned).or(subject).unwrap_or_default();
    writeln!(out, "    {place:>8}  {}", plain(&what).trim_end())?;
    let bar = Ui::ink("|", Ink::Faint);
    if let Some(source) = told.source(finding) {
        // A line as long as a book is shown from the fault on.
        let skipped = if source.column > WIDTH / 2 { source.column - 1 } else { 0 };
        let line: String = source.line.chars().skip(skipped).take(WIDTH).collect();
        let mark = "^".repeat(source.length.min(WIDTH));
        writeln!(out, "              {bar} {}", plain(&line).trim_end())?;
        let mark = Ui::ink(mark, ink(finding.severity));
        writeln!(out, "              {bar} {}{mark}", " ".repeat(source.column - 1 - skipped))?;
    }
    for node in finding.related.iter().take(RELATED) {
        let at = told.place(node)?.map(|place| format!("  {place}")).unwrap_or_default();
        writeln!(out, "              {} {}{}", Ui::ink("see", Ink::Faint), plain(&told.called(node)?), plain(&at))?;
    }
    if finding.related.len() > RELATED {
        writeln!(out, "              {} {} more", Ui::ink("see", Ink::Faint), finding.related.len() - RELATED)?;
    }
    Ok(())
}

fn ladder(summary: &Summary, out: &mut dyn Write) -> Result<(), CliError> {
    writeln!(out, "{}", Ui::ink("Ladder", Ink::Strong))?;
    let most = Level::ALL.iter().map(|level| summary.levels.at(*level)).max().unwrap_or_default().max(1);
    for level in Level::ALL.into_iter().rev() {
        let count = summary.levels.at(level);
        let bar = format!("  {}", "█".repeat((count * 30).div_ceil(most)));
        let ink = if level >= Level::Primary {
            Ink::Good
        } else if level == Level::Unsourced {
            Ink::Error
        } else {
            Ink::Warning
        };
        let bar = if count == 0 { String::new() } else { Ui::ink(bar, ink) };
        writeln!(out, "  {} {:<10} {count:>6}{bar}", level.number(), level.name())?;
    }
    Ok(writeln!(out, "{}", totals(summary))?)
}

/// The counts as a sentence.
pub(super) fn totals(summary: &Summary) -> String {
    let mut text = format!(
        "{} in {}: {}, {}, {}",
        counted(summary.claims, "claim"),
        counted(summary.documents, "document"),
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.infos, "info"),
    );
    if summary.waived > 0 {
        text = format!("{text}, {} waived", summary.waived);
    }
    if let Some(known) = summary.known {
        text = format!("{text}, {known} in the baseline");
    }
    text
}
