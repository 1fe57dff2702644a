//! SPARQL 1.1 updates: what they leave, over the plain default graph.

use super::data::{in_memory, loaded, quads};
use super::manifest::{Site, Test};
use super::rdf::{dumped, same};
use super::sparql::text_of;
use super::{Checked, Verdict};
use crate::util::WAIT;
use ibid::sparql::{Prefixes, QueryError, Update};
use ibid::store::{DefaultGraph, Run};
use ibid::update::{Options, update};
use oxigraph::model::Quad;
use oxigraph::sparql::SparqlEvaluator;

fn left(site: &Site, test: &Test, text: &str) -> Result<Vec<Quad>, String> {
    let (_folder, store) = loaded(site, &test.data)?;
    let request = Update::parse(text, &Prefixes::default()).map_err(|error| error.to_string())?;
    let options = Options {
        run: Run { default_graph: DefaultGraph::Unnamed, ..Run::default() },
        now: "2026-01-01T00:00:00Z".to_owned(),
        wait: WAIT,
        who: "a test".to_owned(),
    };
    update(&store, &request, &options).map_err(|error| error.to_string())?;
    Ok(dumped(&store))
}

fn left_by_oxigraph(site: &Site, test: &Test, text: &str) -> Result<Vec<Quad>, String> {
    let store = in_memory(site, &test.data)?;
    let update = SparqlEvaluator::new().parse_update(text).map_err(|error| error.to_string())?;
    update.on_store(&store).execute().map_err(|error| error.to_string())?;
    store.iter().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Whether an update leaves what it should.
pub(crate) fn evaluate(site: &Site, test: &Test) -> Checked {
    let text = text_of(site, test.action.as_deref().expect("every test of updates has a request"));
    let expected = quads(site, &test.left).expect("what is expected can be read");
    let marked = |left: Result<Vec<Quad>, String>| left.and_then(|left| same(&left, &expected));
    let verdict = marked(left(site, test, &text)).map_or_else(Verdict::failed, |()| Verdict::PASSED);
    let reference = marked(left_by_oxigraph(site, test, &text)).is_ok();
    Checked { test: test.iri.clone(), verdict, reference: Some(reference) }
}

/// Whether a text is taken for an update; one that is not is refused by its place.
pub(crate) fn syntax(site: &Site, test: &Test) -> Checked {
    let text = text_of(site, test.action.as_deref().expect("a syntax test has an update"));
    let wanted = test.kind.starts_with("Positive");
    let verdict = match Update::parse(&text, &Prefixes::default()) {
        Ok(_) | Err(QueryError::Service) if wanted => Verdict::PASSED,
        Ok(_) | Err(QueryError::Service) => Verdict::failed("it was accepted"),
        Err(QueryError::Syntax { position: None, message }) if !wanted => {
            Verdict::failed(format!("refused without a place: {message}"))
        }
        Err(error) if wanted => Verdict::failed(error.to_string()),
        Err(_) => Verdict::PASSED,
    };
    let reference = SparqlEvaluator::new().parse_update(&text).is_ok() == wanted;
    Checked { test: test.iri.clone(), verdict, reference: Some(reference) }
}
