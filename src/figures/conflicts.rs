//! Which figures for one thing cannot both hold?

use super::{Figure, Interval, pairs, period};
use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::{ibid, schema};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The node of a measure, a subject, a unit and a counterpart, and the number of a period.
type Thing = (Node, Node, Node, Option<Node>, u32);

/// Claims and their intervals.
type Stated = [(Node, Interval)];

/// Of the claims about one thing, by their places, the one whose figure ends first, and the one whose figure begins last.
#[derive(Default)]
struct Ends {
    lowest: Option<usize>,
    highest: Option<usize>,
}

/// Says of each claim with which other it is furthest from agreeing, where its interval has no number in common with that of another
/// claim: `ibid:conflictsWith`. Claims are compared that agree in measure, subject, counterpart, unit and the days of their period
/// (MODEL, figures); without one of these but the counterpart none is, nor is a stock that is not of one day.
pub(super) fn conflicts(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>, facts: &mut Columns) -> Result<()> {
    let stated: Vec<(Node, Interval)> =
        figures.iter().filter_map(|(claim, figure)| Some((*claim, figure.interval()?))).collect();
    let things = things(reader, &stated)?;
    let mut ends: FxHashMap<Thing, Ends> = FxHashMap::default();
    for (thing, place) in &things {
        let ends = ends.entry(*thing).or_default();
        if let Some(upper) = stated[*place].1.upper() {
            put_first(reader, &stated, &mut ends.lowest, *place, |known| Some(upper.cmp(known.upper()?)))?;
        }
        if let Some(lower) = stated[*place].1.lower() {
            put_first(reader, &stated, &mut ends.highest, *place, |known| Some(known.lower()?.cmp(lower)))?;
        }
    }
    // Of each claim the other that is furthest, and how far that is.
    let mut furthest = vec![None; stated.len()];
    for (thing, place) in &things {
        let ends = &ends[thing];
        for other in [ends.lowest, ends.highest].into_iter().flatten() {
            let Some(distance) = stated[*place].1.distance(&stated[other].1) else { continue };
            let known = &mut furthest[*place];
            if known.as_ref().is_none_or(|(_, known)| *known < distance) {
                *known = Some((other, distance));
            }
        }
    }
    for ((claim, _), found) in stated.iter().zip(furthest) {
        if let Some((other, _)) = found {
            facts.say(*claim, ibid::CONFLICTS_WITH, Value::Node(stated[other].0));
        }
    }
    Ok(())
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
fn things(reader: &dyn Reader, stated: &Stated) -> Result<Vec<(Thing, usize)>> {
    let predicates = [ibid::MEASURE, schema::ABOUT, ibid::UNIT, ibid::COUNTERPART, schema::TEMPORAL_COVERAGE];
    let mut all = Vec::with_capacity(predicates.len());
    for predicate in predicates {
        all.push(pairs(reader, predicate)?);
    }
    let mut walks: Vec<Walk<'_>> = all.iter().map(|pairs| Walk(pairs)).collect();
    let stock = reader.find(ibid::STOCK)?;
    let kinds = pairs(reader, ibid::MEASURE_KIND)?;
    let stocks: Vec<Node> =
        kinds.iter().filter(|(_, kind)| Some(*kind) == stock).map(|(measure, _)| *measure).collect();
    let (mut spans, mut things) = (Spans::default(), Vec::new());
    for (place, (claim, _)) in stated.iter().enumerate() {
        let of_claim: Vec<_> = walks.iter_mut().map(|walk| walk.to(*claim)).collect();
        let [measures, subjects, units, counterparts, periods] = of_claim[..] else { continue };
        let sides: Vec<Option<Node>> = counterparts.iter().map(|(_, side)| Some(*side)).collect();
        let sides = if sides.is_empty() { vec![None] } else { sides };
        for (_, period) in periods {
            let (period, is_day) = spans.number(reader, *period)?;
            for (_, measure) in measures.iter().filter(|(_, measure)| is_day || stocks.binary_search(measure).is_err())
            {
                for (_, about) in subjects {
                    for (_, unit) in units {
                        things.extend(sides.iter().map(|side| ((*measure, *about, *unit, *side, period), place)));
                    }
                }
            }
        }
    }
    Ok(things)
}

/// Pairs by subject, read in the order of subjects.
struct Walk<'a>(&'a [(Node, Node)]);

impl<'a> Walk<'a> {
    /// The pairs of a subject that comes after all that were asked for before.
    fn to(&mut self, subject: Node) -> &'a [(Node, Node)] {
        let start = self.0.iter().take_while(|(known, _)| *known < subject).count();
        let rest = &self.0[start..];
        let (own, rest) = rest.split_at(rest.iter().take_while(|(known, _)| *known == subject).count());
        self.0 = rest;
        own
    }
}

/// Periods by number: the same days are the same period, however they are written.
#[derive(Default)]
struct Spans {
    numbers: FxHashMap<String, u32>,
    known: FxHashMap<Node, (u32, bool)>,
}

impl Spans {
    /// The number of a period, and whether it is one day or less. What is no period is one by its letters.
    fn number(&mut self, reader: &dyn Reader, written: Node) -> Result<(u32, bool)> {
        if let Some(known) = self.known.get(&written) {
            return Ok(*known);
        }
        let text = reader.name(written)?;
        let spelt = period(&text).unwrap_or(text);
        let is_day = match spelt.split_once('/') {
            Some((first, last)) => first == last,
            None => spelt.contains('T'),
        };
        let next = self.numbers.len() as u32;
        let found = (*self.numbers.entry(spelt).or_insert(next), is_day);
        self.known.insert(written, found);
        Ok(found)
    }
}
