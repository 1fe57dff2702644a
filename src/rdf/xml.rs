//! RDF/XML, with the line of the element that a subject stands in.

use super::report::Told;
use super::{Position, SyntaxError, depth, xml_literal};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, Literal, NamedOrBlankNode, Term};
use oxiri::Iri;
use oxrdfxml::RdfXmlParser;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

pub(super) fn read(bytes: &[u8], base: Option<&str>, told: &mut Told<'_>) -> Result<(), SyntaxError> {
    let mut parser = RdfXmlParser::new();
    if let Some(base) = base {
        parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SyntaxError::new("this is empty, and RDF/XML needs an element").at(0, 0));
    }
    let bytes = &*with_plain_line_ends(bytes);
    std::str::from_utf8(bytes).map_err(|error| SyntaxError::not_utf8(bytes, error))?;
    depth::xml(bytes)?;
    depth::entities(bytes)?;
    let mut parser = parser.for_slice(bytes);
    let mut elements = None;
    while let Some(result) = parser.next() {
        let reached = (parser.buffer_position() as usize).min(bytes.len());
        let mut triple = result.map_err(|error| placed(SyntaxError::new(error.to_string()), bytes, reached))?;
        if let Term::Literal(literal) = &triple.object
            && literal.datatype() == rdf::XML_LITERAL
            && let Some(canonical) = xml_literal::canonical(literal.value())
        {
            triple.object = Literal::new_typed_literal(canonical, rdf::XML_LITERAL).into();
        }
        let position = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => {
                let elements = elements.get_or_insert_with(|| Elements::new(bytes, parser.base_iri()));
                elements.0.get(node.as_str()).copied()
            }
            NamedOrBlankNode::BlankNode(_) => None,
        };
        if let Some(found) = parser.base_iri() {
            told.base = Some(found.to_owned());
        }
        told.add(triple.in_graph(GraphName::DefaultGraph), position, bytes.len())
            .map_err(|wrong| wrong.at_offset(bytes, reached))?;
    }
    depth::xml_is_whole(bytes)
}

/// [XML](https://www.w3.org/TR/xml/#sec-line-ends) ends lines with a line feed, whatever the file does.
fn with_plain_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte == b'\r' {
            rest.next_if_eq(&b'\n');
            plain.push(b'\n');
        } else {
            plain.push(byte);
        }
    }
    Cow::Owned(plain)
}

/// The parser has read up to `reached` when it finds fault with the tag or the text that ends there.
fn placed(mut error: SyntaxError, bytes: &[u8], reached: usize) -> SyntaxError {
    let before = &bytes[..reached];
    let start = if before.ends_with(b">") {
        before.iter().rposition(|byte| *byte == b'<').unwrap_or(reached)
    } else {
        let text = before.iter().rposition(|byte| *byte == b'>').map_or(0, |end| end + 1);
        text + before[text..].iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default()
    };
    let line_start = before[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before[..start].iter().filter(|byte| **byte == b'\n').count() as u64;
    let shown = before[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let characters = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().count();
    error.length = characters(shown).max(1);
    error.at(line, characters(&before[line_start..start]) as u64)
}

/// Where the elements stand whose `rdf:about` or `rdf:ID` names a node; those in comments are none.
struct Elements(FxHashMap<String, Position>);

impl Elements {
    /// Finds them in a text; names are made whole with `base`, and those that cannot be are left out.
    fn new(bytes: &[u8], base: Option<&str>) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let base = base.and_then(|base| Iri::parse(base).ok());
        let whole = |name: &str| match &base {
            Some(base) => base.resolve(name).ok().map(Iri::into_inner),
            None => Iri::parse(name).ok().map(|iri| iri.into_inner().to_owned()),
        };
        let mut found = FxHashMap::default();
        let (mut line, mut column, mut counted) = (1, 1, 0);
        let mut at = 0;
        while let Some(open) = text[at..].find('<').map(|open| at + open) {
            let rest = &text[open..];
            let comment = rest.starts_with("<!--");
            let close = if comment { rest.find("-->") } else { rest.find('>') };
            at = close.map_or(text.len(), |close| open + close + 1);
            // Counted on from the element before: a file may be one line.
            let between = &text[counted..open];
            if let Some(newline) = between.rfind('\n') {
                line += between.matches('\n').count() as u32;
                column = between[newline..].chars().count() as u32;
            } else {
                column += between.chars().count() as u32;
            }
            counted = open;
            if comment {
                continue;
            }
            let tag = &text[open..at];
            for (attribute, mark) in [("rdf:about", ""), ("rdf:ID", "#")] {
                let Some(value) = attribute_of(tag, attribute) else { continue };
                if let Some(iri) = whole(&format!("{mark}{}", value.replace("&amp;", "&"))) {
                    found.entry(iri).or_insert(Position { line, column });
                }
            }
        }
        Self(found)
    }
}

/// The value of an attribute of a start tag.
fn attribute_of<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let rest = tag[tag.find(name)? + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(rest[1..].split_once(quote)?.0)
}
