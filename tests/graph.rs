//! A graph in memory as a reader, so that lineage can be asked of what a test makes up.

use ibid::model::Place;
use ibid::sparql::Query;
use ibid::store::{Columns, Error, Node, Reader, Result, Run};
use oxigraph::model::{BlankNode, Literal, NamedNode, Term};
use oxigraph::sparql::QueryResults;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A term as text: an IRI, `_:` and a label, or a quotation mark and a literal's words.
pub(crate) type Word = String;

/// Triples. It keeps no places, and answers no queries.
pub(crate) struct Graph {
    terms: Vec<Word>,
    nodes: HashMap<Word, Node>,
    edges: BTreeMap<Word, Vec<(Node, Node)>>,
    described: BTreeSet<Node>,
}

fn term(word: &str) -> Term {
    if let Some(text) = word.strip_prefix('"') {
        Literal::from(text).into()
    } else if let Some(label) = word.strip_prefix("_:") {
        BlankNode::new_unchecked(label).into()
    } else {
        NamedNode::new_unchecked(word).into()
    }
}

impl Graph {
    /// A graph whose nodes are numbered in the order in which the triples name them.
    pub(crate) fn of<'a>(triples: impl IntoIterator<Item = &'a [Word; 3]>) -> Self {
        let mut graph =
            Self { terms: Vec::new(), nodes: HashMap::new(), edges: BTreeMap::new(), described: BTreeSet::new() };
        for [subject, predicate, object] in triples {
            let (subject, object) = (graph.node(subject), graph.node(object));
            graph.edges.entry(predicate.clone()).or_default().push((subject, object));
            graph.described.insert(subject);
        }
        for predicate in graph.edges.keys().cloned().collect::<Vec<_>>() {
            graph.node(&predicate);
        }
        graph
    }

    /// All nodes.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node> {
        self.nodes.values().copied()
    }

    fn node(&mut self, word: &str) -> Node {
        if let Some(known) = self.nodes.get(word) {
            return *known;
        }
        let node = Node((self.terms.len() as u64 + 1) << 2 | Node::kind_of(&term(word)));
        self.terms.push(word.to_owned());
        self.nodes.insert(word.to_owned(), node);
        node
    }
}

impl Reader for Graph {
    fn query<'a>(&'a self, _: &'a Query, _: &Run) -> Result<QueryResults<'a>> {
        Err(Error::Other("a graph of a test answers no queries".into()))
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        self.edges.get(predicate).into_iter().flatten().for_each(|(subject, object)| each(*subject, *object));
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let of_it = self.edges.get(predicate).into_iter().flatten().filter(|pair| pair.0 == subject);
        Ok(of_it.map(|pair| pair.1).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let said = self.edges.iter().flat_map(|(predicate, pairs)| {
            let of_it = pairs.iter().filter(|pair| pair.0 == subject);
            of_it.map(|pair| (self.nodes[predicate], pair.1))
        });
        Ok(said.collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        let pairs = self.edges.get(&self.name(predicate)?).into_iter().flatten();
        Ok(pairs.filter(|pair| pair.1 == object).map(|pair| pair.0).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn graphs(&self, _: Node) -> Result<Vec<Node>> {
        Ok(Vec::new())
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        Ok(self.nodes.get(iri).copied())
    }

    fn term(&self, node: Node) -> Result<Term> {
        Ok(term(&self.terms[(node.0 >> 2) as usize - 1]))
    }

    fn described(&self, node: Node) -> Result<bool> {
        Ok(self.described.contains(&node))
    }

    fn place(&self, _: Node, _: Option<Node>) -> Result<Option<Place>> {
        Ok(None)
    }

    fn attach(&self, _: &'static str, _: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        Ok(())
    }
}
