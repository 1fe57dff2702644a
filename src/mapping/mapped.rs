//! A reader that answers in the model's terms over one that answers in the data's.

use super::{Mappings, Reading, Recognised};
use crate::model::Place;
use crate::sparql::Query;
use crate::store::{Beside, Columns, EachRow, Node, Reader, Result, Run, name_of, node_of};
use crate::vocab::{ibid, rdf, spellings};
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::QueryResults;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

/// A reader over another, with foreign data read in the model's terms.
///
/// Mappings are laid over what is there when an edge is asked for first. Edges that a table names are streamed with those
/// they are read as; what has to be turned round or constructed is held in memory: as much as there is of foreign data.
/// Where a store has none of the terms that mappings name, everything is passed on.
///
/// The nodes are those of the reader below. Literals and classes that only a mapping says have numbers beyond its numbers;
/// a triple about a node that the reader below does not know is left out.
pub struct Mapped<'a> {
    inner: &'a dyn Reader,
    mappings: Mappings,
    laid: OnceCell<Laid>,
}

/// What mappings come to over what is there.
#[derive(Default)]
struct Laid {
    /// For each property of the model those that are read as it.
    edges: FxHashMap<String, Vec<String>>,
    /// Classes and what their instances are.
    classes: FxHashMap<Node, Node>,
    /// For each property of the model further pairs, sorted.
    further: BTreeMap<String, Vec<(Node, Node)>>,
    /// Terms that the reader below does not have: classes, literals, the predicates of what mappings say.
    terms: Vec<Term>,
    numbers: FxHashMap<Term, Node>,
}

/// Marks a number as one of this reader's: a bit that neither a dictionary's numbers nor a snapshot's own reach.
const OWN: u64 = 1 << 62;

fn is_own(node: Node) -> bool {
    node.0 >> 62 == 1
}

impl<'a> Mapped<'a> {
    /// Lays mappings over a reader.
    pub fn over(inner: &'a dyn Reader, mappings: &Mappings) -> Self {
        Self { inner, mappings: mappings.clone(), laid: OnceCell::new() }
    }

    /// How many claims and documents the mappings and the data's own words make of what is there.
    ///
    /// # Errors
    /// When the store fails, or a query of the mappings cannot be evaluated.
    pub fn recognise(&self) -> Result<Recognised> {
        self.recognise_among(None)
    }

    /// The same; of what nothing calls a claim only `takers` count, if they are given.
    pub(super) fn recognise_among(&self, takers: Option<&FxHashSet<Node>>) -> Result<Recognised> {
        super::recognise::recognise(self, self.inner, takers)
    }

    /// The claims that neither the data nor the mappings call so.
    pub(super) fn takers(&self) -> Result<Vec<Node>> {
        super::recognise::takers(self)
    }

    fn laid(&self) -> Result<&Laid> {
        if let Some(laid) = self.laid.get() {
            return Ok(laid);
        }
        let laid = Laid::over(self.inner, &self.mappings)?;
        Ok(self.laid.get_or_init(|| laid))
    }
}

impl Laid {
    fn over(inner: &dyn Reader, mappings: &Mappings) -> Result<Self> {
        let mut laid = Self::default();
        for row in &*mappings.rows {
            for term in spellings(&row.term) {
                if let Some(node) = inner.find(&term)? {
                    laid.add_row(inner, row.reading, (term, node), &row.model)?;
                }
            }
        }
        for query in &*mappings.queries {
            if occurs(inner, &query.triggers)? {
                laid.construct(inner, &query.query)?;
            }
        }
        for pairs in laid.further.values_mut() {
            pairs.sort_unstable();
            pairs.dedup();
        }
        let said: Vec<String> = laid.edges.keys().chain(laid.further.keys()).cloned().collect();
        for predicate in said {
            laid.node(inner, NamedNode::new_unchecked(predicate).into())?;
        }
        Ok(laid)
    }

