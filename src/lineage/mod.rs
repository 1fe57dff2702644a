//! What rests on what? Levels, origins, ends and independence of all claims, computed from the edges of the reports.
//!
//! The definitions are those of `MODEL.md`. The order of work: the edges are read into dense numbers (`read`,
//! `structure`), documents contracted into works (`works`), claims into claim nodes (`claims`); the ends of every node
//! are found along the strongly connected components (`ends`, over the shared sets of `sets` and `members`), and every set of ends is
//! weighed once (`independence`, `scales`, `grouping`; `few`). Nothing recurses, and no more than a few ends are compared by pairs.

mod around;
mod below;
mod bounds;
mod candidates;
mod claims;
mod computed;
mod cycles;
mod ends;
mod facts;
mod few;
mod graph;
mod grouping;
mod independence;
mod losses;
mod members;
mod merges;
mod naming;
mod paths;
mod proof;
mod read;
mod resting;
mod scales;
mod sets;
mod standing;
mod structure;
mod supports;
mod table;
mod terms;
mod trace;
mod union;
mod unsettled;
mod withdrawal;
mod without;
mod works;

pub use around::around;
pub use below::Below;
pub use facts::{Basis, ClaimNode, End, Facts, Kind, Source, Work};
pub use graph::{facts, unsettled};
pub use losses::{Loss, Lowered};

use crate::model::{Level, Origin};
pub use merges::{Bond, Merge, merges};
pub use paths::Paths;
pub use proof::{Bearing, Beyond};
pub use supports::Support;
pub use withdrawal::{How, Role, Withdrawal};

use crate::store::{Node, Reader, Result};
use claims::Claims;
use ends::Ends;
use independence::Weight;
use naming::Names;
use read::Edges;
use table::Numbering;
use works::Works;

/// The computed lineage of all claims of a view. Its nodes are those of the view.
pub struct Lineage {
    claims: Numbering,
    documents: Numbering,
    agents: Vec<Node>,
    appears_in: Vec<u32>,
    nodes: Claims,
    works: Works,
    ends: Ends,
    facts: Vec<Facts>,
    names: Names,
}

/// Computes the lineage of all claims that a view holds.
///
/// # Errors
/// When the store fails.
pub fn compute(view: &dyn Reader) -> Result<Lineage> {
    compute_from(Edges::read(view)?)
}

/// The same, were these nodes withdrawn too.
///
/// # Errors
/// When the store fails.
pub fn compute_without(view: &dyn Reader, withdrawn: &[Node]) -> Result<Lineage> {
    let mut edges = Edges::read(view)?;
    edges.withdraw(withdrawn);
    compute_from(edges)
}

fn compute_from(edges: Edges<'_>) -> Result<Lineage> {
    let (view, input) = (edges.view, read::read(&edges)?);
    drop(edges);
    let works = works::works(&input);
    let nodes = claims::claims(&input, &works);
    let (names, ends) = std::thread::scope(|scope| {
        let ends = scope.spawn(|| ends::ends(&nodes, &works));
        let names = naming::names(view, &input, &works, &nodes);
        (names, ends.join().expect("finding ends does not panic"))
    });
    let names = names?;
    let read::Input { claims, documents, agents, appears_in, .. } = input;
    let weights = independence::weigh(&nodes, &works, &ends);
    let mut facts: Vec<_> = (0..nodes.count()).map(|node| facts_of(&nodes, &works, &ends, &weights, node)).collect();
    computed::weaken(&nodes, &mut facts);
    Ok(Lineage { claims, documents, agents: agents.nodes().to_vec(), appears_in, nodes, works, ends, facts, names })
}

/// What is read as a claim or a document.
pub struct Roles {
    /// The claims.
    pub claims: Vec<Node>,
    /// The documents that are said to be documents.
    pub documents: Vec<Node>,
    /// Claims and the documents that they appear in or are taken from.
    pub leads: Vec<(Node, Node)>,
}

