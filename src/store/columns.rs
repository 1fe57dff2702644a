//! Computed facts: for each predicate its pairs of subject and object, sorted. They are good for every snapshot of the same
//! state of a store.

use super::fences::Fences;
use super::port::{Fact, Node, Value};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Marks an object that is no node, and stands among the values.
const CODE: u64 = 1 << 62;

/// Says all pairs of a predicate.
type Make = Box<dyn FnOnce(&mut dyn FnMut(Node, Node)) + Send>;

/// One predicate's pairs.
pub(super) struct Column {
    pub(super) predicate: &'static str,
    /// Subject and object; of a column that is made later not there before somebody looks at it.
    pairs: OnceLock<Vec<(u64, u64)>>,
    make: Mutex<Option<Make>>,
    /// Object and subject, made when it is first asked for.
    by_object: OnceLock<(Vec<(u64, u64)>, Fences)>,
    /// Made when it is first looked into.
    fences: OnceLock<Fences>,
}

/// Facts by their predicates.
#[derive(Default)]
pub struct Columns {
    list: Vec<Column>,
    values: Vec<Value>,
    codes: FxHashMap<Value, u64>,
}

impl Columns {
    /// Adds a fact.
    pub fn say(&mut self, subject: Node, predicate: &'static str, object: Value) {
        let object = match object {
            Value::Node(node) => node.0,
            value => {
                let next = self.values.len() as u64 | CODE;
                let values = &mut self.values;
                *self.codes.entry(value.clone()).or_insert_with(|| {
                    values.push(value);
                    next
                })
            }
        };
        let column = match self.list.iter_mut().find(|column| column.predicate == predicate) {
            Some(column) => column,
            None => {
                self.list.push(Column::new(predicate, OnceLock::from(Vec::new()), None));
                self.list.last_mut().expect("one was pushed just now")
            }
        };
        let pairs = column.pairs.get_mut().expect("a predicate is said now or later, not both");
        pairs.push((subject.0, object));
    }

    /// Adds all facts of a predicate, with nodes as objects: they are made when they are first looked at, and may be far more than
    /// all others. Nothing else is to be said with it.
    pub fn say_later(
        &mut self,
        predicate: &'static str,
        make: impl FnOnce(&mut dyn FnMut(Node, Node)) + Send + 'static,
    ) {
        self.list.push(Column::new(predicate, OnceLock::new(), Some(Box::new(make))));
    }

    /// Brings the facts into their order, each once. To be called when all are said.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.iter_mut().filter_map(|column| column.pairs.get_mut()).for_each(sort);
        self
    }

    /// All facts, by predicate and subject.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.list.iter().flat_map(|column| {
            column.pairs().iter().map(|(subject, object)| Fact {
                subject: Node(*subject),
                predicate: column.predicate,
                object: match self.value(*object) {
                    Some(value) => value,
                    None => Value::Node(Node(*object)),
                },
            })
        })
    }

    fn value(&self, object: u64) -> Option<Value> {
        (object & CODE != 0).then(|| self.values[(object & !CODE) as usize].clone())
    }

    pub(super) fn predicates(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().map(|column| column.predicate)
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    /// How the value of a place among the values stands in the pairs.
    pub(super) fn code(place: usize) -> u64 {
        place as u64 | CODE
    }

    /// The place among the values of what stands in a pair, if it is no node.
    pub(super) fn place(object: u64) -> Option<usize> {
        (object & CODE != 0).then_some((object & !CODE) as usize)
    }

    pub(super) fn column(&self, number: usize) -> &Column {
        &self.list[number]
    }
}

impl Column {
    fn new(predicate: &'static str, pairs: OnceLock<Vec<(u64, u64)>>, make: Option<Make>) -> Self {
        Self { predicate, pairs, make: Mutex::new(make), by_object: OnceLock::new(), fences: OnceLock::new() }
    }

    fn pairs(&self) -> &[(u64, u64)] {
        self.pairs.get_or_init(|| {
            let mut pairs = Vec::new();
            if let Some(make) = self.make.lock().unwrap_or_else(PoisonError::into_inner).take() {
                make(&mut |subject, object| pairs.push((subject.0, object.0)));
            }
            sort(&mut pairs);
            pairs
        })
    }

    /// Which pairs are a subject's, or all; with an object, that one pair.
    pub(super) fn of_subject(&self, subject: Option<u64>, object: Option<u64>) -> Range<usize> {
        let Some(subject) = subject else { return 0..self.pairs().len() };
        let around = self.fences.get_or_init(|| fences(self.pairs())).around(subject);
        let start = around.start;
        match object {
            None => run(self.pairs(), around, subject),
            Some(object) => match self.pairs()[around].binary_search(&(subject, object)) {
                Ok(at) => start + at..start + at + 1,
                Err(_) => 0..0,
            },
        }
    }

    /// Which pairs have an object, among the turned ones.
    pub(super) fn of_object(&self, object: u64) -> Range<usize> {
        let (pairs, fences) = self.by_object();
        run(pairs, fences.around(object), object)
    }

    /// A pair as subject and object.
    pub(super) fn pair(&self, at: usize) -> (u64, u64) {
        self.pairs()[at]
    }

    /// The pairs as object and subject, sorted.
    pub(super) fn turned(&self) -> &[(u64, u64)] {
        &self.by_object().0
    }

    fn by_object(&self) -> &(Vec<(u64, u64)>, Fences) {
        self.by_object.get_or_init(|| {
            let mut turned: Vec<(u64, u64)> =
                self.pairs().iter().map(|(subject, object)| (*object, *subject)).collect();
            turned.sort_unstable();
            let fences = fences(&turned);
            (turned, fences)
        })
    }
}

fn sort(pairs: &mut Vec<(u64, u64)>) {
    if !pairs.is_sorted() {
        pairs.sort_unstable();
    }
    pairs.dedup();
    pairs.shrink_to_fit();
}

fn fences(pairs: &[(u64, u64)]) -> Fences {
    Fences::of(pairs.iter().map(|pair| pair.0))
}

/// Where among these places the pairs of a number stand.
fn run(pairs: &[(u64, u64)], around: Range<usize>, first: u64) -> Range<usize> {
    let (offset, sorted) = (around.start, &pairs[around]);
    let start = sorted.partition_point(|pair| pair.0 < first);
    // Most runs are short, some as long as the column.
    let mut length = 1;
    while sorted.get(start + length).is_some_and(|pair| pair.0 == first) {
        length *= 2;
    }
    let end = sorted.len().min(start + length);
    offset + start..offset + start + sorted[start..end].partition_point(|pair| pair.0 == first)
}
