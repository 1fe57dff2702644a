//! A report's canonical hash: the same for the same graph, however it is written and its blank nodes are named.
//!
//! [RDFC-1.0](https://www.w3.org/TR/rdf-canon/) by sophia where there are blank nodes. Where there are none the
//! canonical form is the sorted N-Quads, which needs no such work; a test holds both equal.

use oxigraph::model::{Quad, Term};
use sha2::{Digest, Sha256};
use sophia::api::quad::Spog;
use sophia::api::term::{BnodeId, IriRef, LanguageTag, SimpleTerm};
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
    if quads.iter().any(has_blank) { by_algorithm(quads) } else { Ok(sorted(quads)) }
}

/// The SHA-256 of the canonical N-Quads, in lower-case hexadecimal.
///
/// # Errors
/// As [`canonical`].
pub fn digest(quads: &[Quad]) -> Result<String, Tangled> {
    Ok(sha256(canonical(quads)?.as_bytes()))
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written to it");
        text
    })
}

fn has_blank(quad: &Quad) -> bool {
    quad.subject.is_blank_node() || quad.object.is_blank_node() || quad.graph_name.is_blank_node()
}

fn sorted(quads: &[Quad]) -> String {
    let lines: BTreeSet<String> = quads.iter().map(|quad| format!("{} .\n", canonical_line(quad))).collect();
    lines.into_iter().collect()
}

/// Oxigraph's N-Quads escape as the canonical form of N-Quads does, but for a few control characters.
fn canonical_line(quad: &Quad) -> String {
    let line = quad.to_string();
    if line.bytes().any(|byte| byte < 0x20 || byte == 0x7F) || line.contains('\\') {
        by_sophia_line(quad)
    } else {
        line
    }
}

fn by_sophia_line(quad: &Quad) -> String {
    let set: BTreeSet<Spog<SimpleTerm<'_>>> = BTreeSet::from([bridge(quad)]);
    let mut out = Vec::new();
    rdfc10::normalize(&set, &mut out).expect("a quad without blank nodes has a canonical form");
    let text = String::from_utf8(out).expect("canonical N-Quads are UTF-8");
    text.trim_end().strip_suffix(" .").expect("an N-Quads line ends in a full stop").to_owned()
}

/// RDFC-1.0 whether there are blank nodes or not.
///
/// # Errors
/// As [`canonical`].
pub fn by_algorithm(quads: &[Quad]) -> Result<String, Tangled> {
    let set: BTreeSet<Spog<SimpleTerm<'_>>> = quads.iter().map(bridge).collect();
    let mut out = Vec::new();
    rdfc10::normalize(&set, &mut out).map_err(|error| Tangled(error.to_string()))?;
    Ok(String::from_utf8(out).expect("canonical N-Quads are UTF-8"))
}

fn bridge(quad: &Quad) -> Spog<SimpleTerm<'_>> {
    let graph = match &quad.graph_name {
        oxigraph::model::GraphName::DefaultGraph => None,
        oxigraph::model::GraphName::NamedNode(node) => Some(iri(node.as_str())),
        oxigraph::model::GraphName::BlankNode(node) => Some(blank(node.as_str())),
    };
    let subject = match &quad.subject {
        oxigraph::model::NamedOrBlankNode::NamedNode(node) => iri(node.as_str()),
        oxigraph::model::NamedOrBlankNode::BlankNode(node) => blank(node.as_str()),
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
