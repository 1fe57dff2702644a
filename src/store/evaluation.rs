//! Runs queries over a snapshot.

use super::Result;
use super::dataset::{Dataset, number_in};
use super::error::Error;
use super::port::{EachRow, Node, Run};
use super::snapshot::Snapshot;
use crate::sparql::{Exact, Query};
use oxigraph::model::{GraphName, NamedOrBlankNode, Term};
use oxigraph::sparql::{
    CancellationToken, QueryDatasetSpecification, QueryEvaluationError, QueryExplanation, QueryResults,
    QuerySolutionIter, QueryTripleIter, SparqlEvaluator,
};

impl Snapshot<'_> {
    pub(super) fn evaluator(
        &self,
        query: &Query,
        run: &Run,
    ) -> oxigraph::sparql::BoundPreparedSparqlQuery<'_, Dataset<'_>> {
        self.evaluator_over(query, run, |_| {}, |dataset| dataset)
    }

    fn evaluator_over<'a>(
        &'a self,
        query: &Query,
        run: &Run,
        among: impl FnOnce(&mut QueryDatasetSpecification),
        over: impl FnOnce(Dataset<'a>) -> Dataset<'a>,
    ) -> oxigraph::sparql::BoundPreparedSparqlQuery<'a, Dataset<'a>> {
        let exact = Exact::new(query.algebra().clone());
        let evaluator = exact.taught(SparqlEvaluator::new().with_cancellation_token(run.cancel.clone()));
        let lens = exact.lens();
        let mut prepared = evaluator.for_query(exact.query);
        among(prepared.dataset_mut());
        let merged = merged(prepared.dataset_mut());
        let dataset = Dataset::new(self, &|graph| query.names(graph), run, merged.as_deref(), lens);
        prepared.on_queryable_dataset(over(dataset))
    }

    /// Evaluates a query that names no dataset as if it named these graphs, each after FROM and after FROM NAMED.
    ///
    /// # Errors
    /// As of [`Reader::query`](super::Reader::query).
    pub fn query_in(&self, query: &Query, graphs: &[Node], run: &Run) -> Result<QueryResults<'_>> {
        let mut named = Vec::with_capacity(graphs.len());
        for graph in graphs {
            named.push(match self.term_of(graph.0)? {
                Term::NamedNode(node) => NamedOrBlankNode::from(node),
                Term::BlankNode(node) => node.into(),
                Term::Literal(_) => return Err(Error::Corrupt("a graph that is called by a literal".to_owned())),
            });
        }
        let among = |dataset: &mut QueryDatasetSpecification| {
            if dataset.is_default_dataset() {
                dataset.set_default_graph(named.iter().cloned().map(GraphName::from).collect());
                dataset.set_available_named_graphs(named);
            }
        };
        Ok(whole(self.evaluator_over(query, run, among, |dataset| dataset).execute()?, &run.cancel)?)
    }

    pub(super) fn each_row(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        let results = self.evaluator_over(query, run, |_| {}, Dataset::numbered).execute()?;
        let QueryResults::Solutions(rows) = whole(results, &run.cancel)? else { return Ok(()) };
        let mut nodes = Vec::new();
        for row in rows {
            let row = row?;
            nodes.clear();
            nodes.extend(row.values().iter().map(|value| value.as_ref().and_then(number_in).map(Node)));
            each(&nodes)?;
        }
        Ok(())
    }

    /// The evaluator's plan for a query, as JSON; the query is run to the end to measure it.
    pub fn explain(&self, query: &Query, run: &Run) -> Result<String> {
        let (results, explanation): (_, QueryExplanation) = self.evaluator(query, run).compute_statistics().explain();
        match results? {
            QueryResults::Solutions(rows) => {
                for row in rows {
                    row?;
                }
            }
            QueryResults::Graph(triples) => {
                for triple in triples {
                    triple?;
                }
            }
            QueryResults::Boolean(_) => {}
        }
        let mut plan = Vec::new();
        explanation.write_in_json(&mut plan).map_err(|error| Error::Other(error.into()))?;
        String::from_utf8(plan).map_err(|error| Error::Other(error.into()))
    }
}

/// The evaluator reads several FROM graphs one after the other, and their merge is a set: it is told that there is one
/// default graph, and the dataset answers for it, of the graphs that this gives.
pub(super) fn merged(dataset: &mut QueryDatasetSpecification) -> Option<Vec<GraphName>> {
    let graphs = dataset.default_graph_graphs().filter(|graphs| graphs.len() > 1)?.to_vec();
    dataset.set_default_graph(vec![GraphName::DefaultGraph]);
    Some(graphs)
}

/// Results that end with an error where the query was cancelled. The evaluator passes over errors inside of MINUS and EXISTS, and
/// does not look at the token while it multiplies rows: what it gives then is no answer.
pub(super) fn whole<'a>(
    results: QueryResults<'a>,
    cancel: &CancellationToken,
) -> std::result::Result<QueryResults<'a>, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(_) if cancel.is_cancelled() => return Err(QueryEvaluationError::Cancelled),
        QueryResults::Boolean(answer) => QueryResults::Boolean(answer),
        QueryResults::Solutions(rows) => {
            let variables = rows.variables().into();
            QuerySolutionIter::new(variables, Uncancelled { results: Some(rows), cancel: cancel.clone() }).into()
        }
        QueryResults::Graph(triples) => {
            QueryTripleIter::new(Uncancelled { results: Some(triples), cancel: cancel.clone() }).into()
        }
    })
}

struct Uncancelled<I> {
    results: Option<I>,
    cancel: CancellationToken,
}

impl<T, I: Iterator<Item = std::result::Result<T, QueryEvaluationError>>> Iterator for Uncancelled<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let next = self.results.as_mut()?.next();
        if self.cancel.is_cancelled() {
            self.results = None;
            return Some(Err(QueryEvaluationError::Cancelled));
        }
        next
    }
}
