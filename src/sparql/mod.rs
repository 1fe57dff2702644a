//! How is a query with parameters bound safely?
//!
//! A query is text only until it is parsed. Parameters are put into the algebra as terms, so that no value can change
//! what a query means. What would reach the network is refused before anything is evaluated.

mod bind;
mod depth;
mod exact;
mod fault;
mod lexer;
mod order;
mod plan;
mod prefixes;
mod request;
mod seen;
mod split;
mod update;
mod walk;

pub use bind::BindError;
pub use depth::Bound;
pub(crate) use exact::{Exact, Lens};
pub(crate) use lexer::string_length;
pub use prefixes::{NotATerm, Prefixes};
pub use update::{Modify, Operation, Target, Transfer, Update};

use crate::rdf::Position;
use oxigraph::model::Term;
use seen::Seen;
use spargebra::SparqlParser;
use spargebra::algebra::{Expression, GraphPattern};
use std::collections::BTreeSet;

/// The parser names what it makes up with a random number of 128 bits; fewer hexadecimal digits are somebody's name.
const MADE_UP: usize = 26;

/// A query, parsed and bound.
#[derive(Clone, Debug)]
pub struct Query {
    algebra: spargebra::Query,
    iris: BTreeSet<String>,
    graphs: BTreeSet<String>,
    variables: BTreeSet<String>,
}

/// Why a text is no query that can be run.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is not SPARQL.
    #[error("{message}")]
    Syntax {
        /// Where, if the parser knows.
        position: Option<Position>,
        /// What was expected instead.
        message: String,
    },
    /// A prefix that nobody declared.
    #[error("no prefix `{prefix}` is declared")]
    Prefix {
        /// Where its name begins.
        position: Position,
        /// The prefix.
        prefix: String,
    },
    /// It is nested or chained beyond a bound.
    #[error("{bound}")]
    Deep {
        /// Where it goes beyond.
        position: Position,
        /// The bound.
        bound: Bound,
    },
    /// It writes.
    #[error("this is an update, and a query only reads")]
    Update,
    /// It reads, where an update was meant.
    #[error("this is a query, and an update writes")]
    Query,
    /// It would ask another server.
    #[error("SERVICE is refused: a query never leaves this machine")]
    Service,
}

/// What kind of answer a query gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SELECT: rows.
    Select,
    /// ASK: yes or no.
    Ask,
    /// CONSTRUCT and DESCRIBE: triples.
    Graph,
}

impl Query {
    /// Parses SPARQL 1.1; `prefixes` need no declaring in it.
    ///
    /// # Errors
    /// Where it is not SPARQL, goes beyond a [`Bound`], or names a SERVICE.
    pub fn parse(text: &str, prefixes: &Prefixes) -> Result<Self, QueryError> {
        bounded(text)?;
        let parser = parser(prefixes);
        let algebra = match parser.clone().parse_query(text) {
            Ok(algebra) => algebra,
            Err(_) if parser.clone().parse_update(text).is_ok_and(|update| !update.operations.is_empty()) => {
                return Err(QueryError::Update);
            }
            Err(error) => {
                let again = |text: &str| parser.clone().parse_query(text).err().map(|error| error.to_string());
                return Err(fault::of(&error.to_string(), text, "query", &again));
            }
        };
        let query =
            Self { algebra, iris: BTreeSet::new(), graphs: BTreeSet::new(), variables: BTreeSet::new() }.inspected();
        if query.calls_service() { Err(QueryError::Service) } else { Ok(query) }
    }

    /// The same query with parameters in place of variables of those names, wherever they stand.
    ///
    /// # Errors
    /// When a name is no variable of the query, the query sets it itself, or the term cannot stand where it does.
    pub fn bind(mut self, parameters: &[(String, Term)]) -> Result<Self, BindError> {
        bind::bind(&mut self.algebra, parameters)?;
        Ok(self.inspected())
    }

    /// Whether the query names an IRI: as a graph, in FROM, in VALUES, in an expression or as a term.
    pub fn names(&self, iri: &str) -> bool {
        self.iris.contains(iri)
    }

    /// The kind of its answer.
    pub fn kind(&self) -> Kind {
        match self.algebra {
            spargebra::Query::Select { .. } => Kind::Select,
            spargebra::Query::Ask { .. } => Kind::Ask,
            spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => Kind::Graph,
        }
    }

