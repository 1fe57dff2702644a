//! Quads back to bytes.

use super::Syntax;
use oxigraph::io::RdfSerializer;
use oxigraph::model::{GraphName, Quad, Term};
use std::io::{self, Write};

/// Writes quads, literals exactly as they are; returns how many.
///
/// Syntaxes without graphs are given triples: what graph a quad stands in is not written there. Of `prefixes` (prefix and
/// namespace IRI) those are declared that the quads use. N-Triples and N-Quads are written as the quads come; for the
/// others all quads are held, as their prefixes must be known first.
///
/// # Errors
/// The first of the quads' own errors, when `out` cannot be written to, and before anything is written when the syntax has
/// no way to write a quad: RDF/XML knows not all characters and not all predicates. That is of the kind [`io::ErrorKind::Unsupported`].
pub fn write_quads<E: From<io::Error>>(
    quads: impl Iterator<Item = Result<Quad, E>>,
    syntax: Syntax,
    prefixes: &[(String, String)],
    out: impl Write,
) -> Result<u64, E> {
    let mut serializer = RdfSerializer::from_format(syntax.format());
    let quads: Box<dyn Iterator<Item = Result<Quad, E>>> = if matches!(syntax, Syntax::NTriples | Syntax::NQuads) {
        Box::new(quads)
    } else {
        let held = quads.collect::<Result<Vec<_>, E>>()?;
        if syntax == Syntax::RdfXml {
            held.iter().try_for_each(in_xml)?;
        }
        for (prefix, namespace) in
            prefixes.iter().filter(|(_, namespace)| held.iter().any(|quad| uses(quad, namespace)))
        {
            serializer = serializer.with_prefix(prefix, namespace).map_err(io::Error::other)?;
        }
        Box::new(held.into_iter().map(Ok))
    };
    let mut writer = serializer.for_writer(Escaping { out, returns: syntax == Syntax::RdfXml });
    let mut count = 0;
    for quad in quads {
        let mut quad = quad?;
        if !syntax.has_graphs() {
            quad.graph_name = GraphName::DefaultGraph;
        }
        writer.serialize_quad(&quad)?;
        count += 1;
    }
    writer.finish()?.flush()?;
    Ok(count)
}

fn uses(quad: &Quad, namespace: &str) -> bool {
    let object = match &quad.object {
        Term::NamedNode(node) => node.as_str().starts_with(namespace),
        Term::Literal(literal) => literal.datatype().as_str().starts_with(namespace),
        Term::BlankNode(_) => false,
    };
    object || quad.predicate.as_str().starts_with(namespace) || quad.subject.to_string()[1..].starts_with(namespace)
}

/// What an XML reader would take for a line's end, written so that it is none.
struct Escaping<W> {
    out: W,
    returns: bool,
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes.iter().position(|byte| self.returns && *byte == b'\r') {
            Some(0) => self.out.write_all(b"&#13;").map(|()| 1),
            Some(at) => self.out.write(&bytes[..at]),
            None => self.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn no_way(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, message)
}

/// The first character of a text that [XML](https://www.w3.org/TR/xml/#charsets) cannot hold.
pub(crate) fn not_in_xml(text: &str) -> Option<char> {
    text.chars().find(|c| (*c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// What [no property element](https://www.w3.org/TR/rdf-syntax-grammar/#propertyElementURIs) may be called.
const SYNTAX_TERMS: [&str; 12] = [
    "Description",
    "RDF",
    "ID",
    "about",
    "parseType",
    "resource",
    "nodeID",
    "datatype",
    "li",
    "bagID",
    "aboutEach",
    "aboutEachPrefix",
];

/// Whether RDF/XML can hold a quad: its text must be XML's, and its predicate end in [a name](https://www.w3.org/TR/xml-names/#NT-NCName).
fn in_xml(quad: &Quad) -> io::Result<()> {
    if let Term::Literal(literal) = &quad.object
        && let Some(character) = not_in_xml(literal.value())
    {
        return Err(no_way(format!(
            "XML cannot hold the character U+{:04X}, which stands in a literal of {}",
            u32::from(character),
            quad.subject
        )));
    }
    let iri = quad.predicate.as_str();
    if iri.strip_prefix(RDF).is_some_and(|name| SYNTAX_TERMS.contains(&name)) {
        return Err(no_way(format!("RDF/XML has no way to write the predicate <{iri}>: it is a word of the syntax")));
    }
    let end = iri.trim_end_matches(|c| begins_name(c) || goes_on_in_name(c)).len();
    if iri[end..].chars().any(begins_name) {
        Ok(())
    } else {
        Err(no_way(format!("RDF/XML has no way to write the predicate <{iri}>: it ends in no XML name")))
    }
}

/// <https://www.w3.org/TR/xml/#NT-NameStartChar>, but for the colon.
fn begins_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// <https://www.w3.org/TR/xml/#NT-NameChar>, where it begins no name.
fn goes_on_in_name(c: char) -> bool {
    matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
