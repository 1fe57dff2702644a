//! Visits every part of an algebra, once, children before parents.

use super::update::Modify;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GraphNamePattern, GroundTermPattern, NamedNodePattern, TermPattern};

/// What to do with the parts; all do nothing by default.
pub(super) trait Visitor {
    fn term(&mut self, _: &mut TermPattern) {}
    fn name(&mut self, _: &mut NamedNodePattern) {}
    /// The graph that a template writes into.
    fn target(&mut self, _: &mut GraphNamePattern) {}
    fn expression(&mut self, _: &mut Expression) {}
    fn pattern(&mut self, _: &mut GraphPattern) {}
}

/// A visitor of patterns alone.
pub(super) struct OnPattern<F>(pub(super) F);

impl<F: FnMut(&mut GraphPattern)> Visitor for OnPattern<F> {
    fn pattern(&mut self, pattern: &mut GraphPattern) {
        (self.0)(pattern);
    }
}

/// What has an algebra to be visited.
pub(super) trait Walked {
    fn walk(&mut self, visitor: &mut impl Visitor);
}

impl Walked for Query {
    fn walk(&mut self, visitor: &mut impl Visitor) {
        query(self, visitor);
    }
}

pub(super) fn modify(modify: &mut Modify, visitor: &mut impl Visitor) {
    for quad in &mut modify.delete {
        ground(&mut quad.subject, visitor);
        visitor.name(&mut quad.predicate);
        ground(&mut quad.object, visitor);
        visitor.target(&mut quad.graph_name);
    }
    for quad in &mut modify.insert {
        visitor.term(&mut quad.subject);
        visitor.name(&mut quad.predicate);
        visitor.term(&mut quad.object);
        visitor.target(&mut quad.graph_name);
    }
    pattern(&mut modify.pattern, visitor);
}

fn ground(place: &mut GroundTermPattern, visitor: &mut impl Visitor) {
    let mut term = match place.clone() {
        GroundTermPattern::NamedNode(node) => TermPattern::NamedNode(node),
        GroundTermPattern::Literal(literal) => TermPattern::Literal(literal),
        GroundTermPattern::Variable(variable) => TermPattern::Variable(variable),
    };
    visitor.term(&mut term);
    *place = term.try_into().expect("no visitor puts a blank node into a template that removes");
}

pub(super) fn query(query: &mut Query, visitor: &mut impl Visitor) {
    match query {
        Query::Select { pattern: inner, .. }
        | Query::Ask { pattern: inner, .. }
        | Query::Describe { pattern: inner, .. } => {
            pattern(inner, visitor);
        }
        Query::Construct { template, pattern: inner, .. } => {
            for triple in template {
                visitor.term(&mut triple.subject);
                visitor.name(&mut triple.predicate);
                visitor.term(&mut triple.object);
            }
            pattern(inner, visitor);
        }
    }
}

fn pattern(node: &mut GraphPattern, visitor: &mut impl Visitor) {
    match node {
        GraphPattern::Bgp { patterns } => {
            for triple in patterns {
                visitor.term(&mut triple.subject);
                visitor.name(&mut triple.predicate);
                visitor.term(&mut triple.object);
            }
        }
        GraphPattern::Path { subject, object, .. } => {
            visitor.term(subject);
            visitor.term(object);
        }
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            pattern(left, visitor);
            pattern(right, visitor);
        }
        GraphPattern::LeftJoin { left, right, expression: condition } => {
            pattern(left, visitor);
            pattern(right, visitor);
            if let Some(condition) = condition {
                expression(condition, visitor);
            }
        }
        GraphPattern::Filter { expr, inner } => {
            pattern(inner, visitor);
            expression(expr, visitor);
        }
        GraphPattern::Graph { name, inner } | GraphPattern::Service { name, inner, .. } => {
            visitor.name(name);
            pattern(inner, visitor);
        }
        GraphPattern::Extend { inner, expression: value, .. } => {
            pattern(inner, visitor);
            expression(value, visitor);
        }
        GraphPattern::OrderBy { inner, expression: order } => {
            pattern(inner, visitor);
            for OrderExpression::Asc(key) | OrderExpression::Desc(key) in order {
                expression(key, visitor);
            }
        }
        GraphPattern::Group { inner, aggregates, .. } => {
            pattern(inner, visitor);
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    expression(expr, visitor);
                }
            }
        }
        GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => pattern(inner, visitor),
        GraphPattern::Values { .. } => {}
    }
    visitor.pattern(node);
}

fn expression(node: &mut Expression, visitor: &mut impl Visitor) {
    match node {
        Expression::NamedNode(_) | Expression::Literal(_) | Expression::Variable(_) | Expression::Bound(_) => {}
        Expression::Or(a, b)
        | Expression::And(a, b)
        | Expression::Equal(a, b)
        | Expression::SameTerm(a, b)
        | Expression::Greater(a, b)
        | Expression::GreaterOrEqual(a, b)
        | Expression::Less(a, b)
        | Expression::LessOrEqual(a, b)
        | Expression::Add(a, b)
        | Expression::Subtract(a, b)
        | Expression::Multiply(a, b)
        | Expression::Divide(a, b) => {
            expression(a, visitor);
            expression(b, visitor);
        }
        Expression::In(value, list) => {
            expression(value, visitor);
            list.iter_mut().for_each(|item| expression(item, visitor));
        }
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => expression(a, visitor),
        Expression::Exists(inner) => pattern(inner, visitor),
        Expression::If(a, b, c) => {
            expression(a, visitor);
            expression(b, visitor);
            expression(c, visitor);
        }
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
            list.iter_mut().for_each(|item| expression(item, visitor));
        }
    }
    visitor.expression(node);
}
