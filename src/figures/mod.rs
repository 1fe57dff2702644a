//! Between which numbers does a figure lie, what do a computed claim's operands give, and does its quote have it?
//!
//! Interval arithmetic over value, bound and precision as MODEL's section on figures has it, exactly, whatever the
//! length of the numbers. The answer is the computed graph `urn:ibid:figures`, so that rules about figures stay plain SPARQL.

mod conflicts;
mod formula;
mod interval;
mod newest;
mod number;
mod period;
mod sources;
mod tokens;
mod told;
mod words;

pub use formula::{Formula, FormulaError, Gap};
pub use interval::{Bound, Interval};
pub use number::{Number, parse};
pub use period::{Trouble, days_of, period};
pub use told::{Quote, Stated, Told, told};
pub use words::{Reading, readings};

use crate::store::{Columns, Decimals, Node, Reader, Result, Value, pairs};
use crate::vocab::{ibid, prov, schema};
use number::{above, below, last_digit};
use oxigraph::model::Term;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Figure {
    value: Option<Number>,
    lower: Option<Number>,
    upper: Option<Number>,
    precision: Option<Number>,
    bound: Bound,
    formula: Option<String>,
    operands: Vec<(String, Node)>,
}

/// The computed graph.
///
/// On claims with a figure `ibid:lower`, `ibid:upper` and `ibid:precision` (as stated, else as the digits have it); a side that has no bound
/// has no fact. Decimals have 18 digits after the point and some twenty before it: what does not fit is rounded outwards.
///
/// On claims with a formula `ibid:computedLower` and `ibid:computedUpper`, or `ibid:uncomputed` with the reason why it gives no number; with a figure
/// too, `ibid:fitsOperands`: whether the two have a number in common, compared exactly.
///
/// On claims with a figure and a quote whose numbers can be read, `ibid:figureInQuote`, and where it is not in it `ibid:figureOfQuote`, the number
/// of the quote that is nearest. On claims with a period `ibid:period`, in one spelling for all, or `ibid:periodTrouble`. On claims
/// whose figure cannot hold beside another's, `ibid:conflictsWith` and `ibid:conflictsWithin`; of those, and of claims without a value, `ibid:statedRange`. On claims with a measure and a unit that are taken from a
/// claim with the same, `ibid:sourceFigure`.
///
/// On whatever has a date that is none `ibid:dateTrouble`, and on claims with a figure that is none `ibid:figureTrouble`: what is stated as one, or
/// `ibid:precision` where that is below zero. On claims with a period or a range that runs backwards `ibid:reversed`: the period, or the two ends.
///
/// # Errors
/// When the store fails. A figure that is no number is passed over.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    let figures = read(reader, &mut facts)?;
    dates(reader, &mut facts)?;
    periods(reader, &mut facts)?;
    quoted(reader, &figures, &mut facts)?;
    conflicts::conflicts(reader, &figures, &mut facts)?;
    newest::newest(reader, &mut facts)?;
    sources::sources(reader, &mut facts)?;
    stated(&figures, &mut facts);
    let mut known = BTreeMap::new();
    for (claim, figure) in figures.iter().filter(|(_, figure)| figure.formula.is_some()) {
        match computed(*claim, &figures, &mut known) {
            Ok(computed) => {
                let (lower, upper) = sides(Some(&computed));
                for (predicate, side) in [(ibid::COMPUTED_LOWER, lower), (ibid::COMPUTED_UPPER, upper)] {
                    side.into_iter().for_each(|side| facts.say(*claim, predicate, Value::Decimal(side)));
                }
                if let Some(own) = figure.interval() {
                    facts.say(*claim, ibid::FITS_OPERANDS, Value::Boolean(own.meets(&computed)));
                }
            }
            Err(why) => facts.say(*claim, ibid::UNCOMPUTED, Value::Text(why.into())),
        }
    }
    Ok(facts.sorted())
}

