//! How do bytes become quads with a place, and back?
//!
//! Oxigraph's parsers do the reading. What is added here is where each subject stands, one shape of error for all
//! syntaxes, and blank nodes numbered by first appearance, so that the same file always gives the same report.

pub mod canon;
mod depth;
mod error;
mod feed;
mod jsonld;
mod report;
mod syntax;
mod turtle;
mod write;
mod xml;

pub use error::{Position, SyntaxError};
pub use report::{Report, Statement};
pub use syntax::{Syntax, UnknownSyntax};
pub use write::write_quads;

/// Reads RDF.
///
/// `base` is what relative IRIs are resolved against until the file itself says otherwise; a file without either that
/// has a relative IRI is refused. A byte order mark at the start is passed over.
///
/// # Errors
/// The first place at which `bytes` is not what `syntax` allows.
pub fn read(bytes: &[u8], syntax: Syntax, base: Option<&str>) -> Result<Report, SyntaxError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(SyntaxError::new("this is UTF-16 text, and RDF is read as UTF-8").hint("save the file as UTF-8"));
    }
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
