//! Quads back to bytes.

use super::Syntax;
use oxigraph::io::RdfSerializer;
use oxigraph::model::{GraphNameRef, QuadRef};
use std::io::{self, Write};

/// Prefix and namespace IRI, in the order they are written.
pub type Prefixes = [(String, String)];

/// Writes quads, literals exactly as they are; returns the writer.
///
/// Syntaxes without graphs are given triples: what graph a quad stands in is not written there.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_quads<'q, W: Write>(
    quads: impl IntoIterator<Item = QuadRef<'q>>,
    syntax: Syntax,
    prefixes: &Prefixes,
    out: W,
) -> io::Result<W> {
    let mut serializer = RdfSerializer::from_format(syntax.format());
    for (prefix, namespace) in prefixes {
        serializer = serializer.with_prefix(prefix, namespace).map_err(io::Error::other)?;
    }
    let mut writer = serializer.for_writer(out);
    for mut quad in quads {
        if !syntax.has_graphs() {
            quad.graph_name = GraphNameRef::DefaultGraph;
        }
        writer.serialize_quad(quad)?;
    }
    writer.finish()
}
