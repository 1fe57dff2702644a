//! The store's own examination: do its tables agree with each other?
//!
//! What is in two tables is compared by sums of hashes in buckets, which take no memory to speak of and do not mind the order;
//! where a bucket differs, it is looked at entry by entry.

mod content;
mod dictionary;
mod orders;
mod places;
mod sums;

use super::environment::Store;
use super::error::Error;
use super::pages;
use super::{Result, Snapshot};
use crate::model::Part;

/// Hears how far a part has come: its name, how much is done, of how much.
pub type Progress<'p> = &'p mut dyn FnMut(&'static str, u64, u64);

/// How often a file's records are read anew because a writer was faster.
const PATIENCE: usize = 20;
/// After how many entries progress is told.
const STEP: u64 = 1 << 14;

impl Store {
    /// Examines the pages of the file and the tables of one snapshot, while others read and write. `each` is given the parts
    /// as they are done; where pages are damaged, the tables are not looked at. Returns the snapshot, for what is to be
    /// examined of its content, if there is nothing wrong so far.
    ///
    /// # Errors
    /// When the file cannot be read. What is wrong with its content is no error but a finding.
    pub fn examine(&self, progress: Progress<'_>, each: &mut dyn FnMut(Part)) -> Result<Option<Snapshot<'_>>> {
        let file = self.file()?;
        let io = |source| Error::Io { path: self.data(), source };
        let mut told = None;
        for _ in 0..PATIENCE {
            let snapshot = self.read()?;
            let Some([first, second]) = pages::metas(&file).map_err(io)? else { break };
            let number = snapshot.transaction();
            let (mine, other) = if first.transaction == number { (first, second) } else { (second, first) };
            if mine.transaction == number {
                let part = pages::examine(&file, &mine, &other, &mut |done, all| progress("pages", done, all));
                told = Some((snapshot, part));
                break;
            }
        }
        let Some((snapshot, part)) = told else {
            let mut part = Part::new("pages");
            part.find("the file has no record of the transaction that its users are told was the last");
            each(part);
            return Ok(None);
        };
        if !part.is_fine() {
            let note = "the tables were not examined: the engine trusts the pages that they are read from";
            each(Part { notes: vec![note.to_owned()], ..part });
            return Ok(None);
        }
        each(part);
        let mut all_fine = true;
        let mut each = |part: Part| {
            all_fine &= part.is_fine();
            each(part);
        };
        let (part, numbers) = dictionary::examine(&snapshot, progress)?;
        each(part);
        each(orders::examine(&snapshot, numbers, progress)?);
        for part in places::examine(&snapshot, progress)? {
            each(part);
        }
        Ok(all_fine.then_some(snapshot))
    }
}
