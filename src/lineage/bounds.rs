//! How many claims can the loss of a candidate lower at most?
//!
//! All that a claim can lose in level, in origin, or in its only origin at least, it loses only with all its best ends. So
//! a candidate can lower it only if every way to them passes it. Where more than that can lower a claim (it has several
//! origins at least, say), every candidate that it rests on is counted.

use super::Lineage;
use super::candidates::Candidates;
use super::claims::{ASSERTED, PINNED};
use super::cycles::components;
use super::ends::{Element, UNKNOWN};
use super::facts::Facts;
use super::sets::{EMPTY, Set, Sets};
use super::union::number;
use crate::model::{Level, Origin};

/// How good an end is. All identified ends of an origin are better than the others of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Unknown,
    UnknownIdentified,
    Original,
    OriginalIdentified,
    Primary,
    PrimaryIdentified,
    Pinned,
}

/// For each candidate how many claims it can lower at most.
pub(super) fn bounds(lineage: &Lineage, candidates: &Candidates<'_>) -> Vec<u64> {
    let nodes = &lineage.nodes;
    let (sets, lowering) = lowering(lineage, candidates);
    let mut claims = vec![0; sets.count()];
    for (node, &set) in lowering.iter().enumerate() {
        claims[set as usize] += nodes.members.row(number(node)).len() as u64;
    }
    // A set's elements are in all sets that are built on it.
    let mut bounds = vec![0; candidates.count()];
    for set in (1..number(sets.count())).rev() {
        claims[sets.base(set) as usize] += claims[set as usize];
        for &candidate in sets.added(set) {
            bounds[candidate as usize] += claims[set as usize];
        }
    }
    bounds
}

/// Whether any loss could lower a claim with these facts.
fn can_be_lowered(facts: &Facts) -> bool {
    facts.level >= Level::Primary || facts.origin <= Origin::Original || facts.origins_min > 0
}

/// For each claim node the candidates that can lower it, and perhaps others.
fn lowering(lineage: &Lineage, candidates: &Candidates<'_>) -> (Sets, Vec<Set>) {
    let nodes = &lineage.nodes;
    let mut sets = Sets::new(candidates.count());
    let mut lowering = vec![EMPTY; nodes.count()];
    let mut others = Vec::new();
    let gates = Gates::of(lineage, candidates, &mut sets);
    for node in (0..number(nodes.count())).filter(|&node| nodes.upstream(node)) {
        if can_be_lowered(&lineage.facts[node as usize]) {
            let (best, gate) = gates.before(lineage, candidates, &mut sets, node);
            if is_lowered_by_gates_alone(lineage, node, best) {
                lowering[node as usize] = gate;
            } else {
                others.push(node);
            }
        }
    }
    drop(gates);
    let (mut parts, mut elements) = (Vec::new(), Vec::new());
    let passed = passed(lineage, candidates, &mut sets, &others);
    for node in others {
        candidates.with_bare(node, &mut elements);
        parts.extend(nodes.takes.row(node).iter().map(|&source| passed[source as usize]));
        lowering[node as usize] = sets.union(&mut parts, &mut elements);
    }
    drop(passed);
    let operands = |node| nodes.premises(node);
    components(nodes.count(), operands, |members| {
        // In a circle of operands a claim is at the lowest level already.
        if let &[node] = members
            && !operands(node).is_empty()
        {
            parts.extend(operands(node).iter().map(|&operand| lowering[operand as usize]));
            lowering[node as usize] = sets.union(&mut parts, &mut elements);
        }
    });
    (sets, lowering)
}

/// Whether a claim is lowered only by what stands on all ways to its best ends.
fn is_lowered_by_gates_alone(lineage: &Lineage, node: u32, best: Class) -> bool {
    let facts = &lineage.facts[node as usize];
    let ends = &lineage.ends;
    // Where ends of its own work are none, or marks of several takers make one end, the ways do not tell.
    let are_all_ends = !lineage.nodes.withdrawn(node) && ends.of[node as usize] == ends.reach[node as usize];
    let level = match best {
        Class::Pinned => Level::Pinned,
        Class::PrimaryIdentified => Level::Primary,
        _ => Level::Cited,
    };
    let identified =
        matches!(best, Class::Pinned | Class::PrimaryIdentified | Class::OriginalIdentified | Class::UnknownIdentified);
    are_all_ends && facts.level == level && facts.origins_min <= u32::from(identified)
}

/// Whether whoever comes to a node goes on from there.
fn is_followed(lineage: &Lineage, node: u32) -> bool {
    lineage.nodes.upstream(node) && !lineage.nodes.withdrawn(node)
}

fn followed(lineage: &Lineage, node: u32) -> &[u32] {
    if is_followed(lineage, node) { lineage.nodes.takes.row(node) } else { &[] }
}

