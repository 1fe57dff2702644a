//! Computed graphs, beside the stored quads.

use super::Result;
use super::columns::Columns;
use super::port::{Node, Value};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rustc_hash::FxHashMap;
use std::ops::Range;
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
    /// The columns' predicates and the facts' values as numbers.
    predicates: Vec<u64>,
    values: Vec<u64>,
    /// How a value's number stands in the columns.
    codes: FxHashMap<u64, u64>,
}

/// Triples of a computed graph.
pub(super) enum Triples {
    /// Those of one predicate.
    Column {
        made: Arc<ComputedGraph>,
        number: usize,
        /// Places in the column, or among its turned pairs.
        places: Range<usize>,
        turned: bool,
    },
    Several(std::vec::IntoIter<[u64; 3]>),
}

impl Iterator for Triples {
    type Item = [u64; 3];

    fn next(&mut self) -> Option<[u64; 3]> {
        match self {
            Self::Column { made, number, places, turned } => {
                let (at, column) = (places.next()?, made.columns.column(*number));
                let (subject, object) = if *turned {
                    let (object, subject) = column.turned()[at];
                    (subject, object)
                } else {
                    column.pair(at)
                };
                Some([subject, made.predicates[*number], made.number(object)])
            }
            Self::Several(triples) => triples.next(),
        }
    }
}

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
            Value::Text(text) => number(Literal::new_simple_literal(&**text).into()),
        };
        let values = columns.values().iter().map(value).collect::<Result<Vec<_>>>()?;
        let codes = values.iter().enumerate().map(|(place, number)| (*number, Columns::code(place))).collect();
        Ok(Self { name, columns, predicates, values, codes })
    }

    /// The triples that fit a pattern, as subject, predicate, object.
    pub(super) fn scan(self: &Arc<Self>, [subject, predicate, object]: [Option<u64>; 3]) -> Triples {
        let wanted = |number: &usize| predicate.is_none_or(|predicate| self.predicates[*number] == predicate);
        let mut numbers = (0..self.predicates.len()).filter(wanted);
        match (numbers.next(), numbers.next()) {
            (Some(only), None) => self.scan_column(only, subject, object),
            (None, _) => Triples::Several(Vec::new().into_iter()),
            (Some(first), Some(second)) => {
                let numbers = [first, second].into_iter().chain(numbers);
                let mut all: Vec<_> = numbers.flat_map(|number| self.scan_column(number, subject, object)).collect();
                if subject.is_none() {
                    // What is said of a subject stands together.
                    all.sort_by_key(|[subject, ..]| *subject);
                }
                Triples::Several(all.into_iter())
            }
        }
    }

    fn scan_column(self: &Arc<Self>, number: usize, subject: Option<u64>, object: Option<u64>) -> Triples {
        let column = self.columns.column(number);
        let coded = object.map(|object| self.codes.get(&object).copied().unwrap_or(object));
        let (places, turned) = match (subject, coded) {
            (None, Some(object)) => (column.of_object(object), true),
            (subject, object) => (column.of_subject(subject, object), false),
        };
        Triples::Column { made: Arc::clone(self), number, places, turned }
    }

    fn number(&self, object: u64) -> u64 {
        Columns::place(object).map_or(object, |place| self.values[place])
    }
}
