//! Parameters into the algebra: a variable of that name is that term, wherever it stands.

use super::walk::{OnPattern, Visitor, Walked};
use oxigraph::model::{Literal, Term, Variable};
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{GraphNamePattern, GroundTerm, NamedNodePattern, TermPattern};
use std::collections::{BTreeMap, BTreeSet};

/// Why a parameter cannot be set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// There is no such variable.
    #[error("there is no variable `{name}` to be set")]
    Unknown {
        /// The name that was given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// It is computed.
    #[error("`?{0}` is computed, and cannot be set")]
    Assigned(String),
    /// It is set more than once.
    #[error("`{0}` is set twice")]
    Twice(String),
    /// It decides what a MINUS takes away.
    #[error("`?{0}` stands on both sides of a MINUS, and cannot be set; FILTER NOT EXISTS says the same and can")]
    Minus(String),
    /// A blank node names nothing outside its file.
    #[error("`{0}` cannot be a blank node")]
    Blank(String),
    /// A literal where only an IRI can stand.
    #[error("`{0}` stands for a predicate or a graph, and must be an IRI")]
    NotAnIri(String),
}

struct Binder<'p> {
    terms: BTreeMap<&'p str, &'p Term>,
    seen: BTreeSet<String>,
    error: Option<BindError>,
}

pub(super) fn bind(query: &mut impl Walked, parameters: &[(String, Term)]) -> Result<(), BindError> {
    if let Some((name, _)) = parameters.iter().find(|(_, term)| term.is_blank_node()) {
        return Err(BindError::Blank(name.clone()));
    }
    for (number, (name, _)) in parameters.iter().enumerate() {
        if parameters[..number].iter().any(|(other, _)| other == name) {
            return Err(BindError::Twice(name.clone()));
        }
        if in_minus(query, name) {
            return Err(BindError::Minus(name.clone()));
        }
    }
    let terms = parameters.iter().map(|(name, term)| (name.as_str(), term)).collect();
    let mut binder = Binder { terms, seen: BTreeSet::new(), error: None };
    query.walk(&mut binder);
    if let Some((name, _)) = parameters.iter().find(|(name, _)| !binder.seen.contains(name)) {
        return Err(BindError::Unknown { name: name.clone(), known: binder.seen.into_iter().collect() });
    }
    binder.error.map_or(Ok(()), Err)
}

impl<'p> Binder<'p> {
    fn get(&mut self, variable: &Variable) -> Option<&'p Term> {
        self.seen.insert(variable.as_str().to_owned());
        self.terms.get(variable.as_str()).copied()
    }
}