/// Says between which numbers the figures lie, and how precise they are.
fn stated(figures: &BTreeMap<Node, Figure>, facts: &mut Columns) {
    let (mut lowers, mut uppers, mut precisions) = (Vec::new(), Vec::new(), Vec::new());
    for (claim, figure) in figures {
        let (lower, upper) = sides(figure.interval().as_ref());
        lowers.extend(lower.map(|lower| (*claim, lower)));
        uppers.extend(upper.map(|upper| (*claim, upper)));
        precisions.extend(figure.quantum().and_then(|quantum| below(&quantum)).map(|quantum| (*claim, quantum)));
    }
    for (predicate, column) in [(ibid::LOWER, lowers), (ibid::UPPER, uppers), (ibid::PRECISION, precisions)] {
        facts.give(predicate, Decimals::new(column));
    }
}

fn sides(interval: Option<&Interval>) -> (Option<oxsdatatypes::Decimal>, Option<oxsdatatypes::Decimal>) {
    (interval.and_then(Interval::lower).and_then(below), interval.and_then(Interval::upper).and_then(above))
}

/// Says who gives a date that is none; there are few dates and many documents.
fn dates(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    let mut read: FxHashMap<Node, bool> = FxHashMap::default();
    for property in [schema::DATE_PUBLISHED, prov::INVALIDATED_AT_TIME, prov::GENERATED_AT_TIME, ibid::CAPTURED_AT] {
        for (node, written) in pairs(reader, property)? {
            let is_date = match read.get(&written) {
                Some(known) => *known,
                None => {
                    let text = reader.name(written)?;
                    *read.entry(written).or_insert(!text.contains('/') && period(&text).is_ok())
                }
            };
            if !is_date {
                facts.say(node, ibid::DATE_TROUBLE, Value::Node(written));
            }
        }
    }
    Ok(())
}

/// Says of each claim with a period which it is; there are few periods and many claims.
fn periods(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    let mut read: FxHashMap<Node, std::result::Result<Value, Trouble>> = FxHashMap::default();
    for (claim, written) in pairs(reader, schema::TEMPORAL_COVERAGE)? {
        let found = match read.entry(written) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(period(&reader.name(written)?).map(|days| Value::Text(days.into()))),
        };
        match found {
            Ok(days) => facts.say(claim, ibid::PERIOD, days.clone()),
            Err(trouble) => {
                facts.say(claim, ibid::PERIOD_TROUBLE, Value::Node(written));
                if *trouble == Trouble::Reversed {
                    facts.say(claim, ibid::REVERSED, Value::Node(written));
                }
            }
        }
    }
    Ok(())
}

/// Says of each claim whether its quote has its figure; of several quotes the best counts.
fn quoted(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>, facts: &mut Columns) -> Result<()> {
    let years = of_years(reader, figures)?;
    // Of quotes that are as good the first by its letters counts, so that the order of loading tells nothing.
    let mut best: BTreeMap<Node, (Told, String, Option<Number>)> = BTreeMap::new();
    for (claim, quote) in pairs(reader, ibid::QUOTE)? {
        let Some(figure) = figures.get(&claim).filter(|figure| figure.interval().is_some()) else { continue };
        let Term::Literal(words) = reader.term(quote)? else { continue };
        let quote = Quote { text: words.value(), language: words.language(), years: years.contains(&claim) };
        if quote.text.trim().is_empty() || !quote.readable() {
            continue;
        }
        let (ends, quantum) = ((figure.lower.as_ref(), figure.upper.as_ref()), figure.quantum());
        let stated = Stated { value: figure.value.as_ref(), ends, quantum: quantum.as_ref() };
        let (told, nearest) = told(&stated, &quote);
        match best.get_mut(&claim) {
            Some(known) if (known.0, known.1.as_str()) <= (told, quote.text) => {}
            Some(known) => *known = (told, quote.text.to_owned(), nearest),
            None => drop(best.insert(claim, (told, quote.text.to_owned(), nearest))),
        }
    }
    let mut nearer = Vec::new();
    for (claim, (told, _, nearest)) in best {
        let told = match told {
            Told::Said => ibid::SAID,
            Told::Rounded => ibid::ROUNDED,
            Told::Missing => ibid::MISSING,
        };
        facts.say(claim, ibid::FIGURE_IN_QUOTE, Value::Iri(told));
        if let Some(nearest) = nearest.as_ref().and_then(below).filter(|_| told != ibid::SAID) {
            nearer.push((claim, nearest));
        }
    }
    facts.give(ibid::FIGURE_OF_QUOTE, Decimals::new(nearer));
    Ok(())
}

