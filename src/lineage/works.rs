//! Which documents are one source, and what is known of each work?

use super::cycles::{components, cyclic};
use super::facts::Basis;
use super::read::{Input, says};
use super::table::Rows;
use super::union::{Union, number};
use crate::model::Origin;
use crate::store::Node;
use rustc_hash::FxHashMap;

/// The works: documents contracted by their editions. Works are numbered by their first documents.
pub(super) struct Works {
    /// The work of each document.
    pub(super) of: Vec<u32>,
    pub(super) members: Rows,
    /// Whether a document is an original of its work.
    pub(super) original: Vec<bool>,
    /// The default basis of the originals.
    pub(super) original_basis: Vec<Option<Basis>>,
    /// The same, else the default basis of the other editions.
    pub(super) basis: Vec<Option<Basis>>,
    pub(super) withdrawn: Vec<bool>,
    /// Whether a document of the work says which document it is.
    pub(super) named: Vec<bool>,
    /// The other works that the work is taken from.
    pub(super) rests: Rows,
    pub(super) on_cycle: Vec<bool>,
    /// The authors of the originals, else their publishers.
    pub(super) agents: Rows,
    /// The authors and publishers of the originals.
    pub(super) people: Rows,
    /// The authors and publishers of all editions.
    pub(super) own: Rows,
    /// The chain of revisions of each work; a work without revisions is a chain of its own.
    pub(super) chain: Vec<u32>,
    pub(super) chains: usize,
    /// The works that are known to rest on one source with the work.
    pub(super) shares: Rows,
    /// The topmost organisations above each agent.
    pub(super) tops: Tops,
}

/// Contracts the documents into works.
pub(super) fn works(input: &Input) -> Works {
    let mut editions = Union::new(input.places);
    let mut original = vec![true; input.places];
    for &(edition, of) in &input.edition_of {
        editions.join(edition, of);
        // A document that is its own edition is an edition of no other.
        original[edition as usize] &= edition == of;
    }
    let (of, count) = editions.dense();
    let pairs: Vec<_> = of.iter().enumerate().map(|(document, &work)| (work, number(document))).collect();
    let members = Rows::new(count, &pairs);
    drop(pairs);
    for work in 0..number(count) {
        let documents = members.row(work);
        if !documents.iter().any(|&document| original[document as usize]) {
            for &document in documents {
                original[document as usize] = true;
            }
        }
    }

    let mut works = Works {
        original_basis: Vec::with_capacity(count),
        basis: Vec::with_capacity(count),
        withdrawn: Vec::with_capacity(count),
        named: Vec::with_capacity(count),
        rests: joined(&input.document_from_document, &of, count),
        on_cycle: Vec::new(),
        agents: Rows::new(0, &[]),
        people: Rows::new(0, &[]),
        own: Rows::new(0, &[]),
        chain: Vec::new(),
        chains: 0,
        shares: Rows::new(0, &[]),
        tops: tops(input.agents.nodes().len(), &input.parents),
        of,
        members,
        original,
    };
    for work in 0..number(count) {
        let documents = works.members.row(work);
        let original = |document: &&u32| works.original[**document as usize];
        let default = |document: &u32| input.default_basis[*document as usize];
        let basis = documents.iter().filter(original).filter_map(default).min();
        works.original_basis.push(basis);
        works.basis.push(basis.or_else(|| documents.iter().filter_map(default).min()));
        works
            .withdrawn
            .push(documents.iter().filter(original).any(|&document| input.document_withdrawn[document as usize]));
        works.named.push(documents.iter().any(|&document| is_named(input.says[document as usize])));
    }
    works.on_cycle = cyclic(count, |work| works.rests.row(work));
    for &(document, source) in &input.document_from_document {
        if document == source {
            works.on_cycle[works.of[document as usize] as usize] = true;
        }
    }
    people(input, &mut works);
    (works.chain, works.chains) = chains(input, &works.of, count);
    let both: Vec<_> = input.shares_source.iter().flat_map(|&(a, b)| [(a, b), (b, a)]).collect();
    works.shares = joined(&both, &works.of, count);
    works
}

impl Works {
    /// The origin of a bare work as an end, nothing being asserted of it.
    pub(super) fn origin(&self, work: u32) -> Origin {
        if self.withdrawn[work as usize] { Origin::Unknown } else { Basis::origin(self.basis[work as usize]) }
    }

