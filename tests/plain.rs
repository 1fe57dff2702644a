//! Lineage by the plainest method: MODEL's definitions one after the other, over sets of names, however long it takes.

use crate::graph::Word;
use ibid::vocab::{ibid as i, prov, rdf, schema};
use std::collections::{BTreeMap, BTreeSet};

/// What is computed of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) level: u8,
    /// 0 primary, 1 original, 2 unknown, 3 circular, 4 none.
    pub(crate) origin: usize,
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) on_cycle: bool,
    /// By the smallest names of their members.
    pub(crate) ends: BTreeSet<Word>,
    pub(crate) may: BTreeSet<Word>,
}

type Set = BTreeSet<Word>;

/// An end: a claim node (true) or a work, by the smallest name of its members.
type End = (bool, Word);

const SOURCING: [&str; 3] = [prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE];
const FIRST_HAND: [&str; 5] = [i::OBSERVATION, i::MEASUREMENT, i::OWN_RECORD, i::OWN_ANALYSIS, i::OWN_ACT];
const UNKNOWN: usize = 2;

fn is_literal(word: &str) -> bool {
    word.starts_with('"')
}

/// The smallest name: IRIs before blank nodes, and both before the place of a claim that has none.
fn smallest(words: &Set) -> Word {
    let key = |word: &&Word| (word.starts_with("nowhere "), word.starts_with("_:"), (*word).clone());
    words.iter().min_by_key(key).cloned().expect("a node has members")
}

/// Sets of what is joined, by what is joined: each word with all it is joined to, itself included.
fn joined(words: &Set, pairs: &[(Word, Word)]) -> BTreeMap<Word, Set> {
    let mut sets: BTreeMap<Word, Set> = words.iter().map(|word| (word.clone(), Set::from([word.clone()]))).collect();
    for (a, b) in pairs {
        let of = |word: &Word, sets: &BTreeMap<Word, Set>| {
            sets.get(word).cloned().unwrap_or_else(|| Set::from([word.clone()]))
        };
        let both: Set = of(a, &sets).union(&of(b, &sets)).cloned().collect();
        for word in &both {
            sets.insert(word.clone(), both.clone());
        }
    }
    sets
}

/// How many components there are over pairs that are linked.
fn components<T: Ord + Clone>(nodes: &BTreeSet<T>, linked: impl Fn(&T, &T) -> bool) -> usize {
    let (mut left, mut count) = (nodes.clone(), 0);
    while let Some(first) = left.pop_first() {
        count += 1;
        let mut todo = vec![first];
        while let Some(node) = todo.pop() {
            let near: Vec<T> = left.iter().filter(|other| linked(&node, other)).cloned().collect();
            near.iter().for_each(|other| drop(left.take(other)));
            todo.extend(near);
        }
    }
    count
}

fn reaches_itself(node: &Set, next: impl Fn(&Set) -> BTreeSet<Set>) -> bool {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![node.clone()]);
    while let Some(at) = todo.pop() {
        for to in next(&at) {
            if to == *node {
                return true;
            }
            if seen.insert(to.clone()) {
                todo.push(to);
            }
        }
    }
    false
}

struct Model<'a> {
    triples: &'a [[Word; 3]],
    claims: Set,
    /// Documents of each work, by each of its documents; the places of claims without a document among them.
    works: BTreeMap<Word, Set>,
    /// Members of each claim node, by each of its members.
    nodes: BTreeMap<Word, Set>,
    chains: BTreeMap<Word, Set>,
}

