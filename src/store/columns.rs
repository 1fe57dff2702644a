//! Computed facts, by their predicates. They are good for every snapshot of the same state of a store.

use super::fences::Fences;
use super::port::{Fact, Node, Value};
use oxsdatatypes::Decimal;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// All facts of one predicate, asked for from either side. What they are computed from may give them as they are asked for, where
/// writing them out would take more than all else.
pub trait Facts: Send + Sync {
    /// The IRIs of the vocabulary that may stand as an object.
    fn iris(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// The nodes that there may be facts of, in the order of their numbers, each once.
    fn subjects(&self) -> &[Node];

    /// The objects of a subject, each once and always in the same order; of what is no subject there are none.
    fn objects(&self, subject: Node) -> Vec<Value>;

    /// The subjects of an object, in the order of their numbers, each once; each is asked, unless there is a faster way.
    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        self.subjects().iter().copied().filter(|&subject| self.has(subject, object)).collect()
    }

    /// Whether there is this fact.
    fn has(&self, subject: Node, object: &Value) -> bool {
        self.objects(subject).contains(object)
    }
}

/// Facts by their predicates.
#[derive(Default)]
pub struct Columns {
    list: Vec<(&'static str, Box<dyn Facts>)>,
    said: Vec<(&'static str, Said)>,
}

impl Columns {
    /// Adds a fact.
    pub fn say(&mut self, subject: Node, predicate: &'static str, object: Value) {
        let place = match self.said.iter().position(|said| said.0 == predicate) {
            Some(place) => place,
            None => {
                self.said.push((predicate, Said::default()));
                self.said.len() - 1
            }
        };
        self.said[place].1.say(subject, object);
    }

    /// Adds all facts of a predicate. Nothing else is to be said with it.
    pub fn give(&mut self, predicate: &'static str, facts: impl Facts + 'static) {
        self.list.push((predicate, Box::new(facts)));
    }

    /// Brings the facts into their order, each once. To be called when all are said.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        for (predicate, said) in self.said.drain(..) {
            self.list.push((predicate, Box::new(said.sorted())));
        }
        self
    }

    /// All facts, by predicate and subject.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.by_predicate().flat_map(|(predicate, facts)| {
            facts.subjects().iter().flat_map(move |&subject| {
                facts.objects(subject).into_iter().map(move |object| Fact { subject, predicate, object })
            })
        })
    }

    /// Each predicate with its facts.
    pub fn by_predicate(&self) -> impl Iterator<Item = (&'static str, &dyn Facts)> {
        self.list.iter().map(|column| (column.0, &*column.1))
    }

    pub(super) fn column(&self, number: usize) -> &dyn Facts {
        &*self.list[number].1
    }
}

/// Marks an object that is no node, and stands among the values.
const CODE: u64 = 1 << 62;

/// Facts that are written out, as pairs of subject and object.
#[derive(Default)]
struct Said {
    values: Vec<Value>,
    codes: FxHashMap<Value, u64>,
    pairs: Vec<(u64, u64)>,
    subjects: Vec<Node>,
    fences: Fences,
    /// Object and subject, made when it is first asked for.
    turned: OnceLock<(Vec<(u64, u64)>, Fences)>,
}

impl Said {
    fn say(&mut self, subject: Node, object: Value) {
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
        self.pairs.push((subject.0, object));
    }

    fn sorted(mut self) -> Self {
        if !self.pairs.is_sorted() {
            self.pairs.sort_unstable();
        }
        self.pairs.dedup();
        self.pairs.shrink_to_fit();
        self.subjects = self.pairs.iter().map(|pair| Node(pair.0)).collect();
        self.subjects.dedup();
        self.subjects.shrink_to_fit();
        self.fences = fences(&self.pairs);
        self
    }

    /// How an object stands in the pairs, if it does.
    fn code(&self, object: &Value) -> Option<u64> {
        match object {
            Value::Node(node) => Some(node.0),
            value => self.codes.get(value).copied(),
        }
    }
}

impl Facts for Said {
    fn iris(&self) -> Vec<&'static str> {
        let iri = |value: &Value| if let Value::Iri(iri) = value { Some(*iri) } else { None };
        self.values.iter().filter_map(iri).collect()
    }

    fn subjects(&self) -> &[Node] {
        &self.subjects
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        let value = |&(_, object): &(u64, u64)| match object & CODE {
            0 => Value::Node(Node(object)),
            _ => self.values[(object & !CODE) as usize].clone(),
        };
        self.pairs[run(&self.pairs, self.fences.around(subject.0), subject.0)].iter().map(value).collect()
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        let Some(object) = self.code(object) else { return Vec::new() };
        let (pairs, fences) = self.turned.get_or_init(|| {
            let mut turned: Vec<(u64, u64)> = self.pairs.iter().map(|&(subject, object)| (object, subject)).collect();
            turned.sort_unstable();
            let fences = fences(&turned);
            (turned, fences)
        });
        pairs[run(pairs, fences.around(object), object)].iter().map(|pair| Node(pair.1)).collect()
    }

    fn has(&self, subject: Node, object: &Value) -> bool {
        let around = self.fences.around(subject.0);
        self.code(object).is_some_and(|object| self.pairs[around].binary_search(&(subject.0, object)).is_ok())
    }
}

/// A number for each of many subjects. Nearly every one is another, so that they are no values to be kept once.
pub struct Decimals {
    subjects: Vec<Node>,
    numbers: Vec<Decimal>,
    fences: Fences,
}

impl Decimals {
    /// Of subjects in the order of their numbers, each once.
    pub fn new(of: impl IntoIterator<Item = (Node, Decimal)>) -> Self {
        let (mut subjects, mut numbers): (Vec<_>, Vec<_>) = of.into_iter().unzip();
        subjects.shrink_to_fit();
        numbers.shrink_to_fit();
        let fences = Fences::of(subjects.iter().map(|subject| subject.0));
        Self { subjects, numbers, fences }
    }
}

impl Facts for Decimals {
    fn subjects(&self) -> &[Node] {
        &self.subjects
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        let around = self.fences.around(subject.0);
        let place = self.subjects[around.clone()].binary_search(&subject).ok();
        place.map(|place| Value::Decimal(self.numbers[around.start + place])).into_iter().collect()
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        let &Value::Decimal(number) = object else { return Vec::new() };
        let all = self.subjects.iter().zip(&self.numbers);
        all.filter(|(_, own)| **own == number).map(|(subject, _)| *subject).collect()
    }
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
