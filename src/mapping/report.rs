//! A report that is not in the store yet, as a reader: what would be a claim in it, and what a document?

use super::{Mapped, Mappings, Reading, Recognised};
use crate::model::Place;
use crate::sparql::Query;
use crate::store::{Columns, Node, Reader, Result, Run, node_of};
use crate::vocab::{ibid, prov, rdf, spellings};
use oxigraph::model::{Dataset, GraphName, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term, TermRef};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use rustc_hash::{FxHashMap, FxHashSet};

/// What is a claim though nothing calls it one: it is taken from something.
#[derive(Default)]
pub struct Takers(FxHashSet<Term>);

/// Counts the claims and documents of a report, those of foreign data by the mappings.
///
/// `takers` are those of a file of several reports, as [`takers`] finds them: a report by itself does not say what leads to
/// a node.
/// `Ok(None)` where the report holds nothing that a mapping reads: then its own words say all.
///
/// # Errors
/// When a query of the mappings cannot be evaluated.
pub fn recognise(quads: &[Quad], mappings: &Mappings, takers: Option<&Takers>) -> Result<Option<Recognised>> {
    if !is_foreign(quads, mappings) {
        return Ok(None);
    }
    let report = Report::of(quads);
    let takers: Option<FxHashSet<Node>> =
        takers.map(|takers| takers.0.iter().filter_map(|term| report.numbers.get(term).copied()).collect());
    Mapped::over(&report, mappings).recognise_among(takers.as_ref()).map(Some)
}

/// What in the reports of a file, all together, is a claim though nothing calls it one: it is taken from something.
///
/// # Errors
/// When a query of the mappings cannot be evaluated.
pub fn takers(quads: &[Quad], mappings: &Mappings) -> Result<Takers> {
    if !is_foreign(quads, mappings) {
        return Ok(Takers::default());
    }
    let report = Report::of(quads);
    let takers = Mapped::over(&report, mappings).takers()?;
    takers.into_iter().map(|node| report.term(node)).collect::<Result<_>>().map(Takers)
}

/// Whether a report has a term that a mapping reads, or something taken from another that it calls neither claim nor
/// document.
fn is_foreign(quads: &[Quad], mappings: &Mappings) -> bool {
    let rows = mappings.rows.iter().filter(|row| row.reading != Reading::Taker).map(|row| row.term.as_str());
    let terms = rows.chain(mappings.queries.iter().flat_map(|query| query.triggers.iter().map(String::as_str)));
    let terms: FxHashSet<String> = terms.flat_map(spellings).collect();
    let class = |quad: &Quad| match &quad.object {
        Term::NamedNode(class) if quad.predicate.as_str() == rdf::TYPE => Some(class.clone()),
        _ => None,
    };
    let mut stated = FxHashSet::default();
    for quad in quads {
        if let Some(class) = class(quad) {
            if terms.contains(class.as_str()) {
                return true;
            }
            if matches!(class.as_str(), ibid::CLAIM | ibid::DOCUMENT) {
                stated.insert(&quad.subject);
            }
        } else if terms.contains(quad.predicate.as_str()) {
            return true;
        }
    }
    let takes = |quad: &&Quad| {
        matches!(quad.predicate.as_str(), prov::WAS_DERIVED_FROM | prov::WAS_QUOTED_FROM | prov::HAD_PRIMARY_SOURCE)
    };
    quads.iter().filter(takes).any(|quad| !stated.contains(&quad.subject))
}

/// One report in memory. It keeps no places.
struct Report {
    terms: Vec<Term>,
    numbers: FxHashMap<Term, Node>,
    by_predicate: FxHashMap<String, Vec<(Node, Node)>>,
    described: FxHashSet<Node>,
    data: Dataset,
}

impl Report {
    fn of(quads: &[Quad]) -> Self {
        let mut report = Self {
            terms: Vec::new(),
            numbers: FxHashMap::default(),
            by_predicate: FxHashMap::default(),
            described: FxHashSet::default(),
            data: Dataset::new(),
        };
        let graph = NamedNodeRef::new_unchecked("urn:ibid:report");
        for quad in quads {
            let subject = report.number(match quad.subject.as_ref() {
                NamedOrBlankNodeRef::NamedNode(node) => node.into(),
                NamedOrBlankNodeRef::BlankNode(node) => node.into(),
            });
            let object = report.number(quad.object.as_ref());
            report.number(quad.predicate.as_ref().into());
            report.by_predicate.entry(quad.predicate.as_str().to_owned()).or_default().push((subject, object));
            report.described.insert(subject);
            let mut quad = quad.clone();
            quad.graph_name = graph.into_owned().into();
            report.data.insert(&quad);
        }
        report
    }

    fn number(&mut self, term: TermRef<'_>) -> Node {
        let term = term.into_owned();
        if let Some(&known) = self.numbers.get(&term) {
            return known;
        }
        let node = Node((self.terms.len() as u64) << 2 | Node::kind_of(&term));
        self.terms.push(term.clone());
        self.numbers.insert(term, node);
        node
    }
}

impl Reader for Report {
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
        let mut prepared =
            SparqlEvaluator::new().with_cancellation_token(run.cancel.clone()).for_query(query.algebra().clone());
        if prepared.dataset().is_default_dataset() {
            let report = GraphName::NamedNode(NamedNode::new_unchecked("urn:ibid:report"));
            prepared.dataset_mut().set_default_graph(vec![GraphName::DefaultGraph, report]);
        }
        Ok(prepared.on_queryable_dataset(&self.data).execute()?)
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        let pairs = self.by_predicate.get(predicate).into_iter().flatten();
        pairs.for_each(|&(subject, object)| each(subject, object));
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let mut objects = Vec::new();
        self.edges(predicate, &mut |from, to| {
            if from == subject && !objects.contains(&to) {
                objects.push(to);
            }
        })?;
        Ok(objects)
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        Ok(self.numbers.get(&node_of(iri)).copied())
    }

    fn term(&self, node: Node) -> Result<Term> {
        Ok(self.terms[(node.0 >> 2) as usize].clone())
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let mut found = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "they are sorted below")]
        for (predicate, pairs) in &self.by_predicate {
            if let Some(predicate) = self.find(predicate)? {
                found.extend(pairs.iter().filter(|pair| pair.0 == subject).map(|pair| (predicate, pair.1)));
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        self.edges(&self.name(predicate)?, &mut |from, to| {
            if to == object && !found.contains(&from) {
                found.push(from);
            }
        })?;
        Ok(found)
    }

    fn described(&self, node: Node) -> Result<bool> {
        Ok(self.described.contains(&node))
    }

    fn graphs(&self, _: Node) -> Result<Vec<Node>> {
        Ok(Vec::new())
    }

    fn place(&self, _: Node, _: Option<Node>) -> Result<Option<Place>> {
        Ok(None)
    }

    fn attach(&self, _: &'static str, _: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        Ok(())
    }
}
