//! A test's data, in the product's store and in Oxigraph's.

use super::manifest::{Files, Site};
use crate::util::{options, store_of};
use ibid::input::Input;
use ibid::load::{Options, load};
use ibid::rdf::{Syntax, read, write_quads};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};

/// A store of the product's with these files loaded, in a folder that goes with the first value.
pub(crate) fn loaded(site: &Site, files: &Files) -> Result<(tempfile::TempDir, ibid::store::Store), String> {
    let (folder, store) = store_of(&[]);
    let put = |input: Input, options: Options| {
        load(&store, &[input], &options).map(drop).map_err(|(_, error)| error.to_string())
    };
    for file in &files.outside {
        // Turtle is TriG, whose triples outside any graph stay there; the others are put into N-Quads.
        let bytes = site.bytes(file);
        let (bytes, syntax) = match Syntax::of_file_name(file) {
            Some(Syntax::Turtle) => (bytes, Syntax::TriG),
            Some(other) => (as_nquads(&bytes, other, file)?, Syntax::NQuads),
            None => return Err(format!("what is {file}?")),
        };
        put(Input { name: file.clone(), bytes, syntax: Some(syntax), base: Some(file.clone()) }, options())?;
    }
    for (graph, file) in &files.graphs {
        let syntax = Syntax::of_file_name(file);
        let input =
            Input { name: format!("{graph} {file}"), bytes: site.bytes(file), syntax, base: Some(file.clone()) };
        put(input, Options { graph: Some(graph.clone()), ..options() })?;
    }
    Ok((folder, store))
}

/// The quads of some files, by Oxigraph's readers.
pub(crate) fn quads(site: &Site, files: &Files) -> Result<Vec<Quad>, String> {
    let outside = files.outside.iter().map(|file| (file, GraphName::DefaultGraph));
    let named = files.graphs.iter().map(|(graph, file)| (file, GraphName::from(NamedNode::new_unchecked(graph))));
    let mut quads = Vec::new();
    for (file, graph) in outside.chain(named) {
        let ending = file.rsplit('.').next().unwrap_or_default();
        let format = RdfFormat::from_extension(ending).ok_or("no format")?;
        let parser = RdfParser::from_format(format).with_base_iri(file).map_err(|error| error.to_string())?;
        let parser = parser.without_named_graphs().with_default_graph(graph).rename_blank_nodes();
        for quad in parser.for_slice(&site.bytes(file)) {
            quads.push(quad.map_err(|error| error.to_string())?);
        }
    }
    Ok(quads)
}

/// Oxigraph's store in memory with the same files loaded.
pub(crate) fn in_memory(site: &Site, files: &Files) -> Result<oxigraph::store::Store, String> {
    let store = oxigraph::store::Store::new().map_err(|error| error.to_string())?;
    for (graph, _) in &files.graphs {
        store.insert_named_graph(&NamedNode::new_unchecked(graph)).map_err(|error| error.to_string())?;
    }
    store.extend(quads(site, files)?).map_err(|error| error.to_string())?;
    Ok(store)
}

fn as_nquads(bytes: &[u8], syntax: Syntax, base: &str) -> Result<Vec<u8>, String> {
    let report = read(bytes, syntax, Some(base)).map_err(|error| error.to_string())?;
    let term = |number: u32| report.terms[number as usize].clone();
    let quads = report.statements.iter().map(|statement| {
        let subject = match term(statement.subject) {
            Term::NamedNode(node) => NamedOrBlankNode::from(node),
            Term::BlankNode(node) => node.into(),
            Term::Literal(_) => unreachable!("a subject is no literal"),
        };
        let Term::NamedNode(predicate) = term(statement.predicate) else { unreachable!("a predicate is an IRI") };
        Ok(Quad::new(subject, predicate, term(statement.object), GraphName::DefaultGraph))
    });
    let mut bytes = Vec::new();
    write_quads::<std::io::Error>(quads, Syntax::NQuads, &[], &mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
