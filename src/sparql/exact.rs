//! What the evaluator does not do by itself: literals to the letter, and an order over whatever stands in a column.
//!
//! The evaluator turns a literal into its value when an expression looks at it, and the value back into a literal: `1.50`
//! comes out as `1.5`, an `xsd:int` as an `xsd:integer`. For arithmetic and comparison that is right. STR and DATATYPE are
//! about the literal itself, though, and COALESCE, IF, SAMPLE, MIN and MAX only choose one. And where values cannot be
//! compared, it sorts by an order that is none, which ends in a panic.
//!
//! So a query is changed before it is evaluated: where a variable is meant to the letter, or as something to be sorted
//! by, a function without arguments is called just before, and the dataset, asked for the variable's value next, gives
//! what was called for. MIN, MAX and `GROUP_CONCAT` are aggregates of our own.

use super::order;
use super::walk::{self, Visitor};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use oxigraph::sparql::{AggregateFunctionAccumulator, SparqlEvaluator};
use spareval::ExpressionTerm;
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, Function, GraphPattern, OrderExpression};
use std::cmp::Ordering::{Greater, Less};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What the next value is wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Wanted {
    Value,
    Letter,
    Order,
}

/// Names of functions; a blank stands in each, so that no query can name them.
const LETTER: &str = "ibid letter";
const ORDER: &str = "ibid order";
const NOTHING: &str = "ibid nothing";
const KEY: &str = "ibid key";
const MIN: &str = "ibid min";
const MAX: &str = "ibid max";
const CONCAT: &str = "ibid concat ";
/// MIN and MAX of a variable.
const FIRST: &str = "ibid first";
const LAST: &str = "ibid last";
/// Before the datatype of a literal that an aggregate gives to the letter.
const KEPT: &str = "ibid kept ";
/// The datatype of a number that an aggregate gives for the term of that number.
const NUMBER: &str = "ibid number";

/// A query made ready for an evaluator that works to the letter.
pub(crate) struct Exact {
    /// The query.
    pub(crate) query: Query,
    separators: Vec<String>,
    wanted: Lens,
}

/// What a dataset gives the evaluator to see of a term.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lens(Arc<Sight>);

#[derive(Debug, Default)]
struct Sight {
    wanted: AtomicU8,
    /// The number of the term that was shown last.
    last: AtomicU64,
}

impl Exact {
    /// Changes a query; its answers are the same but for what the module says.
    pub(crate) fn new(mut query: Query) -> Self {
        super::plan::plan(&mut query);
        let mut rewriter = Rewriter::default();
        walk::query(&mut query, &mut rewriter);
        Self { query, separators: rewriter.separators, wanted: Lens::default() }
    }

    /// What the dataset of the query must look through.
    pub(crate) fn lens(&self) -> Lens {
        self.wanted.clone()
    }

    /// Teaches an evaluator what the query calls.
    pub(crate) fn taught(&self, evaluator: SparqlEvaluator) -> SparqlEvaluator {
        let name = |name: &str| NamedNode::new_unchecked(name);
        let call = |wanted: Wanted| {
            let state = Arc::clone(&self.wanted.0);
            move |_: &[Term]| {
                state.wanted.store(wanted as u8, Ordering::Relaxed);
                None
            }
        };
        let extreme = |better: std::cmp::Ordering, lens: Option<Lens>| {
            move || -> Box<dyn AggregateFunctionAccumulator + Send + Sync> {
                Box::new(Extreme { better, best: None, lens: lens.clone() })
            }
        };
        let mut evaluator = evaluator
            .with_custom_function(name(LETTER), call(Wanted::Letter))
            .with_custom_function(name(ORDER), call(Wanted::Order))
            .with_custom_function(name(NOTHING), call(Wanted::Value))
            .with_custom_function(name(KEY), |terms: &[Term]| {
                Some(Literal::new_simple_literal(order::key(terms.first()?.as_ref())).into())
            })
            .with_custom_aggregate_function(name(MIN), extreme(Less, None))
            .with_custom_aggregate_function(name(MAX), extreme(Greater, None))
            .with_custom_aggregate_function(name(FIRST), extreme(Less, Some(self.lens())))
            .with_custom_aggregate_function(name(LAST), extreme(Greater, Some(self.lens())));
        for (number, separator) in self.separators.iter().enumerate() {
            let separator: Arc<str> = separator.as_str().into();
            let name = NamedNode::new_unchecked(format!("{CONCAT}{number}"));
            evaluator = evaluator.with_custom_aggregate_function(name, move || {
                Box::new(Concat { separator: Arc::clone(&separator), text: Some(None) })
            });
        }
        evaluator
    }
}

