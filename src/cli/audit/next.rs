//! Citation debt as a work list: what to do first, and what each act would close.

use super::super::error::CliError;
use super::super::load::counted;
use super::super::ui::{Ink, Ui, plain};
use super::ink;
use super::told::Told;
use ibid::audit::{Action, next};
use ibid::model::{Audit, Finding, Summary};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many findings of an act are listed.
const SHOWN: usize = 5;

pub(super) fn write(told: &Told<'_>, most: usize, as_json: bool, out: &mut dyn Write) -> Result<(), CliError> {
    let actions = next(told.audited, most)?;
    if as_json {
        return write_json(told, &actions, out);
    }
    for (number, action) in actions.into_iter().enumerate() {
        let place = told.place(&action.on)?.map(|place| format!("  {place}")).unwrap_or_default();
        writeln!(
            out,
            "{:>3}. {}{}",
            number + 1,
            Ui::ink(told.called(&action.on)?, Ink::Strong),
            Ui::ink(place, Ink::Faint)
        )?;
        writeln!(out, "     {}", plain(&action.help))?;
        for (what, numbers) in [("closes", &action.closes), ("helps with", &action.helps)] {
            if numbers.is_empty() {
                continue;
            }
            let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
            for closed in numbers {
                *rules.entry(told.audited.kind(*closed).0).or_default() += 1;
            }
            let rules: Vec<String> = rules.into_iter().map(|(rule, count)| format!("{count} {rule}")).collect();
            writeln!(out, "     {what} {}: {}", counted(numbers.len(), "finding"), rules.join(", "))?;
            for closed in numbers.iter().take(SHOWN) {
                let finding = &told.finding(*closed)?;
                let about = finding.text.as_deref().or(finding.subject().map(AsRef::as_ref)).unwrap_or_default();
                let severity = Ui::ink(finding.severity, ink(finding.severity));
                writeln!(out, "       {}  {severity} {}: {}", plain(&Told::at(finding)), finding.rule, plain(about))?;
            }
            if numbers.len() > SHOWN {
                writeln!(out, "       and {} more", numbers.len() - SHOWN)?;
            }
        }
    }
    Ok(())
}

/// The shape of `docs/schemas/next.json`, with all findings.
fn write_json(told: &Told<'_>, actions: &[Action], out: &mut dyn Write) -> Result<(), CliError> {
    let findings = |numbers: &[usize]| -> Result<Vec<Value>, CliError> {
        let brief = |number: &usize| {
            let Finding { rule, severity, claim, document, message, location, .. } = told.finding(*number)?;
            Ok(json!({
                "rule": rule, "severity": severity, "claim": claim, "document": document, "message": message,
                "location": location,
            }))
        };
        numbers.iter().map(brief).collect()
    };
    let mut listed = Vec::with_capacity(actions.len());
    for action in actions {
        listed.push(json!({
            "on": action.on,
            "name": told.called(&action.on)?,
            "location": told.place(&action.on)?,
            "help": action.help,
            "closes": findings(&action.closes)?,
            "helps": findings(&action.helps)?,
        }));
    }
    let Audit { version, tool, .. } = Audit::new(Summary::default(), Vec::new(), Vec::new());
    let shape = json!({ "version": version, "tool": tool, "actions": listed });
    serde_json::to_writer_pretty(&mut *out, &shape).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}
