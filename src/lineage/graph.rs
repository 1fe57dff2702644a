//! The computed facts as a graph: `urn:ibid:lineage`, as MODEL lists it.
//!
//! They are answered from the lineage itself as they are asked for: written out they would take more memory than it does, and
//! what rests on what would be the square of what there is, where all rest on all.

use super::Lineage;
use super::facts::Facts as Computed;
use super::resting::{Further, Resting};
use super::union::number;
use super::unsettled::{Unsettled, UnsettledEnds};
use crate::model::Origin;
use crate::store::{Columns, Facts, Node, Value};
use crate::vocab::ibid;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Reads one of the facts of a claim.
type Read = fn(Computed) -> Value;

/// All facts, for a reader to attach.
pub fn facts(lineage: Arc<Lineage>) -> Columns {
    let mut columns = Columns::default();
    let of_claims: [(_, Read); 5] = [
        (ibid::LEVEL, |facts| Value::Integer(facts.level.number().into())),
        (ibid::ORIGIN, |facts| Value::Iri(origin(facts.origin))),
        (ibid::ORIGINS_MIN, |facts| Value::Integer(facts.origins_min.into())),
        (ibid::ORIGINS_MAX, |facts| Value::Integer(facts.origins_max.into())),
        (ibid::ON_CYCLE, |facts| Value::Boolean(facts.on_cycle)),
    ];
    for (predicate, value) in of_claims {
        columns.give(predicate, OfClaims { lineage: Arc::clone(&lineage), value, turned: OnceLock::new() });
    }
    columns.give(ibid::WORK, OfDocuments(Arc::clone(&lineage)));
    for &document in lineage.documents.nodes() {
        // A claim that is a document too may be said to be on a cycle already.
        let said = || lineage.facts(document).is_some_and(|facts| facts.on_cycle);
        let work = lineage.documents.get(document).map(|document| lineage.works.of[document as usize]);
        if work.is_some_and(|work| lineage.works.on_cycle[work as usize]) && !said() {
            columns.say(document, ibid::ON_CYCLE, Value::Boolean(true));
        }
    }
    columns.give(ibid::RESTS_ON, Resting::new(Arc::clone(&lineage), |lineage| &lineage.ends.of));
    columns.give(ibid::MAY_REST_ON, Resting::new(lineage, |lineage| &lineage.ends.may));
    columns.sorted()
}

/// What is not settled of the claims' ends, as a graph: `urn:ibid:ends`. A query could compare the ends of every claim with each other and with what they
/// may rest on; that is what it would spend its time on.
///
/// On a claim of which it is not known how many of its sources are independent `ibid:unsettled`, what is to be found out first, and
/// `ibid:unsettledEnd`, of which of its ends; on a claim whose ends may rest on something else `ibid:mayRestFurtherOn`.
pub fn unsettled(lineage: &Arc<Lineage>) -> Columns {
    let mut columns = Columns::default();
    columns.give(ibid::UNSETTLED, Unsettled(Arc::clone(lineage)));
    columns.give(ibid::UNSETTLED_END, UnsettledEnds(Arc::clone(lineage)));
    columns.give(ibid::MAY_REST_FURTHER_ON, Further::new(lineage));
    columns.sorted()
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Primary => ibid::PRIMARY,
        Origin::Original => ibid::ORIGINAL,
        Origin::Unknown => ibid::UNKNOWN,
        Origin::Circular => ibid::CIRCULAR,
        Origin::None => ibid::NONE,
    }
}

/// What each claim has one of.
struct OfClaims {
    lineage: Arc<Lineage>,
    value: Read,
    /// The numbers of the claims that have a value, made when it is first asked for.
    turned: OnceLock<FxHashMap<Value, Vec<u32>>>,
}

impl Facts for OfClaims {
    fn iris(&self) -> Vec<&'static str> {
        let iri = |facts: &Computed| if let Value::Iri(iri) = (self.value)(*facts) { Some(iri) } else { None };
        let iris: BTreeSet<&str> = self.lineage.facts.iter().filter_map(iri).collect();
        iris.into_iter().collect()
    }

    fn subjects(&self) -> &[Node] {
        self.lineage.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        self.lineage.facts(subject).map(self.value).into_iter().collect()
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        let turned = self.turned.get_or_init(|| {
            let mut turned: FxHashMap<Value, Vec<u32>> = FxHashMap::default();
            for (claim, &node) in self.lineage.nodes.of.iter().enumerate() {
                let value = (self.value)(self.lineage.facts[node as usize]);
                turned.entry(value).or_default().push(number(claim));
            }
            turned
        });
        turned.get(object).into_iter().flatten().map(|&claim| self.lineage.claims()[claim as usize]).collect()
    }
}

/// The work of each document.
struct OfDocuments(Arc<Lineage>);

impl Facts for OfDocuments {
    fn subjects(&self) -> &[Node] {
        self.0.documents.nodes()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        self.0.work_of(subject).map(Value::Node).into_iter().collect()
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        match object {
            Value::Node(node) if self.0.work_of(*node) == Some(*node) => self.0.editions(*node).collect(),
            _ => Vec::new(),
        }
    }
}