impl Lens {
    /// What the evaluator sees of the term of a number: its value, unless something else was called for just before.
    pub(crate) fn shows(&self, term: Term, number: u64) -> ExpressionTerm {
        self.0.last.store(number, Ordering::Relaxed);
        match self.0.wanted.swap(Wanted::Value as u8, Ordering::Relaxed) {
            wanted if wanted == Wanted::Letter as u8 => to_the_letter(term),
            wanted if wanted == Wanted::Order as u8 => ExpressionTerm::StringLiteral(order::key(term.as_ref())),
            _ => term.into(),
        }
    }

    /// Nothing is to be seen, whatever was called for.
    pub(crate) fn misses(&self) {
        self.0.wanted.store(Wanted::Value as u8, Ordering::Relaxed);
    }

    /// The number of the term that the evaluator means, where an aggregate has given it.
    #[expect(clippy::unused_self, reason = "what was shown through a lens is meant through it")]
    pub(crate) fn number(&self, term: &ExpressionTerm) -> Option<u64> {
        match term {
            ExpressionTerm::OtherTypedLiteral { value, datatype } if datatype.as_str() == NUMBER => value.parse().ok(),
            _ => None,
        }
    }

    /// The term that the evaluator means.
    #[expect(clippy::unused_self, reason = "what was shown through a lens is meant through it")]
    pub(crate) fn meant(&self, term: ExpressionTerm) -> Term {
        match term {
            ExpressionTerm::OtherTypedLiteral { value, datatype } => match datatype.as_str().strip_prefix(KEPT) {
                Some(kept) => Literal::new_typed_literal(value, NamedNode::new_unchecked(kept)).into(),
                None => Literal::new_typed_literal(value, datatype).into(),
            },
            other => other.into(),
        }
    }
}

/// A literal that no expression takes for a value.
fn to_the_letter(term: Term) -> ExpressionTerm {
    match term {
        Term::Literal(literal) if literal.language().is_none() && literal.datatype() != xsd::STRING => {
            let (value, datatype, _) = literal.destruct();
            ExpressionTerm::OtherTypedLiteral { value, datatype: datatype.unwrap_or_else(|| xsd::STRING.into()) }
        }
        other => other.into(),
    }
}

#[derive(Default)]
struct Rewriter {
    separators: Vec<String>,
}

fn call(name: &str, arguments: Vec<Expression>) -> Expression {
    Expression::FunctionCall(Function::Custom(NamedNode::new_unchecked(name)), arguments)
}

/// A variable as it is wanted: what is wanted is called for, and called off where the variable has no value. The calls have
/// none themselves.
fn wanted(how: &str, variable: &Expression) -> Expression {
    Expression::Coalesce(vec![call(how, Vec::new()), variable.clone(), call(NOTHING, Vec::new())])
}

/// An expression whose value, where it is that of a variable, is the variable's literal to the letter.
fn letter(expression: &mut Expression) {
    match expression {
        Expression::Variable(_) => *expression = wanted(LETTER, expression),
        Expression::Coalesce(list) => list.iter_mut().for_each(letter),
        Expression::If(_, yes, no) => {
            letter(yes);
            letter(no);
        }
        _ => {}
    }
}

/// Whether the evaluator passes a term on as it is.
fn passes_on(expression: &Expression) -> bool {
    match expression {
        Expression::Variable(_) | Expression::NamedNode(_) | Expression::Literal(_) => true,
        Expression::Coalesce(list) => list.iter().all(passes_on),
        Expression::If(_, yes, no) => passes_on(yes) && passes_on(no),
        _ => false,
    }
}

fn result(expression: &mut Expression) {
    if !passes_on(expression) {
        letter(expression);
    }
}

