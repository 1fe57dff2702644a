//! Computed graphs, beside the stored quads.

use super::Result;
use super::columns::Columns;
use super::port::{Node, Value};
use super::snapshot::Snapshot;
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

/// Values of computed facts and the numbers of terms, as far as queries have met them.
#[derive(Default)]
pub(super) struct Met {
    numbers: FxHashMap<Value, u64>,
    literals: FxHashMap<u64, Option<Value>>,
}

impl Met {
    /// Forgets what is numbered in the overlay.
    pub(super) fn forget_made(&mut self) {
        self.numbers.retain(|_, number| !is_overlay(*number));
        self.literals.retain(|number, _| !is_overlay(*number));
    }
}

impl Snapshot<'_> {
    /// The number of a value's term.
    pub(super) fn number_of(&self, value: Value) -> Result<u64> {
        let known = |value: &Value| self.met.borrow().numbers.get(value).copied();
        let term = match &value {
            Value::Node(node) => return Ok(node.0),
            value if let Some(number) = known(value) => return Ok(number),
            Value::Iri(iri) => NamedNode::new_unchecked(*iri).into(),
            Value::Integer(value) => Literal::from(*value).into(),
            Value::Boolean(value) => Literal::from(*value).into(),
            Value::Text(text) => Literal::new_simple_literal(&**text).into(),
            Value::Decimal(value) => Literal::new_typed_literal(value.to_string(), xsd::DECIMAL).into(),
        };
        let number = self.number(term)?;
        self.met.borrow_mut().numbers.insert(value, number);
        Ok(number)
    }

    /// The value that is written as a literal is; none where no value is written so.
    fn value_of(&self, literal: u64) -> Result<Option<Value>> {
        if let Some(known) = self.met.borrow().literals.get(&literal) {
            return Ok(known.clone());
        }
        let Term::Literal(term) = self.term_of(literal)? else { return Ok(None) };
        let (text, datatype) = (term.value(), term.datatype());
        let value = match () {
            () if term.language().is_some() => None,
            () if datatype == xsd::STRING => Some(Value::Text(text.into())),
            () if datatype == xsd::INTEGER => text.parse().ok().map(Value::Integer),
            () if datatype == xsd::BOOLEAN => text.parse().ok().map(Value::Boolean),
            () if datatype == xsd::DECIMAL => text.parse().ok().map(Value::Decimal),
            () => None,
        };
        // Another spelling of the number is another term.
        let value = match value {
            Some(value) if self.number_of(value.clone())? == literal => Some(value),
            _ => None,
        };
        self.met.borrow_mut().literals.insert(literal, value.clone());
        Ok(value)
    }
}

/// One computed graph as a snapshot sees it.
pub(super) struct ComputedGraph {
    /// The graph's name as a number.
    pub(super) name: u64,
    columns: Arc<Columns>,
    /// The columns' predicates as numbers.
    predicates: Vec<u64>,
    /// The IRIs of the vocabulary that stand as objects, by number.
    iris: FxHashMap<u64, &'static str>,
}

/// Triples of a computed graph, by their subjects: subject and predicate as numbers, and the object.
pub(super) enum Triples {
    /// Those of one predicate and a range of its subjects.
    Column { made: Arc<ComputedGraph>, column: usize, subjects: Range<usize>, subject: u64, objects: IntoIter<Value> },
    /// Those of one predicate and object.
    Turned { subjects: IntoIter<Node>, predicate: u64, object: u64 },
    /// Those of several predicates.
    Several(Vec<Peekable<Triples>>),
}

impl Iterator for Triples {
    type Item = (u64, u64, Value);

    fn next(&mut self) -> Option<(u64, u64, Value)> {
        match self {
            Self::Column { made, column, subjects, subject, objects } => loop {
                if let Some(object) = objects.next() {
                    return Some((*subject, made.predicates[*column], object));
                }
                let facts = made.columns.column(*column);
                let next = facts.subjects()[subjects.next()?];
                (*subject, *objects) = (next.0, facts.objects(next).into_iter());
            },
            Self::Turned { subjects, predicate, object } => {
                Some((subjects.next()?.0, *predicate, Value::Node(Node(*object))))
            }
            Self::Several(all) => {
                // What is said of a subject stands together.
                let first = |triples: &mut Peekable<Self>| triples.peek().map(|triple| triple.0);
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
    /// Makes a graph of facts, as a snapshot sees it.
    pub(super) fn new(name: u64, columns: Arc<Columns>, snapshot: &Snapshot<'_>) -> Result<Self> {
        let number = |iri| snapshot.number(NamedNode::new_unchecked(iri).into());
        let predicates = columns.by_predicate().map(|(predicate, _)| number(predicate)).collect::<Result<Vec<_>>>()?;
        let iris = columns.by_predicate().flat_map(|(_, facts)| facts.iris());
        let iris = iris.map(|iri| Ok((number(iri)?, iri))).collect::<Result<_>>()?;
        Ok(Self { name, columns, predicates, iris })
    }

    /// The triples that fit a pattern.
    pub(super) fn scan(
        self: &Arc<Self>,
        [subject, predicate, object]: [Option<u64>; 3],
        snapshot: &Snapshot<'_>,
    ) -> Result<Triples> {
        // What is written as a value may be a node too.
        let object = match object {
            Some(object) => {
                let value = match self.iris.get(&object) {
                    Some(iri) => Some(Value::Iri(iri)),
                    None if Node(object).is_literal() => snapshot.value_of(object)?,
                    None => None,
                };
                Some((object, value))
            }
            None => None,
        };
        let wanted = |column: &usize| predicate.is_none_or(|predicate| self.predicates[*column] == predicate);
        let mut columns = (0..self.predicates.len()).filter(wanted);
        Ok(match (columns.next(), columns.next()) {
            (Some(only), None) => self.scan_column(only, subject, object.as_ref()),
            (first, second) => {
                let columns = first.into_iter().chain(second).chain(columns);
                let scan = |column| self.scan_column(column, subject, object.as_ref()).peekable();
                Triples::Several(columns.map(scan).collect())
            }
        })
    }

    fn scan_column(
        self: &Arc<Self>,
        column: usize,
        subject: Option<u64>,
        object: Option<&(u64, Option<Value>)>,
    ) -> Triples {
        let facts = self.columns.column(column);
        let Some((object, value)) = object else {
            let objects = subject.map(|subject| facts.objects(Node(subject))).unwrap_or_default().into_iter();
            let subjects = 0..if subject.is_none() { facts.subjects().len() } else { 0 };
            let subject = subject.unwrap_or_default();
            return Triples::Column { made: Arc::clone(self), column, subjects, subject, objects };
        };
        let node = Value::Node(Node(*object));
        let subjects = match subject.map(Node) {
            Some(subject) => {
                let has = facts.has(subject, &node) || value.as_ref().is_some_and(|value| facts.has(subject, value));
                if has { vec![subject] } else { Vec::new() }
            }
            None => {
                let mut subjects = facts.subjects_of(&node);
                if let Some(value) = value {
                    subjects.extend(facts.subjects_of(value));
                    subjects.sort_unstable();
                }
                subjects
            }
        };
        Triples::Turned { subjects: subjects.into_iter(), predicate: self.predicates[column], object: *object }
    }
}
