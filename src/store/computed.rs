//! Computed graphs, beside the stored quads.

use super::Result;
use super::columns::Columns;
use super::port::{Node, Value};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rustc_hash::FxHashMap;
use std::sync::Arc;

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
    pub(super) fn find(&self, term: &Term) -> Option<u64> {
        self.ids.get(term).copied()
    }

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

/// One computed graph as a snapshot sees it.
pub(super) struct ComputedGraph {
    /// The graph's name as a number.
    pub(super) name: u64,
    columns: Arc<Columns>,
    /// The columns' predicates and the facts' values as numbers.
    predicates: Vec<u64>,
    values: Vec<u64>,
    /// How a value's number stands in the columns.
    codes: FxHashMap<u64, u64>,
}

type Triples = Box<dyn Iterator<Item = [u64; 3]>>;

impl ComputedGraph {
    /// Makes a graph of facts; `number` gives the number of a term.
    pub(super) fn new(name: u64, columns: Arc<Columns>, number: impl Fn(Term) -> Result<u64>) -> Result<Self> {
        let iri = |iri: &str| number(NamedNode::new_unchecked(iri).into());
        let predicates = columns.predicates().map(iri).collect::<Result<Vec<_>>>()?;
        let value = |value: &Value| match value {
            Value::Node(node) => Ok(node.0),
            Value::Iri(value) => iri(value),
            Value::Integer(value) => number(Literal::from(*value).into()),
            Value::Boolean(value) => number(Literal::from(*value).into()),
            Value::Decimal(value) => number(Literal::new_typed_literal(value.to_string(), xsd::DECIMAL).into()),
        };
        let values = columns.values().iter().map(value).collect::<Result<Vec<_>>>()?;
        let codes = values.iter().enumerate().map(|(place, number)| (*number, Columns::code(place))).collect();
        Ok(Self { name, columns, predicates, values, codes })
    }

    /// The triples that fit a pattern, as subject, predicate, object.
    pub(super) fn scan(self: &Arc<Self>, [subject, predicate, object]: [Option<u64>; 3]) -> Triples {
        let wanted = |number: &usize| predicate.is_none_or(|predicate| self.predicates[*number] == predicate);
        let scan = |number| Self::scan_column(self, number, subject, object);
        let scans: Vec<Triples> = (0..self.predicates.len()).filter(wanted).map(scan).collect();
        if scans.len() > 1 && subject.is_none() {
            // What is said of a subject stands together.
            let mut all: Vec<[u64; 3]> = scans.into_iter().flatten().collect();
            all.sort_by_key(|[subject, ..]| *subject);
            return Box::new(all.into_iter());
        }
        Box::new(scans.into_iter().flatten())
    }

    fn scan_column(made: &Arc<Self>, number: usize, subject: Option<u64>, object: Option<u64>) -> Triples {
        let column = made.columns.column(number);
        let predicate = made.predicates[number];
        let coded = |object: u64| made.codes.get(&object).copied().unwrap_or(object);
        match (subject, object) {
            (Some(subject), object) => {
                let found = column.of_subject(Some(subject)).iter().map(|(_, found)| made.number(*found));
                let found: Vec<u64> = found.filter(|found| object.is_none_or(|object| *found == object)).collect();
                Box::new(found.into_iter().map(move |object| [subject, predicate, object]))
            }
            (None, Some(object)) => {
                let found: Vec<u64> = column.of_object(coded(object)).iter().map(|(_, subject)| *subject).collect();
                Box::new(found.into_iter().map(move |subject| [subject, predicate, object]))
            }
            (None, None) => {
                let (made, length) = (Arc::clone(made), column.of_subject(None).len());
                Box::new((0..length).map(move |at| {
                    let (subject, object) = made.columns.column(number).of_subject(None)[at];
                    [subject, predicate, made.number(object)]
                }))
            }
        }
    }

    fn number(&self, object: u64) -> u64 {
        Columns::place(object).map_or(object, |place| self.values[place])
    }
}
