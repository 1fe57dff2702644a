//! Canonical N-Quads of what is easy to put into canonical form: datasets without blank nodes, and those whose blank
//! nodes all differ in the quads they stand in.
//!
//! There, [RDFC-1.0](https://www.w3.org/TR/rdf-canon/) ends after its first step: each blank node's first-degree hash is
//! its own, and their order is the order of the canonical labels. That is nearly every report. What is not easy goes the
//! whole way, in `canon`; a test holds both equal where both apply.

use super::canon::sha256;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{LiteralRef, TermRef};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::fmt::Write;

/// A statement over spelt terms: subject, predicate, object, graph.
pub type Line = [u32; 4];

/// The graph of statements that are in none.
pub const NO_GRAPH: u32 = u32::MAX;

/// Terms as canonical N-Quads spell them, one after another in one text.
#[derive(Debug, Default)]
pub struct Spelt {
    text: String,
    ends: Vec<usize>,
    /// Whether any is a blank node.
    blanks: bool,
}

impl Spelt {
    /// Adds a term and gives its number: 0 for the first.
    pub fn push(&mut self, term: TermRef<'_>) -> u32 {
        self.blanks |= matches!(term, TermRef::BlankNode(_));
        spell(term, &mut self.text);
        self.ends.push(self.text.len());
        self.ends.len() as u32 - 1
    }

    /// The spelling of a number.
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[start..self.ends[number]]
    }

    fn is_blank(&self, number: u32) -> bool {
        number != NO_GRAPH && self.get(number).starts_with('_')
    }
}

/// Appends a term as canonical N-Quads spell it, a blank node with the label that it has.
pub fn spell(term: TermRef<'_>, out: &mut String) {
    match term {
        TermRef::NamedNode(node) => {
            out.push('<');
            out.push_str(node.as_str());
            out.push('>');
        }
        TermRef::BlankNode(node) => {
            out.push_str("_:");
            out.push_str(node.as_str());
        }
        TermRef::Literal(literal) => spell_literal(literal, out),
    }
}

fn spell_literal(literal: LiteralRef<'_>, out: &mut String) {
    let value = literal.value();
    out.push('"');
    if value.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7F)) {
        for c in value.chars() {
            match c {
                '\u{8}' => out.push_str("\\b"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\u{C}' => out.push_str("\\f"),
                '\r' => out.push_str("\\r"),
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c if c < ' ' || c == '\u{7F}' => {
                    write!(out, "\\u{:04X}", u32::from(c)).expect("a string takes all that is written to it");
                }
                c => out.push(c),
            }
        }
    } else {
        out.push_str(value);
    }
    out.push('"');
    match literal.language() {
        Some(tag) => {
            out.push('@');
            out.push_str(tag);
        }
        None if literal.datatype() == xsd::STRING => {}
        None => {
            out.push_str("^^<");
            out.push_str(literal.datatype().as_str());
            out.push('>');
        }
    }
}

/// Gives the canonical N-Quads of a dataset piece by piece to `out`, and sorts `lines` accordingly, each once. Returns
/// false, and has given nothing, where the dataset is not easy.
pub fn canonical(terms: &Spelt, lines: &mut Vec<Line>, out: &mut dyn FnMut(&str)) -> bool {
    // A term's number says nothing of its order; each statement is to be told once all the same.
    lines.sort_unstable();
    lines.dedup();
    let Some(labels) = labels(terms, lines) else { return false };
    let name = |number: u32| match labels.get(&number) {
        Some(label) => label.as_str(),
        None if number == NO_GRAPH => "",
        None => terms.get(number),
    };
    // No term's spelling goes on where another ends with a character below the blank that ends it there, so that the order of
    // the lines is the order of their terms.
    let order = |a: u32, b: u32| if a == b { Ordering::Equal } else { name(a).cmp(name(b)) };
    lines.sort_unstable_by(|a, b| {
        a.iter().zip(b).map(|(a, b)| order(*a, *b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    for line in lines.iter() {
        for part in line.iter().filter(|part| **part != NO_GRAPH) {
            out(name(*part));
            out(" ");
        }
        out(".\n");
    }
    true
}

/// A dataset as N-Quads, in the order of its lines.
pub(super) fn text(terms: &Spelt, lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        for part in line.iter().filter(|part| **part != NO_GRAPH) {
            text.push_str(terms.get(*part));
            text.push(' ');
        }
        text.push_str(".\n");
    }
    text
}

/// The canonical labels of the blank nodes, if every one has a first-degree hash of its own.
fn labels(terms: &Spelt, lines: &[Line]) -> Option<FxHashMap<u32, String>> {
    let mut stands: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    if !terms.blanks {
        return Some(FxHashMap::default());
    }
    for (number, line) in lines.iter().enumerate() {
        for node in line.iter().filter(|part| terms.is_blank(**part)) {
            let lines = stands.entry(*node).or_default();
            if lines.last() != Some(&number) {
                lines.push(number);
            }
        }
    }
    let mut hashes: Vec<(String, u32)> =
        stands.iter().map(|(node, numbers)| (first_degree(terms, lines, *node, numbers), *node)).collect();
    hashes.sort_unstable();
    if hashes.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    Some(hashes.into_iter().enumerate().map(|(number, (_, node))| (node, format!("_:c14n{number}"))).collect())
}

/// [Hash First Degree Quads](https://www.w3.org/TR/rdf-canon/#hash-1d-quads).
fn first_degree(terms: &Spelt, lines: &[Line], node: u32, stands: &[usize]) -> String {
    let mut told: Vec<String> = stands
        .iter()
        .map(|number| {
            let mut text = String::new();
            for part in lines[*number].into_iter().filter(|part| *part != NO_GRAPH) {
                text.push_str(if part == node {
                    "_:a"
                } else if terms.is_blank(part) {
                    "_:z"
                } else {
                    terms.get(part)
                });
                text.push(' ');
            }
            text.push_str(".\n");
            text
        })
        .collect();
    told.sort_unstable();
    sha256(told.concat().as_bytes())
}
