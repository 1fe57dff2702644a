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

const NOWHERE: u32 = u32::MAX;

/// Room to compute one withdrawal after another.
pub(super) struct Without<'a> {
    lineage: &'a Lineage,
    takers: &'a Takers,
    /// Those of the lineage, and what was built on them.
    sets: Sets,
    groups: Option<Rows>,
    scales: Scales<'a>,
    /// The weights of sets that were asked for, and where that of each set is.
    weights: Vec<Weight>,
    weight_of: Vec<u32>,
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
            weights: vec![FALLEN],
            weight_of: vec![0],
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
            self.weights.truncate(1);
            self.weight_of.truncate(1);
        }
        fallen.nodes.iter().for_each(|&node| self.node_falls[node as usize] = true);
        fallen.works.iter().for_each(|&work| self.work_falls[work as usize] = true);
        let resting = self.resting(fallen);
        let facts = self.facts(&resting);

        let lineage = self.lineage;
        let (node, role) = lineage.candidate(candidate);
        let mut loss = Loss { node, role, resting: 0, lowered: 0, level: 0, origin: 0, origins_min: 0 };
        for (&node, after) in resting.iter().zip(&facts) {
            let claims = lineage.nodes.members.row(node).len() as u64;
            loss.resting += claims;
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

    /// The facts of the claim nodes, in their order.
    fn facts(&mut self, resting: &[u32]) -> Vec<Facts> {
        let remaining = self.remaining(resting);
        self.weigh(&remaining);
        let before = &self.lineage.facts;
        let mut facts: Vec<Facts> = resting.iter().map(|&node| before[node as usize]).collect();
        for (at, set) in remaining {
            let Weight { level, origin, least, .. } = self.weights[self.weight_of[set as usize] as usize];
            let facts = &mut facts[at];
            *facts = Facts { level, origin, origins_min: least, ..*facts };
        }
        self.weaken(resting, &mut facts);
        facts
    }

    /// What remains of the ends of the claim nodes that lose some, by their places.
    fn remaining(&mut self, resting: &[u32]) -> Vec<(usize, Set)> {
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
        for (at, (&node, &all)) in resting.iter().zip(&reach).enumerate() {
            // What is only computed rests on its operands; what has no end loses none.
            let before = ends.of[node as usize];
            if !nodes.upstream(node) || before == EMPTY {
                continue;
            }
            let after = ends_among(nodes, works, ends.elements, &mut self.sets, &mut self.groups, (node, all));
            if after != before {
                remaining.push((at, after));
            }
        }
        remaining
    }

    /// Weighs the sets that have not been weighed.
    fn weigh(&mut self, sets: &[(usize, Set)]) {
        let (nodes, works, elements) = (&self.lineage.nodes, &self.lineage.works, self.lineage.ends.elements);
        self.weight_of.resize(self.sets.count(), NOWHERE);
        let (mut large, mut all) = (Vec::new(), Vec::new());
        for &(_, set) in sets {
            if self.weight_of[set as usize] != NOWHERE {
                continue;
            }
            self.weight_of[set as usize] = number(self.weights.len());
            if self.sets.size(set) > MIDDLE {
                large.push(set);
                self.weights.push(FALLEN);
                continue;
            }
            self.sets.collect(set, &mut all);
            all.sort_unstable();
            self.weights.push(self.scales.weigh(&all));
            all.clear();
        }
        if !large.is_empty() {
            let weighed = weigh_sets(nodes, works, elements, &self.sets, large.iter().copied());
            for set in large {
                self.weights[self.weight_of[set as usize] as usize] = weighed[set as usize];
            }
        }
    }

    /// Replaces the facts of those that are computed by those of their operands.
    fn weaken(&self, resting: &[u32], facts: &mut [Facts]) {
        let (nodes, before, place) = (&self.lineage.nodes, &self.lineage.facts, &self.place);
        let operands = |node: u32| nodes.premises(node).iter().map(|&operand| (operand, place[operand as usize]));
        let mut edges = Vec::new();
        for (at, &node) in resting.iter().enumerate() {
            edges.extend(operands(node).filter(|&(_, at)| at != NOWHERE).map(|(_, operand)| (number(at), operand)));
        }
        if edges.is_empty() {
            return;
        }
        let edges = Rows::new(resting.len(), &edges);
        components(
            resting.len(),
            |at| edges.row(at),
            |members| {
                let first = members[0];
                // In a circle of operands a claim is at the lowest level already.
                if members.len() > 1 || edges.row(first).is_empty() || edges.row(first).contains(&first) {
                    return;
                }
                let now = |(operand, at): (u32, u32)| {
                    if at == NOWHERE { before[operand as usize] } else { facts[at as usize] }
                };
                if let Some(weakest) = weakest(operands(resting[first as usize]).map(now)) {
                    let facts = &mut facts[first as usize];
                    *facts = Facts { on_cycle: facts.on_cycle, ..weakest };
                }
            },
        );
    }
}

/// Of a claim all of whose ends are withdrawn; the weight of the empty set.
const FALLEN: Weight = Weight { level: Level::Cited, origin: Origin::Unknown, least: 0, groups: 1 };
