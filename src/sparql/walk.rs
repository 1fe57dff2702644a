//! Visits every part of an algebra, once, children before parents.

use super::update::Modify;
use oxigraph::model::Variable;
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

    /// Its columns and what they are taken from; none where it has none.
    fn outermost(&mut self) -> Option<(&mut Vec<Variable>, &mut GraphPattern)> {
        None
    }

    /// Takes out of a template what has a literal for its subject: that is no triple, nothing is made of it, and it cannot
    /// be spelt.
    fn drop_unspeakable(&mut self) {}
}

impl Walked for Query {
    fn walk(&mut self, visitor: &mut impl Visitor) {
        query(self, visitor);
    }

    fn outermost(&mut self) -> Option<(&mut Vec<Variable>, &mut GraphPattern)> {
        let (Self::Select { pattern, .. } | Self::Describe { pattern, .. }) = self else { return None };
        let mut pattern = pattern;
        loop {
            match pattern {
                GraphPattern::Project { inner, variables } => return Some((variables, inner)),
                GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. } => pattern = inner,
                _ => return None,
            }
        }
    }

    fn drop_unspeakable(&mut self) {
        if let Self::Construct { template, .. } = self {
            template.retain(|triple| !matches!(triple.subject, TermPattern::Literal(_)));
        }
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
        Expression::Exists(inner) => pattern(inner, visitor),
        _ => each_part(node, &mut |part| expression(part, visitor)),
    }
    visitor.expression(node);
}

/// Gives the expressions that an expression is made of directly to `each`, in their order; of the pattern after EXISTS, none.
pub(super) fn each_part(node: &mut Expression, each: &mut dyn FnMut(&mut Expression)) {
    match node {
        Expression::NamedNode(_)
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Bound(_)
        | Expression::Exists(_) => {}
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
        | Expression::Divide(a, b) => [a, b].into_iter().for_each(|part| each(part)),
        Expression::If(a, b, c) => [a, b, c].into_iter().for_each(|part| each(part)),
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => each(a),
        Expression::In(value, list) => {
            each(value);
            list.iter_mut().for_each(each);
        }
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => list.iter_mut().for_each(each),
    }
}
