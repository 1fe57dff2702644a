//! The shape of `docs/schemas/audit.json`.

use super::super::error::CliError;
use super::stream::{self, List};
use super::told::Told;
use ibid::model::{Audit, Failure, Summary, Tool};
use serde::Serialize;
use std::cell::Cell;
use std::io::Write;

/// An [`Audit`] whose findings are made as they are written.
#[derive(Serialize)]
struct Shape<'a, F> {
    version: u32,
    tool: &'a Tool,
    summary: &'a Summary,
    findings: F,
    failures: &'a [Failure],
}

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let summary = told.audited.summary();
    let Audit { version, tool, failures, .. } = Audit::new(summary.clone(), Vec::new(), told.failures());
    let failed = Cell::default();
    let findings = List::new(told.placed(), &failed);
    stream::write(&Shape { version, tool: &tool, summary, findings, failures: &failures }, &failed, out)
}
