//! What does each claim rest on, and which claims rest on something? Told from the shared sets, without writing them out.

use super::Lineage;
use super::independence::{above, needed};
use super::sets::{EMPTY, Set};
use super::table::Rows;
use super::union::number;
use crate::store::{Facts, Node, Value};
use std::sync::{Arc, OnceLock};

/// The ends of all claims, or what those may rest on.
pub(super) struct Resting {
    lineage: Arc<Lineage>,
    /// The set of each claim node.
    sets: fn(&Lineage) -> &[Set],
    /// Made when it is first asked what rests on something.
    turned: OnceLock<Turned>,
}

/// The sets the other way round. An element is added once on the way to any set that has it: all that have it are those built on the
/// sets that add it.
struct Turned {
    adders: Rows,
    above: Rows,
    /// The claim nodes of each set.
    nodes: Rows,
}

impl Turned {
    fn new(lineage: &Lineage, of: &[Set]) -> Self {
        let sets = &lineage.ends.sets;
        let needed = needed(sets, of.iter().copied());
        let wanted = (0..number(sets.count())).filter(|&set| needed[set as usize]);
        let added = wanted.flat_map(|set| sets.added(set).iter().map(move |&element| (element, set)));
        let nodes: Vec<_> = of.iter().enumerate().map(|(node, &set)| (set, number(node))).collect();
        Turned {
            adders: Rows::new(lineage.nodes.count() + lineage.works.count() * 4, &added.collect::<Vec<_>>()),
            above: above(sets, &needed),
            nodes: Rows::new(sets.count(), &nodes),
        }
    }
}

impl Resting {
    pub(super) fn new(lineage: Arc<Lineage>, sets: fn(&Lineage) -> &[Set]) -> Self {
        Resting { lineage, sets, turned: OnceLock::new() }
    }

    fn set(&self, claim: Node) -> Set {
        self.lineage.node(claim).map_or(EMPTY, |node| (self.sets)(&self.lineage)[node as usize])
    }

    /// The elements that a node is the name of.
    fn elements(&self, node: Node) -> impl Iterator<Item = u32> {
        let lineage = &self.lineage;
        let claim = lineage.node(node).filter(|&claim| lineage.claim_name(claim) == node);
        let work = lineage.documents.get(node).map(|document| lineage.works.of[document as usize]);
        let work = work.filter(|&work| lineage.names.work(work, lineage) == Some(node));
        let marked = work.map(|work| lineage.ends.elements.work(work)).map(|bare| bare..bare + 4);
        claim.into_iter().chain(marked.into_iter().flatten())
    }
}

impl Lineage {
    /// What elements are called, in the order of the nodes' numbers.
    pub(super) fn names_of(&self, elements: Vec<u32>) -> Vec<Value> {
        let mut names: Vec<_> = elements.into_iter().map(|element| self.name(element)).collect();
        // Marks of one work are one end.
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(Value::Node).collect()
    }
}

impl Facts for Resting {
    fn subjects(&self) -> &[Node] {
        self.lineage.claims()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        let mut all = Vec::new();
        self.lineage.ends.sets.collect(self.set(subject), &mut all);
        self.lineage.names_of(all)
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        let &Value::Node(object) = object else { return Vec::new() };
        let turned = self.turned.get_or_init(|| Turned::new(&self.lineage, (self.sets)(&self.lineage)));
        let mut sets: Vec<Set> =
            self.elements(object).flat_map(|element| turned.adders.row(element)).copied().collect();
        let (mut claims, mut at) = (Vec::new(), 0);
        while let Some(&set) = sets.get(at) {
            at += 1;
            sets.extend(turned.above.row(set));
            let members = turned.nodes.row(set).iter().flat_map(|&node| self.lineage.nodes.members.row(node));
            claims.extend(members.map(|&claim| self.lineage.claims()[claim as usize]));
        }
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    fn has(&self, subject: Node, object: &Value) -> bool {
        let &Value::Node(object) = object else { return false };
        let set = self.set(subject);
        self.elements(object).any(|element| self.lineage.ends.sets.contains(set, element))
    }
}

/// What claims may rest on beside the ends that are known.
pub(super) struct Further {
    may: Resting,
    ends: Resting,
}

impl Further {
    pub(super) fn new(lineage: &Arc<Lineage>) -> Self {
        let resting = |sets| Resting::new(Arc::clone(lineage), sets);
        Further { may: resting(|lineage| &lineage.ends.may), ends: resting(|lineage| &lineage.ends.of) }
    }
}

impl Facts for Further {
    fn subjects(&self) -> &[Node] {
        self.may.subjects()
    }

    fn objects(&self, subject: Node) -> Vec<Value> {
        if self.may.set(subject) == self.ends.set(subject) {
            return Vec::new();
        }
        let mut further = self.may.objects(subject);
        further.retain(|object| !self.ends.has(subject, object));
        further
    }

    fn subjects_of(&self, object: &Value) -> Vec<Node> {
        let mut subjects = self.may.subjects_of(object);
        subjects.retain(|&subject| !self.ends.has(subject, object));
        subjects
    }

    fn has(&self, subject: Node, object: &Value) -> bool {
        self.may.has(subject, object) && !self.ends.has(subject, object)
    }
}