impl Model<'_> {
    fn get(&self, subject: &str, property: &str) -> Set {
        let of_it = self.triples.iter().filter(|[s, p, _]| s == subject && p == property);
        of_it.map(|triple| triple[2].clone()).collect()
    }

    fn all(&self, subjects: &Set, property: &str) -> Set {
        subjects.iter().flat_map(|subject| self.get(subject, property)).collect()
    }

    fn typed(&self, class: &str) -> Set {
        let of_it = self.triples.iter().filter(|[_, p, o]| p == rdf::TYPE && o == class);
        of_it.map(|triple| triple[0].clone()).collect()
    }

    fn described(&self, node: &str) -> bool {
        self.triples.iter().any(|triple| triple[0] == node)
    }

    /// What a claim or document is taken from, and whether as from a primary source. A blank node that nobody describes is
    /// no source.
    fn sources(&self, of: &str) -> BTreeSet<(Word, bool)> {
        let mut sources = BTreeSet::new();
        for property in SOURCING {
            for source in self.get(of, property) {
                if !is_literal(&source) && (!source.starts_with("_:") || self.described(&source)) {
                    sources.insert((source, property == prov::HAD_PRIMARY_SOURCE));
                }
            }
        }
        sources
    }

    fn editions(&self, of: &str) -> Set {
        let mut editions = self.get(of, schema::TRANSLATION_OF_WORK);
        editions.extend(self.get(of, i::REPUBLICATION_OF));
        editions.retain(|edition| !is_literal(edition));
        editions
    }

    /// The document of a claim.
    fn place(&self, claim: &str) -> Word {
        let mut places = self.get(claim, schema::APPEARANCE);
        places.retain(|place| !is_literal(place));
        if places.is_empty() { format!("nowhere {claim}") } else { smallest(&places) }
    }

    fn documents(&self) -> Set {
        let mut documents = self.typed(i::DOCUMENT);
        documents.extend(self.all(&self.claims, schema::APPEARANCE).into_iter().filter(|place| !is_literal(place)));
        let sources = self.claims.iter().flat_map(|claim| self.sources(claim)).map(|(source, _)| source);
        documents.extend(sources.filter(|source| !self.claims.contains(source)));
        loop {
            let mut more = documents.clone();
            for document in &documents {
                let sources = self.sources(document).into_iter().map(|(source, _)| source);
                more.extend(sources.filter(|source| !self.claims.contains(source)));
                more.extend(self.editions(document));
            }
            if more == documents {
                return documents;
            }
            documents = more;
        }
    }

    fn work(&self, document: &str) -> &Set {
        &self.works[document]
    }

    /// Documents that are an edition of no other; all, if there is none.
    fn originals(&self, work: &Set) -> Set {
        let is_original = |document: &&Word| self.editions(document).iter().all(|of| of == *document);
        let originals: Set = work.iter().filter(is_original).cloned().collect();
        if originals.is_empty() { work.clone() } else { originals }
    }

    /// The work of a claim node.
    fn work_of(&self, node: &Set) -> &Set {
        self.work(&self.place(node.first().expect("a node has members")))
    }

    /// The weakest of the bases that are stated.
    fn basis(&self, of: &Set, property: &str) -> Option<usize> {
        let kind = |basis: &Word| match basis.as_str() {
            i::HEARSAY => Some(3),
            i::OWN_INFERENCE => Some(2),
            i::TESTIMONY => Some(1),
            first if FIRST_HAND.contains(&first) => Some(0),
            _ => None,
        };
        self.all(of, property).iter().filter_map(kind).max()
    }

    fn basis_of_work(&self, work: &Set) -> Option<usize> {
        self.basis(&self.originals(work), i::DEFAULT_BASIS).or_else(|| self.basis(work, i::DEFAULT_BASIS))
    }

    fn basis_of_node(&self, node: &Set) -> Option<usize> {
        let originals = self.originals(self.work_of(node));
        let in_originals: Set = node.iter().filter(|claim| originals.contains(&self.place(claim))).cloned().collect();
        self.basis(&in_originals, i::BASIS)
            .or_else(|| self.basis(&originals, i::DEFAULT_BASIS))
            .or_else(|| self.basis(node, i::BASIS))
            .or_else(|| self.basis(&node.iter().map(|claim| self.place(claim)).collect(), i::DEFAULT_BASIS))
    }

    fn gone(&self, nodes: &Set) -> bool {
        !self.all(nodes, prov::INVALIDATED_AT_TIME).is_empty() || !self.all(nodes, i::RETRACTED_BY).is_empty()
    }

    fn work_withdrawn(&self, work: &Set) -> bool {
        self.gone(&self.originals(work))
    }

    fn withdrawn(&self, node: &Set) -> bool {
        self.gone(node) || self.work_withdrawn(self.work_of(node))
    }

    /// The other claim nodes that a node is taken from.
    fn takes(&self, node: &Set) -> BTreeSet<Set> {
        let sources =
            node.iter().flat_map(|claim| self.sources(claim)).filter_map(|(source, _)| self.nodes.get(&source));
        sources.filter(|source| *source != node).cloned().collect()
    }

    /// The documents of other works that a node is taken from: the work, and whether one edge says it is primary.
    fn bare(&self, node: &Set) -> BTreeMap<Set, bool> {
        let mut bare = BTreeMap::new();
        for (source, asserted) in node.iter().flat_map(|claim| self.sources(claim)) {
            if !self.claims.contains(&source) && self.work(&source) != self.work_of(node) {
                *bare.entry(self.work(&source).clone()).or_default() |= asserted;
            }
        }
        bare
    }

    fn takes_itself(&self, node: &Set) -> bool {
        node.iter().any(|claim| self.sources(claim).iter().any(|(source, _)| source == claim))
    }

    fn upstream(&self, node: &Set) -> bool {
        !self.takes(node).is_empty() || !self.bare(node).is_empty() || self.takes_itself(node)
    }

    fn operands(&self, node: &Set) -> BTreeSet<Set> {
        self.all(&self.all(node, i::OPERAND), i::OF).iter().filter_map(|of| self.nodes.get(of).cloned()).collect()
    }

    /// The works that a work is taken from.
    fn rests(&self, work: &Set) -> BTreeSet<Set> {
        let sources = work.iter().flat_map(|document| self.sources(document)).map(|(source, _)| source);
        let sources = sources.filter(|source| !self.claims.contains(source));
        sources.map(|source| self.work(&source).clone()).filter(|other| other != work).collect()
    }

    fn named(&self, work: &Set) -> bool {
        let has = |document: &Word, property: &str| !self.get(document, property).is_empty();
        work.iter().any(|d| {
            has(d, schema::NAME)
                && (has(d, schema::IDENTIFIER)
                    || has(d, schema::URL)
                    || has(d, schema::AUTHOR) && has(d, schema::DATE_PUBLISHED))
        })
    }

    fn work_of_end(&self, end: &End) -> &Set {
        if end.0 { self.work_of(&self.nodes[&end.1]) } else { self.work(&end.1) }
    }

    fn agents(&self, end: &End) -> Set {
        let originals = self.originals(self.work_of_end(end));
        let credited = if end.0 { self.all(&self.nodes[&end.1], i::CREDITED_TO) } else { Set::new() };
        let authors = self.all(&originals, schema::AUTHOR);
        [credited, authors]
            .into_iter()
            .find(|agents| !agents.is_empty())
            .unwrap_or_else(|| self.all(&originals, schema::PUBLISHER))
    }

    fn house(&self, end: &End) -> Set {
        let originals = self.originals(self.work_of_end(end));
        let mut house = self.agents(end);
        house.extend(self.all(&originals, schema::AUTHOR));
        house.extend(self.all(&originals, schema::PUBLISHER));
        loop {
            let before = house.len();
            house.extend(self.all(&house, schema::PARENT_ORGANIZATION));
            if house.len() == before {
                return house;
            }
        }
    }

    fn dependent(&self, a: &End, b: &End) -> bool {
        let (x, y) = (self.work_of_end(a), self.work_of_end(b));
        let shares = |x: &Set, y: &Set| self.all(x, i::SHARES_SOURCE_WITH).iter().any(|other| y.contains(other));
        x == y
            || !self.agents(a).is_disjoint(&self.agents(b))
            || x.iter().any(|d| y.iter().any(|e| self.chains[d].contains(e)))
            || shares(x, y)
            || shares(y, x)
    }

    /// The ends of a claim node: origin, and whether its words are pinned.
    fn ends(&self, asking: &Set) -> BTreeMap<End, (usize, bool)> {
        let mut ends = BTreeMap::new();
        let found = |node: &Set| !self.all(node, i::FOUND_IN).is_empty();
        let known = |node: &Set| self.basis_of_node(node).unwrap_or(UNKNOWN).min(UNKNOWN);
        if !self.upstream(asking) {
            if known(asking) != UNKNOWN && self.operands(asking).is_empty() {
                ends.insert((true, smallest(asking)), (known(asking), found(asking)));
            }
            return ends;
        }
        let own = self.work_of(asking);
        let (mut seen, mut todo) = (BTreeSet::from([asking.clone()]), vec![asking.clone()]);
        while let Some(node) = todo.pop() {
            if node != *asking && self.withdrawn(&node) {
                ends.insert((true, smallest(&node)), (UNKNOWN, found(&node)));
                continue;
            }
            if node != *asking && !self.upstream(&node) {
                if self.work_of(&node) != own || known(&node) != UNKNOWN && self.operands(&node).is_empty() {
                    ends.insert((true, smallest(&node)), (known(&node), found(&node)));
                }
                continue;
            }
            for (work, asserted) in self.bare(&node).into_iter().filter(|(work, _)| work != own) {
                let stated = self.basis_of_work(&work);
                let origin = if self.work_withdrawn(&work) {
                    UNKNOWN
                } else if asserted && stated.is_none() && self.rests(&work).is_empty() {
                    0
                } else {
                    stated.unwrap_or(UNKNOWN).min(UNKNOWN)
                };
                let snapshots = self.all(&node, i::SOURCE_FOUND_IN);
                let pinned = !self.all(&snapshots, prov::SPECIALIZATION_OF).is_disjoint(&work);
                let end = ends.entry((false, smallest(&work))).or_insert((origin, pinned));
                *end = (end.0.min(origin), end.1 | pinned);
            }
            todo.extend(self.takes(&node).into_iter().filter(|source| seen.insert(source.clone())));
        }
        ends
    }

    fn end_withdrawn(&self, end: &End) -> bool {
        if end.0 { self.withdrawn(&self.nodes[&end.1]) } else { self.work_withdrawn(self.work(&end.1)) }
    }

    /// What an end of unknown origin may rest on.
    fn may_rest_on(&self, end: &End, origin: usize) -> BTreeSet<End> {
        let work = self.work_of_end(end);
        let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::from([work.clone()]));
        let mut todo: Vec<Set> = if origin == UNKNOWN && !self.end_withdrawn(end) {
            self.rests(work).into_iter().collect()
        } else {
            Vec::new()
        };
        while let Some(at) = todo.pop() {
            if !seen.insert(at.clone()) {
                continue;
            }
            let known = self.basis_of_work(&at).unwrap_or(UNKNOWN) < UNKNOWN;
            if self.work_withdrawn(&at) || known || self.rests(&at).is_empty() {
                found.insert((false, smallest(&at)));
            } else {
                todo.extend(self.rests(&at));
            }
        }
        if found.is_empty() { BTreeSet::from([end.clone()]) } else { found }
    }

    fn judge(&self, node: &Set) -> Plain {
        let is_computed = |node: &Set| !self.upstream(node) && !self.operands(node).is_empty();
        let ends = self.ends(node);
        let own_end = (true, smallest(node));
        let identified = |end: &End| (*end == own_end || !self.end_withdrawn(end)) && self.named(self.work_of_end(end));
        let good: BTreeSet<End> =
            ends.iter().filter(|(end, known)| known.0 == 0 && identified(end)).map(|(end, _)| end.clone()).collect();
        let own = self.work_of(node);
        let mut people = self.all(own, schema::AUTHOR);
        people.extend(self.all(own, schema::PUBLISHER));
        let level = if good.iter().any(|end| ends[end].1) {
            4
        } else if !good.is_empty() {
            3
        } else if !ends.is_empty() {
            2
        } else {
            u8::from(!self.all(node, i::CREDITED_TO).is_subset(&people))
        };
        let without = if self.upstream(node) { 3 } else { 4 };
        let may: BTreeSet<End> = ends.iter().flat_map(|(end, known)| self.may_rest_on(end, known.0)).collect();
        let counted = good.into_iter().filter(|end| !self.agents(end).is_empty()).collect();
        let house = |a: &End, b: &End| self.dependent(a, b) || !self.house(a).is_disjoint(&self.house(b));
        let min = components(&counted, house).max(usize::from(ends.keys().any(identified)));
        let mut plain = Plain {
            level,
            origin: ends.values().map(|known| known.0).min().unwrap_or(without),
            min,
            max: components(&may, |a, b| self.dependent(a, b)).max(min),
            on_cycle: self.takes_itself(node) || reaches_itself(node, |node| self.takes(node)),
            ends: ends.keys().map(|end| end.1.clone()).collect(),
            may: may.into_iter().map(|end| end.1).collect(),
        };
        if is_computed(node) {
            let premises = |of: &Set| if is_computed(of) { self.operands(of) } else { BTreeSet::new() };
            let parts: Vec<Plain> = if reaches_itself(node, premises) {
                vec![Plain { level: 0, origin: 3, min: 0, max: 0, ..plain.clone() }]
            } else {
                self.operands(node).iter().map(|operand| self.judge(operand)).collect()
            };
            let least = |of: fn(&Plain) -> usize| parts.iter().map(of).min().unwrap_or_default();
            plain.level = parts.iter().map(|part| part.level).min().unwrap_or_default();
            plain.origin = parts.iter().map(|part| part.origin).max().unwrap_or_default();
            (plain.min, plain.max) = (least(|part| part.min), least(|part| part.max));
        }
        plain
    }
}