/// Finds the claims and documents of a view, and computes nothing of them.
///
/// # Errors
/// When the store fails.
pub fn roles(view: &dyn Reader) -> Result<Roles> {
    let read::Found { claims, typed, structure } = read::found(&Edges::read(view)?)?;
    let (claims, documents) = (claims.nodes(), structure.documents.nodes());
    let places = structure.appears_in.iter().zip(claims).map(|(&place, &claim)| (claim, place));
    let sources = structure.claim_from_document.iter().map(|&(claim, source, _)| (claims[claim as usize], source));
    let leads = places.chain(sources).filter_map(|(claim, to)| Some((claim, *documents.get(to as usize)?))).collect();
    Ok(Roles { claims: claims.to_vec(), documents: typed, leads })
}

/// The facts of a claim node by its own ends.
fn facts_of(claims: &Claims, works: &Works, ends: &Ends, weights: &[Weight], index: usize) -> Facts {
    let (node, on_cycle) = (union::number(index), claims.on_cycle(union::number(index)));
    if ends.of[index] == sets::EMPTY {
        let own = works.own.row(claims.work[index]);
        let credits_another = claims.credited.row(node).iter().any(|agent| own.binary_search(agent).is_err());
        let level = if credits_another { Level::Attributed } else { Level::Unsourced };
        let origin = if claims.upstream(node) { Origin::Circular } else { Origin::None };
        return Facts { level, origin, origins_min: 0, origins_max: 0, on_cycle };
    }
    if !claims.upstream(node) {
        return own_facts(claims, works, node);
    }
    let weight = weights[ends.of[index] as usize];
    let most = weights[ends.may[index] as usize].groups.max(weight.least);
    Facts { level: weight.level, origin: weight.origin, origins_min: weight.least, origins_max: most, on_cycle }
}

/// The facts of a claim node that is its own only end. That it is withdrawn changes nothing.
fn own_facts(claims: &Claims, works: &Works, node: u32) -> Facts {
    let origin = claims.stated_origin(node);
    let identified = works.named[claims.work[node as usize] as usize];
    let level = match (origin == Origin::Primary && identified, claims.found(node)) {
        (true, true) => Level::Pinned,
        (true, false) => Level::Primary,
        (false, _) => Level::Cited,
    };
    Facts { level, origin, origins_min: u32::from(identified), origins_max: 1, on_cycle: false }
}

impl Lineage {
    /// All claims, in the order of their nodes' numbers.
    pub fn claims(&self) -> &[Node] {
        self.claims.nodes()
    }

    /// The facts of a claim, if it is one.
    pub fn facts(&self, claim: Node) -> Option<Facts> {
        Some(self.facts[self.node(claim)? as usize])
    }

    /// All documents, each with the smallest IRI among the documents of its work, in the order of the documents' numbers.
    pub fn documents(&self) -> impl Iterator<Item = (Node, Node)> {
        let works = self.documents.nodes().iter().zip(&self.works.of);
        works.map(|(&document, &work)| (document, self.names.work(work, self).expect("the work has this document")))
    }

    /// The smallest IRI among the documents of a document's work, if it is a document.
    pub fn work_of(&self, document: Node) -> Option<Node> {
        self.names.work(self.works.of[self.documents.get(document)? as usize], self)
    }

    /// The documents of a document's work, in the order of their numbers.
    fn editions(&self, document: Node) -> impl Iterator<Item = Node> {
        let work = self.documents.get(document).map(|document| self.works.of[document as usize]);
        let members = work.into_iter().flat_map(|work| self.works.members.row(work));
        members.filter_map(|&document| self.documents.nodes().get(document as usize).copied())
    }

    /// The number of the node of a claim.
    fn node(&self, claim: Node) -> Option<u32> {
        Some(self.nodes.of[self.claims.get(claim)? as usize])
    }
}
