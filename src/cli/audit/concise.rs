//! A finding a line: `FILE:LINE:COL: severity rule: message`.

use super::super::error::CliError;
use super::super::ui::{Ink, Ui, plain};
use super::ink;
use super::told::Told;
use std::io::Write;

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    for number in 0..told.audited.len() {
        let finding = &told.brief(number)?;
        let severity = Ui::ink(finding.severity, ink(finding.severity));
        let at = Told::at_place(finding.location.as_ref(), finding.subject.as_deref());
        let (at, rule) = (plain(&at), Ui::ink(&finding.rule, Ink::Strong));
        writeln!(out, "{at}: {severity} {rule}: {}", plain(&finding.message))?;
    }
    Ok(())
}
