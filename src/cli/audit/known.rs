//! The files of `--baseline` and `--write-baseline`.

use super::super::error::CliError;
use super::super::load::counted;
use super::super::ui::Ui;
use ibid::audit::{Baseline, BaselineError};
use ibid::input::InputError;
use std::path::Path;

/// Reads what is known from before.
pub(super) fn read(file: &Path) -> Result<Baseline, CliError> {
    let name = file.to_string_lossy();
    let text = std::fs::read_to_string(file).map_err(|error| CliError::from(InputError::from(error)).of_file(&name))?;
    Baseline::read(&text).map_err(|error| {
        let told = CliError::new(error.to_string()).of_file(&name);
        match error {
            BaselineError::Version(_) => told.hint("write it anew with --write-baseline"),
            BaselineError::Malformed(_) => told,
        }
    })
}

/// Writes what was found; none where the audit is not whole, and a baseline would lack what it did not find.
pub(super) fn write(file: &Path, found: Option<&Baseline>, ui: &Ui) -> Result<(), CliError> {
    let name = file.to_string_lossy();
    let Some(found) = found else {
        return Err(CliError::new("the baseline is not written, as the audit is not whole").of_file(&name));
    };
    std::fs::write(file, found.write()).map_err(|error| {
        let why = InputError::from(error);
        CliError::new(format!("the baseline could not be written: {why}")).of_file(&name)
    })?;
    ui.status(format_args!("{name}: {}", counted(found.len(), "finding")));
    Ok(())
}
