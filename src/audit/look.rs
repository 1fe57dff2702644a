//! What are nodes called, and where do they stand? Many findings name the same ones: each is looked up once.

use crate::catalog::prefixes;
use crate::model::{Finding, Place};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Looks nodes up, and remembers.
pub(super) struct Look<'r> {
    pub(super) reader: &'r dyn Reader,
    words: FxHashSet<Arc<str>>,
    names: FxHashMap<Arc<str>, Arc<str>>,
    nodes: FxHashMap<Arc<str>, Option<Node>>,
    subjects: FxHashMap<(Arc<str>, Option<Arc<str>>), Subject>,
}

/// What is known of what a finding is about.
#[derive(Clone, Default)]
pub(super) struct Subject {
    pub(super) text: Option<Arc<str>>,
    pub(super) document: Option<Arc<str>>,
    pub(super) location: Option<Place>,
}

impl<'r> Look<'r> {
    pub(super) fn new(reader: &'r dyn Reader) -> Self {
        Self {
            reader,
            words: FxHashSet::default(),
            names: FxHashMap::default(),
            nodes: FxHashMap::default(),
            subjects: FxHashMap::default(),
        }
    }

    /// The text, kept once.
    pub(super) fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.words.get(text) {
            return Arc::clone(known);
        }
        let word: Arc<str> = text.into();
        self.words.insert(Arc::clone(&word));
        word
    }

    /// What people call a node.
    pub(super) fn called(&mut self, iri: &str) -> Result<Arc<str>> {
        if let Some(known) = self.names.get(iri) {
            return Ok(Arc::clone(known));
        }
        let name: Arc<str> = called(self.reader, iri)?.into();
        let iri = self.word(iri);
        self.names.insert(iri, Arc::clone(&name));
        Ok(name)
    }

    fn node(&mut self, iri: &Arc<str>) -> Result<Option<Node>> {
        if let Some(known) = self.nodes.get(iri) {
            return Ok(*known);
        }
        let node = self.reader.find(iri)?;
        self.nodes.insert(Arc::clone(iri), node);
        Ok(node)
    }

    /// A claim or document of a report: its text, the document it stands in, its place.
    pub(super) fn subject(&mut self, iri: &Arc<str>, graph: Option<&Arc<str>>, is_claim: bool) -> Result<Subject> {
        let key = (Arc::clone(iri), graph.cloned());
        if let Some(known) = self.subjects.get(&key) {
            return Ok(known.clone());
        }
        let mut found = Subject::default();
        let graph = match graph {
            Some(graph) => self.node(graph)?,
            None => None,
        };
        if let Some(node) = self.reader.find(iri)? {
            if is_claim {
                found.text = first_name(self.reader, node, schema::TEXT)?.map(Into::into);
                found.document = first_name(self.reader, node, schema::APPEARANCE)?.map(|name| self.word(&name));
            }
            found.location = self.reader.place(node, graph)?;
            if found.location.is_none() && graph.is_some() {
                found.location = self.reader.place(node, None)?;
            }
        }
        self.subjects.insert(key, found.clone());
        Ok(found)
    }
}

/// Fills in where the related nodes of findings stand, which only those who show them need.
///
/// # Errors
/// When the store fails.
pub fn place_related(reader: &dyn Reader, findings: &mut [Finding]) -> Result<()> {
    let mut known: FxHashMap<Arc<str>, Option<Place>> = FxHashMap::default();
    for finding in findings {
        finding.related_locations.clear();
        for node in &finding.related {
            let place = match known.get(node) {
                Some(place) => place.clone(),
                None => {
                    let place = match reader.find(node)? {
                        Some(found) => reader.place(found, None)?,
                        None => None,
                    };
                    known.insert(Arc::clone(node), place.clone());
                    place
                }
            };
            finding.related_locations.push(place);
        }
    }
    Ok(())
}

/// The smallest of a property's values, as text.
fn first_name(reader: &dyn Reader, node: Node, property: &str) -> Result<Option<String>> {
    let mut first: Option<String> = None;
    for value in reader.objects(node, property)? {
        let name = reader.name(value)?;
        if first.as_ref().is_none_or(|known| name < *known) {
            first = Some(name);
        }
    }
    Ok(first)
}

/// What people call a node: its `schema:name`, else its IRI, shortened.
///
/// # Errors
/// When the store fails.
pub fn called(reader: &dyn Reader, iri: &str) -> Result<String> {
    let name = match reader.find(iri)? {
        Some(node) => first_name(reader, node, schema::NAME)?,
        None => None,
    };
    Ok(name.unwrap_or_else(|| prefixes().shorten(iri)))
}
