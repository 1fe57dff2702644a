//! JSON with a list that is made as it is written: there may be millions of findings.

use super::super::error::CliError;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use std::cell::{Cell, RefCell};
use std::io::{self, Write};

/// A list whose items are asked for once, while it is written.
pub(super) struct List<'f, I> {
    items: RefCell<Option<I>>,
    failed: &'f Cell<Option<CliError>>,
}

impl<'f, I> List<'f, I> {
    /// A list of these; the error of one ends it, and is put down in `failed`.
    pub(super) fn new(items: I, failed: &'f Cell<Option<CliError>>) -> Self {
        Self { items: RefCell::new(Some(items)), failed }
    }
}

impl<T: Serialize, I: Iterator<Item = Result<T, CliError>>> Serialize for List<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for item in self.items.borrow_mut().take().into_iter().flatten() {
            match item {
                Ok(item) => list.serialize_element(&item)?,
                Err(error) => {
                    self.failed.set(Some(error));
                    return Err(S::Error::custom("a finding could not be told"));
                }
            }
        }
        list.end()
    }
}

/// Writes JSON and a line end; `failed` is that of the lists in it.
pub(super) fn write(
    shape: &impl Serialize,
    failed: &Cell<Option<CliError>>,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let written = serde_json::to_writer_pretty(&mut *out, shape);
    if let Some(error) = failed.take() {
        return Err(error);
    }
    written.map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}
