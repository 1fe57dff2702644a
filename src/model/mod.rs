//! What are a claim's level, a finding, a chain, a loaded report? Plain data that is printed and serialised.
//!
//! No RDF library is known here: nodes are IRIs as text, so that whatever reads the JSON needs nothing else.

mod audit;
mod chain;
mod change;
mod examination;
mod level;
mod outcome;
mod place;
mod proof;

pub use audit::{Audit, Failure, Finding, Ladder, Severity, Summary, Tool};
pub use chain::{Chain, End, Step};
pub use change::{Changes, GraphChange};
pub use examination::Part;
pub(crate) use examination::counted;
pub use level::{Level, Origin};
pub use outcome::{Outcome, Status};
pub use place::Place;
pub use proof::{Counted, Edge, Ground, Merged, Proof, Way};

/// The version of the JSON shapes under `docs/schemas/`.
pub const JSON_VERSION: u32 = 1;
