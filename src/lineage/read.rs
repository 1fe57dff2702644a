//! What do the reports say? Streams the edges of a view into dense numbers.

use super::facts::Basis;
use super::table::{Numbering, Rows};
use super::terms as vocab;
use super::union::number;
use crate::store::{Node, Reader, Result};
use crate::vocab::spellings;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a document says of itself that can identify it, as bits.
pub(super) mod says {
    pub(in super::super) const NAME: u8 = 1;
    pub(in super::super) const ADDRESS: u8 = 2;
    pub(in super::super) const AUTHOR: u8 = 4;
    pub(in super::super) const DATE: u8 = 8;
}

/// Everything that lineage is computed from. Pairs are (subject, object), in no order, possibly more than once.
pub(super) struct Input {
    pub(super) claims: Numbering,
    pub(super) documents: Numbering,
    pub(super) agents: Numbering,
    /// How many document numbers there are: each claim without a document has one past the documents.
    pub(super) places: usize,
    /// The document of each claim.
    pub(super) appears_in: Vec<u32>,

    pub(super) claim_from_claim: Vec<(u32, u32)>,
    /// Those of them that assert a primary source.
    pub(super) asserted: Vec<(u32, u32)>,
    /// Claim, document, and whether the edge asserts a primary source.
    pub(super) claim_from_document: Vec<(u32, u32, bool)>,
    pub(super) document_from_document: Vec<(u32, u32)>,
    pub(super) edition_of: Vec<(u32, u32)>,
    pub(super) revision_of: Vec<(u32, Node)>,
    pub(super) shares_source: Vec<(u32, u32)>,

    pub(super) claim_basis: Vec<Option<Basis>>,
    pub(super) claim_withdrawn: Vec<bool>,
    pub(super) found: Vec<bool>,
    /// Claim, document of which a snapshot has its source quote.
    pub(super) source_found: Vec<(u32, u32)>,
    pub(super) credited: Vec<(u32, u32)>,
    pub(super) operands: Vec<(u32, u32)>,

    pub(super) default_basis: Vec<Option<Basis>>,
    pub(super) document_withdrawn: Vec<bool>,
    pub(super) says: Vec<u8>,
    pub(super) authors: Vec<(u32, u32)>,
    pub(super) publishers: Vec<(u32, u32)>,
    /// Agent, agent above it.
    pub(super) parents: Vec<(u32, u32)>,
}

/// Reads all that lineage is computed from.
pub(super) fn read(edges: &Edges<'_>) -> Result<Input> {
    let Found { claims, structure, .. } = found(edges)?;
    let (documents, places, appears_in) = (structure.documents, structure.places, structure.appears_in);

    let mut agents = Numbering::default();
    let mut says = vec![0; places];
    let mut says_each = |predicates, bit: u8| {
        edges.each(predicates, |document, _| {
            if let Some(document) = documents.get(document) {
                says[document as usize] |= bit;
            }
        });
    };
    says_each(vocab::NAME, says::NAME);
    says_each(vocab::ADDRESS, says::ADDRESS);
    says_each(vocab::DATE, says::DATE);
    let authors = pairs(edges, vocab::AUTHOR, &documents, |agent| Some(agents.add(agent)));
    for &(document, _) in &authors {
        says[document as usize] |= says::AUTHOR;
    }
    let publishers = pairs(edges, vocab::PUBLISHER, &documents, |agent| Some(agents.add(agent)));
    let credited = pairs(edges, vocab::CREDITED_TO, &claims, |agent| Some(agents.add(agent)));
    let parents = parents(edges, &mut agents);

    let (mut claim_withdrawn, mut document_withdrawn) = (vec![false; claims.nodes().len()], vec![false; places]);
    edges.each(vocab::WITHDRAWN, |node, _| {
        if let Some(claim) = claims.get(node) {
            claim_withdrawn[claim as usize] = true;
        }
        if let Some(document) = documents.get(node) {
            document_withdrawn[document as usize] = true;
        }
    });
    let mut found = vec![false; claims.nodes().len()];
    edges.each(vocab::FOUND_IN, |claim, _| {
        if let Some(claim) = claims.get(claim) {
            found[claim as usize] = true;
        }
    });

    Ok(Input {
        claim_basis: bases(edges, vocab::BASIS, &claims, claims.nodes().len())?,
        default_basis: bases(edges, vocab::DEFAULT_BASIS, &documents, places)?,
        revision_of: pairs(edges, vocab::REVISION_OF, &documents, Some),
        shares_source: pairs(edges, vocab::SHARES_SOURCE, &documents, |other| documents.get(other)),
        source_found: through(edges, vocab::SOURCE_FOUND_IN, vocab::SPECIALIZATION_OF, &claims, &documents),
        operands: through(edges, vocab::OPERAND, vocab::OF, &claims, &claims),
        claim_from_claim: structure.claim_from_claim,
        asserted: structure.asserted,
        claim_from_document: structure.claim_from_document,
        document_from_document: structure.document_from_document,
        edition_of: structure.edition_of,
        claims,
        documents,
        agents,
        places,
        appears_in,
        claim_withdrawn,
        found,
        credited,
        document_withdrawn,
        says,
        authors,
        publishers,
        parents,
    })
}

