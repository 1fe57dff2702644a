//! What is dated before what it is taken from?
//!
//! The answer is the computed graph `urn:ibid:dates`. A query could compare the dates of every two ends of an edge; there are millions of
//! edges and few that go back in time.

use crate::figures::days_of;
use crate::store::{Columns, Node, Reader, Result, Value, Walk, pairs};
use crate::vocab::{ibid, prov, schema};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

/// The computed graph: on a claim or document dated before the document of something that it is taken from `ibid:datedBefore` with that document; on the
/// documents of both `ibid:firstDate` and `ibid:lastDate`, and on the earlier one `ibid:publishedBefore` with the later one.
///
/// A claim has the dates of the documents it stands in. Dates are compared as far as both go: a year and a day of it are the same. What is
/// not known to the day ("2016~") is compared with none.
///
/// # Errors
/// When the store fails.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let dated = dated(reader, pairs(reader, schema::DATE_PUBLISHED)?)?;
    let appearances = pairs(reader, schema::APPEARANCE)?;
    let sourcing = reader.all_edges(&prov::SOURCING)?;
    let turned = sourcing.into_iter().flatten().map(|(node, upstream)| (upstream, node));
    // What is taken from nothing with a date is put aside before the rest is looked at from its other end.
    let mut sourced = Vec::new();
    each_document(&appearances, turned.collect(), |_, source, node| {
        sourced.extend(dated.contains_key(&source).then_some((node, source)));
    });
    let (mut facts, mut told) = (Columns::default(), FxHashSet::default());
    each_document(&appearances, sourced, |node, own, source| {
        let (Some(mine), Some(theirs)) = (dated.get(&own), dated.get(&source)) else { return };
        if own == source || !mine.last.0.is_before(theirs.first.0) {
            return;
        }
        facts.say(node, ibid::DATED_BEFORE, Value::Node(source));
        facts.say(own, ibid::PUBLISHED_BEFORE, Value::Node(source));
        for (document, of) in [(own, mine), (source, theirs)] {
            if told.insert(document) {
                facts.say(document, ibid::FIRST_DATE, Value::Node(of.first.1));
                facts.say(document, ibid::LAST_DATE, Value::Node(of.last.1));
            }
        }
    });
    Ok(facts.sorted())
}

/// Gives with each node and what is beside it the documents that the node stands in; what stands nowhere is a document itself.
fn each_document<T: Ord + Copy>(
    appearances: &[(Node, Node)],
    mut nodes: Vec<(Node, T)>,
    mut each: impl FnMut(Node, Node, T),
) {
    nodes.sort_unstable();
    let mut walk = Walk::along(appearances);
    for (node, beside) in nodes {
        let homes = walk.to(node);
        let all = homes.iter().map(|(_, home)| *home).chain(homes.is_empty().then_some(node));
        all.for_each(|home| each(node, home, beside));
    }
}

/// The first and the last date of a document, each with the literal that it is from.
struct Dated {
    first: (Day, Node),
    last: (Day, Node),
}

/// The first and the last day of a date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Day(Date, Date);

impl Day {
    fn read(text: &str) -> Option<Self> {
        days_of(text).map(|(first, last)| Self(first, last))
    }

    fn is_before(self, other: Self) -> bool {
        self.1 < other.0
    }
}

fn dated(reader: &dyn Reader, published: Vec<(Node, Node)>) -> Result<FxHashMap<Node, Dated>> {
    let mut read: FxHashMap<Node, Option<Day>> = FxHashMap::default();
    let mut dated: FxHashMap<Node, Dated> = FxHashMap::default();
    for (document, literal) in published {
        let day = match read.get(&literal) {
            Some(known) => *known,
            None => *read.entry(literal).or_insert(Day::read(&reader.name(literal)?).filter(|_| literal.is_literal())),
        };
        let Some(day) = day else { continue };
        let known = dated.entry(document).or_insert(Dated { first: (day, literal), last: (day, literal) });
        // The same days in two spellings: the first by its letters counts, so that the order of loading tells nothing.
        let spelt_first = |other: Node| -> Result<bool> { Ok(reader.name(literal)? < reader.name(other)?) };
        if day < known.first.0 || day == known.first.0 && spelt_first(known.first.1)? {
            known.first = (day, literal);
        }
        let ends = |day: &Day| (day.1, day.0);
        if ends(&day) > ends(&known.last.0) || day == known.last.0 && spelt_first(known.last.1)? {
            known.last = (day, literal);
        }
    }
    Ok(dated)
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn dates_are_compared_as_far_as_both_go() {
        let before = |one: &str, other: &str| Day::read(one).unwrap().is_before(Day::read(other).unwrap());
        assert!(before("2016", "2017-01-01"));
        assert!(before("2016-05-07T23:00:00Z", "2016-05-08"));
        assert!(before("20160507", "2016-06-01") && before("2016-05-07", "20160601"));
        assert!(!before("2016", "2016-05-07"));
        assert!(!before("2016-05-07", "2016"));
        assert!(!before("2016-05-07", "2016-05-07T10:00:00Z"));
        assert!(Day::read("last year").is_none() && Day::read("201").is_none());
    }
}