/// The facts of all claims.
pub(crate) fn plain(triples: &[[Word; 3]]) -> BTreeMap<Word, Plain> {
    let mut model =
        Model { triples, claims: Set::new(), works: BTreeMap::new(), nodes: BTreeMap::new(), chains: BTreeMap::new() };
    model.claims = model.typed(i::CLAIM);
    let documents = model.documents();
    let places: Set = documents.iter().cloned().chain(model.claims.iter().map(|claim| model.place(claim))).collect();
    let editions = documents.iter().flat_map(|d| model.editions(d).into_iter().map(move |of| (d.clone(), of)));
    model.works = joined(&places, &editions.collect::<Vec<_>>());
    let mut chains: Vec<(Word, Word)> = Vec::new();
    for document in &documents {
        chains.extend(model.get(document, prov::WAS_REVISION_OF).into_iter().map(|of| (document.clone(), of)));
        chains.extend(model.work(document).iter().map(|other| (document.clone(), other.clone())));
    }
    model.chains = joined(&places, &chains);
    let mut same = Vec::new();
    for claim in &model.claims {
        for (source, _) in model.sources(claim).into_iter().filter(|(source, _)| model.claims.contains(source)) {
            let (a, b) = (model.place(claim), model.place(&source));
            if a != b && model.work(&a) == model.work(&b) {
                same.push((claim.clone(), source));
            }
        }
    }
    model.nodes = joined(&model.claims, &same);
    model.claims.iter().map(|claim| (claim.clone(), model.judge(&model.nodes[claim]))).collect()
}
