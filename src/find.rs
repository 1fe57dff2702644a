//! Which document, agent or claim is meant? An IRI, a prefixed name, a fragment, or words of its name or text.

use crate::catalog::prefixes;
use crate::lineage::{Lineage, around, roles};
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, rdf, schema, spellings};

/// What a name led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// One node.
    Node(Node),
    /// Several: IRI and name or text of each, sorted.
    Several(Vec<(String, String)>),
    /// None; with what there is, sorted, for a "did you mean".
    Nothing {
        /// The IRIs.
        names: Vec<String>,
        /// The names and texts.
        words: Vec<String>,
    },
}

/// Finds the document, agent or claim that is meant by what was typed, by the lineage computed from the same reader.
///
/// What is called so goes before what has these words in its name or text, and what has no other words before what has.
///
/// # Errors
/// When the store fails.
pub fn find(reader: &dyn Reader, lineage: &Lineage, typed: &str) -> Result<Found> {
    match by_iri(reader, typed)? {
        Some(node) if !lineage.roles(node).is_empty() => Ok(Found::Node(node)),
        _ => {
            let documents = lineage.documents().map(|(document, _)| document);
            let all = documents.chain(lineage.agents()).chain(lineage.claims().iter().copied()).collect();
            among(reader, all, typed)
        }
    }
}

/// The same for a claim, of which no lineage is computed yet: a claim by its IRI costs a look at what is said of it.
///
/// # Errors
/// When the store fails.
pub fn find_claim(reader: &dyn Reader, typed: &str) -> Result<Found> {
    if let Some(node) = by_iri(reader, typed)? {
        let class = reader.find(ibid::CLAIM)?;
        if reader.objects(node, rdf::TYPE)?.into_iter().any(|of| Some(of) == class)
            || reader.takers_are_claims() && around(reader, &[node])?.facts(node).is_some()
        {
            return Ok(Found::Node(node));
        }
    }
    among(reader, roles(reader)?.claims, typed)
}

/// What to call a node: the smallest of its names, else of its texts.
///
/// # Errors
/// When the store fails.
pub fn words(reader: &dyn Reader, node: Node) -> Result<Option<String>> {
    for property in [schema::NAME, schema::TEXT] {
        let values = reader.objects(node, property)?;
        let values = values.into_iter().map(|value| reader.name(value)).collect::<Result<Vec<_>>>()?;
        if let Some(first) = values.into_iter().min() {
            return Ok(Some(first));
        }
    }
    Ok(None)
}

fn by_iri(reader: &dyn Reader, typed: &str) -> Result<Option<Node>> {
    prefixes().iri(typed).map_or(Ok(None), |iri| reader.find(&iri))
}

fn among(reader: &dyn Reader, mut nodes: Vec<Node>, typed: &str) -> Result<Found> {
    nodes.sort_unstable();
    nodes.dedup();
    let (mut found, mut names, mut all) = (Vec::new(), Vec::with_capacity(nodes.len()), Vec::new());
    for &node in &nodes {
        let name = reader.name(node)?;
        if name == typed || typed.starts_with('#') && name.ends_with(typed) {
            found.push(node);
        }
        names.push(name);
    }
    if found.is_empty() {
        (found, all) = by_words(reader, &nodes, typed)?;
    }
    if let [only] = found.as_slice() {
        return Ok(Found::Node(*only));
    }
    if found.is_empty() {
        names.sort();
        return Ok(Found::Nothing { names, words: all });
    }
    let mut several = Vec::with_capacity(found.len());
    for node in found {
        several.push((reader.name(node)?, words(reader, node)?.unwrap_or_default()));
    }
    several.sort();
    Ok(Found::Several(several))
}

/// Those whose name or text has these words, case and white space aside; and all names and texts.
fn by_words(reader: &dyn Reader, nodes: &[Node], typed: &str) -> Result<(Vec<Node>, Vec<String>)> {
    let mut said: Vec<(Node, Node)> = Vec::new();
    for property in [schema::NAME, schema::TEXT] {
        for spelling in spellings(property) {
            reader.edges(&spelling, &mut |node, value| {
                if nodes.binary_search(&node).is_ok() {
                    said.push((value, node));
                }
            })?;
        }
    }
    said.sort_unstable();
    let wanted = folded(typed);
    let (mut part, mut whole, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for alike in said.chunk_by(|one, other| one.0 == other.0) {
        let words = reader.name(alike[0].0)?;
        let text = folded(&words);
        if !wanted.is_empty() && text.contains(&wanted) {
            let found = if text == wanted { &mut whole } else { &mut part };
            found.extend(alike.iter().map(|(_, node)| *node));
        }
        all.push(words);
    }
    let mut found = if whole.is_empty() { part } else { whole };
    found.sort_unstable();
    found.dedup();
    all.sort();
    Ok((found, all))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
