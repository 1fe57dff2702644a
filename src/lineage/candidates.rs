//! What may fall as one, as dense numbers: works, then agents, then claim nodes; those that are asked about.

use super::Lineage;
use super::table::Rows;
use super::union::number;
use super::withdrawal::{Fallen, Role};

/// All that may fall.
pub(super) struct Candidates<'a> {
    lineage: &'a Lineage,
    documents: bool,
    agents: bool,
    claims: bool,
    /// For each work its claim nodes.
    nodes_of_work: Rows,
    works_of_agent: Rows,
    credited_to_agent: Rows,
}

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Candidate {
    Work(u32),
    Agent(u32),
    Claim(u32),
}

impl<'a> Candidates<'a> {
    pub(super) fn new(lineage: &'a Lineage, of: &[Role]) -> Self {
        let agents = lineage.agents.len();
        let of_work: Vec<_> = lineage.nodes.work.iter().enumerate().map(|(node, &work)| (work, number(node))).collect();
        Candidates {
            documents: of.contains(&Role::Document),
            agents: of.contains(&Role::Agent),
            claims: of.contains(&Role::Claim),
            nodes_of_work: Rows::new(lineage.works.count(), &of_work),
            works_of_agent: turned(&lineage.works.people, agents),
            credited_to_agent: turned(&lineage.nodes.credited, agents),
            lineage,
        }
    }

    /// How many numbers there are.
    pub(super) fn count(&self) -> usize {
        self.lineage.works.count() + self.lineage.agents.len() + self.lineage.nodes.count()
    }

    pub(super) fn get(&self, candidate: u32) -> Candidate {
        let (works, agents) = (number(self.lineage.works.count()), number(self.lineage.agents.len()));
        match (candidate.checked_sub(works), candidate.checked_sub(works + agents)) {
            (None, _) => Candidate::Work(candidate),
            (Some(agent), None) => Candidate::Agent(agent),
            (_, Some(node)) => Candidate::Claim(node),
        }
    }

    /// Adds those with which a work falls.
    pub(super) fn with_work(&self, work: u32, all: &mut Vec<u32>) {
        if self.documents && self.lineage.has_document(work) {
            all.push(work);
        }
        if self.agents {
            let first = number(self.lineage.works.count());
            all.extend(self.lineage.works.people.row(work).iter().map(|agent| first + agent));
        }
    }

    /// Adds those with which a claim node falls.
    pub(super) fn with_node(&self, node: u32, all: &mut Vec<u32>) {
        self.with_work(self.lineage.nodes.work[node as usize], all);
        let first = number(self.lineage.works.count());
        if self.agents {
            all.extend(self.lineage.nodes.credited.row(node).iter().map(|agent| first + agent));
        }
        if self.claims {
            all.push(first + number(self.lineage.agents.len()) + node);
        }
    }

    /// Adds those with which any bare source of a claim node falls.
    pub(super) fn with_bare(&self, node: u32, all: &mut Vec<u32>) {
        self.lineage.nodes.bare.row(node).iter().for_each(|&source| self.with_work(source / 4, all));
    }

    /// What falls with one of them, without repetition.
    pub(super) fn fallen(&self, candidate: Candidate) -> Fallen {
        let (works, mut nodes): (&[u32], Vec<u32>) = match &candidate {
            Candidate::Claim(node) => (&[], vec![*node]),
            Candidate::Work(work) => (std::slice::from_ref(work), Vec::new()),
            Candidate::Agent(agent) => (self.works_of_agent.row(*agent), self.credited_to_agent.row(*agent).to_vec()),
        };
        for &work in works {
            nodes.extend(self.nodes_of_work.row(work));
        }
        nodes.sort_unstable();
        nodes.dedup();
        Fallen { works: works.to_vec(), nodes }
    }
}

/// The rows the other way round.
fn turned(rows: &Rows, items: usize) -> Rows {
    let pairs = (0..number(rows.len())).flat_map(|row| rows.row(row).iter().map(move |&item| (item, row)));
    Rows::new(items, &pairs.collect::<Vec<_>>())
}
