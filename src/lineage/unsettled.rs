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
enum Question {
    BasisUnknown,
    Unidentified,
    Unsigned,
    SecondHand,
    Withdrawn,
    /// Nothing is missing: it is of one house with others.
    OneHouse,
}

impl Question {
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
    /// What is to be asked of an end first; of a claim that is its `own` only end it is no matter whether that is withdrawn.
    fn question(&self, element: u32, marks: u32, own: bool) -> Question {
        let (works, claims) = (&self.works, &self.nodes);
        let (work, basis, is_withdrawn, agents) = match self.ends.elements.get(element) {
            Element::Claim(node) => {
                let work = claims.work[node as usize];
                (work, claims.basis[node as usize], claims.withdrawn(node) && !own, claims.agents(works, node))
            }
            Element::Work { work, .. } => {
                // Which first-hand basis it has that is asserted to be primary is all one.
                let basis = if marks & ASSERTED != 0 { Some(Basis::OwnAct) } else { works.basis[work as usize] };
                (work, basis, works.withdrawn[work as usize], works.agents.row(work))
            }
        };
        match basis {
            _ if is_withdrawn => Question::Withdrawn,
            None => Question::BasisUnknown,
            Some(_) if !works.named[work as usize] => Question::Unidentified,
            Some(_) if agents.is_empty() => Question::Unsigned,
            Some(basis) if basis < Basis::Observation => Question::SecondHand,
            Some(_) => Question::OneHouse,
        }
    }

    /// What is to be asked first of a claim's ends, and of which of them; nothing where both estimates are the same.
    fn unsettled(&self, claim: Node) -> Option<(Question, Vec<u32>)> {
        let node = self.node(claim)?;
        let facts = self.facts[node as usize];
        if facts.origins_min == facts.origins_max {
            return None;
        }
        let own = !self.nodes.upstream(node);
        let ends = self.elements(self.ends.of[node as usize]);
        let asked: Vec<_> = ends.into_iter().map(|(end, marks)| (self.question(end, marks, own), end)).collect();
        let first = asked.iter().map(|(question, _)| *question).min()?;
        let ends = asked.into_iter().filter(|(question, _)| *question == first).map(|(_, end)| end);
        Some((first, ends.collect()))
    }
}

/// What to find out first of each claim's ends.
pub(super) struct Unsettled(pub(super) Arc<Lineage>);

impl Facts for Unsettled {
    fn iris(&self) -> Vec<&'static str> {
        Question::ALL.into_iter().map(Question::iri).collect()
    }

    fn subjects(&self) -> &[Node] {
        self.0.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        self.0.unsettled(subject).map(|(question, _)| Value::Iri(question.iri())).into_iter().collect()
    }
}

/// The ends that it is to be found out of.
pub(super) struct UnsettledEnds(pub(super) Arc<Lineage>);

impl Facts for UnsettledEnds {
    fn subjects(&self) -> &[Node] {
        self.0.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        let mut ends = self.0.unsettled(subject).map(|(_, ends)| self.0.names_of(ends)).unwrap_or_default();
        // What has no name of its own is asked about only where nothing else is.
        let is_named = |end: &Value| !matches!(end, Value::Node(node) if node.is_blank());
        if ends.iter().any(is_named) {
            ends.retain(is_named);
        }
        ends
    }
}