/// The claims whose figures may be years or days: those with such a unit, or with none.
fn of_years(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>) -> Result<FxHashSet<Node>> {
    let mut years: FxHashSet<Node> = figures.keys().copied().collect();
    let mut units: FxHashMap<Node, bool> = FxHashMap::default();
    for (claim, unit) in pairs(reader, ibid::UNIT)? {
        let counts_years = match units.get(&unit) {
            Some(known) => *known,
            None => {
                let name = reader.name(unit)?;
                let local = name.rsplit(['/', '#', ':']).next().unwrap_or_default();
                *units.entry(unit).or_insert(["YR", "DAY", "year", "day"].contains(&local))
            }
        };
        if !counts_years {
            years.remove(&claim);
        }
    }
    Ok(years)
}

impl Figure {
    /// Between which numbers it lies; a range that runs backwards is none.
    fn interval(&self) -> Option<Interval> {
        match (&self.value, &self.lower, &self.upper) {
            (Some(value), ..) => Some(Interval::of(value, self.bound, self.precision.as_ref())),
            (None, None, None) => None,
            (None, Some(lower), Some(upper)) if lower > upper => None,
            (None, lower, upper) => Some(Interval::new(lower.clone(), upper.clone())),
        }
    }

    /// The precision as stated, else of the value's last digit that is not zero, else the width of a range.
    fn quantum(&self) -> Option<Number> {
        match (&self.precision, &self.value) {
            (Some(stated), _) => Some(stated.clone()),
            (None, Some(value)) => last_digit(value).filter(|quantum| *quantum != Number::ZERO),
            (None, None) => Some(self.upper.as_ref()? - self.lower.as_ref()?).filter(|width| *width >= Number::ZERO),
        }
    }
}

/// What formulas were found to give, or why they give nothing.
type Computed = BTreeMap<Node, std::result::Result<Interval, String>>;

/// What a claim's formula gives; an operand without a figure of its own counts with what its own formula gives.
fn computed(
    claim: Node,
    figures: &BTreeMap<Node, Figure>,
    known: &mut Computed,
) -> std::result::Result<Interval, String> {
    let is_computed = |figure: &Figure| figure.interval().is_none() && figure.formula.is_some();
    let mut open = BTreeSet::new();
    let mut todo = vec![claim];
    while let Some(&node) = todo.last() {
        let Some(figure) = figures.get(&node).filter(|_| !known.contains_key(&node)) else {
            todo.pop();
            continue;
        };
        let needed = figure.operands.iter().map(|(_, of)| *of);
        let needed = needed.filter(|of| !known.contains_key(of) && figures.get(of).is_some_and(is_computed));
        let needed: Vec<Node> = needed.collect();
        if !needed.is_empty() && open.insert(node) {
            todo.extend(needed);
            continue;
        }
        todo.pop();
        let value = |name: &str| {
            let mut named = figure.operands.iter().filter(|(operand, _)| operand == name);
            let (_, of) = named.next().ok_or_else(|| Gap::Name(name.to_owned()))?;
            if named.any(|(_, other)| other != of) {
                return Err(Gap::Twice(name.to_owned()));
            }
            let Some(operand) = figures.get(of) else { return Err(Gap::Figure(name.to_owned())) };
            match operand.interval() {
                Some(own) => Ok(own),
                None if operand.formula.is_none() => Err(Gap::Figure(name.to_owned())),
                None => match known.get(of) {
                    Some(Ok(computed)) => Ok(computed.clone()),
                    _ => Err(Gap::Formula(name.to_owned())),
                },
            }
        };
        let result = Formula::parse(figure.formula.as_deref().unwrap_or_default())
            .map_err(|error| error.to_string())
            .and_then(|formula| formula.evaluate(value).map_err(|gap| gap.to_string()))
            .and_then(|found| {
                let bounded = found.lower().is_some() || found.upper().is_some();
                if bounded { Ok(found) } else { Err(Gap::Any.to_string()) }
            });
        known.insert(node, result);
    }
    known.get(&claim).cloned().expect("the claim was the first to be done")
}

