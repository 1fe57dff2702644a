//! Between which numbers does a figure lie, what do a computed claim's operands give, and does its quote have it?
//!
//! Interval arithmetic over value, bound and precision as MODEL's section on figures has it, in decimals. The answer is
//! the computed graph `urn:ibid:figures`, so that rules about figures stay plain SPARQL.

mod conflicts;
mod formula;
mod interval;
mod span;
mod tokens;
mod told;
mod words;

pub use formula::{Formula, FormulaError};
use interval::last_digit;
pub use interval::{Bound, Interval};
pub use told::{Told, told};
pub use words::{Reading, readings};

use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::ibid;
use oxigraph::model::Term;
use oxsdatatypes::Decimal;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

#[derive(Default)]
struct Figure {
    value: Option<Decimal>,
    lower: Option<Decimal>,
    upper: Option<Decimal>,
    precision: Option<Decimal>,
    bound: Bound,
    formula: Option<String>,
    operands: Vec<(String, Node)>,
}

/// The computed graph: on claims with a figure `ibid:lower`, `ibid:upper` and `ibid:precision` (as stated, else as the digits
/// have it), on claims with a formula `ibid:computedLower` and `ibid:computedUpper`; a side that has no bound, or that
/// cannot be computed, has no fact. On claims with a figure and a quote whose numbers can be read, `ibid:figureInQuote`. On claims whose
/// figure cannot hold beside another's, `ibid:conflictsWith`.
///
/// # Errors
/// When the store fails. A figure that is no number is passed over.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let figures = read(reader)?;
    let mut facts = Columns::default();
    quoted(reader, &figures, &mut facts)?;
    conflicts::conflicts(reader, &figures, &mut facts)?;
    for (claim, figure) in &figures {
        let own = figure.interval();
        let computed = if figure.formula.is_some() { computed(*claim, &figures) } else { None };
        let sides = [
            (ibid::LOWER, own.and_then(Interval::lower)),
            (ibid::UPPER, own.and_then(Interval::upper)),
            (ibid::PRECISION, figure.quantum()),
            (ibid::COMPUTED_LOWER, computed.and_then(Interval::lower)),
            (ibid::COMPUTED_UPPER, computed.and_then(Interval::upper)),
        ];
        for (predicate, side) in sides {
            if let Some(side) = side {
                facts.say(*claim, predicate, Value::Decimal(side));
            }
        }
    }
    Ok(facts.sorted())
}

/// Says of each claim whether its quote has its figure; of several quotes the best counts.
fn quoted(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>, facts: &mut Columns) -> Result<()> {
    let mut best: BTreeMap<Node, Told> = BTreeMap::new();
    for (claim, quote) in pairs(reader, ibid::QUOTE)? {
        let Some(figure) = figures.get(&claim).filter(|figure| figure.interval().is_some()) else { continue };
        let Term::Literal(quote) = reader.term(quote)? else { continue };
        if quote.value().trim().is_empty() || !told::readable(quote.value(), quote.language()) {
            continue;
        }
        let told = told(figure.value, (figure.lower, figure.upper), figure.quantum(), quote.value());
        best.entry(claim).and_modify(|known| *known = told.min(*known)).or_insert(told);
    }
    for (claim, told) in best {
        let told = match told {
            Told::Said => ibid::SAID,
            Told::Rounded => ibid::ROUNDED,
            Told::Missing => ibid::MISSING,
        };
        facts.say(claim, ibid::FIGURE_IN_QUOTE, Value::Iri(told));
    }
    Ok(())
}

impl Figure {
    fn interval(&self) -> Option<Interval> {
        match self.value {
            Some(value) => Some(Interval::of(value, self.bound, self.precision)),
            None if self.lower.is_some() || self.upper.is_some() => Some(Interval::new(self.lower, self.upper)),
            None => None,
        }
    }
}

