//! Which document, agent or claim is meant? An IRI, a prefixed name, a fragment, or words of its name or text.

use crate::catalog::prefixes;
use crate::lineage::Lineage;
use crate::store::{Node, Reader, Result};
use crate::vocab::{schema, schema_twin};

/// What a name led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// One node.
    Node(Node),
    /// Several: IRI and name or text of each, sorted.
    Several(Vec<(String, String)>),
    /// None; with the IRIs there are, for a "did you mean".
    Nothing(Vec<String>),
}

/// Finds the document, agent or claim that is meant by what was typed. What is called so goes before what has these words in its name
/// or text, and what has no other words before what has.
///
/// # Errors
/// When the store fails.
pub fn find(reader: &dyn Reader, lineage: &Lineage, typed: &str) -> Result<Found> {
    if let Ok(iri) = prefixes().iri(typed)
        && let Some(node) = reader.find(&iri)?
        && !lineage.roles(node).is_empty()
    {
        return Ok(Found::Node(node));
    }
    let nodes = nodes(lineage);
    let (mut called, mut all) = (Vec::new(), Vec::with_capacity(nodes.len()));
    for &node in &nodes {
        let name = reader.name(node)?;
        if name == typed || typed.starts_with('#') && name.ends_with(typed) {
            called.push(node);
        }
        all.push(name);
    }
    let matching = if called.is_empty() { by_words(reader, &nodes, typed)? } else { called };
    if let [only] = matching.as_slice() {
        return Ok(Found::Node(*only));
    }
    if matching.is_empty() {
        all.sort();
        return Ok(Found::Nothing(all));
    }
    let mut several = Vec::with_capacity(matching.len());
    for node in matching {
        several.push((reader.name(node)?, words(reader, node)?.unwrap_or_default()));
    }
    several.sort();
    Ok(Found::Several(several))
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

/// All documents, agents and claims, in the order of their numbers.
fn nodes(lineage: &Lineage) -> Vec<Node> {
    let documents = lineage.documents().map(|(document, _)| document);
    let mut nodes: Vec<_> = documents.chain(lineage.agents()).chain(lineage.claims().iter().copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Those whose name or text has these words, case and white space aside.
fn by_words(reader: &dyn Reader, nodes: &[Node], typed: &str) -> Result<Vec<Node>> {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let wanted = folded(typed);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut said = Vec::new();
    for property in [schema::NAME, schema::TEXT] {
        for spelling in [Some(property.to_owned()), schema_twin(property)].into_iter().flatten() {
            reader.edges(&spelling, &mut |node, value| {
                if nodes.binary_search(&node).is_ok() {
                    said.push((node, value));
                }
            })?;
        }
    }
    let (mut part, mut whole) = (Vec::new(), Vec::new());
    for (node, value) in said {
        let text = folded(&reader.name(value)?);
        if text == wanted {
            whole.push(node);
        } else if text.contains(&wanted) {
            part.push(node);
        }
    }
    let mut found = if whole.is_empty() { part } else { whole };
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