    /// Whether an assertion that the work is a primary source is taken: nothing is known to the contrary.
    pub(super) fn takes_assertion(&self, work: u32) -> bool {
        !self.withdrawn[work as usize] && self.basis[work as usize].is_none() && self.rests.row(work).is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.basis.len()
    }
}

/// Whether a document with these properties says which document it is.
fn is_named(properties: u8) -> bool {
    let has = |bits| properties & bits == bits;
    has(says::NAME) && (has(says::ADDRESS) || has(says::AUTHOR | says::DATE))
}

/// Pairs of documents as rows of other works.
fn joined(pairs: &[(u32, u32)], of: &[u32], count: usize) -> Rows {
    let works = pairs.iter().map(|&(a, b)| (of[a as usize], of[b as usize]));
    Rows::new(count, &works.filter(|(a, b)| a != b).collect::<Vec<_>>())
}

fn people(input: &Input, works: &mut Works) {
    let count = works.count();
    let of_works = |pairs: &[(u32, u32)], only_originals: bool| -> Vec<(u32, u32)> {
        let kept = pairs.iter().filter(|pair| !only_originals || works.original[pair.0 as usize]);
        kept.map(|&(document, agent)| (works.of[document as usize], agent)).collect()
    };
    let mut own = of_works(&input.authors, false);
    own.extend(of_works(&input.publishers, false));
    let mut agents = of_works(&input.authors, true);
    let publishers = of_works(&input.publishers, true);
    let mut people = agents.clone();
    people.extend(&publishers);
    let authors = Rows::new(count, &agents);
    agents.extend(publishers.iter().filter(|&&(work, _)| authors.row(work).is_empty()));
    (works.agents, works.people, works.own) =
        (Rows::new(count, &agents), Rows::new(count, &people), Rows::new(count, &own));
}

/// The chain of revisions of each work. What is revised need not be a known document.
fn chains(input: &Input, of: &[u32], count: usize) -> (Vec<u32>, usize) {
    let mut others = FxHashMap::<Node, u32>::default();
    let mut pairs = Vec::with_capacity(input.revision_of.len());
    for &(document, revised) in &input.revision_of {
        let revised = if let Some(revised) = input.documents.get(revised) {
            of[revised as usize]
        } else {
            let next = number(count + others.len());
            *others.entry(revised).or_insert(next)
        };
        pairs.push((of[document as usize], revised));
    }
    let mut revisions = Union::new(count + others.len());
    for &(a, b) in &pairs {
        revisions.join(a, b);
    }
    revisions.dense()
}

/// For each agent the topmost organisations above it, as numbers: agents without a parent, or circles that nothing is
/// above. Two agents have an organisation in common exactly if they have a topmost one in common.
pub(super) struct Tops {
    of: Vec<(u32, u32)>,
    pool: Vec<u32>,
    pub(super) count: usize,
}

impl Tops {
    /// How many agents there are.
    pub(super) fn agents(&self) -> usize {
        self.of.len()
    }

    /// The topmost organisations above an agent, which may be itself.
    pub(super) fn of(&self, agent: u32) -> &[u32] {
        let (start, end) = self.of[agent as usize];
        &self.pool[start as usize..end as usize]
    }
}

fn tops(agents: usize, parents: &[(u32, u32)]) -> Tops {
    let above = Rows::new(agents, parents);
    let mut tops = Tops { of: vec![(0, 0); agents], pool: Vec::new(), count: 0 };
    let mut component = vec![u32::MAX; agents];
    let mut next = 0;
    components(
        agents,
        |agent| above.row(agent),
        |members| {
            for &member in members {
                component[member as usize] = next;
            }
            let outside = members.iter().flat_map(|&member| above.row(member));
            let mut places: Vec<_> = outside
                .filter(|&&parent| component[parent as usize] != next)
                .map(|&parent| tops.of[parent as usize])
                .collect();
            places.sort_unstable();
            places.dedup();
            next += 1;
            let start = tops.pool.len();
            match places[..] {
                [] => {
                    tops.pool.push(number(tops.count));
                    tops.count += 1;
                }
                [place] => {
                    for &member in members {
                        tops.of[member as usize] = place;
                    }
                    return;
                }
                _ => {
                    let mut all: Vec<u32> = places
                        .iter()
                        .flat_map(|&(start, end)| &tops.pool[start as usize..end as usize])
                        .copied()
                        .collect();
                    all.sort_unstable();
                    all.dedup();
                    tops.pool.extend(all);
                }
            }
            let place = (number(start), number(tops.pool.len()));
            for &member in members {
                tops.of[member as usize] = place;
            }
        },
    );
    tops
}
