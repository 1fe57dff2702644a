//! Computed graphs, beside the stored quads.

use super::Result;
use super::columns::Columns;
use super::port::{Node, Value};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rustc_hash::FxHashMap;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec::IntoIter;

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

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// Forgets the terms after the first so many: no number of theirs may be used any more.
    pub(super) fn truncate(&mut self, length: usize) {
        for term in self.terms.drain(length..) {
            self.ids.remove(&term);
        }
        self.terms.shrink_to(2 * length);
        self.ids.shrink_to(2 * length);
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
    /// The columns' predicates as numbers.
    predicates: Vec<u64>,
    /// The number of each value that is no node, and the value of each such number.
    numbers: FxHashMap<Value, u64>,
    values: FxHashMap<u64, Value>,
}

/// Triples of a computed graph, by their subjects.
pub(super) enum Triples {
    /// Those of one predicate and a range of its subjects.
    Column { made: Arc<ComputedGraph>, column: usize, subjects: Range<usize>, subject: u64, objects: IntoIter<Value> },
    /// Those of one predicate and object.
    Turned { subjects: IntoIter<Node>, predicate: u64, object: u64 },
    /// Those of several predicates.
    Several(Vec<Peekable<Triples>>),
}

impl Iterator for Triples {
    type Item = [u64; 3];

    fn next(&mut self) -> Option<[u64; 3]> {
        match self {
            Self::Column { made, column, subjects, subject, objects } => loop {
                if let Some(object) = objects.next() {
                    return Some([*subject, made.predicates[*column], made.number(object)]);
                }
                let facts = made.columns.column(*column);
                let next = facts.subjects()[subjects.next()?];
                (*subject, *objects) = (next.0, facts.objects(next).into_iter());
            },
            Self::Turned { subjects, predicate, object } => Some([subjects.next()?.0, *predicate, *object]),
            Self::Several(all) => {
                // What is said of a subject stands together.
                let first = |triples: &mut Peekable<Self>| triples.peek().map(|triple| triple[0]);
                all.iter_mut()
                    .filter_map(|triples| Some((first(triples)?, triples)))
                    .min_by_key(|next| next.0)?
                    .1
                    .next()
            }
        }
    }
}

impl ComputedGraph {
    /// Makes a graph of facts; `number` gives the number of a term.
    pub(super) fn new(name: u64, columns: Arc<Columns>, number: impl Fn(Term) -> Result<u64>) -> Result<Self> {
        let iri = |iri: &str| number(NamedNode::new_unchecked(iri).into());
        let predicates = columns.by_predicate().map(|(predicate, _)| iri(predicate)).collect::<Result<Vec<_>>>()?;
        let mut numbers = FxHashMap::default();
        for value in columns.values() {
            let number = match &value {
                Value::Node(node) => node.0,
                Value::Iri(value) => iri(value)?,
                Value::Integer(value) => number(Literal::from(*value).into())?,
                Value::Boolean(value) => number(Literal::from(*value).into())?,
                Value::Text(text) => number(Literal::new_simple_literal(&**text).into())?,
                Value::Decimal(value) => number(Literal::new_typed_literal(value.to_string(), xsd::DECIMAL).into())?,
            };
            numbers.insert(value, number);
        }
        let values = numbers.iter().map(|(value, number)| (*number, value.clone())).collect();
        Ok(Self { name, columns, predicates, numbers, values })
    }

    /// The triples that fit a pattern, as subject, predicate, object.
    pub(super) fn scan(self: &Arc<Self>, [subject, predicate, object]: [Option<u64>; 3]) -> Triples {
        let wanted = |column: &usize| predicate.is_none_or(|predicate| self.predicates[*column] == predicate);
        let mut columns = (0..self.predicates.len()).filter(wanted);
        match (columns.next(), columns.next()) {
            (Some(only), None) => self.scan_column(only, subject, object),
            (first, second) => {
                let columns = first.into_iter().chain(second).chain(columns);
                Triples::Several(columns.map(|column| self.scan_column(column, subject, object).peekable()).collect())
            }
        }
    }

    fn scan_column(self: &Arc<Self>, column: usize, subject: Option<u64>, object: Option<u64>) -> Triples {
        let facts = self.columns.column(column);
        let value = object.map(|object| self.values.get(&object).cloned().unwrap_or(Value::Node(Node(object))));
        match (subject.map(Node), object, value) {
            (None, Some(object), Some(value)) => {
                let subjects = facts.subjects_of(&value).into_iter();
                Triples::Turned { subjects, predicate: self.predicates[column], object }
            }
            (Some(subject), Some(object), Some(value)) => {
                let subjects = if facts.has(subject, &value) { vec![subject] } else { Vec::new() };
                Triples::Turned { subjects: subjects.into_iter(), predicate: self.predicates[column], object }
            }
            (subject, ..) => {
                let objects = subject.map(|subject| facts.objects(subject)).unwrap_or_default().into_iter();
                let subjects = 0..if subject.is_none() { facts.subjects().len() } else { 0 };
                let subject = subject.map_or(0, |subject| subject.0);
                Triples::Column { made: Arc::clone(self), column, subjects, subject, objects }
            }
        }
    }

    fn number(&self, object: Value) -> u64 {
        match object {
            Value::Node(node) => node.0,
            value => self.numbers[&value],
        }
    }
}
