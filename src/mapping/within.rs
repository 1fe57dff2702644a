//! Some reports of a store by themselves, as a reader: what would be a claim in them, and what a document?

use super::{Mapped, Mappings, Reading, Recognised};
use crate::model::Place;
use crate::sparql::Query;
use crate::store::{Columns, Node, Reader, Result, Run, Snapshot};
use crate::vocab::{ibid, prov, rdf, spellings};
use oxigraph::model::Term;
use oxigraph::sparql::QueryResults;
use rustc_hash::{FxHashMap, FxHashSet};

/// The terms that mappings read, in every spelling: where none of them stands, a report's own words say all.
pub fn terms(mappings: &Mappings) -> impl Iterator<Item = String> {
    // What is taken from something is looked at by itself: nearly every report takes something.
    let rows = mappings.rows.iter().filter(|row| row.reading != Reading::Taker).map(|row| row.term.as_str());
    let triggers = mappings.queries.iter().flat_map(|query| query.triggers.iter().map(String::as_str));
    rows.chain(triggers).flat_map(spellings)
}

/// Counts the claims and documents of each of some reports, those of foreign data by the mappings. Each report is read by
/// itself, except that what only takes from something is no claim where another of them leads to it.
/// `None` for a report that holds nothing that a mapping reads.
///
/// # Errors
/// When the store fails, or a query of the mappings cannot be evaluated.
pub fn recognise(snapshot: &Snapshot<'_>, mappings: &Mappings, reports: &[Node]) -> Result<Vec<Option<Recognised>>> {
    let mut foreign = FxHashSet::default();
    for term in terms(mappings) {
        foreign.extend(snapshot.find(&term)?);
    }
    let mut takers = None;
    let mut recognised = Vec::with_capacity(reports.len());
    for &graph in reports {
        let report = Within::read(snapshot, vec![graph])?;
        recognised.push(if report.is_foreign(&foreign)? {
            if takers.is_none() && reports.len() > 1 {
                let all = Within::read(snapshot, reports.to_vec())?;
                takers = Some(Mapped::over(&all, mappings).takers()?.into_iter().collect());
            }
            Some(Mapped::over(&report, mappings).recognise_among(takers.as_ref())?)
        } else {
            None
        });
    }
    Ok(recognised)
}

struct Within<'s, 't> {
    snapshot: &'s Snapshot<'t>,
    /// What they stand in, sorted.
    graphs: Vec<Node>,
    /// Subject and object of each predicate, sorted.
    pairs: FxHashMap<Node, Vec<(Node, Node)>>,
    described: FxHashSet<Node>,
}

impl<'s, 't> Within<'s, 't> {
    fn read(snapshot: &'s Snapshot<'t>, mut graphs: Vec<Node>) -> Result<Self> {
        let (mut pairs, mut described) = (FxHashMap::<_, Vec<_>>::default(), FxHashSet::default());
        graphs.sort_unstable();
        for graph in &graphs {
            for triple in snapshot.triples(Some(*graph))? {
                let [subject, predicate, object] = triple?;
                pairs.entry(predicate).or_default().push((subject, object));
                described.insert(subject);
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each is sorted by itself")]
        for pairs in pairs.values_mut() {
            pairs.sort_unstable();
            pairs.dedup();
        }
        Ok(Self { snapshot, graphs, pairs, described })
    }

    fn of(&self, predicate: Node) -> &[(Node, Node)] {
        self.pairs.get(&predicate).map_or(&[], Vec::as_slice)
    }

    /// Whether it has one of these terms as a predicate or a class, or something taken from another that it calls neither
    /// claim nor document.
    fn is_foreign(&self, terms: &FxHashSet<Node>) -> Result<bool> {
        let types = self.find(rdf::TYPE)?.map_or(&[][..], |a| self.of(a));
        if self.pairs.keys().any(|predicate| terms.contains(predicate))
            || types.iter().any(|(_, class)| terms.contains(class))
        {
            return Ok(true);
        }
        let own = [self.find(ibid::CLAIM)?, self.find(ibid::DOCUMENT)?];
        let called: FxHashSet<Node> =
            types.iter().filter(|(_, class)| own.contains(&Some(*class))).map(|(node, _)| *node).collect();
        for takes in prov::SOURCING {
            let Some(takes) = self.find(takes)? else { continue };
            if self.of(takes).iter().any(|(taker, _)| !called.contains(taker)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Reader for Within<'_, '_> {
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
        self.snapshot.query_in(query, &self.graphs, run)
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        let pairs = self.find(predicate)?.map_or(&[][..], |predicate| self.of(predicate));
        pairs.iter().for_each(|&(subject, object)| each(subject, object));
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let pairs = self.find(predicate)?.map_or(&[][..], |predicate| self.of(predicate));
        let start = pairs.partition_point(|pair| pair.0 < subject);
        Ok(pairs[start..].iter().take_while(|pair| pair.0 == subject).map(|pair| pair.1).collect())
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        self.snapshot.find(iri)
    }

    fn term(&self, node: Node) -> Result<Term> {
        self.snapshot.term(node)
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let mut found = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "they are sorted below")]
        for (&predicate, pairs) in &self.pairs {
            found.extend(pairs.iter().filter(|pair| pair.0 == subject).map(|pair| (predicate, pair.1)));
        }
        found.sort_unstable();
        Ok(found)
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        Ok(self.of(predicate).iter().filter(|pair| pair.1 == object).map(|pair| pair.0).collect())
    }

    fn described(&self, node: Node) -> Result<bool> {
        Ok(self.described.contains(&node))
    }

    fn graphs(&self, subject: Node) -> Result<Vec<Node>> {
        let graphs = self.snapshot.graphs(subject)?;
        Ok(graphs.into_iter().filter(|graph| self.graphs.binary_search(graph).is_ok()).collect())
    }

    fn place(&self, node: Node, graph: Option<Node>) -> Result<Option<Place>> {
        self.snapshot.place(node, graph)
    }

    fn attach(&self, graph: &'static str, facts: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        self.snapshot.attach(graph, facts)
    }
}
