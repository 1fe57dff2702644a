//! In which order are the parts of a query looked up, where the evaluator would not see the cheap one?
//!
//! The evaluator orders joins by what a pattern looks like, and has two blind spots. What stands beside a subquery, an OPTIONAL, a UNION it
//! reads as a whole and joins by hashing, or it begins with it, where the rows could each be looked up as the query has it. And inside of
//! EXISTS it orders nothing: two patterns there are multiplied, for each row that is asked about.
//!
//! Where the right side of a join is made of plain patterns, it is the same to look it up for each row of the left
//! ([SEP-0006](https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md), LATERAL), and that is what such joins become.

use super::walk::each_part;
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, OrderExpression, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern};
use std::collections::BTreeSet;

/// The names of variables, and of blank nodes with `_:` before them: here they are variables too.
type Known = BTreeSet<String>;

/// Changes a query; its answers are the same.
pub(super) fn plan(query: &mut Query) {
    let (Query::Select { pattern: inner, .. }
    | Query::Ask { pattern: inner, .. }
    | Query::Describe { pattern: inner, .. }
    | Query::Construct { pattern: inner, .. }) = query;
    pattern(inner);
}

/// Outside of EXISTS.
fn pattern(place: &mut GraphPattern) {
    match place {
        GraphPattern::Join { left, right } => {
            pattern(left);
            pattern(right);
            if is_picked(left) && is_plain(right) && by_subject(right, known(&[left])) {
                let (left, right) = (taken(left), taken(right));
                *place = GraphPattern::Lateral { left, right };
            }
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            pattern(left);
            pattern(right);
            if let Some(condition) = expression {
                exists_in(condition, &known(&[left, right]));
            }
        }
        GraphPattern::Filter { expr, inner } => {
            pattern(inner);
            exists_in(expr, &known(&[inner]));
        }
        GraphPattern::Extend { inner, expression, .. } => {
            pattern(inner);
            exists_in(expression, &known(&[inner]));
        }
        GraphPattern::OrderBy { inner, expression } => {
            pattern(inner);
            let known = known(&[inner]);
            for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                exists_in(key, &known);
            }
        }
        GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            pattern(left);
            pattern(right);
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Service { inner, .. }
        | GraphPattern::Group { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => pattern(inner),
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Values { .. } => {}
    }
}

/// The variables that patterns may have values for.
fn known(patterns: &[&GraphPattern]) -> Known {
    let mut known = Known::new();
    for pattern in patterns {
        pattern.on_in_scope_variable(|variable| {
            known.insert(variable.as_str().to_owned());
        });
        blank_nodes(pattern, &mut known);
    }
    known
}

fn blank_nodes(pattern: &GraphPattern, known: &mut Known) {
    let mut add = |terms: [&TermPattern; 2]| known.extend(terms.into_iter().filter_map(name_of));
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().for_each(|triple| add([&triple.subject, &triple.object])),
        GraphPattern::Path { subject, object, .. } => add([subject, object]),
        GraphPattern::Graph { inner, .. } => blank_nodes(inner, known),
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            blank_nodes(left, known);
            blank_nodes(right, known);
        }
        _ => {}
    }
}

/// What a term is known by, if it is not known in any case.
fn name_of(term: &TermPattern) -> Option<String> {
    match term {
        TermPattern::Variable(variable) => Some(variable.as_str().to_owned()),
        TermPattern::BlankNode(node) => Some(format!("_:{}", node.as_str())),
        _ => None,
    }
}

/// Whether rows come from a subquery, an OPTIONAL or a UNION: they are likely fewer than all that the next pattern has, and the evaluator would not
/// begin with them.
fn is_picked(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Project { .. }
        | GraphPattern::Distinct { .. }
        | GraphPattern::Slice { .. }
        | GraphPattern::LeftJoin { .. }
        | GraphPattern::Union { .. } => true,
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            is_picked(left) || is_picked(right)
        }
        GraphPattern::Minus { left, .. } => is_picked(left),
        GraphPattern::Filter { inner, .. } | GraphPattern::Extend { inner, .. } | GraphPattern::Graph { inner, .. } => {
            is_picked(inner)
        }
        _ => false,
    }
}

/// Whether a pattern has nothing that could mean another thing where variables have values already.
fn is_plain(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => true,
        GraphPattern::Graph { inner, .. } => is_plain(inner),
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => is_plain(left) && is_plain(right),
        _ => false,
    }
}

