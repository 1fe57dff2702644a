//! What would claims be worth, were something withdrawn? Computes anew what rests on it, and nothing else.

use super::Lineage;
use super::candidates::Candidate;
use super::computed::weakest;
use super::cycles::components;
use super::ends::{UNKNOWN, ends_among};
use super::facts::Facts;
use super::independence::{Weight, weigh_sets};
use super::losses::{Loss, Lowered};
use super::scales::Scales;
use super::sets::{EMPTY, MIDDLE, Set, Sets};
use super::table::Rows;
use super::union::number;
use super::withdrawal::{Fallen, Takers};
use crate::model::{Level, Origin};
use rustc_hash::FxHashMap;

const NOWHERE: u32 = u32::MAX;

/// Room to compute one withdrawal after another.
pub(super) struct Without<'a> {
    lineage: &'a Lineage,
    takers: &'a Takers,
    /// Those of the lineage, and what was built on them.
    sets: Sets,
    groups: Option<Rows>,
    scales: Scales<'a>,
    /// The place of a claim node among those that rest on what falls.
    place: Vec<u32>,
    /// Whether a claim node, or a work, falls.
    node_falls: Vec<bool>,
    work_falls: Vec<bool>,
}

impl<'a> Without<'a> {
    pub(super) fn new(lineage: &'a Lineage, takers: &'a Takers) -> Self {
        Without {
            lineage,
            takers,
            sets: lineage.ends.sets.clone(),
            groups: None,
            scales: Scales::new(&lineage.nodes, &lineage.works, lineage.ends.elements),
            place: vec![NOWHERE; lineage.nodes.count()],
            node_falls: vec![false; lineage.nodes.count()],
            work_falls: vec![false; lineage.works.count()],
        }
    }

    /// The loss of a candidate, with which these fall.
    pub(super) fn loss(&mut self, candidate: Candidate, fallen: &Fallen) -> Loss {
        /// More sets than this beside those of the lineage are not kept.
        const KEPT: usize = 2_000_000;
        if self.sets.count() > self.lineage.ends.sets.count() + KEPT {
            self.sets = self.lineage.ends.sets.clone();
        }
        fallen.nodes.iter().for_each(|&node| self.node_falls[node as usize] = true);
        fallen.works.iter().for_each(|&work| self.work_falls[work as usize] = true);
        let resting = self.resting(fallen);
        let facts = self.facts(&resting);

        let lineage = self.lineage;
        let (node, role) = lineage.candidate(candidate);
        let mut loss = Loss { node, role, resting: 0, lowered: 0, level: 0, origin: 0, origins_min: 0 };
        for &node in &resting {
            let claims = lineage.nodes.members.row(node).len() as u64;
            loss.resting += claims;
            let Some(after) = facts.get(&node) else { continue };
            let lowered = Lowered::between(&lineage.facts[node as usize], after);
            let count = |is: bool| if is { claims } else { 0 };
            loss.lowered += count(lowered.any());
            loss.level += count(lowered.level);
            loss.origin += count(lowered.origin);
            loss.origins_min += count(lowered.origins_min);
        }

        resting.iter().for_each(|&node| self.place[node as usize] = NOWHERE);
        fallen.nodes.iter().for_each(|&node| self.node_falls[node as usize] = false);
        fallen.works.iter().for_each(|&work| self.work_falls[work as usize] = false);
        loss
    }

    /// All claim nodes that rest on what falls.
    fn resting(&mut self, fallen: &Fallen) -> Vec<u32> {
        let mut resting = Vec::new();
        let place = &mut self.place;
        let mut see = |node: u32, resting: &mut Vec<u32>| {
            if place[node as usize] == NOWHERE {
                place[node as usize] = number(resting.len());
                resting.push(node);
            }
        };
        self.takers.first(fallen, |node| see(node, &mut resting));
        let mut next = 0;
        while let Some(&node) = resting.get(next) {
            self.takers.next(self.lineage, node, |taker| see(taker, &mut resting));
            next += 1;
        }
        resting
    }

    /// The facts of those of the claim nodes whose facts may be others.
    fn facts(&mut self, resting: &[u32]) -> FxHashMap<u32, Facts> {
        let remaining = self.remaining(resting);
        let weights = self.weights(&remaining);
        let before = &self.lineage.facts;
        let mut facts = FxHashMap::default();
        for (node, set) in remaining {
            let weight = if set == EMPTY { FALLEN } else { weights[&set] };
            let Weight { level, origin, least, .. } = weight;
            facts.insert(node, Facts { level, origin, origins_min: least, ..before[node as usize] });
        }
        self.weaken(resting, &mut facts);
        facts
    }

