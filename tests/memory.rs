//! The port has a second implementation here: Oxigraph's in-memory store. What operations answer over it must be what
//! they answer over the store on disk.

use crate::util::{input, root, store_of};
use ibid::audit::{Options, audit};
use ibid::catalog;
use ibid::lineage::compute;
use ibid::model::Place;
use ibid::rdf::{Syntax, read};
use ibid::sparql::Query;
use ibid::store::{Columns, EachRow, Error, Node, Reader, Result, Run, Value};
use ibid::trace::{Limits, trace};
use ibid::vocab;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphName, GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use std::cell::RefCell;

/// One report in Oxigraph's memory. It keeps no places and knows https schema.org only.
struct Memory {
    store: Store,
    terms: RefCell<Vec<Term>>,
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

impl Memory {
    fn of(turtle: &str) -> Self {
        let report = read(turtle.as_bytes(), Syntax::Turtle, None).unwrap();
        let graph = NamedNode::new_unchecked(report.base.clone().unwrap());
        let store = Store::new().unwrap();
        for statement in &report.statements {
            let term = |number: u32| report.terms[number as usize].clone();
            let subject = match term(statement.subject) {
                Term::NamedNode(node) => NamedOrBlankNode::from(node),
                Term::BlankNode(node) => node.into(),
                Term::Literal(_) => unreachable!(),
            };
            let Term::NamedNode(predicate) = term(statement.predicate) else { unreachable!() };
            store.insert(&Quad::new(subject, predicate, term(statement.object), graph.clone())).unwrap();
        }
        Self { store, terms: RefCell::default() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "its callers have one to give away")]
    fn node(&self, term: Term) -> Node {
        let mut terms = self.terms.borrow_mut();
        let place = terms.iter().position(|known| *known == term).unwrap_or_else(|| {
            terms.push(term.clone());
            terms.len() - 1
        });
        Node((place as u64 + 1) << 2 | Node::kind_of(&term))
    }

    fn reports(&self) -> impl Iterator<Item = Result<Quad>> + '_ {
        let computed = |quad: &Quad| match &quad.graph_name {
            GraphName::NamedNode(graph) => vocab::graph::COMPUTED.contains(&graph.as_str()),
            _ => false,
        };
        self.store.iter().map(|quad| quad.map_err(other)).filter(move |quad| !quad.as_ref().is_ok_and(computed))
    }
}

impl Reader for Memory {
    fn query<'a>(&'a self, query: &'a Query, run: &Run) -> Result<QueryResults<'a>> {
        let mut prepared =
            SparqlEvaluator::new().with_cancellation_token(run.cancel.clone()).for_query(query.algebra().clone());
        if prepared.dataset().is_default_dataset() {
            let reports =
                self.reports().map(|quad| Ok(quad?.graph_name)).collect::<Result<std::collections::HashSet<_>>>();
            let mut graphs: Vec<GraphName> = reports?.into_iter().collect();
            graphs.push(GraphName::DefaultGraph);
            // A computed graph is there for the queries that name it, and for no other.
            let seen = graphs.iter().filter_map(|graph| match graph {
                GraphName::NamedNode(graph) => Some(graph.clone().into()),
                GraphName::BlankNode(graph) => Some(graph.clone().into()),
                GraphName::DefaultGraph => None,
            });
            let computed = vocab::graph::COMPUTED.into_iter().filter(|graph| query.names(graph));
            let named = seen.chain(computed.map(|graph| NamedNode::new_unchecked(graph).into())).collect();
            prepared.dataset_mut().set_available_named_graphs(named);
            prepared.dataset_mut().set_default_graph(graphs);
        }
        Ok(prepared.on_store(&self.store).execute()?)
    }

    fn rows(&self, query: &Query, run: &Run, each: &mut EachRow<'_>) -> Result<()> {
        let QueryResults::Solutions(rows) = self.query(query, run)? else { return Ok(()) };
        for row in rows {
            let row: Vec<Option<Node>> =
                row?.values().iter().map(|value| value.clone().map(|term| self.node(term))).collect();
            each(&row)?;
        }
        Ok(())
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        for quad in self.reports() {
            let quad = quad?;
            if quad.predicate.as_str() == predicate {
                each(self.node(quad.subject.into()), self.node(quad.object));
            }
        }
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        self.edges(predicate, &mut |s, o| {
            if s == subject && !found.contains(&o) {
                found.push(o);
            }
        })?;
        Ok(found)
    }

    fn statements(&self, subject: Node) -> Result<Vec<(Node, Node)>> {
        let subject = self.term(subject)?;
        let mut found = Vec::new();
        for quad in self.reports() {
            let quad = quad?;
            if Term::from(quad.subject) == subject {
                found.push((self.node(quad.predicate.into()), self.node(quad.object)));
            }
        }
        Ok(found)
    }

