//! ibid: where every claim comes from.
//!
//! A claim-provenance knowledge-graph store. Reports are loaded as RDF, each claim linked to the words it stands in and
//! to the sources it was taken from; queries, audits and traces then compute what rests on what. ARCHITECTURE.md says
//! which room answers which question; imports point down that list, and a test holds them to it.
//!
//! The library is silent: it never prints, exits, or reads the environment or the clock. What it needs to know of the
//! world it is told.

pub mod audit;
pub mod catalog;
pub mod check;
pub mod computed;
pub mod credits;
pub mod dates;
pub mod figures;
pub mod find;
pub mod history;
pub mod impact;
pub mod input;
pub mod lineage;
pub mod load;
pub mod mapping;
pub mod model;
pub mod near;
pub mod net;
pub mod query;
pub mod rdf;
pub mod remove;
pub mod sources;
pub mod sparql;
pub mod store;
pub mod terms;
pub mod texts;
pub mod trace;
pub mod update;
pub mod vocab;
