//! Where do quads live?
//!
//! [`Store`] keeps them on disk, in LMDB. Operations never see it: they ask a [`Reader`] for query results and for
//! streams of edges, so that another engine can stand in its place. Oxigraph's in-memory store does, in the tests.

mod blocks;
mod changes;
mod columns;
mod computed;
mod copy;
mod dataset;
mod dictionary;
mod environment;
mod error;
mod evaluation;
mod examine;
mod fences;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod held;
mod lock;
mod packed;
mod pages;
mod pairs;
mod port;
mod quads;
mod reader;
mod snapshot;
mod sorter;
mod tables;
mod writer;

pub use changes::Triple;
pub use columns::{Columns, Decimals, Facts};
pub use copy::Compacted;
pub use dictionary::{Fingerprint, Fingerprints, encode};
pub use environment::{FORMAT, Gate, Size, Store};
pub use error::Error;
pub use examine::Progress;
pub use pairs::{Walk, pairs, pairs_of};
pub use port::{Beside, DefaultGraph, EachRow, Fact, Node, Reader, Run, Value};
pub(crate) use port::{name_of, node_of};
pub use snapshot::Snapshot;
pub(crate) use writer::load_iri;
pub use writer::{EachAdded, Writer};

/// The result of asking a store for something.
pub type Result<T> = std::result::Result<T, Error>;
