//! The store's own examination: do its parts agree with each other, and its reports with what was noted when they were
//! loaded?

mod history;

use crate::model::Part;
use crate::store::{Progress, Result, Store};

/// Examines a store as it is now, while others read and write; gives each part to `each` as it is done.
///
/// Memory is bounded by the number of terms (a byte each) and by the largest report.
///
/// # Errors
/// When the store cannot be read. What is wrong in it is no error but a finding.
pub fn check(store: &Store, progress: Progress<'_>, each: &mut dyn FnMut(Part)) -> Result<()> {
    let part = match store.examine(progress, each)? {
        Some(snapshot) => history::examine(&snapshot, progress)?,
        None => {
            let mut part = Part::new("history");
            part.notes.push("not examined, since what it would be read from is damaged".to_owned());
            part
        }
    };
    each(part);
    Ok(())
}
