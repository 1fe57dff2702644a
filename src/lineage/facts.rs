//! What is known of a claim, an end, a step: plain data.

use crate::model::{Level, Origin};
use crate::store::Node;

/// How an author comes to know what a claim says; the weakest first. All from `Observation` on are first-hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the terms are described in the ontology")]
pub enum Basis {
    Hearsay,
    OwnInference,
    Testimony,
    Observation,
    Measurement,
    OwnRecord,
    OwnAnalysis,
    OwnAct,
}

impl Basis {
    /// The bases in the order of `terms::BASES`.
    pub(super) const ALL: [Basis; 8] = [
        Basis::Hearsay,
        Basis::OwnInference,
        Basis::Testimony,
        Basis::Observation,
        Basis::Measurement,
        Basis::OwnRecord,
        Basis::OwnAnalysis,
        Basis::OwnAct,
    ];

    /// Its IRI in the vocabulary.
    pub fn iri(self) -> &'static str {
        super::terms::BASES[self as usize]
    }

    /// The origin of an end with this basis, or with none.
    pub fn origin(basis: Option<Basis>) -> Origin {
        match basis {
            Some(basis) if basis >= Basis::Observation => Origin::Primary,
            Some(Basis::Testimony) => Origin::Original,
            _ => Origin::Unknown,
        }
    }
}

/// The computed facts of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Facts {
    /// Its level.
    pub level: Level,
    /// The best origin of its ends.
    pub origin: Origin,
    /// The least number of independent origins.
    pub origins_min: u32,
    /// The greatest number of independent origins.
    pub origins_max: u32,
    /// Whether the claim is its own upstream.
    pub on_cycle: bool,
}

/// Whether something is a claim node or a bare work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A claim node: one claim, or the same claim in several editions.
    Claim,
    /// A work: a document with its editions.
    Work,
}

/// A place where a claim's chain of sourcing ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The smallest IRI among the members of the claim node, or among the documents of the work.
    pub node: Node,
    /// Claim node or bare work.
    pub kind: Kind,
    /// Primary, original or unknown: in this claim's upstream, as `prov:hadPrimarySource` may stand in one and not in another.
    pub origin: Origin,
    /// Whether it is not withdrawn and a document of its work says which document it is.
    pub identified: bool,
    /// Whether its words were found: in its own snapshot (claim), or its taker's source quote in a snapshot of it (work).
    pub pinned: bool,
    /// Whether it, or an original of its work, is withdrawn.
    pub withdrawn: bool,
    /// Of a claim node the document of the claim that names it, if it has one; of a work the document that names it.
    pub document: Option<Node>,
    /// Whom the claim credits; else the authors of the work's originals; else their publishers. In the order of the nodes' numbers.
    pub agents: Vec<Node>,
}

/// One step of sourcing: what a claim node, or a work, is taken from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Source {
    /// The smallest IRI among the members of the claim node, or among the documents of the work.
    pub node: Node,
    /// Claim node or bare work.
    pub kind: Kind,
    /// Whether an edge asserts it to be the primary source.
    pub asserted_primary: bool,
    /// Whether the taker's source quote was found in a snapshot of this work.
    pub pinned: bool,
    /// Whether it, or an original of its work, is withdrawn.
    pub withdrawn: bool,
}

/// What is known of a claim node itself, apart from what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimNode {
    /// The smallest IRI among its members.
    pub node: Node,
    /// The claims that are this one claim in several editions, in the order of their numbers.
    pub members: Vec<Node>,
    /// The document of the claim that names the node, if it has one.
    pub document: Option<Node>,
    /// The smallest IRI among the documents of its work, if it has a document.
    pub work: Option<Node>,
    /// Its basis: its own, or its work's default.
    pub basis: Option<Basis>,
    /// Whether a member, or an original of its work, is withdrawn.
    pub withdrawn: bool,
    /// Whom its members credit, in the order of the nodes' numbers.
    pub credited: Vec<Node>,
    /// The claim nodes that it is computed from, each by its smallest IRI.
    pub operands: Vec<Node>,
    /// What it is taken from: claim nodes, then bare works.
    pub sources: Vec<Source>,
    /// Whether an edge leads from a member to itself.
    pub takes_itself: bool,
}

/// What is known of a work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// The smallest IRI among its documents.
    pub node: Node,
    /// Its documents, in the order of their numbers.
    pub documents: Vec<Node>,
    /// Those that are an edition of no other; all, if there is none.
    pub originals: Vec<Node>,
    /// The default basis of its originals, else of its other editions.
    pub basis: Option<Basis>,
    /// Whether one of its originals is withdrawn.
    pub withdrawn: bool,
    /// Whether it is not withdrawn and one of its documents says which document it is.
    pub identified: bool,
    /// The works that its documents are taken from.
    pub sources: Vec<Node>,
    /// Whether it is its own upstream through documents, or one of its documents is taken from itself.
    pub on_cycle: bool,
}
