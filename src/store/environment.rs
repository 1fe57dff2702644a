//! Opening and making a store: one LMDB environment in a folder of its own.

use super::error::Error;
use super::lock::{WriterLock, is_read_only, make_room};
use super::snapshot::Kept;
use super::tables::{NAMES, Tables};
use super::{Result, Snapshot, Writer, pages};
use heed::types::Bytes;
use heed::{CommitOrAbort, Database, Env, EnvFlags, EnvOpenOptions, WithoutTls};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The format of the files; see ARCHITECTURE.md. A program refuses stores of another.
pub const FORMAT: u32 = 1;

const FORMAT_KEY: &[u8] = b"format";
const DATA: &str = "data.mdb";
/// What `compact` writes, until it takes the place of the data file.
pub(super) const NEW: &str = "data.mdb.new";
/// Address space, not memory: reserved once, so that the map never has to move.
const ADDRESS_SPACE: usize = 1 << 40;
const LEAST_ADDRESS_SPACE: usize = 1 << 30;
const READERS: u32 = 1024;

/// A store on disk.
pub struct Store {
    env: Env<WithoutTls>,
    tables: Tables,
    folder: PathBuf,
    read_only: bool,
    /// Device and number of the data file.
    identity: (u64, u64),
    kept: Kept,
    gate: Option<Gate>,
}

/// Asked once before each commit, when all else is done: where it says no, nothing happens.
pub type Gate = Arc<dyn Fn() -> bool + Send + Sync>;

/// What is in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Quads in all graphs.
    pub quads: u64,
    /// Terms in the dictionary.
    pub terms: u64,
    /// Bytes of its data file.
    pub bytes: u64,
}

