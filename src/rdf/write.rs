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
/// The first of the quads' own errors, or when `out` cannot be written to.
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
        for (prefix, namespace) in
            prefixes.iter().filter(|(_, namespace)| held.iter().any(|quad| uses(quad, namespace)))
        {
            serializer = serializer.with_prefix(prefix, namespace).map_err(io::Error::other)?;
        }
        Box::new(held.into_iter().map(Ok))
    };
    let mut writer = serializer.for_writer(out);
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
