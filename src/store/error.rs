//! What can go wrong between an operation and the quads.

use std::path::PathBuf;

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
    Engine(#[from] heed::Error),
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
