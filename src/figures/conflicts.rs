//! Which figures for one thing cannot both hold?

use super::{Bound, Figure, Interval, period, sides};
use crate::store::{Columns, Node, Reader, Result, Value, Walk, pairs};
use crate::vocab::{ibid, schema};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The node of a measure, a subject, a unit and a counterpart, and the number of a period.
type Thing = (Node, Node, Node, Option<Node>, u32);

/// What a figure is about, by number, and the place of its claim.
type About = (usize, usize);

/// With how many pairs of subject and counterpart a claim is compared at most; more are no claim of one figure.
const MOST: usize = 1000;

/// Claims and their intervals.
type Stated = [(Node, Interval)];

/// Of the claims about one thing, by their places, the one whose figure ends first, and the one whose figure begins last.
#[derive(Default)]
struct Ends {
    lowest: Option<usize>,
    highest: Option<usize>,
}

/// Says of each claim with which other it is furthest from agreeing, where its interval has no number in common with that of another
/// claim: `ibid:conflictsWith`, and `ibid:conflictsWithin` of those in one report with it; of both that are no exact numbers, `ibid:statedRange` in words, as of
/// claims without a value. Claims are compared that agree in measure, subject, counterpart, unit and the days of their period
/// (MODEL, figures); without one of these but the counterpart none is, nor is a stock that is not of one day, nor what says several of one.
pub(super) fn conflicts(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>, facts: &mut Columns) -> Result<()> {
    let stated: Vec<(Node, Interval)> =
        figures.iter().filter_map(|(claim, figure)| Some((*claim, figure.interval()?))).collect();
    let abouts = abouts(reader, &stated)?;
    let furthest = furthest(reader, &stated, &abouts)?;
    for ((claim, _), found) in stated.iter().zip(&furthest) {
        if let Some(other) = found {
            facts.say(*claim, ibid::CONFLICTS_WITH, Value::Node(stated[*other].0));
        }
    }
    let within = reports(reader, &stated, &furthest, &abouts)?;
    let within = self::furthest(reader, &stated, &within)?;
    for ((claim, _), found) in stated.iter().zip(&within) {
        if let Some(other) = found {
            facts.say(*claim, ibid::CONFLICTS_WITHIN, Value::Node(stated[*other].0));
        }
    }
    let mut told: Vec<bool> = stated.iter().map(|(claim, _)| figures[claim].value.is_none()).collect();
    for (place, found) in furthest.iter().enumerate().chain(within.iter().enumerate()) {
        found.iter().flat_map(|other| [place, *other]).for_each(|place| told[place] = true);
    }
    for ((claim, interval), _) in stated.iter().zip(told).filter(|(_, told)| *told) {
        if let Some(words) = range(&figures[claim], interval) {
            facts.say(*claim, ibid::STATED_RANGE, Value::Text(words.into()));
        }
    }
    Ok(())
}

/// A figure that is no exact number, in words.
fn range(figure: &Figure, interval: &Interval) -> Option<String> {
    if figure.value.is_some() && figure.bound == Bound::Exact {
        return None;
    }
    match sides(Some(interval)) {
        (Some(lower), Some(upper)) => Some(format!("{lower} to {upper}")),
        (Some(lower), None) => Some(format!("at least {lower}")),
        (None, Some(upper)) => Some(format!("at most {upper}")),
        (None, None) => None,
    }
}

/// Of each claim the other one about the same that is furthest from it, if they have no number in common.
fn furthest(reader: &dyn Reader, stated: &Stated, abouts: &[About]) -> Result<Vec<Option<usize>>> {
    let count = abouts.iter().map(|(about, _)| about + 1).max().unwrap_or_default();
    let mut ends: Vec<Ends> = std::iter::repeat_with(Ends::default).take(count).collect();
    for (about, place) in abouts {
        let ends = &mut ends[*about];
        if let Some(upper) = stated[*place].1.upper() {
            put_first(reader, stated, &mut ends.lowest, *place, |known| Some(upper.cmp(known.upper()?)))?;
        }
        if let Some(lower) = stated[*place].1.lower() {
            put_first(reader, stated, &mut ends.highest, *place, |known| Some(known.lower()?.cmp(lower)))?;
        }
    }
    let mut furthest = vec![None; stated.len()];
    for (about, place) in abouts {
        let ends = &ends[*about];
        for other in [ends.lowest, ends.highest].into_iter().flatten() {
            let Some(distance) = stated[*place].1.distance(&stated[other].1) else { continue };
            let known = &mut furthest[*place];
            if known.as_ref().is_none_or(|(_, known)| *known < distance) {
                *known = Some((other, distance));
            }
        }
    }
    Ok(furthest.into_iter().map(|found| found.map(|(other, _)| other)).collect())
}

