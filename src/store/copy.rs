//! The store's file without what is free in it: in its place, or as a copy.

use super::environment::{NEW, Store, map, tables};
use super::error::Error;
use super::lock::WriterLock;
use super::tables::{NAMES, Tables};
use super::{Result, Snapshot, pages};
use heed::types::Bytes;
use heed::{CompactionOption, EnvFlags, RoIter};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::Path;
use std::time::Duration;

/// How large a store was and is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
}

impl Store {
    /// Writes the data file anew without what is free in it, and puts it in the place of the old one at one stroke. Those who
    /// read go on reading the old one; those who wait to write are told that the store has [moved](Error::Moved).
    ///
    /// # Errors
    /// When somebody else writes for longer than `wait`, the store may only be read or is damaged, there is no room for
    /// both files, or the store's gate says no; then nothing has happened.
    pub fn compact(self, wait: Duration, who: &str) -> Result<Compacted> {
        if self.is_read_only() {
            return Err(Error::ReadOnly(self.folder().to_owned()));
        }
        let _lock = WriterLock::take(self.folder(), wait, who)?;
        let snapshot = self.read()?;
        let (new, data) = (self.folder().join(NEW), self.data());
        let made = self.write_new(&snapshot, &new).and_then(|after| {
            self.may_commit()?;
            std::fs::rename(&new, &data).map_err(|source| Error::io(&data, source))?;
            sync_folder(self.folder())?;
            Ok(Compacted { before: self.size()?.bytes, after })
        });
        if made.is_err() {
            let _ = std::fs::remove_file(&new);
        }
        made
    }

    fn write_new(&self, snapshot: &Snapshot<'_>, path: &Path) -> Result<u64> {
        let io = |source| Error::io(path, source);
        // What a compaction left that was stopped is written over: the lock is ours.
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(true).open(path).map_err(io)?;
        self.keep_owner(&file, path)?;
        self.fill(snapshot, &mut file)?;
        pages::continue_from(&file, snapshot.transaction()).map_err(io)?;
        file.sync_all().map_err(io)?;
        is_whole(&file, path)?;
        is_same(snapshot, path)?;
        Ok(file.metadata().map_err(io)?.len())
    }

    /// Writes a copy of the data file as it is now into an empty file at `path`, without what is free in it. Others may read and write
    /// meanwhile. In a folder of its own, called `data.mdb`, the copy is a store.
    ///
    /// # Errors
    /// When the store is damaged, or there is no room for the copy.
    pub fn copy(&self, file: &mut File, path: &Path) -> Result<u64> {
        let snapshot = self.read()?;
        self.fill(&snapshot, file)?;
        file.sync_all().map_err(|source| Error::io(path, source))?;
        is_whole(file, path)?;
        // The copy is of a snapshot of its own; it is the same as ours if nobody wrote in between.
        if self.read()?.transaction() == snapshot.transaction() {
            is_same(&snapshot, path)?;
        }
        Ok(file.metadata().map_err(|source| Error::io(path, source))?.len())
    }

    /// LMDB trusts the pages it copies; so they are looked at first.
    fn fill(&self, snapshot: &Snapshot<'_>, file: &mut File) -> Result<()> {
        let own = self.file()?;
        let both = pages::metas(&own).map_err(|source| Error::io(&self.data(), source))?;
        if let Some([first, second]) = both {
            let number = snapshot.transaction();
            let (mine, other) = if first.transaction == number { (first, second) } else { (second, first) };
            if mine.transaction == number
                && let Some(finding) = pages::examine(&own, &mine, &other, &mut |_, _| {}).findings.first()
            {
                return Err(Error::Corrupt(finding.clone()));
            }
        }
        Ok(self.env().copy_to_file(file, CompactionOption::Enabled)?)
    }

    /// Gives a file the owner and the rights of the data file, so that nobody is shut out or let in.
    fn keep_owner(&self, file: &File, path: &Path) -> Result<()> {
        let io = |source| Error::io(path, source);
        let (old, new) = (self.file()?.metadata().map_err(io)?, file.metadata().map_err(io)?);
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            fchown(file, Some(old.uid()), Some(old.gid())).map_err(io)?;
        }
        file.set_permissions(old.permissions()).map_err(io)
    }

    /// The data file that is open, by another handle.
    pub(super) fn file(&self) -> Result<File> {
        Ok(self.env().try_clone_inner_file()?)
    }
}

/// Makes a renaming in a folder last.
fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|source| Error::io(folder, source))
}

/// Holds that a copy's pages hold together.
fn is_whole(file: &File, path: &Path) -> Result<()> {
    let both = pages::metas(file).map_err(|source| Error::io(path, source))?;
    let Some([first, second]) = both else { return Err(unlike("its first pages are no records")) };
    let (mine, other) = if first.transaction > second.transaction { (first, second) } else { (second, first) };
    match pages::examine(file, &mine, &other, &mut |_, _| {}).findings.into_iter().next() {
        Some(finding) => Err(unlike(&finding)),
        None => Ok(()),
    }
}

fn unlike(what: &str) -> Error {
    Error::Corrupt(format!("the copy is not like the store, and is not kept: {what}"))
}

/// Holds that a copy has the same tables to the byte.
fn is_same(snapshot: &Snapshot<'_>, path: &Path) -> Result<()> {
    let flags = EnvFlags::NO_SUB_DIR | EnvFlags::READ_ONLY | EnvFlags::NO_LOCK;
    // LMDB makes it as large as the file.
    let env = map(path, flags, 0x10_0000)?;
    let copied = tables(&env)?.ok_or_else(|| unlike("a table is missing"))?;
    let txn = env.read_txn()?;
    let mine = all(&snapshot.tables);
    for ((name, mine), theirs) in NAMES.iter().zip(mine).zip(all(&copied)) {
        let (mut mine, mut theirs): (RoIter<'_, Bytes, Bytes>, RoIter<'_, Bytes, Bytes>) =
            (mine.iter(&snapshot.txn)?, theirs.iter(&txn)?);
        loop {
            match (mine.next().transpose()?, theirs.next().transpose()?) {
                (None, None) => break,
                (ours, copied) if ours == copied => {}
                _ => return Err(unlike(&format!("`{name}` differs"))),
            }
        }
    }
    Ok(())
}

/// All tables, in the order of their names.
fn all(tables: &Tables) -> [super::blocks::Table; NAMES.len()] {
    let [spog, posg, ospg, gspo] = tables.quads.orders;
    let dictionary = tables.dictionary;
    [tables.meta, dictionary.terms, dictionary.ids, spog, posg, ospg, gspo, tables.quads.graphs, tables.places]
}
