//! Which claims are one claim, and what is each claim node taken from?

use super::facts::Basis;
use super::read::Input;
use super::table::Rows;
use super::union::{Union, number};
use super::works::Works;
use crate::model::Origin;

/// Of a bare source: an edge asserts it to be primary, and the assertion is taken.
pub(super) const ASSERTED: u32 = 1;
/// Of a bare source: the taker's source quote was found in a snapshot of it.
pub(super) const PINNED: u32 = 2;

/// The claim nodes: the same claim in several editions is one. Nodes are numbered by their first claims.
pub(super) struct Claims {
    /// The node of each claim.
    pub(super) of: Vec<u32>,
    pub(super) members: Rows,
    /// The work of each node.
    pub(super) work: Vec<u32>,
    pub(super) basis: Vec<Option<Basis>>,
    /// What is asked of every node over and over, in a byte each: see the methods.
    traits: Vec<u8>,
    /// The other nodes that a node is taken from.
    pub(super) takes: Rows,
    /// The other works that a node is taken from, each as its number times four, plus `ASSERTED` and `PINNED`. Of one work
    /// there may be several.
    pub(super) bare: Rows,
    /// Node and node, node and work: where an edge asserts a primary source, sorted.
    pub(super) asserted: Vec<(u32, u32)>,
    pub(super) asserted_bare: Vec<(u32, u32)>,
    pub(super) operands: Rows,
    /// The agents that the members credit.
    pub(super) credited: Rows,
}

// The two low bits of a node's traits are the origin of its basis.
const IS_WITHDRAWN: u8 = 4;
const IS_FOUND: u8 = 8;
const TAKES_ITSELF: u8 = 16;
const ON_CYCLE: u8 = 32;
const UPSTREAM: u8 = 64;
const COMPUTED: u8 = 128;

/// Joins the claims into nodes.
pub(super) fn claims(input: &Input, works: &Works) -> Claims {
    let work_of = |claim: u32| works.of[input.appears_in[claim as usize] as usize];
    let mut same = Union::new(input.appears_in.len());
    for &(claim, source) in &input.claim_from_claim {
        if input.appears_in[claim as usize] != input.appears_in[source as usize] && work_of(claim) == work_of(source) {
            same.join(claim, source);
        }
    }
    let (of, count) = same.dense();
    let pairs: Vec<_> = of.iter().enumerate().map(|(claim, &node)| (node, number(claim))).collect();
    let members = Rows::new(count, &pairs);
    drop(pairs);

    let of_nodes = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
        pairs.iter().map(|&(claim, other)| (of[claim as usize], other)).collect()
    };
    let between = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
        pairs.iter().map(|&(a, b)| (of[a as usize], of[b as usize])).collect()
    };
    let (takes, cyclic, (operands, credited)) = std::thread::scope(|scope| {
        let others =
            scope.spawn(|| (Rows::new(count, &between(&input.operands)), Rows::new(count, &of_nodes(&input.credited))));
        let mut takes = between(&input.claim_from_claim);
        takes.retain(|(a, b)| a != b);
        let takes = Rows::new(count, &takes);
        let cyclic = super::cycles::cyclic(count, |node| takes.row(node));
        (takes, cyclic, others.join().expect("collecting rows does not panic"))
    });
    let mut traits: Vec<_> = cyclic.into_iter().map(|cyclic| if cyclic { ON_CYCLE } else { 0 }).collect();
    for &(claim, source) in &input.claim_from_claim {
        if claim == source {
            traits[of[claim as usize] as usize] |= TAKES_ITSELF | ON_CYCLE | UPSTREAM;
        }
    }
    let mut claims = Claims {
        work: members_first(&members, work_of),
        basis: Vec::with_capacity(count),
        traits,
        bare: Rows::new(0, &[]),
        asserted: between(&input.asserted),
        asserted_bare: Vec::new(),
        operands,
        credited,
        takes,
        members,
        of,
    };
    claims.bare = bare(input, works, &claims);
    for node in 0..number(count) {
        let (members, work) = (claims.members.row(node), claims.work[node as usize]);
        let any = |of: &[bool]| members.iter().any(|&claim| of[claim as usize]);
        let basis = basis(input, works, members, work);
        let mut is = Basis::origin(basis) as u8;
        let mut add = |flag, holds| is |= if holds { flag } else { 0 };
        add(IS_WITHDRAWN, any(&input.claim_withdrawn) || works.withdrawn[work as usize]);
        add(IS_FOUND, any(&input.found));
        add(UPSTREAM, !claims.takes.row(node).is_empty() || !claims.bare.row(node).is_empty());
        add(COMPUTED, !claims.operands.row(node).is_empty());
        claims.traits[node as usize] |= is;
        claims.basis.push(basis);
    }
    claims.asserted.sort_unstable();
    let asserted = input.claim_from_document.iter().filter(|edge| edge.2);
    claims.asserted_bare =
        asserted.map(|&(claim, document, _)| (claims.of[claim as usize], works.of[document as usize])).collect();
    claims.asserted_bare.sort_unstable();
    claims
}

