//! SPARQL 1.0 and 1.1: syntax, evaluation and the formats of results, over the plain default graph.
//!
//! Answers come out in the product's own formats and are read back. Oxigraph's store in memory is asked the same.

use super::answers::Answer;
use super::data::{in_memory, loaded};
use super::manifest::{Files, Site, Test, tests};
use super::{Checked, Suite, Verdict, update};
use ibid::query::{self, Format};
use ibid::rdf::Syntax;
use ibid::sparql::{Prefixes, Query, QueryError};
use ibid::store::{DefaultGraph, Run};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};

/// A query's text; relative IRIs in it are relative to its file.
pub(super) fn text_of(site: &Site, file: &str) -> String {
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

/// What a test asks: its own files, and those that its query names after FROM, each as the graph of its address.
fn asked(test: &Test, query: &spargebra::Query) -> Files {
    let mut files = test.data.clone();
    let named = query.dataset().into_iter().flat_map(|set| set.default.iter().chain(set.named.iter().flatten()));
    files.graphs.extend(named.map(|node| (node.as_str().to_owned(), node.as_str().to_owned())));
    files.graphs.sort();
    files.graphs.dedup();
    files
}

fn answered(site: &Site, files: &Files, query: &Query, ending: &str) -> Result<Answer, String> {
    let (_folder, store) = loaded(site, files)?;
    let snapshot = store.read().map_err(|error| error.to_string())?;
    let plain = Run { default_graph: DefaultGraph::Unnamed, ..Run::default() };
    written(query::run(&snapshot, query, &plain).map_err(|error| error.to_string())?, ending)
}

fn answered_by_oxigraph(site: &Site, files: &Files, text: &str, ending: &str) -> Result<Answer, String> {
    let store = in_memory(site, files)?;
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
    let files = asked(test, query.algebra());
    let ending = result.rsplit('.').next().unwrap_or_default();
    let expected = match Answer::read(&site.bytes(result), ending, Some(result)) {
        Ok(expected) => expected,
        Err(error) => return checked(Verdict::failed(format!("the expected result cannot be read: {error}")), None),
    };
    let reference = marked(answered_by_oxigraph(site, &files, &text, ending), &expected, test.lax);
    checked(marked(answered(site, &files, &query, ending), &expected, test.lax), Some(reference.passed()))
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
            "UpdateEvaluationTest" => (3, update::evaluate(site, &test)),
            kind if kind.contains("Update") => (3, update::syntax(site, &test)),
            kind if kind.contains("Syntax") => (0, syntax(site, &test)),
            _ => (1, not_run("ibid is no SPARQL service")),
        };
        suites[suite].checked.push(checked);
    }
    suites.retain(|suite| !suite.checked.is_empty());
    suites
}
