//! Citation debt as a work list: what to do first, and what each act would close.

use super::super::error::CliError;
use super::super::load::counted;
use super::super::ui::{Ink, Ui, plain};
use super::ink;
use super::told::Told;
use ibid::audit::next;
use std::collections::BTreeMap;
use std::io::Write;

/// How many findings of an act are listed.
const SHOWN: usize = 5;

pub(super) fn write(told: &Told<'_>, most: usize, out: &mut dyn Write) -> Result<(), CliError> {
    let findings = told.findings().collect::<Result<Vec<_>, _>>()?;
    for (number, action) in next(&findings, most).into_iter().enumerate() {
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
                *rules.entry(&findings[*closed].rule).or_default() += 1;
            }
            let rules: Vec<String> = rules.into_iter().map(|(rule, count)| format!("{count} {rule}")).collect();
            writeln!(out, "     {what} {}: {}", counted(numbers.len(), "finding"), rules.join(", "))?;
            for closed in numbers.iter().take(SHOWN) {
                let finding = &findings[*closed];
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
