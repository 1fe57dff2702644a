//! What is to be found out about a claim's ends before its independent origins can be counted for certain?

use super::Lineage;
use super::claims::ASSERTED;
use super::ends::Element;
use super::facts::Basis;
use crate::store::{Facts, Node, Value};
use crate::vocab::ibid;
use std::sync::Arc;

/// Why an end counts for the upper estimate of independent origins and not for the lower one; what is to be asked first comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    BasisUnknown,
    Unidentified,
    Unsigned,
    SecondHand,
    Withdrawn,
    /// Nothing is missing: it is of one house with others.
    OneHouse,
}

impl Gap {
    const ALL: [Self; 6] =
        [Self::BasisUnknown, Self::Unidentified, Self::Unsigned, Self::SecondHand, Self::Withdrawn, Self::OneHouse];

    fn iri(self) -> &'static str {
        match self {
            Self::BasisUnknown => ibid::BASIS_UNKNOWN,
            Self::Unidentified => ibid::UNIDENTIFIED,
            Self::Unsigned => ibid::UNSIGNED,
            Self::SecondHand => ibid::SECOND_HAND,
            Self::Withdrawn => ibid::WITHDRAWN,
            Self::OneHouse => ibid::ONE_HOUSE,
        }
    }
}

impl Lineage {
    /// The gap of an element as an end; of a claim that is its `own` only end it is no matter whether that is withdrawn.
    fn gap(&self, element: u32, own: bool) -> Gap {
        let (works, claims) = (&self.works, &self.nodes);
        let (work, basis, is_withdrawn, agents) = match self.ends.elements.get(element) {
            Element::Claim(node) => {
                let work = claims.work[node as usize];
                (work, claims.basis[node as usize], claims.withdrawn(node) && !own, claims.agents(works, node))
            }
            Element::Work { work, marks } => {
                // Which first-hand basis it has that is asserted to be primary is all one.
                let basis = if marks & ASSERTED != 0 { Some(Basis::OwnAct) } else { works.basis[work as usize] };
                (work, basis, works.withdrawn[work as usize], works.agents.row(work))
            }
        };
        match basis {
            _ if is_withdrawn => Gap::Withdrawn,
            None => Gap::BasisUnknown,
            Some(_) if !works.named[work as usize] => Gap::Unidentified,
            Some(_) if agents.is_empty() => Gap::Unsigned,
            Some(basis) if basis < Basis::Observation => Gap::SecondHand,
            Some(_) => Gap::OneHouse,
        }
    }

    /// The first gap of a claim's ends, and the ends that have it; none where both estimates are the same.
    fn unsettled(&self, claim: Node) -> Option<(Gap, Vec<u32>)> {
        let node = self.node(claim)?;
        let facts = self.facts[node as usize];
        if facts.origins_min == facts.origins_max {
            return None;
        }
        let mut ends = Vec::new();
        self.ends.sets.collect(self.ends.of[node as usize], &mut ends);
        let own = !self.nodes.upstream(node);
        let gaps: Vec<Gap> = ends.iter().map(|&end| self.gap(end, own)).collect();
        let first = *gaps.iter().min()?;
        let mut each = gaps.iter();
        ends.retain(|_| each.next() == Some(&first));
        Some((first, ends))
    }
}

/// What to find out first of each claim's ends.
pub(super) struct Unsettled(pub(super) Arc<Lineage>);

impl Facts for Unsettled {
    fn iris(&self) -> Vec<&'static str> {
        Gap::ALL.into_iter().map(Gap::iri).collect()
    }

    fn subjects(&self) -> &[Node] {
        self.0.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        self.0.unsettled(subject).map(|(gap, _)| Value::Iri(gap.iri())).into_iter().collect()
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        self.subjects().iter().copied().filter(|&subject| self.has(subject, object)).collect()
    }
}

/// The ends that it is to be found out of.
pub(super) struct UnsettledEnds(pub(super) Arc<Lineage>);

impl Facts for UnsettledEnds {
    fn subjects(&self) -> &[Node] {
        self.0.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        let ends = self.0.unsettled(subject).map(|(_, ends)| ends).unwrap_or_default();
        self.0.names_of(ends)
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        self.subjects().iter().copied().filter(|&subject| self.has(subject, object)).collect()
    }
}
