//! The properties that lineage is computed from; one that has several is a list.

use crate::vocab::{ibid, prov, rdf, schema};

pub(super) use ibid::{CLAIM, DOCUMENT};

/// What a basis may be, the weakest first, as [`super::Basis`] orders them.
pub(super) const BASES: [&str; 8] = [
    ibid::HEARSAY,
    ibid::OWN_INFERENCE,
    ibid::TESTIMONY,
    ibid::OBSERVATION,
    ibid::MEASUREMENT,
    ibid::OWN_RECORD,
    ibid::OWN_ANALYSIS,
    ibid::OWN_ACT,
];

pub(super) const TYPE: &[&str] = &[rdf::TYPE];

/// Sourcing edges that assert nothing of the source.
pub(super) const TAKEN_FROM: &[&str] = &[prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM];
/// Sourcing edges that assert the source to be primary.
pub(super) const PRIMARY_SOURCE: &[&str] = &[prov::HAD_PRIMARY_SOURCE];
pub(super) const REVISION_OF: &[&str] = &[prov::WAS_REVISION_OF];
pub(super) const SPECIALIZATION_OF: &[&str] = &[prov::SPECIALIZATION_OF];
pub(super) const WITHDRAWN: &[&str] = &[prov::INVALIDATED_AT_TIME, ibid::RETRACTED_BY];

pub(super) const EDITION_OF: &[&str] = &[schema::TRANSLATION_OF_WORK, ibid::REPUBLICATION_OF];
pub(super) const APPEARANCE: &[&str] = &[schema::APPEARANCE];
pub(super) const NAME: &[&str] = &[schema::NAME];
/// What identifies a document that has a name, by itself.
pub(super) const ADDRESS: &[&str] = &[schema::IDENTIFIER, schema::URL];
pub(super) const DATE: &[&str] = &[schema::DATE_PUBLISHED];
pub(super) const AUTHOR: &[&str] = &[schema::AUTHOR];
pub(super) const PUBLISHER: &[&str] = &[schema::PUBLISHER];
pub(super) const PARENT: &[&str] = &[schema::PARENT_ORGANIZATION];

pub(super) const BASIS: &[&str] = &[ibid::BASIS];
pub(super) const DEFAULT_BASIS: &[&str] = &[ibid::DEFAULT_BASIS];
pub(super) const CREDITED_TO: &[&str] = &[ibid::CREDITED_TO];
pub(super) const FOUND_IN: &[&str] = &[ibid::FOUND_IN];
pub(super) const SOURCE_FOUND_IN: &[&str] = &[ibid::SOURCE_FOUND_IN];
pub(super) const SHARES_SOURCE: &[&str] = &[ibid::SHARES_SOURCE_WITH];
pub(super) const OPERAND: &[&str] = &[ibid::OPERAND];
pub(super) const OF: &[&str] = &[ibid::OF];

/// All of them, those with most edges first.
pub(super) const ALL: [&[&str]; 22] = [
    TYPE,
    APPEARANCE,
    TAKEN_FROM,
    CREDITED_TO,
    PRIMARY_SOURCE,
    BASIS,
    FOUND_IN,
    SOURCE_FOUND_IN,
    OPERAND,
    OF,
    NAME,
    ADDRESS,
    AUTHOR,
    PUBLISHER,
    DATE,
    PARENT,
    DEFAULT_BASIS,
    REVISION_OF,
    SPECIALIZATION_OF,
    WITHDRAWN,
    EDITION_OF,
    SHARES_SOURCE,
];
