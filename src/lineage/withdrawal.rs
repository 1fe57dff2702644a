//! What is withdrawn with a document, an agent or a claim, and which claims rest on it?

use super::Lineage;
use super::ends::Element;
use super::table::Rows;
use super::union::number;
use crate::store::Node;

/// As what a node can be withdrawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Its work falls: all editions are one source.
    Document,
    /// The works fall of whose originals it is an author or publisher, and the claims that are credited to it.
    Agent,
    /// The claim falls, with the same claim in other editions.
    Claim,
}

impl Role {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Document => "document",
            Role::Agent => "agent",
            Role::Claim => "claim",
        }
    }
}

/// What is withdrawn with a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// As what it is withdrawn: as all that it is.
    pub roles: Vec<Role>,
    /// The works that fall, each with its originals, in the order of their numbers.
    pub works: Vec<Vec<Node>>,
    /// The claims that fall by themselves, whatever becomes of their documents, in the order of their numbers.
    pub claims: Vec<Node>,
    /// All claims that fall, those of the works among them.
    pub claims_in_all: usize,
}

/// How a claim rests on something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum How {
    /// It is taken or computed from it.
    Directly,
    /// It is taken or computed from what rests on it.
    Through,
    /// What it rests on may itself rest on it.
    May,
}

/// Works and claim nodes that fall together.
#[derive(Default)]
pub(super) struct Fallen {
    pub(super) works: Vec<u32>,
    pub(super) nodes: Vec<u32>,
}

/// The edges of sourcing the other way round.
pub(super) struct Takers {
    /// For each claim node those that are taken from it.
    pub(super) of_claim: Rows,
    /// For each work the claim nodes that are taken from it as a bare source.
    pub(super) of_work: Rows,
    /// For each claim node those that are computed from it and taken from nothing.
    pub(super) computed: Rows,
}

impl Lineage {
    /// All authors, publishers and credited agents, and the organisations above them.
    pub fn agents(&self) -> impl Iterator<Item = Node> {
        self.agents.iter().copied()
    }

    /// As what a node is known; in none of the roles, if it is neither document nor agent nor claim.
    pub fn roles(&self, node: Node) -> Vec<Role> {
        let is = [
            (Role::Document, self.documents.get(node).is_some()),
            (Role::Agent, self.agents.contains(&node)),
            (Role::Claim, self.claims.get(node).is_some()),
        ];
        is.into_iter().filter_map(|(role, is)| is.then_some(role)).collect()
    }

    /// What is withdrawn with a node; nothing, if it is neither document nor agent nor claim.
    ///
    /// A document stands for its work. An agent's works are those of whose originals it is an author or publisher: with a
    /// translator or a re-publisher no original falls, nor with an organisation what others below it published.
    pub fn withdrawal(&self, node: Node) -> Option<Withdrawal> {
        let roles = self.roles(node);
        if roles.is_empty() {
            return None;
        }
        let mut fallen = Fallen::default();
        let mut claims = Vec::new();
        if let Some(document) = self.documents.get(node) {
            fallen.works.push(self.works.of[document as usize]);
        }
        if let Some(agent) = self.agents.iter().position(|&agent| agent == node) {
            let agent = number(agent);
            let has = |rows: &Rows, row: u32| rows.row(row).binary_search(&agent).is_ok();
            fallen.works.extend((0..number(self.works.count())).filter(|&work| has(&self.works.people, work)));
            claims.extend((0..number(self.nodes.count())).filter(|&node| has(&self.nodes.credited, node)));
        }
        if let Some(node) = self.node(node) {
            claims.push(node);
        }
        for nodes in [&mut fallen.works, &mut claims] {
            nodes.sort_unstable();
            nodes.dedup();
        }
        let mut falls = vec![false; self.works.count()];
        fallen.works.iter().for_each(|&work| falls[work as usize] = true);
        let all = (0..number(self.nodes.count()))
            .filter(|node| falls[self.nodes.work[*node as usize] as usize] || claims.binary_search(node).is_ok());
        let claims_in_all = all.map(|node| self.nodes.members.row(node).len()).sum();
        let members = claims.iter().flat_map(|&node| self.nodes.members.row(node));
        let mut claims: Vec<_> = members.map(|&claim| self.claims()[claim as usize]).collect();
        claims.sort_unstable();
        let works = fallen.works.iter().map(|&work| self.originals(work)).filter(|originals| !originals.is_empty());
        Some(Withdrawal { roles, works: works.collect(), claims, claims_in_all })
    }

