//! Which ends count as one, and why? As many joins as span each group, found in one pass over what ends have in common.

use super::proof::Bearing;
use super::structure::by_name;
use super::union::{Union, number};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Why two ends count as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bond {
    /// They stand in editions of one work, or are claims of one document.
    Work(Option<Node>),
    /// Their works are of one chain of revisions.
    Revisions,
    /// Their works are known to rest on one source.
    SharedSource,
    /// One agent speaks in both.
    Agent(Node),
    /// One organisation stands above somebody of each, or is one of them.
    House {
        /// The organisation.
        organisation: Node,
        /// Of the first end the agent, author or publisher that it is, or stands above.
        of_one: Node,
        /// The same of the other end.
        of_other: Node,
    },
}

/// Two ends that were joined, as places in the list they stand in, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The one that stands before the other.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// What they have in common.
    pub bond: Bond,
}

/// The joins that make groups of ends: of each group as many as span it. There are as many groups as ends less joins.
/// `houses` says whether a common house joins too, as it does for the least number of origins.
///
/// # Errors
/// When the store fails.
pub fn merges(view: &dyn Reader, bearings: &[Bearing], houses: bool) -> Result<Vec<Merge>> {
    let mut joins = Joins { union: Union::new(bearings.len()), merges: Vec::new() };
    joins.by_key(bearings, |bearing| [(bearing.number, Bond::Work(bearing.work))]);
    joins.by_key(bearings, |bearing| [(bearing.chain, Bond::Revisions)]);
    joins.by_shared_source(bearings);
    joins.by_key(bearings, |bearing| bearing.end.agents.iter().map(|&agent| (agent, Bond::Agent(agent))));
    if houses {
        joins.by_house(view, bearings)?;
    }
    Ok(joins.merges)
}

struct Joins {
    union: Union,
    merges: Vec<Merge>,
}

impl Joins {
    fn join(&mut self, a: usize, b: usize, bond: Bond) {
        if self.union.find(number(a)) != self.union.find(number(b)) {
            self.union.join(number(a), number(b));
            self.merges.push(Merge { one: a, other: b, bond });
        }
    }

    /// Joins each end with the first that has the same key.
    fn by_key<'a, K: Eq + std::hash::Hash, I: IntoIterator<Item = (K, Bond)>>(
        &mut self,
        bearings: &'a [Bearing],
        keys: impl Fn(&'a Bearing) -> I,
    ) {
        let mut first: FxHashMap<K, usize> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            for (key, bond) in keys(bearing) {
                let one = *first.entry(key).or_insert(place);
                self.join(one, place, bond);
            }
        }
    }

    fn by_shared_source(&mut self, bearings: &[Bearing]) {
        let mut first: FxHashMap<u32, usize> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            first.entry(bearing.number).or_insert(place);
            for work in &bearing.shares {
                if let Some(&one) = first.get(work) {
                    self.join(one, place, Bond::SharedSource);
                }
            }
        }
    }

    /// Every organisation belongs to the first end that comes up to it; whoever comes up to it later is joined there, and
    /// what is above it need not be climbed again.
    fn by_house(&mut self, view: &dyn Reader, bearings: &[Bearing]) -> Result<()> {
        let mut owner: FxHashMap<Node, (usize, Node)> = FxHashMap::default();
        for (place, bearing) in bearings.iter().enumerate() {
            let house = bearing.end.agents.iter().chain(&bearing.people);
            let mut todo: VecDeque<(Node, Node)> =
                named_in_order(view, house.copied().collect())?.into_iter().map(|agent| (agent, agent)).collect();
            while let Some((organisation, from)) = todo.pop_front() {
                if let Some(&(one, of_one)) = owner.get(&organisation) {
                    self.join(one, place, Bond::House { organisation, of_one, of_other: from });
                    continue;
                }
                owner.insert(organisation, (place, from));
                let above = view.objects(organisation, schema::PARENT_ORGANIZATION)?;
                todo.extend(named_in_order(view, above)?.into_iter().map(|parent| (parent, from)));
            }
        }
        Ok(())
    }
}

fn named_in_order(view: &dyn Reader, mut nodes: Vec<Node>) -> Result<Vec<Node>> {
    nodes.sort_unstable();
    nodes.dedup();
    let mut trouble = None;
    nodes.sort_by(|&a, &b| {
        by_name(view, a, b).unwrap_or_else(|error| {
            trouble = Some(error);
            std::cmp::Ordering::Equal
        })
    });
    trouble.map_or(Ok(nodes), Err)
}
