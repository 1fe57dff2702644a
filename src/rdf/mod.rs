//! How do bytes become quads with a place, and back?
//!
//! Oxigraph's parsers do the reading. What is added here is where each subject stands, one shape of error for all
//! syntaxes, and blank nodes numbered by first appearance, so that the same file always gives the same report.

pub mod canon;
mod depth;
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

pub use error::{Broken, Position, SyntaxError};
pub use feed::statements;
pub use report::{Each, Report, Statement};
pub use syntax::{Syntax, UnknownSyntax};
pub(crate) use write::not_in_xml;
pub use write::write_quads;

use report::Told;
use std::io::{Cursor, Read};

/// Reads RDF.
///
/// `base` is what relative IRIs are resolved against until the file itself says otherwise; a file without either that
/// has a relative IRI is refused. A byte order mark at the start is passed over.
///
/// # Errors
/// The first place at which `bytes` is not what `syntax` allows.
pub fn read(bytes: &[u8], syntax: Syntax, base: Option<&str>) -> Result<Report, SyntaxError> {
    let mut report = Report::new();
    let mut each = |quad, position| {
        report.add(quad, position);
        Ok(())
    };
    let base = read_stream(&mut &*bytes, syntax, base, &mut each).map_err(|broken| match broken {
        Broken::Syntax(error) => error,
        Broken::Io(_) => unreachable!("what is in memory can be read"),
    })?;
    report.base = base;
    Ok(report)
}

/// Reads RDF from a stream, and gives each quad as the parser has it: blank nodes with the parser's labels, and quads twice
/// that are said twice. Returns the base IRI in force at the end. Whether
/// the text is held meanwhile, its [syntax](Syntax::is_streamed) says.
///
/// # Errors
/// As [`read`], what `each` returns, and when the stream cannot be read to its end.
pub fn read_stream(
    stream: &mut dyn Read,
    syntax: Syntax,
    base: Option<&str>,
    each: &mut Each<'_>,
) -> Result<Option<String>, Broken> {
    let mut start = Vec::new();
    (&mut *stream).take(MARK as u64).read_to_end(&mut start).map_err(Broken::Io)?;
    let marked = mark(&start)?;
    let mut stream = Cursor::new(&start[marked..]).chain(stream);
    let mut told = Told::new(each);
    let explained = |error: SyntaxError| error.explained(base.is_some());
    if syntax.is_streamed() {
        turtle::read(&mut stream, syntax, base, &mut told).map_err(|broken| match broken {
            Broken::Syntax(error) => Broken::Syntax(explained(error)),
            Broken::Io(error) => Broken::Io(error),
        })?;
    } else {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(Broken::Io)?;
        let read = if syntax == Syntax::RdfXml { xml::read } else { jsonld::read };
        read(&bytes, base, &mut told).map_err(|error| explained(error).with_line(&bytes))?;
    }
    Ok(told.base)
}

/// The bytes of the longest byte order mark.
const MARK: usize = 3;

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