impl Visitor for Rewriter {
    fn expression(&mut self, place: &mut Expression) {
        match place {
            Expression::FunctionCall(Function::Str, list) => match list.as_mut_slice() {
                [Expression::Literal(literal)] => *place = Literal::new_simple_literal(literal.value()).into(),
                list => list.iter_mut().for_each(letter),
            },
            Expression::FunctionCall(Function::Datatype, list) => match list.as_mut_slice() {
                [Expression::Literal(literal)] => *place = literal.datatype().into_owned().into(),
                list => list.iter_mut().for_each(letter),
            },
            Expression::SameTerm(one, other) => {
                if !(passes_on(one) && passes_on(other)) {
                    result(one);
                    result(other);
                }
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Extend { expression, .. } => result(expression),
            GraphPattern::OrderBy { expression, .. } => {
                for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                    if let Expression::Variable(_) = key {
                        *key = wanted(ORDER, key);
                    } else {
                        letter(key);
                        *key = call(KEY, vec![key.clone()]);
                    }
                }
            }
            GraphPattern::Group { aggregates, .. } => {
                for (_, aggregate) in aggregates {
                    if let AggregateExpression::FunctionCall { name, expr, .. } = aggregate {
                        self.aggregate(name, expr);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Rewriter {
    fn aggregate(&mut self, name: &mut AggregateFunction, argument: &mut Expression) {
        match name {
            AggregateFunction::Count => result(argument),
            AggregateFunction::Sample => letter(argument),
            AggregateFunction::Min | AggregateFunction::Max => {
                let own = match (&*name, &*argument) {
                    (AggregateFunction::Min, Expression::Variable(_)) => FIRST,
                    (_, Expression::Variable(_)) => LAST,
                    (AggregateFunction::Min, _) => MIN,
                    _ => MAX,
                };
                letter(argument);
                *name = AggregateFunction::Custom(NamedNode::new_unchecked(own));
            }
            AggregateFunction::GroupConcat { separator } => {
                letter(argument);
                self.separators.push(separator.clone().unwrap_or_else(|| " ".to_owned()));
                let own = format!("{CONCAT}{}", self.separators.len() - 1);
                *name = AggregateFunction::Custom(NamedNode::new_unchecked(own));
            }
            _ => {}
        }
    }
}

/// MIN and MAX: the term that comes first or last in the order, to the letter.
struct Extreme {
    better: std::cmp::Ordering,
    /// With the number that it was shown under.
    best: Option<(order::Ranked, u64)>,
    /// What a variable's values are seen through: the term is then given as its number, and need not be looked up.
    lens: Option<Lens>,
}

impl AggregateFunctionAccumulator for Extreme {
    fn accumulate(&mut self, element: Term) {
        let element = order::Ranked::new(element);
        if self.best.as_ref().is_none_or(|(best, _)| element.compare(best) == self.better) {
            let number = self.lens.as_ref().map_or(0, |lens| lens.0.last.load(Ordering::Relaxed));
            self.best = Some((element, number));
        }
    }

    fn finish(&mut self) -> Option<Term> {
        let (best, number) = self.best.take()?;
        if self.lens.is_some() {
            return Some(Literal::new_typed_literal(number.to_string(), NamedNode::new_unchecked(NUMBER)).into());
        }
        Some(match to_the_letter(best.into_term()) {
            ExpressionTerm::OtherTypedLiteral { value, datatype } => {
                // Of this datatype the evaluator makes no value.
                Literal::new_typed_literal(value, NamedNode::new_unchecked(format!("{KEPT}{}", datatype.as_str())))
                    .into()
            }
            other => other.into(),
        })
    }
}

/// [GROUP_CONCAT](https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat): what STR gives of each, in a plain literal.
struct Concat {
    separator: Arc<str>,
    /// None at all after a blank node; none yet before the first.
    text: Option<Option<String>>,
}

impl AggregateFunctionAccumulator for Concat {
    fn accumulate(&mut self, element: Term) {
        let Some(text) = &mut self.text else { return };
        let piece = match element {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.destruct().0,
            Term::BlankNode(_) => {
                self.text = None;
                return;
            }
        };
        match text {
            Some(text) => {
                text.push_str(&self.separator);
                text.push_str(&piece);
            }
            None => *text = Some(piece),
        }
    }

    fn finish(&mut self) -> Option<Term> {
        Some(Literal::new_simple_literal(self.text.take()?.unwrap_or_default()).into())
    }
}