    fn add_row(
        &mut self,
        inner: &dyn Reader,
        reading: Reading,
        (term, node): (String, Node),
        model: &str,
    ) -> Result<()> {
        let mut pairs = Vec::new();
        match reading {
            Reading::Taker => {}
            Reading::Edge => self.edges.entry(model.to_owned()).or_default().push(term),
            Reading::Class => {
                let class = self.node(inner, NamedNode::new_unchecked(model).into())?;
                self.classes.insert(node, class);
            }
            Reading::Inverse => {
                inner.edges(&term, &mut |subject, object| {
                    if !object.is_literal() {
                        pairs.push((object, subject));
                    }
                })?;
                self.further.entry(model.to_owned()).or_default().append(&mut pairs);
            }
            Reading::Subject | Reading::Object => {
                let class = self.node(inner, NamedNode::new_unchecked(model).into())?;
                inner.edges(&term, &mut |subject, object| {
                    let instance = if reading == Reading::Subject { subject } else { object };
                    if !instance.is_literal() {
                        pairs.push((instance, class));
                    }
                })?;
                self.further.entry(rdf::TYPE.to_owned()).or_default().append(&mut pairs);
            }
        }
        Ok(())
    }

    /// Runs a query and keeps what it says of nodes that are there.
    fn construct(&mut self, inner: &dyn Reader, query: &Query) -> Result<()> {
        let QueryResults::Graph(triples) = inner.query(query, &Run::default())? else { return Ok(()) };
        for triple in triples {
            let triple = triple?;
            let predicate = triple.predicate.into_string();
            let Some(subject) = inner.find(&name_of(triple.subject.into()))? else { continue };
            let is_word = matches!(predicate.as_str(), rdf::TYPE | ibid::BASIS | ibid::DEFAULT_BASIS);
            let object = match triple.object {
                word if is_word || word.is_literal() => self.node(inner, word)?,
                node => match inner.find(&name_of(node))? {
                    Some(node) => node,
                    None => continue,
                },
            };
            self.further.entry(predicate).or_default().push((subject, object));
        }
        Ok(())
    }

    /// The node of a term, one of its own where the reader below has none.
    fn node(&mut self, inner: &dyn Reader, term: Term) -> Result<Node> {
        if !term.is_literal()
            && let Some(known) = inner.find(&name_of(term.clone()))?
        {
            return Ok(known);
        }
        Ok(self.own(&term).unwrap_or_else(|| {
            let node = Node(OWN | (self.terms.len() as u64) << 2 | Node::kind_of(&term));
            self.numbers.insert(term.clone(), node);
            self.terms.push(term);
            node
        }))
    }

    fn own(&self, term: &Term) -> Option<Node> {
        self.numbers.get(term).copied()
    }

    /// The pairs of a property that are held in memory.
    fn further(&self, predicate: &str) -> &[(Node, Node)] {
        self.further.get(predicate).map_or(&[], Vec::as_slice)
    }
}