impl Visitor for Binder<'_> {
    fn term(&mut self, place: &mut TermPattern) {
        if let TermPattern::Variable(variable) = place
            && let Some(term) = self.get(variable)
        {
            *place = term.clone().into();
        }
    }

    fn name(&mut self, place: &mut NamedNodePattern) {
        if let NamedNodePattern::Variable(variable) = place
            && let Some(term) = self.get(variable)
        {
            match term {
                Term::NamedNode(node) => *place = node.clone().into(),
                _ => self.error = Some(BindError::NotAnIri(variable.as_str().to_owned())),
            }
        }
    }

    fn target(&mut self, place: &mut GraphNamePattern) {
        if let GraphNamePattern::Variable(variable) = place
            && let Some(term) = self.get(variable)
        {
            match term {
                Term::NamedNode(node) => *place = node.clone().into(),
                _ => self.error = Some(BindError::NotAnIri(variable.as_str().to_owned())),
            }
        }
    }

    fn expression(&mut self, place: &mut Expression) {
        match place {
            Expression::Variable(variable) => {
                if let Some(term) = self.get(variable) {
                    *place = value(term);
                }
            }
            Expression::Bound(variable) => {
                if self.get(variable).is_some() {
                    *place = Literal::from(true).into();
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Extend { variable, .. } => {
                if self.terms.contains_key(variable.as_str()) {
                    self.error = Some(BindError::Assigned(variable.as_str().to_owned()));
                }
            }
            GraphPattern::Values { variables, bindings } => {
                for (column, variable) in variables.iter().enumerate() {
                    if let Some(term) = self.terms.get(variable.as_str()) {
                        self.seen.insert(variable.as_str().to_owned());
                        let ground = match term {
                            Term::NamedNode(node) => Some(GroundTerm::NamedNode(node.clone())),
                            Term::Literal(literal) => Some(GroundTerm::Literal(literal.clone())),
                            Term::BlankNode(_) => None,
                        };
                        bindings.retain(|row| row[column].is_none() || row[column] == ground);
                    }
                }
            }
            // What is grouped by stays a key: without keys there would be a group where there are no rows.
            GraphPattern::Group { inner, variables, .. } => {
                for variable in variables {
                    if let Some(term) = self.get(variable) {
                        extend(inner, variable, term);
                    }
                }
            }
            // The replaced variable is gone from what is inside; whoever selects it still gets it.
            GraphPattern::Project { inner, variables } => {
                for variable in variables {
                    if let Some(term) = self.get(variable) {
                        extend(inner, variable, term);
                    }
                }
            }
            _ => {}
        }
    }
}

fn extend(pattern: &mut GraphPattern, variable: &Variable, term: &Term) {
    let bare = std::mem::replace(pattern, GraphPattern::Bgp { patterns: Vec::new() });
    *pattern = GraphPattern::Extend { inner: Box::new(bare), variable: variable.clone(), expression: value(term) };
}

/// Whether both sides of a MINUS of the query have a variable: what they share decides what is taken away, and a term in
/// its place is shared no longer.
fn in_minus(query: &mut impl Walked, name: &str) -> bool {
    let has = |pattern: &GraphPattern| {
        let mut found = false;
        pattern.on_in_scope_variable(|variable| found |= variable.as_str() == name);
        found
    };
    let mut found = false;
    query.walk(&mut OnPattern(|pattern: &mut GraphPattern| {
        if let GraphPattern::Minus { left, right } = pattern {
            found |= has(left) && has(right);
        }
    }));
    found
}

fn value(term: &Term) -> Expression {
    match term {
        Term::NamedNode(node) => node.clone().into(),
        Term::Literal(literal) => literal.clone().into(),
        Term::BlankNode(_) => unreachable!("blank nodes are refused before"),
    }
}

#[cfg(test)]
mod tests {
    use super::BindError;
    use crate::sparql::{Prefixes, Query};
    use oxigraph::model::{Literal, NamedNode, Term};

    fn bound(text: &str, name: &str, term: impl Into<Term>) -> Result<String, BindError> {
        let query = Query::parse(text, &Prefixes::default()).expect("the test's query parses");
        query.bind(&[(name.to_owned(), term.into())]).map(|query| query.show())
    }

    #[test]
    fn a_value_never_becomes_syntax() {
        let hostile = "x\" } ; DROP ALL # ";
        let shown = bound("SELECT ?s { ?s ?p ?v }", "v", Literal::new_simple_literal(hostile)).unwrap();
        assert!(shown.contains("\"x\\\" } ; DROP ALL # \""), "{shown}");
    }

    #[test]
    fn a_parameter_reaches_subqueries_filters_and_the_columns() {
        let text = "SELECT ?d ?n { { SELECT (COUNT(*) AS ?n) { ?c <http://e/in> ?d FILTER(?d != <http://e/x>) } } }";
        let shown = bound(text, "d", NamedNode::new_unchecked("http://e/doc")).unwrap();
        assert_eq!(shown.matches("<http://e/doc>").count(), 3, "{shown}");
        assert!(!shown.contains("?d <"), "{shown}");
    }

    #[test]
    fn what_cannot_be_bound_is_refused() {
        let text = "SELECT * { ?s ?p ?o BIND(1 AS ?one) }";
        assert_eq!(bound(text, "one", Literal::from(2)), Err(BindError::Assigned("one".into())));
        assert_eq!(bound(text, "p", Literal::from(2)), Err(BindError::NotAnIri("p".into())));
        assert!(matches!(bound(text, "q", Literal::from(2)), Err(BindError::Unknown { .. })));
    }
}
