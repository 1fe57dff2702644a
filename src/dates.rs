//! What is dated before what it is taken from?
//!
//! The answer is the computed graph `urn:ibid:dates`. A query could compare the dates of every two ends of an edge; there are millions of
//! edges and few that go back in time.

use crate::store::{Columns, Node, Reader, Result, Value, pairs};
use crate::vocab::{ibid, prov, schema};
use rustc_hash::{FxHashMap, FxHashSet};

/// The computed graph: on a claim or document dated before the document of something that it is taken from `ibid:datedBefore` with that document; on the
/// documents of both `ibid:firstDate` and `ibid:lastDate`.
///
/// A claim has the dates of the documents it stands in. Dates are compared as far as both go: a year and a day of it are the same.
///
/// # Errors
/// When the store fails.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let dated = dated(reader, pairs(reader, schema::DATE_PUBLISHED)?)?;
    let appearances = pairs(reader, schema::APPEARANCE)?;
    let sourcing = reader.all_edges(&[prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE])?;
    let turned = sourcing.into_iter().flatten().map(|(node, upstream)| (upstream, node));
    // What is taken from nothing with a date is put aside before the rest is looked at from its other end.
    let mut sourced = Vec::new();
    each_document(&appearances, turned.collect(), |_, source, node| {
        sourced.extend(dated.contains_key(&source).then_some((node, source)));
    });
    let (mut facts, mut told) = (Columns::default(), FxHashSet::default());
    each_document(&appearances, sourced, |node, own, source| {
        let (Some(mine), Some(theirs)) = (dated.get(&own), dated.get(&source)) else { return };
        if own == source || !mine.last.0.is_before(&theirs.first.0) {
            return;
        }
        facts.say(node, ibid::DATED_BEFORE, Value::Node(source));
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
    let mut rest = appearances;
    for (node, beside) in nodes {
        rest = &rest[rest.iter().take_while(|(claim, _)| *claim < node).count()..];
        let homes = rest.iter().take_while(|(claim, _)| *claim == node);
        let is_home = rest.first().is_none_or(|(claim, _)| *claim != node);
        homes.map(|(_, home)| *home).chain(is_home.then_some(node)).for_each(|home| each(node, home, beside));
    }
}

/// The first and the last date of a document, each with the literal that it is from.
struct Dated {
    first: (Day, Node),
    last: (Day, Node),
}

/// The digits of a year, of a year and a month, or of a day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Day(String);

impl Day {
    /// The date that a literal begins with, as [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) has it.
    fn read(text: &str) -> Option<Self> {
        let digits = |at: usize, count: usize| {
            text.get(at..at + count).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        let length = match () {
            () if !digits(0, 4) => return None,
            () if !(dash(4) && digits(5, 2)) => 4,
            () if !(dash(7) && digits(8, 2)) => 7,
            () => 10,
        };
        Some(Self(text[..length].to_owned()))
    }

    fn is_before(&self, other: &Self) -> bool {
        self < other && !other.0.starts_with(&self.0)
    }
}

fn dated(reader: &dyn Reader, published: Vec<(Node, Node)>) -> Result<FxHashMap<Node, Dated>> {
    let mut dated: FxHashMap<Node, Dated> = FxHashMap::default();
    for (document, literal) in published {
        let Some(day) = Day::read(&reader.name(literal)?).filter(|_| literal.is_literal()) else { continue };
        let one = || (day.clone(), literal);
        let known = dated.entry(document).or_insert_with(|| Dated { first: one(), last: one() });
        known.first = known.first.clone().min(one());
        known.last = known.last.clone().max(one());
    }
    Ok(dated)
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn dates_are_compared_as_far_as_both_go() {
        let before = |one: &str, other: &str| Day::read(one).unwrap().is_before(&Day::read(other).unwrap());
        assert!(before("2016", "2017-01-01"));
        assert!(before("2016-05-07T23:00:00Z", "2016-05-08"));
        assert!(!before("2016", "2016-05-07"));
        assert!(!before("2016-05-07", "2016"));
        assert!(!before("2016-05-07", "2016-05-07T10:00:00Z"));
        assert!(Day::read("last year").is_none() && Day::read("201").is_none());
    }
}