fn occurs(reader: &dyn Reader, terms: &[String]) -> Result<bool> {
    for term in terms.iter().flat_map(|term| spellings(term)) {
        if reader.find(&term)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Reader for Mapped<'_> {
    fn query<'q>(&'q self, query: &'q Query, run: &Run) -> Result<QueryResults<'q>> {
        self.inner.query(query, run)
    }

    fn rows(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        self.inner.rows(query, run, each)
    }

    fn hold(&self) {
        self.inner.hold();
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        let laid = self.laid()?;
        if predicate == rdf::TYPE && !laid.classes.is_empty() {
            self.inner.edges(predicate, &mut |node, class| {
                each(node, class);
                if let Some(class) = laid.classes.get(&class) {
                    each(node, *class);
                }
            })?;
        } else {
            self.inner.edges(predicate, each)?;
        }
        for other in laid.edges.get(predicate).into_iter().flatten() {
            self.inner.edges(other, each)?;
        }
        laid.further(predicate).iter().for_each(|&(subject, object)| each(subject, object));
        Ok(())
    }

    fn all_edges(&self, predicates: &[&str]) -> Result<Vec<Vec<(Node, Node)>>> {
        let laid = self.laid()?;
        let mut edges = self.inner.all_edges(predicates)?;
        for (predicate, edges) in predicates.iter().zip(&mut edges) {
            if *predicate == rdf::TYPE && !laid.classes.is_empty() {
                let of = |(node, class): &(Node, Node)| laid.classes.get(class).map(|class| (*node, *class));
                let mapped: Vec<_> = edges.iter().filter_map(of).collect();
                edges.extend(mapped);
            }
            for other in laid.edges.get(*predicate).into_iter().flatten() {
                self.inner.edges(other, &mut |subject, object| edges.push((subject, object)))?;
            }
            edges.extend(laid.further(predicate));
        }
        Ok(edges)
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let laid = self.laid()?;
        let mut statements = self.inner.statements(subject)?;
        let mut more = Vec::new();
        for (model, others) in laid.edges.iter().map(|(model, others)| (model, others.as_slice())) {
            let Some(model) = self.find(model)? else { continue };
            for other in others {
                let objects = self.inner.objects(subject, other)?;
                more.extend(objects.into_iter().map(|object| (model, object)));
            }
        }
        for (predicate, further) in &laid.further {
            let start = further.partition_point(|pair| pair.0 < subject);
            let mut objects = further[start..].iter().take_while(|pair| pair.0 == subject).peekable();
            if objects.peek().is_some()
                && let Some(predicate) = self.find(predicate)?
            {
                more.extend(objects.map(|pair| (predicate, pair.1)));
            }
        }
        if let Some(a) = self.inner.find(rdf::TYPE)? {
            let classes = statements.iter().filter(|(predicate, _)| *predicate == a);
            more.extend(classes.filter_map(|(_, class)| laid.classes.get(class)).map(|class| (a, *class)));
        }
        more.sort_unstable();
        more.dedup();
        statements.extend(more);
        Ok(statements)
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        let laid = self.laid()?;
        let iri = self.name(predicate)?;
        let mut subjects = Vec::new();
        if !is_own(predicate) {
            subjects = self.inner.subjects(predicate, object)?;
        }
        for other in laid.edges.get(&iri).into_iter().flatten() {
            if let Some(other) = self.inner.find(other)? {
                subjects.extend(self.inner.subjects(other, object)?);
            }
        }
        subjects.extend(laid.further(&iri).iter().filter(|pair| pair.1 == object).map(|pair| pair.0));
        Ok(subjects)
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let laid = self.laid()?;
        let mut objects = self.inner.objects(subject, predicate)?;
        let mut more = Vec::new();
        for other in laid.edges.get(predicate).into_iter().flatten() {
            more.extend(self.inner.objects(subject, other)?);
        }
        let further = laid.further(predicate);
        let start = further.partition_point(|pair| pair.0 < subject);
        more.extend(further[start..].iter().take_while(|pair| pair.0 == subject).map(|pair| pair.1));
        if !more.is_empty() {
            let mut seen: FxHashSet<Node> = objects.iter().copied().collect();
            objects.extend(more.into_iter().filter(|node| seen.insert(*node)));
        }
        Ok(objects)
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        Ok(match self.inner.find(iri)? {
            None => self.laid()?.own(&node_of(iri)),
            known => known,
        })
    }

    fn term(&self, node: Node) -> Result<Term> {
        let laid = self.laid.get().filter(|_| is_own(node));
        match laid.and_then(|laid| laid.terms.get(((node.0 & !OWN) >> 2) as usize)) {
            Some(term) => Ok(term.clone()),
            None => self.inner.term(node),
        }
    }

    fn described(&self, node: Node) -> Result<bool> {
        self.inner.described(node)
    }

    fn graphs(&self, subject: Node) -> Result<Vec<Node>> {
        self.inner.graphs(subject)
    }

    fn place(&self, node: Node, graph: Option<Node>) -> Result<Option<Place>> {
        self.inner.place(node, graph)
    }

    fn places(&self, node: Node) -> Result<Vec<(Option<Node>, Place)>> {
        self.inner.places(node)
    }

    fn files(&self) -> Option<&Path> {
        self.inner.files()
    }

    fn terms_in(&self, namespaces: &[&str]) -> Result<Vec<Node>> {
        self.inner.terms_in(namespaces)
    }

    fn uses(&self, term: Node, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        self.inner.uses(term, each)
    }

    fn beside(&self) -> Result<Option<Beside<'_>>> {
        // What is computed is computed from this one before others are asked for.
        self.inner.beside()
    }

    fn takers_are_claims(&self) -> bool {
        self.mappings.rows.iter().any(|row| row.reading == Reading::Taker)
    }

    fn attach(&self, graph: &'static str, facts: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        self.inner.attach(graph, facts)
    }
}
