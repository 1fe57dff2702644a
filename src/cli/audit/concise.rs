//! A finding a line: `FILE:LINE:COL: severity rule: message`.

use super::super::error::CliError;
use super::super::ui::{Ink, Ui, plain};
use super::ink;
use super::told::Told;
use std::io::Write;

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    for finding in told.findings() {
        let finding = &finding?;
        let severity = Ui::ink(finding.severity, ink(finding.severity));
        let (at, rule) = (plain(&Told::at(finding)), Ui::ink(&finding.rule, Ink::Strong));
        writeln!(out, "{at}: {severity} {rule}: {}", plain(&finding.message))?;
    }
    Ok(())
}
