//! A report's canonical hash: the same for the same graph, however it is written and its blank nodes are named.
//!
//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/): what is easy by `easy`, the rest by sophia, which knows when to give up.

use super::easy::{self, Line, NO_GRAPH, Spelt};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};
use oxttl::NQuadsParser;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use sophia::api::quad::Spog;
use sophia::api::term::{BnodeId, IriRef, LanguageTag, SimpleTerm};
use sophia::c14n::hash::{HashFunction, Sha256 as Sha, Sha384};
use sophia::c14n::rdfc10;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Beyond what the canonicalisation takes on: a graph whose blank nodes can hardly be told apart.
#[derive(Debug, thiserror::Error)]
#[error("its blank nodes are too tangled for a canonical form: {0}")]
pub struct Tangled(String);

/// The canonical N-Quads of a dataset.
///
/// # Errors
/// When the blank nodes take more work than RDFC-1.0 implementations should do.
pub fn canonical(quads: &[Quad]) -> Result<String, Tangled> {
    let (terms, mut lines) = spelt(quads);
    let mut text = String::new();
    if easy::canonical(&terms, &mut lines, &mut |piece| text.push_str(piece)) {
        return Ok(text);
    }
    by_algorithm(quads)
}

/// The SHA-256 of the canonical N-Quads, in lower-case hexadecimal.
///
/// # Errors
/// As [`canonical`].
pub fn digest(quads: &[Quad]) -> Result<String, Tangled> {
    let (terms, mut lines) = spelt(quads);
    match easy_digest(&terms, &mut lines) {
        Some(digest) => Ok(digest),
        None => Ok(sha256(by_algorithm(quads)?.as_bytes())),
    }
}

/// The same of a dataset whose terms are spelt already. Leaves each statement once.
///
/// # Errors
/// As [`canonical`].
pub fn digest_of_lines(terms: &Spelt, lines: &mut Vec<Line>) -> Result<String, Tangled> {
    if let Some(digest) = easy_digest(terms, lines) {
        return Ok(digest);
    }
    let text = easy::text(terms, lines);
    let quads: Result<Vec<Quad>, _> = NQuadsParser::new().for_slice(&text).collect();
    Ok(sha256(by_algorithm(&quads.expect("what is spelt canonically is N-Quads"))?.as_bytes()))
}

fn easy_digest(terms: &Spelt, lines: &mut Vec<Line>) -> Option<String> {
    let mut hash = Sha256::new();
    let mut held = String::with_capacity(2 * HELD);
    let easy = easy::canonical(terms, lines, &mut |piece| {
        held.push_str(piece);
        if held.len() >= HELD {
            hash.update(held.as_bytes());
            held.clear();
        }
    });
    hash.update(held.as_bytes());
    easy.then(|| hexadecimal(&hash.finalize()))
}

/// How many bytes are hashed at once.
const HELD: usize = 1 << 14;

fn spelt(quads: &[Quad]) -> (Spelt, Vec<Line>) {
    let mut terms = Spelt::default();
    let mut numbers: FxHashMap<Term, u32> = FxHashMap::default();
    let mut number = |term: Term| *numbers.entry(term).or_insert_with_key(|term| terms.push(term.as_ref()));
    let lines = quads
        .iter()
        .map(|quad| {
            let graph = match quad.graph_name.clone() {
                GraphName::DefaultGraph => NO_GRAPH,
                GraphName::NamedNode(node) => number(node.into()),
                GraphName::BlankNode(node) => number(node.into()),
            };
            let subject = match quad.subject.clone() {
                NamedOrBlankNode::NamedNode(node) => number(node.into()),
                NamedOrBlankNode::BlankNode(node) => number(node.into()),
            };
            [subject, number(quad.predicate.clone().into()), number(quad.object.clone()), graph]
        })
        .collect();
    (terms, lines)
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written to it");
        text
    })
}

/// How many blank nodes the algorithm may go from one to the next to tell two apart.
const DEPTH: f32 = 256.0;

/// How much work blank nodes that look alike may make: the cube of their number, summed over those that look alike. Two
/// hundred take half a second, two thousand would take ten minutes.
const ALIKE: u64 = 200 * 200 * 200;