/// What the claims are about that conflict with another, report by report: the same in two reports has two numbers.
fn reports(reader: &dyn Reader, stated: &Stated, furthest: &[Option<usize>], abouts: &[About]) -> Result<Vec<About>> {
    let conflicting = abouts.iter().filter(|(_, place)| furthest[*place].is_some());
    let mut of_claims: FxHashMap<Node, Vec<Node>> =
        conflicting.clone().map(|(_, place)| (stated[*place].0, Vec::new())).collect();
    let class = reader.find(ibid::CLAIM)?;
    if let Some(class) = class.filter(|_| !of_claims.is_empty()) {
        reader.uses(class, &mut |claim, report| {
            if let Some(reports) = of_claims.get_mut(&claim).filter(|reports| !reports.contains(&report)) {
                reports.push(report);
            }
        })?;
    }
    let mut numbers: FxHashMap<(usize, Node), usize> = FxHashMap::default();
    let mut found = Vec::new();
    for (about, place) in conflicting {
        for report in &of_claims[&stated[*place].0] {
            let next = numbers.len();
            found.push((*numbers.entry((*about, *report)).or_insert(next), *place));
        }
    }
    Ok(found)
}

/// Puts a claim in a place if it comes before the one there: by this order, else by name, so that the order of loading tells nothing.
fn put_first(
    reader: &dyn Reader,
    stated: &Stated,
    first: &mut Option<usize>,
    place: usize,
    order: impl FnOnce(&Interval) -> Option<Ordering>,
) -> Result<()> {
    let comes_first = match first.map(|known| (known, order(&stated[known].1))) {
        Some((known, Some(Ordering::Equal))) => reader.name(stated[place].0)? < reader.name(stated[known].0)?,
        Some((_, Some(Ordering::Greater))) => false,
        _ => true,
    };
    if comes_first {
        *first = Some(place);
    }
    Ok(())
}

/// What each claim's figure is about, in the order of the claims.
fn abouts(reader: &dyn Reader, stated: &Stated) -> Result<Vec<About>> {
    let predicates = [ibid::MEASURE, schema::ABOUT, ibid::UNIT, ibid::COUNTERPART, schema::TEMPORAL_COVERAGE];
    let mut all = Vec::with_capacity(predicates.len());
    for predicate in predicates {
        all.push(pairs(reader, predicate)?);
    }
    let mut walks: Vec<Walk<'_>> = all.iter().map(|pairs| Walk::along(pairs)).collect();
    let stock = reader.find(ibid::STOCK)?;
    let kinds = pairs(reader, ibid::MEASURE_KIND)?;
    let stocks: Vec<Node> =
        kinds.iter().filter(|(_, kind)| Some(*kind) == stock).map(|(measure, _)| *measure).collect();
    let (mut spans, mut abouts) = (Spans::default(), Vec::new());
    let mut numbers: FxHashMap<Thing, usize> = FxHashMap::default();
    for (place, (claim, _)) in stated.iter().enumerate() {
        let of_claim: Vec<_> = walks.iter_mut().map(|walk| walk.to(*claim)).collect();
        // Which of several measures, units or periods is meant nobody can tell: ambiguous-record says so.
        let [[(_, measure)], subjects, [(_, unit)], counterparts, periods] = of_claim[..] else { continue };
        let Some((period, is_day)) = spans.only(reader, periods)? else { continue };
        if !is_day && stocks.binary_search(measure).is_ok() || subjects.len() * counterparts.len().max(1) > MOST {
            continue;
        }
        let sides: Vec<Option<Node>> = counterparts.iter().map(|(_, side)| Some(*side)).collect();
        let sides = if sides.is_empty() { vec![None] } else { sides };
        for (subject, side) in subjects.iter().flat_map(|(_, subject)| sides.iter().map(move |side| (subject, side))) {
            let next = numbers.len();
            let number = *numbers.entry((*measure, *subject, *unit, *side, period)).or_insert(next);
            abouts.push((number, place));
        }
    }
    Ok(abouts)
}

/// Periods by number: the same days are the same period, however they are written.
#[derive(Default)]
struct Spans {
    numbers: FxHashMap<String, u32>,
    known: FxHashMap<Node, Option<(u32, bool)>>,
}

impl Spans {
    /// The number of the only period that a claim has, and whether it is one day or less.
    fn only(&mut self, reader: &dyn Reader, written: &[(Node, Node)]) -> Result<Option<(u32, bool)>> {
        let mut found = None;
        for (_, written) in written {
            let Some(period) = self.number(reader, *written)? else { continue };
            if found.is_some_and(|found| found != period) {
                return Ok(None);
            }
            found = Some(period);
        }
        Ok(found)
    }

    /// The number of a period, and whether it is one day or less; none of what is no period, which nobody knows to be the same days as another's.
    fn number(&mut self, reader: &dyn Reader, written: Node) -> Result<Option<(u32, bool)>> {
        if let Some(known) = self.known.get(&written) {
            return Ok(*known);
        }
        let next = self.numbers.len() as u32;
        let found = period(&reader.name(written)?).ok().map(|spelt| {
            let is_day = match spelt.split_once('/') {
                Some((first, last)) => first == last,
                None => spelt.contains('T'),
            };
            (*self.numbers.entry(spelt).or_insert(next), is_day)
        });
        self.known.insert(written, found);
        Ok(found)
    }
}