impl Store {
    /// Opens the store in `folder`.
    ///
    /// # Errors
    /// When there is none, it is of another format, or the system does not let it be read.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.join(DATA).is_file() {
            return Err(Error::Missing(folder.to_owned()));
        }
        let path = folder.join(DATA);
        if let Some((length, needed)) = pages::cut_short(&path).map_err(|source| Error::io(&path, source))? {
            return Err(Error::CutShort { path, length, needed });
        }
        let (env, read_only) = open_environment(folder)?;
        check_format(&env, folder)?;
        // Where a table is missing, somebody was stopped before the first load was through: nothing has been stored yet.
        let tables = tables(&env)?.ok_or_else(|| Error::Missing(folder.to_owned()))?;
        Self::new(env, tables, folder, read_only)
    }

    /// Opens the store in `folder`, or makes one there if the folder is missing or empty.
    ///
    /// # Errors
    /// As [`Store::open`]; when the folder holds other files; when it cannot be written to.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        match Self::open(folder) {
            Err(Error::Missing(_)) => {}
            other => return other,
        }
        let broken = |source| Error::io(folder, source);
        std::fs::create_dir_all(folder).map_err(broken)?;
        let foreign = std::fs::read_dir(folder).map_err(broken)?.filter_map(std::result::Result::ok).any(|entry| {
            let name = entry.file_name();
            !["lock.mdb", "writer.lock", DATA, NEW].iter().any(|own| name == *own)
        });
        if foreign && !folder.join(DATA).is_file() {
            return Err(Error::NotAStore(folder.to_owned()));
        }
        let (env, read_only) = open_environment(folder)?;
        if read_only {
            return Err(Error::ReadOnly(folder.to_owned()));
        }
        let txn = env.write_txn()?;
        let made = env.create_databases_and_commit(txn, |opener, txn| {
            let mut found: Vec<Database<'_, Bytes, Bytes>> = Vec::with_capacity(NAMES.len());
            for name in NAMES {
                found.push(opener.create_database(txn, Some(name))?);
            }
            found[0].put(txn, FORMAT_KEY, &FORMAT.to_be_bytes())?;
            let list: [_; NAMES.len()] =
                found.try_into().map_err(|_| Error::Corrupt("a table is missing".to_owned()))?;
            Ok::<_, Error>(CommitOrAbort::<_, ()>::Commit(list))
        })?;
        let tables = Tables::from_list(made.commit().expect("the closure above never aborts"));
        Self::new(env, tables, folder, read_only)
    }

    fn new(env: Env<WithoutTls>, tables: Tables, folder: &Path, read_only: bool) -> Result<Self> {
        let known = env.try_clone_inner_file()?.metadata().map_err(|source| Error::io(&folder.join(DATA), source))?;
        Ok(Self {
            env,
            tables,
            folder: folder.to_owned(),
            read_only,
            identity: (known.dev(), known.ino()),
            kept: Kept::default(),
            gate: None,
        })
    }

    /// Opens the store again: for whoever was told that it has [moved](Error::Moved). Snapshots of it must be gone.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn reopen(self) -> Result<Self> {
        let (folder, gate) = (self.folder.clone(), self.gate.clone());
        // A process may have a store open once.
        drop(self);
        Ok(Self { gate, ..Self::open(&folder)? })
    }

    /// The store whose commits a gate is asked about.
    #[must_use]
    pub fn asking(self, gate: Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// Asks the gate, if there is one, before what cannot be taken back.
    pub(super) fn may_commit(&self) -> Result<()> {
        if self.gate.as_ref().is_some_and(|gate| !gate()) { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// The same store, which knows from where the files of its reports are named: what stands beside them can then be read.
    #[must_use]
    pub fn with_files(mut self, folder: &Path) -> Self {
        self.kept.files = Some(folder.to_owned());
        self
    }

    /// The folder the store is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data file's path.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join(DATA)
    }

    pub(super) fn env(&self) -> &Env<WithoutTls> {
        &self.env
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Holds that the data file is the one that was opened. The file of the locks is shared by all that ever took its place,
    /// so whoever has an old one would read and write numbers of transactions that are not its own.
    pub(super) fn still_there(&self) -> Result<()> {
        match std::fs::metadata(self.data()) {
            Ok(known) if (known.dev(), known.ino()) == self.identity => Ok(()),
            Ok(_) => Err(Error::Moved(self.folder.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::Missing(self.folder.clone())),
            Err(source) => Err(Error::io(&self.data(), source)),
        }
    }

    /// An unchanging view of what is stored now.
    ///
    /// # Errors
    /// When another file has taken the place of the one that was opened, or the engine fails.
    pub fn read(&self) -> Result<Snapshot<'_>> {
        let snapshot = Snapshot::new(&self.env, self.tables, &self.kept)?;
        self.still_there()?;
        Ok(snapshot)
    }

    /// Begins to write: everything the writer does happens at its commit, or not at all. `who` is what another writer
    /// is told that has to wait; this one waits up to `wait`.
    ///
    /// # Errors
    /// When somebody else writes for longer than that, when the store may only be read, and when it has
    /// [moved](Error::Moved): then [opening it again](Self::reopen) helps.
    pub fn write(&self, wait: Duration, who: &str) -> Result<Writer<'_>> {
        if self.read_only {
            return Err(Error::ReadOnly(self.folder.clone()));
        }
        let lock = WriterLock::take(&self.folder, wait, who)?;
        self.still_there()?;
        Writer::new(self.env.write_txn()?, self.tables, lock, &self.folder, self.gate.clone())
    }

    /// How much is in the store.
    pub fn size(&self) -> Result<Size> {
        let txn = self.env.read_txn()?;
        let mut quads = 0;
        for graph in self.tables.quads.graph_names(&txn)?.into_iter().chain([super::quads::UNNAMED]) {
            quads += self.tables.quads.graph_size(&txn, graph)?;
        }
        Ok(Size { quads, terms: self.tables.dictionary.terms.len(&txn)?, bytes: self.env.real_disk_size()? })
    }
}

/// Refuses a store of another format, and an environment that is somebody else's, before anything else is looked for.
fn check_format(env: &Env<WithoutTls>, folder: &Path) -> Result<()> {
    let txn = env.read_txn()?;
    let meta = env.open_databases_and_commit(txn, |opener, txn| {
        let names = opener.open_database::<Bytes, Bytes>(txn, None)?;
        let any = names.map(|names| names.is_empty(txn)).transpose()? == Some(false);
        let meta = opener.open_database::<Bytes, Bytes>(txn, Some(NAMES[0]))?;
        Ok::<_, Error>(match meta {
            Some(meta) => CommitOrAbort::Commit(meta),
            None => CommitOrAbort::Abort(any),
        })
    })?;
    let meta = match meta {
        CommitOrAbort::Commit(meta) => meta,
        CommitOrAbort::Abort(true) => return Err(Error::NotAStore(folder.to_owned())),
        // Somebody was stopped before the first load was through: nothing has been stored yet.
        CommitOrAbort::Abort(false) => return Err(Error::Missing(folder.to_owned())),
    };
    let txn = env.read_txn()?;
    match meta.get(&txn, FORMAT_KEY)?.map(TryInto::try_into) {
        Some(Ok(bytes)) if u32::from_be_bytes(bytes) == FORMAT => Ok(()),
        Some(Ok(bytes)) => {
            Err(Error::Version { path: folder.to_owned(), found: u32::from_be_bytes(bytes), known: FORMAT })
        }
        _ => Err(Error::NotAStore(folder.to_owned())),
    }
}

/// The tables of an environment; none where one is missing.
pub(super) fn tables(env: &Env<WithoutTls>) -> Result<Option<Tables>> {
    let txn = env.read_txn()?;
    let tables = env.open_databases_and_commit(txn, |opener, txn| {
        let mut found = Vec::with_capacity(NAMES.len());
        for name in NAMES {
            match opener.open_database::<Bytes, Bytes>(txn, Some(name))? {
                Some(table) => found.push(table),
                None => return Ok(CommitOrAbort::Abort(())),
            }
        }
        let list: [_; NAMES.len()] = found.try_into().map_err(|_| Error::Corrupt("a table is missing".to_owned()))?;
        Ok::<_, Error>(CommitOrAbort::Commit(list))
    })?;
    Ok(tables.commit().map(Tables::from_list))
}

/// Opens the environment; the second value says whether it may only be read.
fn open_environment(folder: &Path) -> Result<(Env<WithoutTls>, bool)> {
    make_room(folder)?;
    let mut last = None;
    for flags in [EnvFlags::empty(), EnvFlags::READ_ONLY, EnvFlags::READ_ONLY | EnvFlags::NO_LOCK] {
        let mut space = ADDRESS_SPACE;
        loop {
            match map(folder, flags, space) {
                Ok(env) => {
                    env.clear_stale_readers()?;
                    return Ok((env, !flags.is_empty()));
                }
                Err(heed::Error::Io(error))
                    if error.kind() == std::io::ErrorKind::OutOfMemory && space > LEAST_ADDRESS_SPACE =>
                {
                    space /= 2;
                }
                Err(error) => {
                    last = Some(error);
                    break;
                }
            }
        }
        let may_retry = matches!(&last, Some(heed::Error::Io(error)) if is_read_only(error));
        if !may_retry {
            break;
        }
    }
    match last {
        Some(heed::Error::Io(source)) => Err(Error::io(&folder.join(DATA), source)),
        Some(heed::Error::Mdb(heed::MdbError::Invalid)) => {
            Err(Error::Corrupt(format!("`{}` is no LMDB file", folder.join(DATA).display())))
        }
        Some(error) => Err(error.into()),
        None => Err(Error::Missing(folder.to_owned())),
    }
}

#[expect(
    unsafe_code,
    reason = "a memory map is sound only while nobody cuts the file short or writes into it beside LMDB; the folder is the store's own, and a process opens it once"
)]
pub(super) fn map(path: &Path, flags: EnvFlags, space: usize) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(space).max_readers(READERS).max_dbs(NAMES.len() as u32);
    // SAFETY: see the reason above; the flags only take abilities away.
    unsafe {
        options.flags(flags);
        options.open(path)
    }
}
