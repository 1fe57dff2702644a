//! SPARQL 1.0 and 1.1: syntax, evaluation and the formats of results, over the plain default graph.
//!
//! Answers come out in the product's own formats and are read back. Oxigraph's store in memory is asked the same.

use super::answers::Answer;
use super::manifest::{Site, Test, tests};
use super::{Checked, Suite, Verdict};
use crate::util::{options, store_of};
use ibid::input::Input;
use ibid::load::{Options, load};
use ibid::query::{self, Format};
use ibid::rdf::{Syntax, read, write_quads};
use ibid::sparql::{Prefixes, Query, QueryError};
use ibid::store::{DefaultGraph, Run};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};

/// What the data of a test is, in both stores.
struct Data<'t> {
    site: &'t Site,
    /// Files outside any graph.
    outside: Vec<String>,
    /// Files that are graphs.
    graphs: Vec<String>,
}

impl<'t> Data<'t> {
    /// The test's own, and the files that its query names after FROM.
    fn of(site: &'t Site, test: &Test, query: &spargebra::Query) -> Self {
        let named = query.dataset().into_iter().flat_map(|set| set.default.iter().chain(set.named.iter().flatten()));
        let mut graphs = test.graphs.clone();
        graphs.extend(named.map(|node| node.as_str().to_owned()));
        graphs.sort();
        graphs.dedup();
        Self { site, outside: test.data.clone(), graphs }
    }

    fn loaded(&self) -> Result<(tempfile::TempDir, ibid::store::Store), String> {
        let (folder, store) = store_of(&[]);
        let put = |input: Input, options: Options| {
            load(&store, &[input], &options).map(drop).map_err(|(_, error)| error.to_string())
        };
        for file in &self.outside {
            // Turtle is TriG, whose triples outside any graph stay there; the others are put into N-Quads.
            let syntax = Syntax::of_file_name(file).expect("data is in a syntax that its name tells");
            let bytes = self.site.bytes(file);
            let (bytes, syntax) = match syntax {
                Syntax::Turtle => (bytes, Syntax::TriG),
                other => (as_nquads(&bytes, other, file)?, Syntax::NQuads),
            };
            put(Input { name: file.clone(), bytes, syntax: Some(syntax), base: Some(file.clone()) }, options())?;
        }
        for file in &self.graphs {
            let syntax = Syntax::of_file_name(file);
            let input =
                Input { name: format!("graph {file}"), bytes: self.site.bytes(file), syntax, base: Some(file.clone()) };
            put(input, Options { graph: Some(file.clone()), ..options() })?;
        }
        Ok((folder, store))
    }

    fn in_memory(&self) -> Result<oxigraph::store::Store, String> {
        let store = oxigraph::store::Store::new().map_err(|error| error.to_string())?;
        let outside = self.outside.iter().map(|file| (file, GraphName::DefaultGraph));
        let named = self.graphs.iter().map(|file| (file, GraphName::from(NamedNode::new_unchecked(file))));
        for (file, graph) in outside.chain(named) {
            let ending = file.rsplit('.').next().unwrap_or_default();
            let format = RdfFormat::from_extension(ending).ok_or("no format")?;
            let parser = RdfParser::from_format(format).with_base_iri(file).map_err(|error| error.to_string())?;
            if let GraphName::NamedNode(name) = &graph {
                store.insert_named_graph(name).map_err(|error| error.to_string())?;
            }
            let parser = parser.without_named_graphs().with_default_graph(graph).rename_blank_nodes();
            store.load_from_slice(parser, &self.site.bytes(file)).map_err(|error| error.to_string())?;
        }
        Ok(store)
    }
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

/// A query's text; relative IRIs in it are relative to its file.
fn text_of(site: &Site, file: &str) -> String {
    format!("BASE <{file}>\n{}", site.text(file))
}

/// What the product writes to a file with such an ending.
fn format_of(ending: &str, results: &QueryResults<'_>) -> (Format, &'static str) {
    match (results, ending) {
        (QueryResults::Graph(_), _) => (Format::Rdf(Syntax::NTriples), "nt"),
        (_, "srx") => (Format::Xml, "srx"),
        (_, "tsv") => (Format::Tsv, "tsv"),
        (_, "csv") => (Format::Csv, "csv"),
        _ => (Format::Json, "srj"),
    }
}

fn written(results: QueryResults<'_>, ending: &str) -> Result<Answer, String> {
    let (format, ending) = format_of(ending, &results);
    let mut bytes = Vec::new();
    query::write(results, format, &[], &mut bytes).map_err(|error| error.to_string())?;
    Answer::read(&bytes, ending, None)
}

fn answered(data: &Data<'_>, query: &Query, ending: &str) -> Result<Answer, String> {
    let (_folder, store) = data.loaded()?;
    let snapshot = store.read().map_err(|error| error.to_string())?;
    let plain = Run { default_graph: DefaultGraph::Unnamed, ..Run::default() };
    written(query::run(&snapshot, query, &plain).map_err(|error| error.to_string())?, ending)
}

fn answered_by_oxigraph(data: &Data<'_>, text: &str, ending: &str) -> Result<Answer, String> {
    let store = data.in_memory()?;
    let query = SparqlEvaluator::new().parse_query(text).map_err(|error| error.to_string())?;
    written(query.on_store(&store).execute().map_err(|error| error.to_string())?, ending)
}

fn marked(answer: Result<Answer, String>, expected: &Answer, lax: bool) -> Verdict {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Verdict::failed(error),
    };
    let expected = &if lax { expected.reduced_to(&answer) } else { expected.clone() };
    match answer.fits(expected) {
        Ok(()) => Verdict::PASSED,
        Err(_) if answer.by_value().fits(&expected.by_value()).is_ok() => Verdict::Passed { by_value: true },
        Err(why) => Verdict::failed(why),
    }
}

