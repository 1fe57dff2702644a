//! RDF/XML, with the line of the element that a subject stands in.

use super::{Position, Report, SyntaxError};
use oxigraph::model::{GraphName, NamedOrBlankNode};
use oxrdfxml::RdfXmlParser;

pub(super) fn read(bytes: &[u8], base: Option<&str>, report: &mut Report) -> Result<(), SyntaxError> {
    let mut parser = RdfXmlParser::new();
    if let Some(base) = base {
        parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SyntaxError::new("this is empty, and RDF/XML needs an element").at(0, 0));
    }
    let mut parser = parser.for_slice(bytes);
    while let Some(result) = parser.next() {
        let reached = (parser.buffer_position() as usize).min(bytes.len());
        let triple = result.map_err(|error| {
            let (line, column) = line_and_column(bytes, reached);
            SyntaxError::new(error.to_string()).at(line, column)
        })?;
        let position = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => element_of(node.as_str(), &bytes[..reached]),
            NamedOrBlankNode::BlankNode(_) => None,
        };
        if let Some(found) = parser.base_iri() {
            report.base = Some(found.to_owned());
        }
        report.add(triple.in_graph(GraphName::DefaultGraph), position);
    }
    Ok(())
}

fn line_and_column(bytes: &[u8], at: usize) -> (u64, u64) {
    let before = &bytes[..at];
    let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|b| **b == b'\n').count() as u64;
    (line, String::from_utf8_lossy(&before[line_start..]).chars().count() as u64)
}

/// The start of the last element before here whose `rdf:about` or `rdf:ID` could name this node.
fn element_of(iri: &str, read: &[u8]) -> Option<Position> {
    let text = std::str::from_utf8(read).ok()?;
    let names = |value: &str| {
        let value = value.replace("&amp;", "&");
        let local = value.trim_start_matches('#');
        value == iri || (!local.is_empty() && iri.strip_suffix(local).is_some_and(|head| head.ends_with(['#', '/'])))
    };
    for (at, attribute) in text.rmatch_indices("rdf:about").chain(text.rmatch_indices("rdf:ID")) {
        let rest = text[at + attribute.len()..].trim_start().strip_prefix('=').map(str::trim_start);
        let Some(rest) = rest else { continue };
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some((value, _)) = rest[1..].split_once(quote) else { continue };
        if names(value) {
            let element = text[..at].rfind('<')?;
            let (line, column) = line_and_column(read, element);
            return Some(Position { line: line as u32 + 1, column: column as u32 + 1 });
        }
    }
    None
}
