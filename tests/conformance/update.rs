//! SPARQL 1.1 updates: what they leave.

use super::data::in_memory;
use super::manifest::{Site, Test};
use super::rdf::same;
use super::sparql::text_of;
use super::{Checked, Verdict};
use oxigraph::model::Quad;
use oxigraph::sparql::SparqlEvaluator;

const NOT_RUN: Verdict = Verdict::NotRun("updates come with `ibid update`");

fn left_by_oxigraph(site: &Site, test: &Test, text: &str) -> Result<Vec<Quad>, String> {
    let store = in_memory(site, &test.data)?;
    let update = SparqlEvaluator::new().parse_update(text).map_err(|error| error.to_string())?;
    update.on_store(&store).execute().map_err(|error| error.to_string())?;
    store.iter().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Whether an update leaves what it should.
pub(crate) fn evaluate(site: &Site, test: &Test) -> Checked {
    let text = text_of(site, test.action.as_deref().expect("every test of updates has a request"));
    let expected: Vec<Quad> =
        in_memory(site, &test.left).expect("what is expected can be read").iter().map(Result::unwrap).collect();
    let marked = |left: Result<Vec<Quad>, String>| left.and_then(|left| same(&left, &expected));
    let reference = marked(left_by_oxigraph(site, test, &text)).is_ok();
    Checked { test: test.iri.clone(), verdict: NOT_RUN, reference: Some(reference) }
}

/// Whether a text is taken for an update.
pub(crate) fn syntax(site: &Site, test: &Test) -> Checked {
    let text = text_of(site, test.action.as_deref().expect("a syntax test has an update"));
    let reference = SparqlEvaluator::new().parse_update(&text).is_ok() == test.kind.starts_with("Positive");
    Checked { test: test.iri.clone(), verdict: NOT_RUN, reference: Some(reference) }
}