impl Claims {
    pub(super) fn count(&self) -> usize {
        self.work.len()
    }

    fn has(&self, node: u32, flag: u8) -> bool {
        self.traits[node as usize] & flag != 0
    }

    /// Whether the node is taken from anything.
    pub(super) fn upstream(&self, node: u32) -> bool {
        self.has(node, UPSTREAM)
    }

    /// Whether an edge leads from a member to itself.
    pub(super) fn takes_itself(&self, node: u32) -> bool {
        self.has(node, TAKES_ITSELF)
    }

    pub(super) fn on_cycle(&self, node: u32) -> bool {
        self.has(node, ON_CYCLE)
    }

    /// Whether a member, or an original of the node's work, is withdrawn.
    pub(super) fn withdrawn(&self, node: u32) -> bool {
        self.has(node, IS_WITHDRAWN)
    }

    /// Whether a member was found in a snapshot.
    pub(super) fn found(&self, node: u32) -> bool {
        self.has(node, IS_FOUND)
    }

    /// Whether the node has operands.
    pub(super) fn computed(&self, node: u32) -> bool {
        self.has(node, COMPUTED)
    }

    /// What a node is worth no more than: its operands, if it is taken from nothing.
    pub(super) fn premises(&self, node: u32) -> &[u32] {
        if self.upstream(node) { &[] } else { self.operands.row(node) }
    }

    /// The origin of the node's basis.
    pub(super) fn stated_origin(&self, node: u32) -> Origin {
        match self.traits[node as usize] & 3 {
            0 => Origin::Primary,
            1 => Origin::Original,
            _ => Origin::Unknown,
        }
    }

    /// The origin of the node as an end of another claim.
    pub(super) fn origin(&self, node: u32) -> Origin {
        if self.withdrawn(node) { Origin::Unknown } else { self.stated_origin(node) }
    }

    /// The agents of the node as an end.
    pub(super) fn agents<'a>(&'a self, works: &'a Works, node: u32) -> &'a [u32] {
        match self.credited.row(node) {
            [] => works.agents.row(self.work[node as usize]),
            credited => credited,
        }
    }
}

fn members_first(members: &Rows, work_of: impl Fn(u32) -> u32) -> Vec<u32> {
    (0..number(members.len())).map(|node| work_of(members.row(node)[0])).collect()
}

/// The first that is stated of: the basis of the claims in originals; the default of the originals; the basis of the
/// other claims; the default of their documents.
fn basis(input: &Input, works: &Works, members: &[u32], work: u32) -> Option<Basis> {
    let place = |claim: u32| input.appears_in[claim as usize];
    let stated = |claim: &u32| input.claim_basis[*claim as usize];
    let default = |document: u32| input.default_basis[document as usize];
    let in_original = |claim: &&u32| works.original[place(**claim) as usize];
    members
        .iter()
        .filter(in_original)
        .filter_map(stated)
        .min()
        .or(works.original_basis[work as usize])
        .or_else(|| members.iter().filter_map(stated).min())
        .or_else(|| members.iter().filter_map(|&claim| default(place(claim))).min())
}

/// The bare sources of each node, with what is asserted and found of them where it can matter.
fn bare(input: &Input, works: &Works, claims: &Claims) -> Rows {
    let node_and_work = |claim: u32, document: u32| (claims.of[claim as usize], works.of[document as usize]);
    let mut pinned: Vec<_> =
        input.source_found.iter().map(|&(claim, document)| node_and_work(claim, document)).collect();
    pinned.sort_unstable();
    let mut bare = Vec::with_capacity(input.claim_from_document.len());
    for &(claim, document, asserted) in &input.claim_from_document {
        let (node, work) = node_and_work(claim, document);
        if work == claims.work[node as usize] {
            continue;
        }
        let assertable = works.takes_assertion(work);
        let mut source = work * 4;
        if asserted && assertable {
            source += ASSERTED;
        }
        if (assertable || works.origin(work) == Origin::Primary) && pinned.binary_search(&(node, work)).is_ok() {
            source += PINNED;
        }
        bare.push((node, source));
    }
    Rows::new(claims.count(), &bare)
}
