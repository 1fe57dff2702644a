//! What can go wrong between an operation and the quads.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why a store did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no store where one was looked for.
    #[error("there is no store at `{}`", .0.display())]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("`{}` holds files, and no ibid store among them", .0.display())]
    NotAStore(PathBuf),
    /// The store was written by another version of the program.
    #[error("the store at `{}` has format {found}, and this program reads format {known}", path.display())]
    Version {
        /// Where the store is.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format this program knows.
        known: u32,
    },
    /// Somebody else writes.
    #[error("the store at `{}` is being written to by {holder}", path.display())]
    Locked {
        /// Where the store is.
        path: PathBuf,
        /// Who holds it: process id, command and since when.
        holder: String,
    },
    /// It may only be read.
    #[error("the store at `{}` may only be read", .0.display())]
    ReadOnly(PathBuf),
    /// The data file is shorter than its own record says.
    #[error("`{}` is cut short: it has {length} bytes, and by its own record {needed}", path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        length: u64,
        /// The length it should have.
        needed: u64,
    },
    /// Another file has taken the place of the data file since the store was opened.
    #[error("the store at `{}` was compacted or put back by another process while it was open here", .0.display())]
    Moved(PathBuf),
    /// The disk, a quota or a limit of file size is reached; where a write was cut off, the disk may also fail.
    #[error("{}", full(.0))]
    Full(#[source] std::io::Error),
    /// The store holds something that this program would not have written.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// A file of the store could not be used.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// LMDB could not do it.
    #[error("the store's engine: {0}")]
    Engine(#[source] heed::Error),
    /// Another engine behind the port could not do it.
    #[error("the engine: {0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The query's time ran out.
    #[error("cancelled")]
    Cancelled,
    /// The query could not be evaluated.
    #[error(transparent)]
    Query(Box<oxigraph::sparql::QueryEvaluationError>),
}

const EIO: i32 = 5;

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded)
}

fn full(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::FileTooLarge => "a limit of file size is reached",
        ErrorKind::QuotaExceeded => "the disk quota is used up",
        // What LMDB says where a write was cut off.
        _ if error.raw_os_error() == Some(EIO) => {
            "a write was cut off: the disk is full, a limit of file size is reached, or the disk fails"
        }
        _ => "the disk is full",
    }
}

impl Error {
    /// What the system said about a file of the store.
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        if is_full(&source) { Self::Full(source) } else { Self::Io { path: path.to_owned(), source } }
    }
}

impl From<heed::Error> for Error {
    fn from(error: heed::Error) -> Self {
        match error {
            heed::Error::Io(source) if is_full(&source) || source.raw_os_error() == Some(EIO) => Self::Full(source),
            heed::Error::Mdb(error @ (heed::MdbError::Corrupted | heed::MdbError::PageNotFound)) => {
                Self::Corrupt(error.to_string())
            }
            other => Self::Engine(other),
        }
    }
}

impl From<oxigraph::sparql::QueryEvaluationError> for Error {
    fn from(error: oxigraph::sparql::QueryEvaluationError) -> Self {
        use oxigraph::sparql::QueryEvaluationError as Evaluation;
        match error {
            Evaluation::Cancelled => Self::Cancelled,
            Evaluation::Dataset(inner) => match inner.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => Self::Other(other),
            },
            other => Self::Query(Box::new(other)),
        }
    }
}