/// Whether so many blank nodes look alike (the same quads, with other blank nodes' names left out) while they have blank
/// neighbours to be told apart by, that the algorithm would be at it for minutes: a long list of one value is enough.
fn too_many_alike(quads: &[Quad]) -> bool {
    let mut looks: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    let mut has_neighbour: FxHashSet<&str> = FxHashSet::default();
    for quad in quads {
        let blanks = blanks(quad);
        for node in blanks.iter().flatten() {
            let name = |at: usize, other: &dyn ToString| match blanks[at] {
                Some(label) if label == *node => "_:a".to_owned(),
                Some(_) => "_:z".to_owned(),
                None => other.to_string(),
            };
            let look =
                [name(0, &quad.subject), quad.predicate.to_string(), name(1, &quad.object), name(2, &quad.graph_name)];
            looks.entry(node).or_default().push(look.join(" "));
            if blanks.iter().flatten().any(|other| other != node) {
                has_neighbour.insert(node);
            }
        }
    }
    let mut alike: FxHashMap<Vec<String>, u64> = FxHashMap::default();
    for (_, mut look) in looks.into_iter().filter(|(node, _)| has_neighbour.contains(node)) {
        look.sort();
        *alike.entry(look).or_default() += 1;
    }
    alike.into_values().map(|count| count.saturating_pow(3)).fold(0u64, u64::saturating_add) > ALIKE
}

/// The labels of a quad's blank nodes: subject, object, graph.
fn blanks(quad: &Quad) -> [Option<&str>; 3] {
    let subject = if let NamedOrBlankNode::BlankNode(node) = &quad.subject { Some(node.as_str()) } else { None };
    let object = if let Term::BlankNode(node) = &quad.object { Some(node.as_str()) } else { None };
    let graph = if let GraphName::BlankNode(node) = &quad.graph_name { Some(node.as_str()) } else { None };
    [subject, object, graph]
}

/// RDFC-1.0 from its first step to its last, whether that is needed or not.
///
/// # Errors
/// As [`canonical`].
pub fn by_algorithm(quads: &[Quad]) -> Result<String, Tangled> {
    with_hash::<Sha>(quads)
}

/// The same with SHA-384 in the place of SHA-256, [as the algorithm allows](https://www.w3.org/TR/rdf-canon/#dfn-hash-algorithm).
///
/// # Errors
/// As [`canonical`].
pub fn by_algorithm_sha384(quads: &[Quad]) -> Result<String, Tangled> {
    with_hash::<Sha384>(quads)
}

fn with_hash<H: HashFunction>(quads: &[Quad]) -> Result<String, Tangled> {
    if too_many_alike(quads) {
        return Err(Tangled("too many of them look alike".to_owned()));
    }
    let set: BTreeSet<Spog<SimpleTerm<'_>>> = quads.iter().map(bridge).collect();
    let mut out = Vec::new();
    // The algorithm's depth is a depth of calls.
    let nodes = quads
        .iter()
        .flat_map(|quad| blanks(quad))
        .flatten()
        .collect::<FxHashSet<_>>()
        .len()
        .clamp(1, usize::from(u16::MAX));
    let depth = (DEPTH / f32::from(nodes as u16)).min(rdfc10::DEFAULT_DEPTH_FACTOR);
    rdfc10::normalize_with::<H, _, _>(&set, &mut out, depth, rdfc10::DEFAULT_PERMUTATION_LIMIT)
        .map_err(|error| Tangled(error.to_string()))?;
    Ok(String::from_utf8(out).expect("canonical N-Quads are UTF-8"))
}

fn bridge(quad: &Quad) -> Spog<SimpleTerm<'_>> {
    let graph = match &quad.graph_name {
        GraphName::DefaultGraph => None,
        GraphName::NamedNode(node) => Some(iri(node.as_str())),
        GraphName::BlankNode(node) => Some(blank(node.as_str())),
    };
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => iri(node.as_str()),
        NamedOrBlankNode::BlankNode(node) => blank(node.as_str()),
    };
    let object = match &quad.object {
        Term::NamedNode(node) => iri(node.as_str()),
        Term::BlankNode(node) => blank(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => {
                SimpleTerm::LiteralLanguage(literal.value().into(), LanguageTag::new_unchecked(tag.into()), None)
            }
            None => SimpleTerm::LiteralDatatype(
                literal.value().into(),
                IriRef::new_unchecked(literal.datatype().into_owned().into_string().into()),
            ),
        },
    };
    ([subject, iri(quad.predicate.as_str()), object], graph)
}

fn iri(iri: &str) -> SimpleTerm<'_> {
    SimpleTerm::Iri(IriRef::new_unchecked(iri.into()))
}

fn blank(label: &str) -> SimpleTerm<'_> {
    SimpleTerm::BlankNode(BnodeId::new_unchecked(label.into()))
}
