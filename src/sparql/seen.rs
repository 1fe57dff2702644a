//! Which IRIs and graphs does an algebra name?

use super::walk::Visitor;
use oxigraph::model::Variable;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::{GraphNamePattern, GroundTerm, NamedNodePattern, TermPattern};
use std::collections::BTreeSet;

/// What an algebra names.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) iris: BTreeSet<String>,
    /// The graphs it reads, after GRAPH.
    pub(super) graphs: BTreeSet<String>,
    /// The graphs that the templates of an update name.
    pub(super) written: BTreeSet<String>,
    pub(super) service: bool,
    pub(super) variables: BTreeSet<String>,
}

impl Seen {
    fn variable(&mut self, variable: &Variable) {
        self.variables.insert(variable.as_str().to_owned());
    }
}

impl Visitor for Seen {
    fn term(&mut self, term: &mut TermPattern) {
        match term {
            TermPattern::NamedNode(node) => {
                self.iris.insert(node.as_str().to_owned());
            }
            TermPattern::Variable(variable) => self.variable(variable),
            _ => {}
        }
    }

    fn name(&mut self, name: &mut NamedNodePattern) {
        match name {
            NamedNodePattern::NamedNode(node) => {
                self.iris.insert(node.as_str().to_owned());
            }
            NamedNodePattern::Variable(variable) => self.variable(variable),
        }
    }

    fn target(&mut self, graph: &mut GraphNamePattern) {
        if let GraphNamePattern::NamedNode(node) = graph {
            self.written.insert(node.as_str().to_owned());
        }
    }

    fn expression(&mut self, expression: &mut Expression) {
        match expression {
            Expression::NamedNode(node) => {
                self.iris.insert(node.as_str().to_owned());
            }
            Expression::Variable(variable) | Expression::Bound(variable) => self.variable(variable),
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Graph { name: NamedNodePattern::NamedNode(node), .. } => {
                self.graphs.insert(node.as_str().to_owned());
            }
            GraphPattern::Values { bindings, .. } => {
                for term in bindings.iter().flatten().flatten() {
                    if let GroundTerm::NamedNode(node) = term {
                        self.iris.insert(node.as_str().to_owned());
                    }
                }
            }
            GraphPattern::Service { .. } => self.service = true,
            _ => {}
        }
    }
}
