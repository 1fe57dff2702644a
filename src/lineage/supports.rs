//! How many claims rest on each document and agent, and how many on it alone?

use super::Lineage;
use super::candidates::Candidates;
use super::ends::Element;
use super::sets::{EMPTY, Set, Sets};
use super::table::Rows;
use super::union::number;
use super::withdrawal::Role;
use crate::store::Node;

/// What rests on a work, or on an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Support {
    /// Of a work the document that names it.
    pub node: Node,
    /// Document or agent.
    pub role: Role,
    /// How many claims have an end in it that is in another work than their own.
    pub claims: u64,
    /// How many of them have no end elsewhere.
    pub alone: u64,
    /// Of a work the claims that stand in it; of an agent those that are credited to it.
    pub own: u64,
}

impl Lineage {
    /// What rests on each work that has a document, in the order of the works, then on each agent. An end is an agent's if the agent is
    /// an author or publisher of an original of its work, or the end is a claim that is credited to it.
    pub fn supports(&self) -> Vec<Support> {
        let (works, agents) = (self.works.count(), self.agents.len());
        let candidates = Candidates::new(self, &[Role::Document, Role::Agent]);
        let (others, sets) = self.ends_in_other_works();
        let holders = Holders::of(self, &candidates, &sets, &others);
        let mut claims = vec![0; works + agents];
        let mut alone = claims.clone();
        let mut below = vec![0; holders.sets.count()];
        for (node, &set) in others.iter().enumerate().filter(|(_, set)| **set != EMPTY) {
            let count = self.nodes.members.row(number(node)).len() as u64;
            below[holders.of[set as usize] as usize] += count;
        }
        for set in (1..number(holders.sets.count())).rev() {
            below[holders.sets.base(set) as usize] += below[set as usize];
            for &holder in holders.sets.added(set) {
                claims[holder as usize] += below[set as usize];
            }
        }
        let common = Common::of(self, &candidates);
        for (node, _) in others.iter().enumerate().filter(|(_, set)| **set != EMPTY) {
            let count = self.nodes.members.row(number(node)).len() as u64;
            common.holders(self.ends.of[node]).iter().for_each(|&holder| alone[holder as usize] += count);
        }

        let mut own = vec![0; works + agents];
        for (claim, &node) in self.nodes.of.iter().enumerate() {
            own[self.works.of[self.appears_in[claim] as usize] as usize] += 1;
            for &agent in self.nodes.credited.row(node) {
                own[works + agent as usize] += 1;
            }
        }
        let of_work =
            (0..number(works)).filter_map(|work| Some((self.names.work(work, self)?, Role::Document, work as usize)));
        let of_agent = self.agents.iter().enumerate().map(|(agent, &node)| (node, Role::Agent, works + agent));
        let support = |(node, role, at): (Node, Role, usize)| Support {
            node,
            role,
            claims: claims[at],
            alone: alone[at],
            own: own[at],
        };
        of_work.chain(of_agent).map(support).collect()
    }

    /// The document that a claim stands in, if it is a claim and stands in one.
    pub fn document(&self, claim: Node) -> Option<Node> {
        let place = self.appears_in[self.claims.get(claim)? as usize];
        self.documents.nodes().get(place as usize).copied()
    }

    /// For each claim node its ends that are in other works than its own, and the sets that they are. Of a claim that is its own end
    /// there are none.
    fn ends_in_other_works(&self) -> (Vec<Set>, Sets) {
        let (nodes, works, elements) = (&self.nodes, &self.works, self.ends.elements);
        let mut sets = self.ends.sets.clone();
        let work_of = |element| match elements.get(element) {
            Element::Claim(node) => nodes.work[node as usize],
            Element::Work { work, .. } => work,
        };
        let mut members = None;
        let mut others = Vec::with_capacity(nodes.count());
        for (node, &ends) in self.ends.of.iter().enumerate() {
            let work = nodes.work[node];
            let drop = |element| work_of(element) == work;
            others.push(if !nodes.upstream(number(node)) {
                EMPTY
            } else if sets.is_small(ends) {
                sets.without(ends, None, &drop)
            } else {
                let members = members.get_or_insert_with(|| {
                    let marked = |work| (0..4).map(move |marks| (work, elements.work(work) + marks));
                    let bare = (0..number(works.count())).flat_map(marked);
                    let claims = nodes.work.iter().enumerate().map(|(node, &work)| (work, number(node)));
                    Rows::new(works.count(), &bare.chain(claims).collect::<Vec<_>>())
                });
                // Numbers that are not those of the groups that are dropped when ends are found.
                sets.without(ends, Some((number(works.count() * 2) + work, members.row(work))), &drop)
            });
        }
        (others, sets)
    }
}

/// Adds the works and agents that an end is of.
fn holders_of(lineage: &Lineage, candidates: &Candidates<'_>, element: u32, all: &mut Vec<u32>) {
    match lineage.ends.elements.get(element) {
        Element::Claim(node) => candidates.with_node(node, all),
        Element::Work { work, .. } => candidates.with_work(work, all),
    }
}

/// The works and agents that sets of ends are of, at least one end of each.
struct Holders {
    sets: Sets,
    /// The holders of each set of ends that was asked about, and of its bases.
    of: Vec<Set>,
}

impl Holders {
    fn of(lineage: &Lineage, candidates: &Candidates<'_>, ends: &Sets, wanted: &[Set]) -> Self {
        let mut is_wanted = vec![false; ends.count()];
        for &set in wanted {
            let mut set = set;
            while set != EMPTY && !is_wanted[set as usize] {
                is_wanted[set as usize] = true;
                set = ends.base(set);
            }
        }
        let mut holders = Holders { sets: Sets::new(candidates.count()), of: vec![EMPTY; ends.count()] };
        let (mut parts, mut elements) = (Vec::new(), Vec::new());
        for set in (1..number(ends.count())).filter(|&set| is_wanted[set as usize]) {
            ends.added(set).iter().for_each(|&end| holders_of(lineage, candidates, end, &mut elements));
            parts.push(holders.of[ends.base(set) as usize]);
            holders.of[set as usize] = holders.sets.union(&mut parts, &mut elements);
        }
        holders
    }
}

/// The works and agents that sets of ends are of, with all their ends.
struct Common {
    first: Vec<(u32, u32)>,
    pool: Vec<u32>,
}

impl Common {
    fn of(lineage: &Lineage, candidates: &Candidates<'_>) -> Self {
        let ends = &lineage.ends.sets;
        let mut common = Common { first: vec![(0, 0); ends.count()], pool: Vec::new() };
        let (mut kept, mut holders) = (Vec::new(), Vec::new());
        for set in 1..number(ends.count()) {
            let base = ends.base(set);
            kept.clear();
            kept.extend(common.holders(base));
            let mut begun = base != EMPTY;
            for &end in ends.added(set) {
                if begun && kept.is_empty() {
                    break;
                }
                holders_of(lineage, candidates, end, &mut holders);
                if begun {
                    kept.retain(|holder| holders.contains(holder));
                } else {
                    kept.append(&mut holders);
                    kept.sort_unstable();
                    kept.dedup();
                    begun = true;
                }
                holders.clear();
            }
            let start = number(common.pool.len());
            common.pool.extend(&kept);
            common.first[set as usize] = (start, number(common.pool.len()));
        }
        common
    }

    fn holders(&self, set: Set) -> &[u32] {
        let (start, end) = self.first[set as usize];
        &self.pool[start as usize..end as usize]
    }
}
