//! With the loss of which nodes would most claims be lowered?
//!
//! How many claims a node can lower at most is counted for all at once (`bounds`). The most promising are then computed one
//! by one (`without`), and it ends when no other can come before them.

use super::Lineage;
use super::bounds::bounds;
use super::candidates::{Candidate, Candidates};
use super::facts::Facts;
use super::union::number;
use super::withdrawal::{Role, Takers};
use super::without::Without;
use crate::store::Node;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of the claims that rest on a node, were it withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loss {
    /// Of a work the first of its originals, of a claim node the claim that names it.
    pub node: Node,
    /// As what it is withdrawn.
    pub role: Role,
    /// How many claims rest on it, directly or through others.
    pub resting: u64,
    /// How many of them have a lower level, a worse origin or fewer origins at least.
    pub lowered: u64,
    /// How many have a lower level.
    pub level: u64,
    /// How many have a worse origin.
    pub origin: u64,
    /// How many have fewer independent origins at least.
    pub origins_min: u64,
}

/// In what a claim is lower than it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lowered {
    /// Its level is.
    pub level: bool,
    /// Its origin is.
    pub origin: bool,
    /// The least number of its independent origins is.
    pub origins_min: bool,
}

impl Lowered {
    /// Compares the facts of a claim before and after.
    pub fn between(before: &Facts, after: &Facts) -> Self {
        Lowered {
            level: after.level < before.level,
            origin: after.origin > before.origin,
            origins_min: after.origins_min < before.origins_min,
        }
    }

    /// Whether it is lower in anything.
    pub fn any(self) -> bool {
        self.level || self.origin || self.origins_min
    }
}

/// How a loss is ranked: by the claims that are lowered, then those whose level is, whose origin, whose least number of origins.
type Rank = (u64, u64, u64, u64);

impl Loss {
    /// The greater, the heavier the loss.
    pub fn rank(&self) -> Rank {
        (self.lowered, self.level, self.origin, self.origins_min)
    }
}

impl Lineage {
    /// The heaviest losses, of nodes withdrawn one at a time in these roles, the heaviest first: `most` of them, and all that are as
    /// heavy as the last. Nodes that lower nothing are not among them.
    pub fn losses(&self, of: &[Role], most: usize) -> Vec<Loss> {
        let candidates = Candidates::new(self, of);
        let bounds = bounds(self, &candidates);
        let mut order: Vec<u32> =
            (0..number(bounds.len())).filter(|&candidate| bounds[candidate as usize] > 0).collect();
        order.sort_by_key(|&candidate| (std::cmp::Reverse(bounds[candidate as usize]), candidate));
        let takers = Takers::new(self);
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Found { most, losses: Vec::new() });
        let work = || {
            let mut without = Without::new(self, &takers);
            while let Some(&candidate) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                let enough = found.lock().expect("nobody panics with the losses").least();
                if bounds[candidate as usize] < enough {
                    break;
                }
                let candidate = candidates.get(candidate);
                let loss = without.loss(candidate, &candidates.fallen(candidate));
                found.lock().expect("nobody panics with the losses").add(loss);
            }
        };
        std::thread::scope(|scope| {
            let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
            for _ in 1..workers.min(order.len() / CANDIDATES_A_WORKER + 1) {
                scope.spawn(work);
            }
            work();
        });
        let found = found.into_inner().expect("nobody panics with the losses");
        let least = found.least();
        let mut losses = found.losses;
        losses.retain(|loss| loss.lowered >= least);
        losses.sort_by_key(|loss| (std::cmp::Reverse(loss.rank()), loss.role, loss.node));
        if let Some(last) = losses.get(most.saturating_sub(1)).copied() {
            losses.retain(|loss| loss.rank() >= last.rank());
        }
        losses
    }

    /// The node by which a candidate is named.
    pub(super) fn candidate(&self, candidate: Candidate) -> (Node, Role) {
        match candidate {
            Candidate::Work(work) => (self.originals(work)[0], Role::Document),
            Candidate::Agent(agent) => (self.agents[agent as usize], Role::Agent),
            Candidate::Claim(node) => (self.claim_name(node), Role::Claim),
        }
    }
}

/// Below this many candidates for each a further thread does not pay.
const CANDIDATES_A_WORKER: usize = 100;

/// The losses that were computed.
struct Found {
    most: usize,
    losses: Vec<Loss>,
}

impl Found {
    fn add(&mut self, loss: Loss) {
        if loss.lowered >= self.least() {
            let place = self.losses.partition_point(|other| other.lowered >= loss.lowered);
            self.losses.insert(place, loss);
        }
    }

    /// How many claims must be lowered by a loss that is yet to come into account.
    fn least(&self) -> u64 {
        match self.most.checked_sub(1) {
            Some(last) => self.losses.get(last).map_or(1, |loss| loss.lowered),
            None => u64::MAX,
        }
    }
}