    /// What remains of the ends of the claim nodes that lose some.
    fn remaining(&mut self, resting: &[u32]) -> Vec<(u32, Set)> {
        let (nodes, works, ends) = (&self.lineage.nodes, &self.lineage.works, &self.lineage.ends);
        let place = &self.place;
        // Whether what a node reaches must be computed anew for who is taken from it.
        let is_passed = |node: u32| place[node as usize] != NOWHERE && !nodes.withdrawn(node) && nodes.upstream(node);
        let leads_to = |&node: &u32| {
            let sources = nodes.takes.row(node).iter().filter(|&&source| !self.node_falls[source as usize]);
            sources.copied()
        };
        let mut edges = Vec::new();
        for (at, node) in resting.iter().enumerate() {
            let passed = leads_to(node).filter(|&source| is_passed(source));
            edges.extend(passed.map(|source| (number(at), place[source as usize])));
        }
        let edges = Rows::new(resting.len(), &edges);
        let mut reach = vec![UNKNOWN; resting.len()];
        let (mut parts, mut elements) = (Vec::new(), Vec::new());
        components(
            resting.len(),
            |at| edges.row(at),
            |members| {
                for node in members.iter().map(|&at| &resting[at as usize]) {
                    let bare = nodes.bare.row(*node).iter().filter(|&&source| !self.work_falls[(source / 4) as usize]);
                    elements.extend(bare.map(|&source| ends.elements.bare(source)));
                    for source in leads_to(node) {
                        let set = if is_passed(source) {
                            reach[place[source as usize] as usize]
                        } else {
                            ends.reach[source as usize]
                        };
                        if set != UNKNOWN {
                            parts.push(set);
                        }
                    }
                }
                let set = self.sets.union(&mut parts, &mut elements);
                members.iter().for_each(|&at| reach[at as usize] = set);
            },
        );
        let mut remaining = Vec::new();
        for (&node, &all) in resting.iter().zip(&reach) {
            // What is only computed rests on its operands; what has no end loses none.
            let before = ends.of[node as usize];
            if !nodes.upstream(node) || before == EMPTY {
                continue;
            }
            let after = ends_among(nodes, works, ends.elements, &mut self.sets, &mut self.groups, (node, all));
            if after != before {
                remaining.push((node, after));
            }
        }
        remaining
    }

    /// The weights of sets.
    fn weights(&mut self, of: &[(u32, Set)]) -> FxHashMap<Set, Weight> {
        let (nodes, works, elements) = (&self.lineage.nodes, &self.lineage.works, self.lineage.ends.elements);
        let mut sets: Vec<Set> = of.iter().map(|&(_, set)| set).filter(|&set| set != EMPTY).collect();
        sets.sort_unstable();
        sets.dedup();
        let (small, large): (Vec<_>, Vec<_>) = sets.into_iter().partition(|&set| self.sets.size(set) <= MIDDLE);
        let mut weights = FxHashMap::default();
        let mut all = Vec::new();
        for set in small {
            self.sets.collect(set, &mut all);
            let weight = if let &[element] = &all[..] {
                self.scales.weight_alone(element)
            } else {
                let before = self.scales.before();
                all.iter().for_each(|&element| self.scales.add(element));
                let weight = self.scales.weight();
                self.scales.back(before);
                weight
            };
            all.clear();
            weights.insert(set, weight);
        }
        if !large.is_empty() {
            let weighed = weigh_sets(nodes, works, elements, &self.sets, large.iter().copied());
            weights.extend(large.iter().map(|&set| (set, weighed[set as usize])));
        }
        weights
    }

    /// The facts of those that are computed from others whose facts are known anew.
    fn weaken(&self, resting: &[u32], facts: &mut FxHashMap<u32, Facts>) {
        let (nodes, before) = (&self.lineage.nodes, &self.lineage.facts);
        let computed: Vec<u32> = resting.iter().copied().filter(|&node| !nodes.premises(node).is_empty()).collect();
        let at: FxHashMap<u32, u32> = computed.iter().enumerate().map(|(at, &node)| (node, number(at))).collect();
        let pairs = computed.iter().enumerate().flat_map(|(place, &node)| {
            let operands = nodes.premises(node).iter().filter_map(|operand| at.get(operand));
            operands.map(move |&operand| (number(place), operand))
        });
        let edges = Rows::new(computed.len(), &pairs.collect::<Vec<_>>());
        components(
            computed.len(),
            |at| edges.row(at),
            |members| {
                // In a circle of operands a claim is at the lowest level already.
                if members.len() > 1 || edges.row(members[0]).contains(&members[0]) {
                    return;
                }
                let node = computed[members[0] as usize];
                let of = |&operand: &u32| facts.get(&operand).copied().unwrap_or(before[operand as usize]);
                if let Some(weakest) = weakest(nodes.premises(node).iter().map(of)) {
                    facts.insert(node, Facts { on_cycle: before[node as usize].on_cycle, ..weakest });
                }
            },
        );
    }
}

/// Of a claim all of whose ends are withdrawn.
const FALLEN: Weight = Weight { level: Level::Cited, origin: Origin::Unknown, least: 0, groups: 1 };