    /// The columns of a SELECT, in its order; empty for others.
    pub fn columns(&self) -> Vec<String> {
        fn outermost(pattern: &GraphPattern) -> Vec<String> {
            match pattern {
                GraphPattern::Project { variables, .. } => variables.iter().map(|v| v.as_str().to_owned()).collect(),
                GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. } => outermost(inner),
                _ => Vec::new(),
            }
        }
        match &self.algebra {
            spargebra::Query::Select { pattern, .. } => outermost(pattern),
            _ => Vec::new(),
        }
    }

    /// The query as it will be run, every prefix spelt out and every parameter in its place.
    ///
    /// Variables and blank nodes that the parser made up are numbered in the order they appear, so that the same query is
    /// always shown the same.
    pub fn show(&self) -> String {
        let mut shown = self.algebra.clone();
        walk::query(&mut shown, &mut Parted);
        let text = shown.to_string();
        // The names they get are nobody's.
        let taken = |prefix: &str| ["?", "$", "_:"].iter().any(|mark| text.contains(&format!("{mark}{prefix}")));
        let prefix =
            (0..=text.len()).map(|n| format!("v{}", "_".repeat(n))).find(|prefix| !taken(prefix)).unwrap_or_default();
        let mut made_up: Vec<&str> = Vec::new();
        let mut shown = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['?', ':']) {
            let (before, after) = rest.split_at(at + 1);
            shown.push_str(before);
            let length = after.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(after.len());
            let (name, after) = after.split_at(length);
            if length < MADE_UP || (before.ends_with(':') && !before.ends_with("_:")) {
                shown.push_str(name);
            } else {
                let known = made_up.iter().position(|known| *known == name).unwrap_or_else(|| {
                    made_up.push(name);
                    made_up.len() - 1
                });
                shown.push_str(&prefix);
                shown.push_str(&(known + 1).to_string());
            }
            rest = after;
        }
        shown + rest
    }

    /// The algebra, for an engine.
    pub fn algebra(&self) -> &spargebra::Query {
        &self.algebra
    }

    /// The graphs that the query names after GRAPH and FROM.
    pub fn graphs(&self) -> &BTreeSet<String> {
        &self.graphs
    }

    /// The variables that the query looks at, in a pattern or in an expression.
    pub fn variables(&self) -> &BTreeSet<String> {
        &self.variables
    }

    /// Whether the query reads named graphs on purpose.
    pub fn has_graph_clause(&self) -> bool {
        self.any_pattern(|pattern| matches!(pattern, GraphPattern::Graph { .. })) || self.algebra.dataset().is_some()
    }

    fn calls_service(&self) -> bool {
        self.any_pattern(|pattern| matches!(pattern, GraphPattern::Service { .. }))
    }

    fn any_pattern(&self, is_it: impl Fn(&GraphPattern) -> bool) -> bool {
        let mut found = false;
        walk::query(
            &mut self.algebra.clone(),
            &mut walk::OnPattern(|pattern: &mut GraphPattern| found |= is_it(pattern)),
        );
        found
    }

    fn inspected(mut self) -> Self {
        let mut seen = Seen::default();
        walk::query(&mut self.algebra, &mut seen);
        if let Some(dataset) = self.algebra.dataset() {
            let named = dataset.default.iter().chain(dataset.named.iter().flatten());
            seen.graphs.extend(named.map(|node| node.as_str().to_owned()));
        }
        seen.iris.extend(seen.graphs.iter().cloned());
        self.iris = seen.iris;
        self.graphs = seen.graphs;
        self.variables = seen.variables;
        self
    }
}

/// Parts one sign from the next, which SPARQL has no spelling for but brackets, and the algebra has no brackets.
struct Parted;

impl walk::Visitor for Parted {
    fn expression(&mut self, place: &mut Expression) {
        let is_sign = |inner: &Expression| {
            matches!(inner, Expression::Not(_) | Expression::UnaryMinus(_) | Expression::UnaryPlus(_))
        };
        if let Expression::Not(inner) | Expression::UnaryMinus(inner) | Expression::UnaryPlus(inner) = place
            && is_sign(inner)
        {
            let bare = std::mem::replace(&mut **inner, Expression::Coalesce(Vec::new()));
            **inner = Expression::Coalesce(vec![bare]);
        }
    }
}

/// Refuses a query or an update that is nested too deep to be parsed.
///
/// # Errors
/// [`QueryError::Deep`], with the place.
pub(crate) fn bounded(text: &str) -> Result<(), QueryError> {
    depth::check(text).map_err(|(position, bound)| QueryError::Deep { position, bound })
}

/// What parses queries and updates.
fn parser(prefixes: &Prefixes) -> SparqlParser {
    let mut parser = SparqlParser::new();
    for (prefix, namespace) in prefixes.list() {
        parser = parser.with_prefix(prefix, namespace).expect("the namespaces of the package are IRIs");
    }
    parser
}