    fn subjects(&self, predicate: Node, object: Node) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        self.edges(&self.name(predicate)?, &mut |s, o| {
            if o == object {
                found.push(s);
            }
        })?;
        Ok(found)
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        let term: Term = match iri.strip_prefix("_:") {
            Some(label) => oxigraph::model::BlankNode::new_unchecked(label).into(),
            None => NamedNode::new_unchecked(iri).into(),
        };
        for quad in self.reports() {
            let quad = quad?;
            if Term::from(quad.subject) == term || Term::from(quad.predicate) == term || quad.object == term {
                return Ok(Some(self.node(term)));
            }
        }
        Ok(None)
    }

    fn term(&self, node: Node) -> Result<Term> {
        Ok(self.terms.borrow()[(node.0 >> 2) as usize - 1].clone())
    }

    fn described(&self, node: Node) -> Result<bool> {
        let term = self.term(node)?;
        Ok(self.reports().any(|quad| quad.is_ok_and(|quad| Term::from(quad.subject) == term)))
    }

    fn graphs(&self, subject: Node) -> Result<Vec<Node>> {
        let term = self.term(subject)?;
        let mut graphs = Vec::new();
        for quad in self.reports() {
            let quad = quad?;
            if Term::from(quad.subject) == term
                && let GraphName::NamedNode(graph) = quad.graph_name
            {
                graphs.push(self.node(graph.into()));
            }
        }
        graphs.sort_unstable();
        graphs.dedup();
        Ok(graphs)
    }

    fn place(&self, _: Node, _: Option<Node>) -> Result<Option<Place>> {
        Ok(None)
    }

    fn terms_in(&self, namespaces: &[&str]) -> Result<Vec<Node>> {
        let mut found = Vec::new();
        for quad in self.reports() {
            let quad = quad?;
            for term in [Term::from(quad.predicate), quad.object] {
                let within = |node: &NamedNode| namespaces.iter().any(|namespace| node.as_str().starts_with(namespace));
                if let Term::NamedNode(node) = &term
                    && within(node)
                {
                    found.push(self.node(term));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn uses(&self, term: Node, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        let term = self.term(term)?;
        for quad in self.reports() {
            let quad = quad?;
            if (Term::from(quad.predicate) == term || quad.object == term)
                && let GraphName::NamedNode(graph) = quad.graph_name
            {
                each(self.node(quad.subject.into()), self.node(graph.into()));
            }
        }
        Ok(())
    }

    fn attach(&self, graph: &'static str, facts: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        let graph = NamedNodeRef::new_unchecked(graph);
        if self.store.contains_named_graph(graph).map_err(other)? {
            return Ok(());
        }
        for fact in facts()?.facts() {
            let Term::NamedNode(subject) = self.term(fact.subject)? else { continue };
            let object: Term = match fact.object {
                Value::Node(node) => self.term(node)?,
                Value::Iri(iri) => NamedNode::new_unchecked(iri).into(),
                Value::Integer(number) => Literal::from(number).into(),
                Value::Boolean(value) => Literal::from(value).into(),
                Value::Decimal(number) => Literal::new_typed_literal(number.to_string(), xsd::DECIMAL).into(),
                Value::Text(text) => Literal::new_simple_literal(&*text).into(),
            };
            let quad = Quad::new(
                subject,
                NamedNode::new_unchecked(fact.predicate),
                object,
                GraphNameRef::from(graph).into_owned(),
            );
            self.store.insert(&quad).map_err(other)?;
        }
        Ok(())
    }
}

#[test]
fn operations_answer_the_same_over_another_engine() {
    for report in ["fictional", "north-korea-crypto"] {
        let turtle = std::fs::read_to_string(root().join(format!("data/{report}/report.ttl"))).unwrap();
        let memory = Memory::of(&turtle);
        let (_folder, store) = store_of(&[input("report.ttl", &turtle)]);
        let snapshot = store.read().unwrap();
        let (today, settings) = ("2026-01-01", catalog::Settings::default());
        let rules: Vec<_> = catalog::rules(&[])
            .unwrap()
            .into_values()
            .map(|rule| rule.unwrap().fitted(&settings, Some(today)).unwrap())
            .collect();
        let options = Options { today: Some(today.to_owned()), threads: 2, ..Options::default() };

        let audited = |reader: &dyn Reader| {
            let audit = audit(reader, &rules, Vec::new(), &options).unwrap().whole().unwrap();
            assert_eq!(audit.failures, []);
            let mut findings: Vec<String> = audit
                .findings
                .iter()
                .map(|f| {
                    format!("{} {} {:?} {:?} {} {:?}", f.severity, f.rule, f.claim, f.document, f.message, f.related)
                })
                .filter(|finding| !finding.contains("_:"))
                .collect();
            findings.sort();
            (findings, audit.summary)
        };
        assert_eq!(audited(&snapshot), audited(&memory), "{report}");

        let traced = |reader: &dyn Reader| {
            let lineage = compute(reader).unwrap();
            let mut chains: Vec<String> = lineage
                .claims()
                .iter()
                .map(|claim| {
                    let mut chain = trace(reader, &lineage, *claim, Limits::READABLE).unwrap().unwrap();
                    // This engine keeps no places.
                    chain.steps.iter_mut().for_each(|step| step.place = None);
                    serde_json::to_string(&chain).unwrap()
                })
                .collect();
            chains.sort();
            chains
        };
        assert_eq!(traced(&snapshot), traced(&memory), "{report}");
    }
}
