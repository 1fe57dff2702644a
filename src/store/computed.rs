//! Computed graphs, as sorted arrays beside the stored quads.

use super::Result;
use super::port::{Fact, Node, Value};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rustc_hash::FxHashMap;

/// Terms that the dictionary does not have, numbered for one snapshot.
#[derive(Default)]
pub(super) struct Overlay {
    terms: Vec<Term>,
    ids: FxHashMap<Term, u64>,
}

/// Marks a number as one of the overlay's.
const OVERLAY: u64 = 1 << 63;

pub(super) fn is_overlay(id: u64) -> bool {
    id & OVERLAY != 0
}

impl Overlay {
    pub(super) fn intern(&mut self, term: Term) -> u64 {
        if let Some(&id) = self.ids.get(&term) {
            return id;
        }
        let id = OVERLAY | (self.terms.len() as u64) << 2 | Node::kind_of(&term);
        self.ids.insert(term.clone(), id);
        self.terms.push(term);
        id
    }

    pub(super) fn term(&self, id: u64) -> Option<Term> {
        self.terms.get(((id & !OVERLAY) >> 2) as usize).cloned()
    }
}

/// One computed graph.
pub(super) struct ComputedGraph {
    /// The graph's name as a number.
    pub(super) name: u64,
    by_subject: Vec<[u64; 3]>,
    by_object: Vec<[u64; 3]>,
}

impl ComputedGraph {
    /// Sorts facts into a graph; `number` gives the number of a term.
    pub(super) fn new(name: u64, facts: Vec<Fact>, mut number: impl FnMut(Term) -> Result<u64>) -> Result<Self> {
        let mut numbers: FxHashMap<&'static str, u64> = FxHashMap::default();
        let mut iri = |iri: &'static str, number: &mut dyn FnMut(Term) -> Result<u64>| -> Result<u64> {
            if let Some(&known) = numbers.get(iri) {
                return Ok(known);
            }
            let id = number(NamedNode::new_unchecked(iri).into())?;
            numbers.insert(iri, id);
            Ok(id)
        };
        let mut by_subject = Vec::with_capacity(facts.len());
        for fact in facts {
            let predicate = iri(fact.predicate, &mut number)?;
            let object = match fact.object {
                Value::Node(node) => node.0,
                Value::Iri(value) => iri(value, &mut number)?,
                Value::Integer(value) => number(Literal::from(value).into())?,
                Value::Boolean(value) => number(Literal::from(value).into())?,
                Value::Decimal(value) => number(Literal::new_typed_literal(value.to_string(), xsd::DECIMAL).into())?,
            };
            by_subject.push([fact.subject.0, predicate, object]);
        }
        by_subject.sort_unstable();
        by_subject.dedup();
        let mut by_object: Vec<[u64; 3]> = by_subject.iter().map(|[s, p, o]| [*p, *o, *s]).collect();
        by_object.sort_unstable();
        Ok(Self { name, by_subject, by_object })
    }

    /// The triples that fit a pattern, as subject, predicate, object.
    pub(super) fn scan(&self, pattern: [Option<u64>; 3]) -> Vec<[u64; 3]> {
        let fits = |triple: &[u64; 3]| {
            pattern.iter().zip(triple).all(|(wanted, id)| wanted.is_none_or(|wanted| wanted == *id))
        };
        match pattern {
            [Some(subject), ..] => run(&self.by_subject, &[subject]).iter().copied().filter(fits).collect(),
            [None, Some(predicate), object] => {
                let prefix: Vec<u64> = [Some(predicate), object].into_iter().flatten().collect();
                run(&self.by_object, &prefix).iter().map(|[p, o, s]| [*s, *p, *o]).collect()
            }
            _ => self.by_subject.iter().copied().filter(fits).collect(),
        }
    }
}

fn run<'a>(sorted: &'a [[u64; 3]], prefix: &[u64]) -> &'a [[u64; 3]] {
    let start = sorted.partition_point(|triple| triple[..prefix.len()] < *prefix);
    let length = sorted[start..].partition_point(|triple| triple[..prefix.len()] == *prefix);
    &sorted[start..start + length]
}