impl Figure {
    /// The precision as stated, else of the value's last digit that is not zero, else the width of a range.
    fn quantum(&self) -> Option<Decimal> {
        let zero = Decimal::from(0);
        match (self.precision, self.value) {
            (Some(stated), _) => Some(stated),
            (None, Some(value)) => Some(last_digit(value)).filter(|quantum| *quantum != zero),
            (None, None) => self.upper?.checked_sub(self.lower?).filter(|width| *width >= zero),
        }
    }
}

/// What the formula gives; an operand without a figure of its own counts with what its own formula gives.
fn computed(claim: Node, figures: &BTreeMap<Node, Figure>) -> Option<Interval> {
    let mut known: BTreeMap<Node, Option<Interval>> = BTreeMap::new();
    let mut open = BTreeSet::new();
    let mut todo = vec![claim];
    while let Some(&node) = todo.last() {
        let figure = figures.get(&node)?;
        let needed = |operand: Node| {
            figures.get(&operand).filter(|f| f.interval().is_none() && f.formula.is_some()).map(|_| operand)
        };
        let missing: Vec<Node> =
            figure.operands.iter().filter_map(|(_, of)| needed(*of)).filter(|of| !known.contains_key(of)).collect();
        if !missing.is_empty() && open.insert(node) {
            todo.extend(missing);
            continue;
        }
        todo.pop();
        let value = |name: &str| {
            let (_, of) = figure.operands.iter().find(|(operand, _)| operand == name)?;
            figures.get(of).and_then(Figure::interval).or_else(|| known.get(of).copied().flatten())
        };
        let result = figure
            .formula
            .as_deref()
            .and_then(|text| Formula::parse(text).ok())
            .and_then(|formula| formula.evaluate(value));
        known.insert(node, result);
    }
    known.remove(&claim).flatten()
}

fn read(reader: &dyn Reader) -> Result<BTreeMap<Node, Figure>> {
    let mut figures: BTreeMap<Node, Figure> = BTreeMap::new();
    let mut numbers = |predicate: &str, put: &mut dyn FnMut(&mut Figure, Decimal)| -> Result<()> {
        for (claim, value) in pairs(reader, predicate)? {
            if let Term::Literal(literal) = reader.term(value)?
                && let Ok(number) = Decimal::from_str(literal.value())
            {
                put(figures.entry(claim).or_default(), number);
            }
        }
        Ok(())
    };
    // Two values on one claim are a finding of the shapes; the least is taken, so that the order of loading tells nothing.
    let least =
        |slot: &mut Option<Decimal>, number: Decimal| *slot = Some(slot.map_or(number, |known| known.min(number)));
    numbers(ibid::VALUE, &mut |figure, number| least(&mut figure.value, number))?;
    numbers(ibid::LOWER, &mut |figure, number| least(&mut figure.lower, number))?;
    numbers(ibid::UPPER, &mut |figure, number| least(&mut figure.upper, number))?;
    numbers(ibid::PRECISION, &mut |figure, number| least(&mut figure.precision, number))?;
    for (claim, bound) in pairs(reader, ibid::BOUND)? {
        if let Some(figure) = figures.get_mut(&claim)
            && let Term::NamedNode(node) = reader.term(bound)?
            && let Some(bound) = Bound::of(node.as_str())
        {
            figure.bound = bound;
        }
    }
    let names: FxHashMap<Node, Node> = pairs(reader, ibid::NAME)?.into_iter().collect();
    let of: FxHashMap<Node, Node> = pairs(reader, ibid::OF)?.into_iter().collect();
    for (claim, formula) in pairs(reader, ibid::FORMULA)? {
        figures.entry(claim).or_default().formula = Some(reader.name(formula)?);
    }
    for (claim, operand) in pairs(reader, ibid::OPERAND)? {
        if let (Some(name), Some(of)) = (names.get(&operand), of.get(&operand)) {
            let name = reader.name(*name)?;
            figures.entry(claim).or_default().operands.push((name, *of));
        }
    }
    Ok(figures)
}

fn pairs(reader: &dyn Reader, predicate: &str) -> Result<Vec<(Node, Node)>> {
    let mut pairs = Vec::new();
    reader.edges(predicate, &mut |subject, object| pairs.push((subject, object)))?;
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