/// What is a claim and what a document, and the edges between them.
pub(super) struct Found {
    pub(super) claims: Numbering,
    /// The documents that are said to be documents.
    pub(super) typed: Vec<Node>,
    pub(super) structure: super::structure::Structure,
}

/// Finds the claims and documents.
pub(super) fn found(edges: &Edges<'_>) -> Result<Found> {
    let (claims, typed) = typed(edges)?;
    let structure = structure(edges, &claims, &typed)?;
    if structure.takers.is_empty() || !edges.view.takers_are_claims() {
        return Ok(Found { claims, typed, structure });
    }
    let claims = Numbering::sorted(claims.nodes().iter().copied().chain(structure.takers).collect());
    let structure = self::structure(edges, &claims, &typed)?;
    Ok(Found { claims, typed, structure })
}

fn structure(edges: &Edges<'_>, claims: &Numbering, typed: &[Node]) -> Result<super::structure::Structure> {
    let mut appearances = Vec::new();
    edges.each(vocab::APPEARANCE, |claim, document| {
        if let Some(claim) = claims.get(claim)
            && !document.is_literal()
        {
            appearances.push((claim, document));
        }
    });
    super::structure::read(edges, claims, typed, &appearances)
}

/// The edges of all predicates that lineage is computed from, and the view they are from.
pub(super) struct Edges<'v> {
    pub(super) view: &'v dyn Reader,
    by_predicate: FxHashMap<String, Vec<(Node, Node)>>,
    /// What is known to be a document by edges that are not among these.
    documents: Vec<Node>,
}

impl<'v> Edges<'v> {
    /// Reads them all, those of schema.org in either spelling.
    pub(super) fn read(view: &'v dyn Reader) -> Result<Self> {
        let predicates: Vec<String> = vocab::ALL.iter().copied().flatten().flat_map(|iri| spellings(iri)).collect();
        let names: Vec<&str> = predicates.iter().map(String::as_str).collect();
        let read = view.all_edges(&names)?;
        Ok(Self { view, by_predicate: predicates.into_iter().zip(read).collect(), documents: Vec::new() })
    }

    /// Those that were read already, by their predicates, and what else is known to be a document.
    pub(super) fn of(
        view: &'v dyn Reader,
        by_predicate: FxHashMap<String, Vec<(Node, Node)>>,
        documents: Vec<Node>,
    ) -> Self {
        Self { view, by_predicate, documents }
    }