/// For each claim node that any of the asking ones comes to, the candidates that are passed from there on: its own, and those
/// it rests on.
fn passed(lineage: &Lineage, candidates: &Candidates<'_>, sets: &mut Sets, asking: &[u32]) -> Vec<Set> {
    let nodes = &lineage.nodes;
    let mut is_passed = vec![false; nodes.count()];
    let mut todo: Vec<u32> = asking.iter().flat_map(|&node| nodes.takes.row(node)).copied().collect();
    while let Some(node) = todo.pop() {
        if !std::mem::replace(&mut is_passed[node as usize], true) {
            todo.extend(followed(lineage, node));
        }
    }
    let mut passed = vec![UNKNOWN; nodes.count()];
    let (mut parts, mut elements) = (Vec::new(), Vec::new());
    let follow = |node: u32| if is_passed[node as usize] { followed(lineage, node) } else { &[] };
    components(nodes.count(), follow, |members| {
        if !is_passed[members[0] as usize] {
            return;
        }
        for &member in members {
            candidates.with_node(member, &mut elements);
            if is_followed(lineage, member) {
                candidates.with_bare(member, &mut elements);
                let outside = nodes.takes.row(member).iter().map(|&source| passed[source as usize]);
                parts.extend(outside.filter(|&set| set != UNKNOWN));
            }
        }
        let set = sets.union(&mut parts, &mut elements);
        members.iter().for_each(|&member| passed[member as usize] = set);
    });
    passed
}

/// For each claim node the best class of ends that whoever comes to it can reach, and the candidates that all ways from it to these
/// pass, itself included; perhaps others too.
struct Gates {
    best: Vec<Class>,
    sets: Vec<Set>,
}

impl Gates {
    fn of(lineage: &Lineage, candidates: &Candidates<'_>, sets: &mut Sets) -> Self {
        let count = lineage.nodes.count();
        let mut gates = Gates { best: vec![Class::Unknown; count], sets: vec![UNKNOWN; count] };
        let mut elements = Vec::new();
        components(
            count,
            |node| followed(lineage, node),
            |members| {
                let mut gate = (Class::Unknown, UNKNOWN);
                for &member in members {
                    let other = if is_followed(lineage, member) {
                        gates.before(lineage, candidates, sets, member)
                    } else {
                        (class(lineage, Element::Claim(member)), EMPTY)
                    };
                    gate = better(sets, gate, other);
                }
                let (best, mut set) = gate;
                // Nobody asks who stands before ends of the lowest class: nothing is lost with them.
                if best == Class::Unknown {
                    set = EMPTY;
                } else {
                    // Within a circle there are many ways; any of its members may stand on all.
                    members.iter().for_each(|&member| candidates.with_node(member, &mut elements));
                    set = sets.union(&mut vec![set], &mut elements);
                }
                for &member in members {
                    gates.best[member as usize] = best;
                    gates.sets[member as usize] = set;
                }
            },
        );
        gates
    }

    /// The best class of ends that a claim node can reach, and the candidates on all ways to them, its own not among them;
    /// by those of its sources that are known.
    fn before(&self, lineage: &Lineage, candidates: &Candidates<'_>, sets: &mut Sets, node: u32) -> (Class, Set) {
        let mut gate = (Class::Unknown, UNKNOWN);
        let mut elements = Vec::new();
        for &source in lineage.nodes.bare.row(node) {
            candidates.with_work(source / 4, &mut elements);
            let set = sets.union(&mut Vec::new(), &mut elements);
            let class = class(lineage, Element::Work { work: source / 4, marks: source % 4 });
            gate = better(sets, gate, (class, set));
        }
        for &source in lineage.nodes.takes.row(node) {
            gate = better(sets, gate, (self.best[source as usize], self.sets[source as usize]));
        }
        gate
    }
}

/// What stands on all ways to the better ends of two; on all ways to both, where they are equal. A set that is not known is none.
fn better(sets: &mut Sets, a: (Class, Set), b: (Class, Set)) -> (Class, Set) {
    match (a.1, b.1) {
        (UNKNOWN, _) => b,
        (_, UNKNOWN) => a,
        _ if a.0 != b.0 => {
            if a.0 > b.0 {
                a
            } else {
                b
            }
        }
        (left, right) => (a.0, sets.common(left, right)),
    }
}

fn class(lineage: &Lineage, end: Element) -> Class {
    let (nodes, works) = (&lineage.nodes, &lineage.works);
    let (work, withdrawn, origin, pinned) = match end {
        Element::Claim(node) => {
            (nodes.work[node as usize], nodes.withdrawn(node), nodes.origin(node), nodes.found(node))
        }
        Element::Work { work, marks } => {
            let origin = if marks & ASSERTED == 0 { works.origin(work) } else { Origin::Primary };
            (work, works.withdrawn[work as usize], origin, marks & PINNED != 0)
        }
    };
    match (origin, !withdrawn && works.named[work as usize], pinned) {
        (Origin::Primary, true, true) => Class::Pinned,
        (Origin::Primary, true, false) => Class::PrimaryIdentified,
        (Origin::Primary, false, _) => Class::Primary,
        (Origin::Original, true, _) => Class::OriginalIdentified,
        (Origin::Original, false, _) => Class::Original,
        (_, true, _) => Class::UnknownIdentified,
        (_, false, _) => Class::Unknown,
    }
}
