//! How old was the newest figure that a document has of something, when it was published?

use super::period;
use crate::store::{Columns, Node, Reader, Result, Value, Walk, pairs};
use crate::vocab::{ibid, schema};
use rustc_hash::FxHashMap;

/// A document, a measure, a subject and a counterpart.
type Series = (Node, Node, Option<Node>, Option<Node>);

/// In how many series a claim is at most; more are no claim of one figure.
const MOST: usize = 1000;

/// Says of the claims with the newest figure that a document has for a measure, subject and counterpart how many years lie between the end of their period and
/// the publication of the document, the latest of several: `ibid:yearsOld`, where it is one at least. A period whose end cannot be read, as in one that goes on, makes none of the series old.
pub(super) fn newest(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    let mut years = Years::default();
    let mut published: FxHashMap<Node, i64> = FxHashMap::default();
    for (document, date) in pairs(reader, schema::DATE_PUBLISHED)? {
        if let Some(year) = years.published(reader, date)? {
            published.entry(document).and_modify(|known| *known = year.max(*known)).or_insert(year);
        }
    }
    let mut all = Vec::with_capacity(5);
    for predicate in [schema::TEMPORAL_COVERAGE, schema::APPEARANCE, ibid::MEASURE, schema::ABOUT, ibid::COUNTERPART] {
        all.push(pairs(reader, predicate)?);
    }
    // Of each series the last year; none where one cannot be read.
    let mut last: FxHashMap<Series, Option<i64>> = FxHashMap::default();
    let mut dated = Vec::new();
    each(&all, |claim, series, period| {
        if published.contains_key(&series.0) {
            let year = years.end(reader, period)?;
            let known = last.entry(series).or_insert(year);
            *known = known.zip(year).map(|(known, year)| known.max(year));
            dated.extend(year.map(|year| (claim, series, year)));
        }
        Ok(())
    })?;
    for (claim, series, year) in dated {
        let age = published[&series.0] - year;
        if last[&series] == Some(year) && age > 0 {
            facts.say(claim, ibid::YEARS_OLD, Value::Integer(age));
        }
    }
    Ok(())
}

/// Gives each claim with each series it is in and each of its periods.
fn each(all: &[Vec<(Node, Node)>], mut each: impl FnMut(Node, Series, Node) -> Result<()>) -> Result<()> {
    let mut walks: Vec<Walk<'_>> = all.iter().map(|pairs| Walk::along(pairs)).collect();
    for claims in all[0].chunk_by(|a, b| a.0 == b.0) {
        let claim = claims[0].0;
        let of_claim: Vec<_> = walks.iter_mut().map(|walk| walk.to(claim)).collect();
        let [periods, homes, measures, subjects, sides] = of_claim[..] else { continue };
        let several = [periods, homes, measures, subjects, sides].map(|pairs| pairs.len().max(1));
        if several.into_iter().fold(1, usize::saturating_mul) > MOST {
            continue;
        }
        let or_none = |pairs: &[(Node, Node)]| -> Vec<Option<Node>> {
            if pairs.is_empty() { vec![None] } else { pairs.iter().map(|(_, node)| Some(*node)).collect() }
        };
        let (subjects, sides) = (or_none(subjects), or_none(sides));
        for ((_, home), (_, measure)) in
            homes.iter().flat_map(|home| measures.iter().map(move |measure| (home, measure)))
        {
            for (subject, side) in subjects.iter().flat_map(|subject| sides.iter().map(move |side| (subject, side))) {
                for (_, period) in periods {
                    each(claim, (*home, *measure, *subject, *side), *period)?;
                }
            }
        }
    }
    Ok(())
}

/// The years that dates and periods are of; there are few of them, and many that have them.
#[derive(Default)]
struct Years {
    published: FxHashMap<Node, Option<i64>>,
    ends: FxHashMap<Node, Option<i64>>,
}

impl Years {
    fn published(&mut self, reader: &dyn Reader, date: Node) -> Result<Option<i64>> {
        Ok(match self.published.get(&date) {
            Some(known) => *known,
            None => *self.published.entry(date).or_insert(year(&reader.name(date)?)),
        })
    }

    /// The year in which a period ends.
    fn end(&mut self, reader: &dyn Reader, written: Node) -> Result<Option<i64>> {
        Ok(match self.ends.get(&written) {
            Some(known) => *known,
            None => {
                let days = period(&reader.name(written)?).ok();
                let end = days.as_ref().map(|days| days.split_once('/').map_or(days.as_str(), |(_, end)| end));
                *self.ends.entry(written).or_insert(end.and_then(year))
            }
        })
    }
}

fn year(date: &str) -> Option<i64> {
    date.get(..4)?.parse().ok()
}
