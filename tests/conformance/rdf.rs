//! RDF 1.1: N-Triples, N-Quads, Turtle, TriG and RDF/XML, loaded and dumped.
//!
//! What comes out is read by Oxigraph's own reader, and so is what is expected: the product does not mark its own work.

use super::manifest::{Site, Test, tests};
use super::{Checked, Suite, Verdict};
use crate::util::{options, store_of};
use ibid::input::Input;
use ibid::load::{LoadError, Options, load};
use ibid::rdf::{Syntax, canon, write_quads};
use ibid::store::Store;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Quad};

/// The graph that a file's triples outside any graph are loaded into.
pub(crate) const OUTSIDE: &str = "urn:test:outside";

/// What the store gives back, read from its N-Quads; what was loaded into [`OUTSIDE`] is outside any graph again.
pub(crate) fn dumped(store: &Store) -> Vec<Quad> {
    let snapshot = store.read().unwrap();
    let quads = snapshot.quads(None).unwrap().map(|quad| quad.map_err(std::io::Error::other));
    let mut bytes = Vec::new();
    write_quads::<std::io::Error>(quads, Syntax::NQuads, &[], &mut bytes).unwrap();
    let mut quads = parsed(&bytes, RdfFormat::NQuads, None).unwrap();
    for quad in &mut quads {
        if matches!(&quad.graph_name, GraphName::NamedNode(name) if name.as_str() == OUTSIDE) {
            quad.graph_name = GraphName::DefaultGraph;
        }
    }
    quads
}

/// Quads of a text, by Oxigraph's reader.
pub(crate) fn parsed(bytes: &[u8], format: RdfFormat, base: Option<&str>) -> Result<Vec<Quad>, String> {
    let mut parser = RdfParser::from_format(format);
    if let Some(base) = base {
        parser = parser.with_base_iri(base).map_err(|error| error.to_string())?;
    }
    parser.for_slice(bytes).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Whether two datasets are the same but for the names of their blank nodes; if not, how they differ.
pub(crate) fn same(found: &[Quad], expected: &[Quad]) -> Result<(), String> {
    let form = |quads| canon::by_algorithm(quads).map_err(|error| error.to_string());
    let (found, expected) = (form(found)?, form(expected)?);
    if found == expected {
        return Ok(());
    }
    let lines = |text: &str, other: &str, mark: char| {
        let apart = text.lines().filter(|line| !other.lines().any(|known| known == *line));
        apart.take(3).map(|line| format!(" {mark}{line}")).collect::<String>()
    };
    Err(format!("differs:{}{}", lines(&found, &expected, '+'), lines(&expected, &found, '-')))
}

fn check(site: &Site, test: &Test) -> Verdict {
    let file = test.action.as_deref().expect("every test of RDF reads a file");
    let name = site.path(file).to_string_lossy().into_owned();
    let input =
        Input { syntax: Syntax::of_file_name(&name), name, bytes: site.bytes(file), base: Some(file.to_owned()) };
    let (_folder, store) = store_of(&[]);
    let outcome = load(&store, &[input], &Options { graph: Some(OUTSIDE.to_owned()), ..options() });
    if test.kind.contains("Negative") {
        return match outcome {
            Ok(_) => Verdict::failed("it was accepted"),
            Err((_, LoadError::Syntax(error))) if error.position.is_none() => {
                Verdict::failed(format!("refused without a place: {error}"))
            }
            Err((_, LoadError::Syntax(_))) if !dumped(&store).is_empty() => Verdict::failed("something of it is there"),
            Err((_, LoadError::Syntax(_))) => Verdict::PASSED,
            Err((_, other)) => Verdict::failed(format!("refused for another reason: {other}")),
        };
    }
    if let Err((_, error)) = outcome {
        return Verdict::failed(error.to_string());
    }
    let Some(result) = &test.result else { return Verdict::PASSED };
    let format = if site.path(result).extension().is_some_and(|kind| kind == "nq") {
        RdfFormat::NQuads
    } else {
        RdfFormat::NTriples
    };
    let expected = parsed(&site.bytes(result), format, None).unwrap_or_else(|error| panic!("{result}: {error}"));
    same(&dumped(&store), &expected).map_or_else(Verdict::failed, |()| Verdict::PASSED)
}

/// Runs one suite of RDF 1.1.
pub(crate) fn run(site: &Site, name: &'static str, folder: &str) -> Suite {
    let listed = tests(site, &format!("{}rdf/rdf11/{folder}/manifest.ttl", site.base));
    let checked =
        listed.iter().map(|test| Checked { verdict: check(site, test), test: test.iri.clone(), reference: None });
    Suite { name, checked: checked.collect() }
}