fn evaluate(site: &Site, test: &Test) -> Checked {
    let checked = |verdict, reference| Checked { test: test.iri.clone(), verdict, reference };
    let (Some(file), Some(result)) = (&test.action, &test.result) else {
        return checked(Verdict::failed("a test without a query or a result"), None);
    };
    let text = text_of(site, file);
    let query = match Query::parse(&text, &Prefixes::default()) {
        Ok(query) => query,
        Err(QueryError::Service) => {
            return checked(Verdict::NotRun("SERVICE is refused: a query never leaves the machine"), None);
        }
        Err(error) => return checked(Verdict::failed(error.to_string()), None),
    };
    let data = Data::of(site, test, query.algebra());
    let ending = result.rsplit('.').next().unwrap_or_default();
    let expected = match Answer::read(&site.bytes(result), ending, Some(result)) {
        Ok(expected) => expected,
        Err(error) => return checked(Verdict::failed(format!("the expected result cannot be read: {error}")), None),
    };
    let reference = marked(answered_by_oxigraph(&data, &text, ending), &expected, test.lax);
    checked(marked(answered(&data, &query, ending), &expected, test.lax), Some(reference.passed()))
}

/// Whether a query is taken for SPARQL; what is refused for what it would do was read.
fn syntax(site: &Site, test: &Test) -> Checked {
    let file = test.action.as_deref().expect("a syntax test has a query");
    let text = text_of(site, file);
    let parsed = Query::parse(&text, &Prefixes::default());
    let accepted = matches!(parsed, Ok(_) | Err(QueryError::Service));
    let wanted = test.kind.starts_with("Positive");
    let verdict = match parsed {
        Err(error) if wanted && !accepted => Verdict::failed(error.to_string()),
        Err(QueryError::Syntax { position: None, message }) if !wanted => {
            Verdict::failed(format!("refused without a place: {message}"))
        }
        _ if wanted == accepted => Verdict::PASSED,
        _ => Verdict::failed("it was accepted"),
    };
    let reference = SparqlEvaluator::new().parse_query(&text).is_ok() == wanted;
    Checked { test: test.iri.clone(), verdict, reference: Some(reference) }
}

/// Runs what one manifest and those below it hold, as the suites of syntax, evaluation and formats of results.
pub(crate) fn run(site: &Site, version: &'static str, manifests: &[&str]) -> Vec<Suite> {
    let names: [&'static str; 4] = match version {
        "1.0" => ["SPARQL 1.0 syntax", "SPARQL 1.0 query", "", ""],
        _ => ["SPARQL 1.1 syntax", "SPARQL 1.1 query", "SPARQL 1.1 results formats", "SPARQL 1.1 update"],
    };
    let mut suites: Vec<Suite> = names.iter().map(|name| Suite { name, checked: Vec::new() }).collect();
    for test in manifests.iter().flat_map(|manifest| tests(site, &format!("{}sparql/{manifest}", site.base))) {
        let not_run = |why| Checked { test: test.iri.clone(), verdict: Verdict::NotRun(why), reference: None };
        let formats = test.iri.contains("csv-tsv-res") || test.iri.contains("json-res");
        let (suite, checked) = match test.kind.as_str() {
            "QueryEvaluationTest" if test.entailment => (1, not_run("ibid draws no RDFS, OWL or RIF conclusions")),
            "QueryEvaluationTest" | "CSVResultFormatTest" if formats => (2, evaluate(site, &test)),
            "QueryEvaluationTest" => (1, evaluate(site, &test)),
            kind if kind.contains("Update") => (3, not_run("updates are not here yet")),
            kind if kind.contains("Syntax") => (0, syntax(site, &test)),
            _ => (1, not_run("ibid is no SPARQL service")),
        };
        suites[suite].checked.push(checked);
    }
    suites.retain(|suite| !suite.checked.is_empty());
    suites
}
