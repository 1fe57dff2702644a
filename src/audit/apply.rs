//! What does one rule find?

use super::found::Applied;
use super::gathered::Gathered;
use super::look::Look;
use crate::catalog::Rule;
use crate::computed;
use crate::store::{Error, Result, Run};

/// Runs one rule, the one of this number.
pub(super) fn apply(look: &mut Look<'_>, number: u16, rule: &Rule, run: &Run) -> Result<Applied> {
    let reader = look.reader;
    computed::attach(reader, &rule.query)?;
    let mut gathered = Gathered::new(rule);
    reader.rows(&rule.query, run, &mut |row| {
        if run.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        gathered.add(look, row)
    })?;
    gathered.finish(look, number)
}
