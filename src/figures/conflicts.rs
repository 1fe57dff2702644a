//! Which figures for one thing cannot both hold?

use super::{Figure, Interval, pairs, span};
use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::{ibid, schema};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The node of a measure, a subject, a unit and a counterpart, and the number of a period.
type Thing = (Node, Node, Node, Option<Node>, u32);

/// A claim and its interval.
type Stated = (Node, Interval);

/// Of the claims about one thing the one whose figure ends first, and the one whose figure begins last.
struct Ends {
    lowest: Option<Stated>,
    highest: Option<Stated>,
}

/// Says of each claim with which other it is furthest from agreeing, where its interval has no number in common with that of another
/// claim: `ibid:conflictsWith`. Claims are compared that agree in measure, subject, counterpart, unit and period
/// (MODEL, figures); without one of these but the counterpart none is, nor is a stock that is not of one day.
pub(super) fn conflicts(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>, facts: &mut Columns) -> Result<()> {
    let things = things(reader, figures)?;
    let mut ends: FxHashMap<Thing, Ends> = FxHashMap::default();
    for (thing, stated) in &things {
        let ends = ends.entry(*thing).or_insert(Ends { lowest: None, highest: None });
        let ((_, own), (low, high)) = (stated, (&mut ends.lowest, &mut ends.highest));
        if let Some(upper) = own.upper() {
            let order = low.map(|(_, known)| known.upper().map_or(Ordering::Less, |known| upper.cmp(&known)));
            put_first(reader, low, *stated, order)?;
        }
        if let Some(lower) = own.lower() {
            let order = high.map(|(_, known)| known.lower().map_or(Ordering::Less, |known| known.cmp(&lower)));
            put_first(reader, high, *stated, order)?;
        }
    }
    let mut furthest: BTreeMap<Node, (Node, Interval)> = BTreeMap::new();
    for (thing, stated) in &things {
        let ((claim, own), ends) = (stated, &ends[thing]);
        for other in [ends.lowest, ends.highest].into_iter().flatten() {
            let Some(distance) = own.distance(other.1) else { continue };
            let further = |known: &(Node, Interval)| own.distance(known.1).is_none_or(|known| known < distance);
            if furthest.get(claim).is_none_or(further) {
                furthest.insert(*claim, other);
            }
        }
    }
    for (claim, (other, _)) in furthest {
        facts.say(claim, ibid::CONFLICTS_WITH, Value::Node(other));
    }
    Ok(())
}

/// Puts a claim in a place if it comes before the one there: by this order, else by name, so that the order of loading tells nothing.
fn put_first(reader: &dyn Reader, place: &mut Option<Stated>, stated: Stated, order: Option<Ordering>) -> Result<()> {
    let comes_first = match (order, &place) {
        (Some(Ordering::Equal), Some((known, _))) => reader.name(stated.0)? < reader.name(*known)?,
        (order, _) => order != Some(Ordering::Greater),
    };
    if comes_first {
        *place = Some(stated);
    }
    Ok(())
}

/// What each claim's figure is about, in the order of the claims.
fn things(reader: &dyn Reader, figures: &BTreeMap<Node, Figure>) -> Result<Vec<(Thing, Stated)>> {
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
    let mut spans = Spans::default();
    let mut things = Vec::new();
    for (claim, figure) in figures {
        let Some(own) = figure.interval().filter(|own| !own.is_reversed()) else { continue };
        let of_claim: Vec<_> = walks.iter_mut().map(|walk| walk.to(*claim)).collect();
        let [measures, subjects, units, counterparts, periods] = of_claim[..] else { continue };
        let sides: Vec<Option<Node>> = counterparts.iter().map(|(_, side)| Some(*side)).collect();
        let sides = if sides.is_empty() { vec![None] } else { sides };
        for (_, measure) in measures {
            for (_, period) in periods {
                let (period, is_day) = spans.number(reader, *period)?;
                if !is_day && stocks.binary_search(measure).is_ok() {
                    continue;
                }
                for (_, about) in subjects {
                    for (_, unit) in units {
                        things
                            .extend(sides.iter().map(|side| ((*measure, *about, *unit, *side, period), (*claim, own))));
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
    /// The number of a period, and whether it is one day or less.
    fn number(&mut self, reader: &dyn Reader, period: Node) -> Result<(u32, bool)> {
        if let Some(known) = self.known.get(&period) {
            return Ok(*known);
        }
        let (written, is_day) = span::normal(reader.name(period)?.trim());
        let next = self.numbers.len() as u32;
        let number = (*self.numbers.entry(written).or_insert(next), is_day);
        self.known.insert(period, number);
        Ok(number)
    }
}
