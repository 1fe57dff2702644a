//! What are nodes called, and where do they stand? Many findings name the same ones: each is looked up once, as long as there
//! are not too many.

use super::fault::Texts;
use super::found::{Files, Spot};
use super::shown::shown;
use crate::catalog::prefixes;
use crate::model::Place;
use crate::store::{Node, Reader, Result, name_of};
use crate::vocab::schema;
use oxigraph::model::Term;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// How many of a kind are remembered.
pub(super) const KNOWN: usize = 1 << 16;

/// Looks nodes up, and remembers.
pub(super) struct Look<'r> {
    pub(super) reader: &'r dyn Reader,
    files: Arc<Files>,
    names: FxHashMap<Node, Arc<str>>,
    said: FxHashMap<Node, Arc<str>>,
    documents: FxHashMap<Node, Option<Arc<str>>>,
    /// The file that was named last.
    last: Option<(String, u32)>,
    /// The claim whose text was asked for last.
    text: Option<(Node, Option<Arc<str>>)>,
    texts: Texts,
}

fn remember<K: Hash + Eq, V: Clone>(known: &mut FxHashMap<K, V>, key: K, value: &V) {
    if known.len() >= KNOWN {
        known.clear();
    }
    known.insert(key, value.clone());
}

impl<'r> Look<'r> {
    pub(super) fn new(reader: &'r dyn Reader, files: Arc<Files>) -> Self {
        let (names, said, documents) = Default::default();
        let texts = Texts::of(reader.files());
        Self { reader, files, names, said, documents, last: None, text: None, texts }
    }

    /// A node's name: its IRI, a blank node's label, a literal's text.
    pub(super) fn name(&mut self, node: Node) -> Result<Arc<str>> {
        if let Some(known) = self.names.get(&node) {
            return Ok(Arc::clone(known));
        }
        let name = self.reader.name(node)?.into();
        remember(&mut self.names, node, &name);
        Ok(name)
    }

    /// The first of a property's values by name.
    pub(super) fn value(&self, node: Node, property: &str) -> Result<Option<Node>> {
        Ok(first(self.reader, node, property)?.map(|(value, _)| value))
    }

    /// A claim's text.
    pub(super) fn text(&mut self, claim: Node) -> Result<Option<Arc<str>>> {
        // Findings of one claim come one after the other.
        if let Some((known, text)) = &self.text
            && *known == claim
        {
            return Ok(text.clone());
        }
        let text: Option<Arc<str>> = first_name(self.reader, claim, schema::TEXT)?.map(Into::into);
        self.text = Some((claim, text.clone()));
        Ok(text)
    }

    /// See [`said`].
    pub(super) fn said(&mut self, node: Node) -> Result<Arc<str>> {
        if let Some(known) = self.said.get(&node) {
            return Ok(Arc::clone(known));
        }
        let said: Arc<str> = said(self.reader, node)?.into();
        remember(&mut self.said, node, &said);
        Ok(said)
    }

    /// The document that a claim stands in.
    pub(super) fn document(&mut self, claim: Node) -> Result<Option<Arc<str>>> {
        if let Some(known) = self.documents.get(&claim) {
            return Ok(known.clone());
        }
        let document = first_name(self.reader, claim, schema::APPEARANCE)?.map(Into::into);
        remember(&mut self.documents, claim, &document);
        Ok(document)
    }

    /// Where a node stands: in this report, else in any.
    pub(super) fn spot(&mut self, node: Node, graph: Option<Node>) -> Result<Option<Spot>> {
        let mut place = self.reader.place(node, graph)?;
        if place.is_none() && graph.is_some() {
            place = self.reader.place(node, None)?;
        }
        Ok(place.map(|place| self.spot_of(place)))
    }

    fn spot_of(&mut self, Place { file, line, column }: Place) -> Spot {
        let number = match &self.last {
            Some((name, number)) if *name == file => *number,
            _ => {
                let number = self.files.number(&file);
                self.last = Some((file, number));
                number
            }
        };
        (number, line, column)
    }

    /// Where a subject is at fault: where this node stands, else where the statements of the subject have it as a term.
    pub(super) fn fault(&mut self, subject: Node, at: Node) -> Result<Option<Spot>> {
        let own = self.reader.place(at, None)?;
        if own.is_some() || at.is_literal() {
            return Ok(own.map(|place| self.spot_of(place)));
        }
        let (subject_name, term) = (self.name(subject)?, self.name(at)?);
        for (_, place) in self.reader.places(subject)? {
            if let Some(found) = self.texts.find(&place, &subject_name, &term) {
                return Ok(Some(self.spot_of(found)));
            }
        }
        Ok(None)
    }

    /// The first of some places by file, line and column. The numbers of files are in no order: they are given as files are met.
    pub(super) fn first(&self, spots: Vec<Spot>) -> Option<Spot> {
        let place = |spot: &Spot| {
            let Place { file, line, column } = self.files.place(*spot);
            (file, line, column)
        };
        if spots.len() > 1 { spots.into_iter().min_by_key(place) } else { spots.into_iter().next() }
    }

    /// Of some reports the one in which a node's place is told.
    pub(super) fn first_graph(&self, node: Node, graphs: &[Node]) -> Result<Option<Node>> {
        let places = self.reader.places(node)?;
        Ok(places.into_iter().filter_map(|(graph, _)| graph).find(|graph| graphs.contains(graph)))
    }
}

/// The smallest of a property's values, as text.
fn first_name(reader: &dyn Reader, node: Node, property: &str) -> Result<Option<String>> {
    Ok(first(reader, node, property)?.map(|(_, name)| name))
}

/// The first of a property's values by name, with its name.
fn first(reader: &dyn Reader, node: Node, property: &str) -> Result<Option<(Node, String)>> {
    let mut first: Option<(Node, String)> = None;
    for value in reader.objects(node, property)? {
        let name = reader.name(value)?;
        if first.as_ref().is_none_or(|(_, known)| name < *known) {
            first = Some((value, name));
        }
    }
    Ok(first)
}

/// What people call a node: its `schema:name`, else its IRI, shortened; what is shown of it where it is a literal.
pub(super) fn said(reader: &dyn Reader, node: Node) -> Result<String> {
    match reader.term(node)? {
        Term::Literal(literal) => Ok(shown(&literal)),
        term if node.is_stored() => match first_name(reader, node, schema::NAME)? {
            Some(name) => Ok(name),
            None => Ok(prefixes().shorten(&name_of(term))),
        },
        // A query may make the IRI of a stored node.
        term => called(reader, &name_of(term)),
    }
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