/// Whether each plain pattern can be looked up by a subject that is known by then: what has a value may be a million subjects.
fn by_subject(plain: &GraphPattern, mut now: Known) -> bool {
    let mut parts = Vec::new();
    parts_of(plain.clone(), &mut parts);
    while let Some(next) = parts.iter().position(|part| told(part, &now) > BY_VALUE) {
        now.extend(known(&[&parts.swap_remove(next)]));
    }
    parts.is_empty()
}

fn taken(place: &mut GraphPattern) -> Box<GraphPattern> {
    Box::new(std::mem::take(place))
}

/// Inside of an expression, the patterns after EXISTS; `known` are the variables that may have values there.
fn exists_in(expression: &mut Expression, known: &Known) {
    match expression {
        Expression::Exists(inner) => inside(inner, known),
        _ => each_part(expression, &mut |part| exists_in(part, known)),
    }
}

/// Inside of EXISTS: plain patterns are looked up one after the other, first what most is known of.
fn inside(place: &mut GraphPattern, outer: &Known) {
    match place {
        GraphPattern::Bgp { .. } | GraphPattern::Join { .. } if is_plain(place) => {
            let mut parts = Vec::new();
            parts_of(std::mem::take(place), &mut parts);
            let mut now = outer.clone();
            let mut ordered: Option<GraphPattern> = None;
            while !parts.is_empty() {
                // The first of those that are as good: `max_by_key` would take the last.
                let next = (0..parts.len()).rev().max_by_key(|part| told(&parts[*part], &now)).unwrap_or_default();
                let mut part = parts.remove(next);
                inside_graph(&mut part, &now);
                now.extend(known(&[&part]));
                ordered = Some(match ordered {
                    Some(left) => GraphPattern::Lateral { left: Box::new(left), right: Box::new(part) },
                    None => part,
                });
            }
            *place = ordered.unwrap_or_default();
        }
        GraphPattern::Graph { .. } => inside_graph(place, outer),
        GraphPattern::Filter { expr, inner } => {
            inside(inner, outer);
            let mut now = outer.clone();
            now.extend(known(&[inner]));
            exists_in(expr, &now);
        }
        GraphPattern::Extend { inner, expression, .. } => {
            inside(inner, outer);
            let mut now = outer.clone();
            now.extend(known(&[inner]));
            exists_in(expression, &now);
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            inside(left, outer);
            let mut now = outer.clone();
            now.extend(known(&[left]));
            inside(right, &now);
            if let Some(condition) = expression {
                now.extend(known(&[right]));
                exists_in(condition, &now);
            }
        }
        GraphPattern::Union { left, right } => {
            inside(left, outer);
            inside(right, outer);
        }
        _ => pattern(place),
    }
}

fn inside_graph(place: &mut GraphPattern, outer: &Known) {
    if let GraphPattern::Graph { name, inner } = place {
        let mut now = outer.clone();
        if let NamedNodePattern::Variable(name) = name {
            now.insert(name.as_str().to_owned());
        }
        inside(inner, &now);
    }
}

/// The plain patterns that are joined, each triple by itself.
fn parts_of(whole: GraphPattern, parts: &mut Vec<GraphPattern>) {
    match whole {
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            parts_of(*left, parts);
            parts_of(*right, parts);
        }
        GraphPattern::Bgp { patterns } => {
            parts.extend(patterns.into_iter().map(|triple| GraphPattern::Bgp { patterns: vec![triple] }));
        }
        other => parts.push(other),
    }
}

fn is_long(path: &PropertyPathExpression) -> bool {
    matches!(path, PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::OneOrMore(_))
}

/// What [`told`] gives at most where no subject is known.
const BY_VALUE: usize = 3;

/// How much is known of what a part is looked up by.
fn told(part: &GraphPattern, known: &Known) -> usize {
    let has = |term: &TermPattern| name_of(term).is_none_or(|name| known.contains(&name));
    // A subject has few triples, a value may have many, and a predicate has most.
    let weigh =
        |subject: &TermPattern, object: &TermPattern| 4 * usize::from(has(subject)) + 2 * usize::from(has(object));
    match part {
        GraphPattern::Bgp { patterns } => {
            let weigh = |triple: &spargebra::term::TriplePattern| weigh(&triple.subject, &triple.object);
            patterns.iter().map(weigh).min().unwrap_or_default() + 1
        }
        // Read as a whole, a path of any length is the longest of all.
        GraphPattern::Path { subject, object, path } if is_long(path) => {
            if has(subject) || has(object) {
                BY_VALUE + 1
            } else {
                0
            }
        }
        GraphPattern::Path { subject, object, .. } => weigh(subject, object),
        GraphPattern::Graph { inner, .. } => told(inner, known),
        // As far as it is known at the start.
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            told(left, known).min(told(right, known))
        }
        _ => 0,
    }
}
