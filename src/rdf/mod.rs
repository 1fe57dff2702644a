//! How do bytes become quads with a place, and back?
//!
//! Oxigraph's parsers do the reading. What is added here is where each subject stands, one shape of error for all
//! syntaxes, and blank nodes numbered by first appearance, so that the same file always gives the same report.

pub mod canon;
pub mod easy;
mod error;
mod feed;
mod jsonld;
mod report;
mod syntax;
mod turtle;
mod write;
mod xml;
mod xml_literal;

pub use error::{Position, SyntaxError};
pub use report::{Report, Statement};
pub use syntax::{Syntax, UnknownSyntax};
pub(crate) use write::not_in_xml;
pub use write::write_quads;

/// Reads RDF.
///
/// `base` is what relative IRIs are resolved against until the file itself says otherwise; a file without either that
/// has a relative IRI is refused. A byte order mark at the start is passed over.
///
/// # Errors
/// The first place at which `bytes` is not what `syntax` allows.
pub fn read(bytes: &[u8], syntax: Syntax, base: Option<&str>) -> Result<Report, SyntaxError> {
    let bytes = &bytes[mark(bytes)?..];
    let mut report = Report::new();
    match syntax {
        Syntax::Turtle | Syntax::TriG | Syntax::NTriples | Syntax::NQuads => {
            turtle::read(bytes, syntax, base, &mut report)
        }
        Syntax::RdfXml => xml::read(bytes, base, &mut report),
        Syntax::JsonLd => jsonld::read(bytes, base, &mut report),
    }
    .map_err(|error| error.explained(base.is_some()))?;
    Ok(report)
}

/// How many bytes a byte order mark takes at the start of a text.
///
/// # Errors
/// When it is that of UTF-16.
pub(crate) fn mark(text: &[u8]) -> Result<usize, SyntaxError> {
    if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        return Err(SyntaxError::new("this is UTF-16 text, and RDF is read as UTF-8").hint("save the file as UTF-8"));
    }
    Ok(if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 })
}
