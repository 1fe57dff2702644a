//! The shape of `docs/schemas/audit.json`, a finding at a time: there may be millions.

use super::super::error::CliError;
use super::told::Told;
use ibid::model::{Audit, Failure, Summary, Tool};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use std::cell::Cell;
use std::io::{self, Write};

/// An [`Audit`] whose findings are made as they are written.
#[derive(Serialize)]
struct Shape<'a, 't> {
    version: u32,
    tool: &'a Tool,
    summary: &'a Summary,
    findings: Findings<'a, 't>,
    failures: &'a [Failure],
}

struct Findings<'a, 't> {
    told: &'a Told<'t>,
    failed: &'a Cell<Option<CliError>>,
}

impl Serialize for Findings<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.told.audited.len()))?;
        for finding in self.told.placed() {
            match finding {
                Ok(finding) => list.serialize_element(&finding)?,
                Err(error) => {
                    self.failed.set(Some(error));
                    return Err(S::Error::custom("a finding could not be told"));
                }
            }
        }
        list.end()
    }
}

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    let summary = told.audited.summary();
    let Audit { version, tool, failures, .. } = Audit::new(summary.clone(), Vec::new(), told.failures());
    let failed = Cell::default();
    let findings = Findings { told, failed: &failed };
    let shape = Shape { version, tool: &tool, summary, findings, failures: &failures };
    let written = serde_json::to_writer_pretty(&mut *out, &shape);
    if let Some(error) = failed.take() {
        return Err(error);
    }
    written.map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}