fn read(reader: &dyn Reader, facts: &mut Columns) -> Result<BTreeMap<Node, Figure>> {
    let mut figures: BTreeMap<Node, Figure> = BTreeMap::new();
    // Of lower and upper ends the literals that count.
    let mut ends: [FxHashMap<Node, Node>; 2] = Default::default();
    // Two values on one claim are found by ambiguous-record; the least is taken, so that the order of loading tells nothing.
    let mut numbers = |predicate: &'static str, slot: fn(&mut Figure) -> &mut Option<Number>| -> Result<()> {
        for (claim, value) in pairs(reader, predicate)? {
            let number = if let Term::Literal(literal) = reader.term(value)? { parse(literal.value()) } else { None };
            let Some(number) = number else {
                facts.say(claim, ibid::FIGURE_TROUBLE, Value::Node(value));
                continue;
            };
            if predicate == ibid::PRECISION && number < Number::ZERO {
                facts.say(claim, ibid::FIGURE_TROUBLE, Value::Iri(ibid::PRECISION));
                continue;
            }
            let known = slot(figures.entry(claim).or_default());
            if known.as_ref().is_none_or(|known| number < *known) {
                *known = Some(number);
                if let Some(end) = [ibid::LOWER, ibid::UPPER].iter().position(|end| *end == predicate) {
                    ends[end].insert(claim, value);
                }
            }
        }
        Ok(())
    };
    numbers(ibid::VALUE, |figure| &mut figure.value)?;
    numbers(ibid::LOWER, |figure| &mut figure.lower)?;
    numbers(ibid::UPPER, |figure| &mut figure.upper)?;
    numbers(ibid::PRECISION, |figure| &mut figure.precision)?;
    // Here as below the first by name counts.
    let mut bounds: BTreeMap<Node, (String, Bound)> = BTreeMap::new();
    for (claim, node) in pairs(reader, ibid::BOUND)? {
        let name = if let Term::NamedNode(node) = reader.term(node)? { node.into_string() } else { String::new() };
        match Bound::of(&name) {
            Some(_) if bounds.get(&claim).is_some_and(|(known, _)| *known < name) => {}
            Some(bound) => drop(bounds.insert(claim, (name, bound))),
            None => facts.say(claim, ibid::FIGURE_TROUBLE, Value::Node(node)),
        }
    }
    for (claim, (_, bound)) in bounds {
        figures.entry(claim).and_modify(|figure| figure.bound = bound);
    }
    for (claim, figure) in &figures {
        if figure.lower.is_some() && figure.upper.is_some() && figure.lower > figure.upper {
            ends.iter().for_each(|end| facts.say(*claim, ibid::REVERSED, Value::Node(end[claim])));
        }
    }
    for (claim, (formula, _)) in first_by_name(reader, ibid::FORMULA)? {
        figures.entry(claim).or_default().formula = Some(formula);
    }
    let (names, of) = (first_by_name(reader, ibid::NAME)?, first_by_name(reader, ibid::OF)?);
    for (claim, operand) in pairs(reader, ibid::OPERAND)? {
        if let (Some((name, _)), Some((_, of))) = (names.get(&operand), of.get(&operand)) {
            figures.entry(claim).or_default().operands.push((name.clone(), *of));
        }
    }
    Ok(figures)
}

/// Of each subject of a predicate the object that is first by name, with its name.
fn first_by_name(reader: &dyn Reader, predicate: &str) -> Result<BTreeMap<Node, (String, Node)>> {
    let mut first: BTreeMap<Node, (String, Node)> = BTreeMap::new();
    for (subject, object) in pairs(reader, predicate)? {
        let found = (reader.name(object)?, object);
        if first.get(&subject).is_none_or(|known| found < *known) {
            first.insert(subject, found);
        }
    }
    Ok(first)
}