    /// Adds that these nodes are withdrawn.
    pub(super) fn withdraw(&mut self, nodes: &[Node]) {
        // When is asked by nobody; any node will do.
        let edges = nodes.iter().map(|&node| (node, node));
        self.by_predicate.entry(vocab::WITHDRAWN[0].to_owned()).or_default().extend(edges);
    }

    /// Gives the edges of several predicates as one.
    pub(super) fn each(&self, predicates: &[&str], mut each: impl FnMut(Node, Node)) {
        for predicate in predicates {
            for spelling in spellings(predicate) {
                for &(subject, object) in self.by_predicate.get(&spelling).into_iter().flatten() {
                    each(subject, object);
                }
            }
        }
    }
}

/// The edges from numbered subjects to what `object` makes of their objects.
fn pairs<T>(
    edges: &Edges<'_>,
    predicates: &[&str],
    subjects: &Numbering,
    mut object: impl FnMut(Node) -> Option<T>,
) -> Vec<(u32, T)> {
    let mut pairs = Vec::new();
    edges.each(predicates, |from, to| {
        if let Some(from) = subjects.get(from)
            && let Some(to) = object(to)
        {
            pairs.push((from, to));
        }
    });
    pairs
}

/// The claims, and the documents that are said to be documents.
fn typed(edges: &Edges<'_>) -> Result<(Numbering, Vec<Node>)> {
    let (claim, document) = (edges.view.find(vocab::CLAIM)?, edges.view.find(vocab::DOCUMENT)?);
    let (mut claims, mut documents) = (Vec::new(), edges.documents.clone());
    edges.each(vocab::TYPE, |node, class| {
        if Some(class) == claim {
            claims.push(node);
        } else if Some(class) == document {
            documents.push(node);
        }
    });
    Ok((Numbering::sorted(claims), documents))
}

/// The weakest basis that is stated of each subject; `bound` is how many there are.
fn bases(edges: &Edges<'_>, predicates: &[&str], subjects: &Numbering, bound: usize) -> Result<Vec<Option<Basis>>> {
    let mut known = FxHashMap::default();
    for (iri, basis) in vocab::BASES.into_iter().zip(Basis::ALL) {
        if let Some(node) = edges.view.find(iri)? {
            known.insert(node, basis);
        }
    }
    let mut bases: Vec<Option<Basis>> = vec![None; bound];
    for (subject, basis) in pairs(edges, predicates, subjects, |basis| known.get(&basis).copied()) {
        let stated = &mut bases[subject as usize];
        *stated = Some(stated.map_or(basis, |other| other.min(basis)));
    }
    Ok(bases)
}

/// The pairs that two steps join: from a subject by `first` to any node, from there by `second` to an object.
fn through(
    edges: &Edges<'_>,
    first: &[&str],
    second: &[&str],
    subjects: &Numbering,
    objects: &Numbering,
) -> Vec<(u32, u32)> {
    let mut middles = Numbering::default();
    let steps = pairs(edges, first, subjects, |middle| Some(middles.add(middle)));
    let onward = pairs(edges, second, &middles, |object| objects.get(object));
    let onward = Rows::new(middles.nodes().len(), &onward);
    steps.iter().flat_map(|&(from, middle)| onward.row(middle).iter().map(move |&to| (from, to))).collect()
}

/// The parent organisations of the agents, and theirs, and so on; adds those that are new.
fn parents(edges: &Edges<'_>, agents: &mut Numbering) -> Vec<(u32, u32)> {
    let mut above: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
    edges.each(vocab::PARENT, |agent, parent| above.entry(agent).or_default().push(parent));
    let mut seen = FxHashSet::default();
    let (mut parents, mut agent) = (Vec::new(), 0);
    while let Some(&node) = agents.nodes().get(agent) {
        if seen.insert(node) {
            for &parent in above.get(&node).into_iter().flatten() {
                parents.push((number(agent), agents.add(parent)));
            }
        }
        agent += 1;
    }
    parents
}