    /// The claims that rest on any of these nodes, in the order of their numbers: taken from them, as documents or claims,
    /// through any number of others that are not withdrawn; computed from such claims; or resting on what may itself rest
    /// on them, as far as `ibid:mayRestOn` names that.
    pub fn resting_on(&self, nodes: &[Node]) -> Vec<(Node, How)> {
        let fallen = self.fallen(nodes);
        let takers = Takers::new(self);
        let mut how: Vec<Option<How>> = vec![None; self.nodes.count()];
        let mut todo = Vec::new();
        takers.first(&fallen, |node| {
            if how[node as usize].replace(How::Directly).is_none() {
                todo.push(node);
            }
        });
        while let Some(node) = todo.pop() {
            takers.next(self, node, |taker| {
                if how[taker as usize].is_none() {
                    how[taker as usize] = Some(How::Through);
                    todo.push(taker);
                }
            });
        }
        let may = self.sets_with(&fallen);
        for (node, how) in how.iter_mut().enumerate() {
            if how.is_none() && may[self.ends.may[node] as usize] && !may[self.ends.of[node] as usize] {
                *how = Some(How::May);
            }
        }
        let claims = self.claims().iter().zip(&self.nodes.of);
        claims.filter_map(|(&claim, &node)| Some((claim, how[node as usize]?))).collect()
    }

    /// The works and claim nodes that fall with some nodes.
    fn fallen(&self, nodes: &[Node]) -> Fallen {
        let mut fallen = Fallen::default();
        for withdrawal in nodes.iter().filter_map(|&node| self.withdrawal(node)) {
            let first = withdrawal.works.iter().filter_map(|originals| self.documents.get(*originals.first()?));
            fallen.works.extend(first.map(|document| self.works.of[document as usize]));
            fallen.nodes.extend(withdrawal.claims.iter().filter_map(|&claim| self.node(claim)));
        }
        let mut falls = vec![false; self.works.count()];
        fallen.works.iter().for_each(|&work| falls[work as usize] = true);
        fallen
            .nodes
            .extend((0..number(self.nodes.count())).filter(|&node| falls[self.nodes.work[node as usize] as usize]));
        for nodes in [&mut fallen.works, &mut fallen.nodes] {
            nodes.sort_unstable();
            nodes.dedup();
        }
        fallen
    }

    /// Whether a work is more than the place of a claim in no document.
    pub(super) fn has_document(&self, work: u32) -> bool {
        (self.works.members.row(work)[0] as usize) < self.documents.nodes().len()
    }

    /// The documents of a work that are an edition of no other; all, if there is none. A claim's place that is no document is none.
    pub(super) fn originals(&self, work: u32) -> Vec<Node> {
        let originals = self.works.members.row(work).iter().filter(|&&document| self.works.original[document as usize]);
        originals.filter_map(|&document| self.documents.nodes().get(document as usize).copied()).collect()
    }

    /// For each set whether something of it falls.
    fn sets_with(&self, fallen: &Fallen) -> Vec<bool> {
        let falls = |&element: &u32| match self.ends.elements.get(element) {
            Element::Claim(node) => fallen.nodes.binary_search(&node).is_ok(),
            Element::Work { work, .. } => fallen.works.binary_search(&work).is_ok(),
        };
        let sets = &self.ends.sets;
        let mut with = vec![false; sets.count()];
        for set in 1..number(sets.count()) {
            with[set as usize] = with[sets.base(set) as usize] || sets.added(set).iter().any(falls);
        }
        with
    }
}

impl Takers {
    pub(super) fn new(lineage: &Lineage) -> Self {
        let nodes = &lineage.nodes;
        let all = 0..number(nodes.count());
        let turned = |rows: &Rows, keep: &dyn Fn(u32) -> bool, work: bool| -> Vec<(u32, u32)> {
            let kept = all.clone().filter(|&node| keep(node));
            let pair = |node| rows.row(node).iter().map(move |&source| (if work { source / 4 } else { source }, node));
            kept.flat_map(pair).collect()
        };
        let every = |_: u32| true;
        let computed = |node: u32| !nodes.upstream(node);
        Takers {
            of_claim: Rows::new(nodes.count(), &turned(&nodes.takes, &every, false)),
            of_work: Rows::new(lineage.works.count(), &turned(&nodes.bare, &every, true)),
            computed: Rows::new(nodes.count(), &turned(&nodes.operands, &computed, false)),
        }
    }

    /// Calls `each` with the claim nodes that are taken or computed from what falls; with some more than once.
    pub(super) fn first(&self, fallen: &Fallen, mut each: impl FnMut(u32)) {
        for &work in &fallen.works {
            self.of_work.row(work).iter().for_each(|&taker| each(taker));
        }
        for &node in &fallen.nodes {
            self.of_claim.row(node).iter().chain(self.computed.row(node)).for_each(|&taker| each(taker));
        }
    }

    /// Calls `each` with the claim nodes that rest on something because this one does.
    pub(super) fn next(&self, lineage: &Lineage, node: u32, mut each: impl FnMut(u32)) {
        if lineage.nodes.upstream(node) && !lineage.nodes.withdrawn(node) {
            self.of_claim.row(node).iter().for_each(|&taker| each(taker));
        }
        self.computed.row(node).iter().for_each(|&taker| each(taker));
    }
}
