//! How do the numbers of independent origins come about, and which single fact would change them?

use super::View;
use super::bonds::merged;
use super::ways::no_end;
use crate::lineage::{Bearing, End, Kind, Merge, merges};
use crate::model::{Counted, Origin, Proof};
use crate::store::{Node, Result};
use crate::trace::view::kind_name;
use crate::vocab::schema;

/// For so many ends it is worked out what would change the number.
const CANDIDATES: usize = 20;

/// What is looked at together costs no more than this many ends looked at once.
const EFFORT: usize = 40_000;

/// The least number: the groups of the ends that are primary, identified and have a known agent.
pub(super) fn least(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    let all = view.lineage.bearings(view.reader, claim)?;
    for bearing in &all {
        proof.counted.push(counted(view, &bearing.end, None, lacks(&bearing.end))?);
    }
    if all.is_empty() {
        return none(view, claim, proof);
    }
    let (good, others): (Vec<Bearing>, Vec<Bearing>) =
        all.into_iter().partition(|bearing| lacks(&bearing.end).is_empty());
    let joins = merges(view.reader, &good, true)?;
    proof.because = if good.is_empty() {
        let none = "no end is primary and identified with a known agent";
        if others.iter().any(|bearing| bearing.end.identified) {
            format!("{none}, and where any end is identified that makes one")
        } else {
            format!("{none}, and none is identified")
        }
    } else {
        sum(good.len(), "end", joins.len())
    };
    proof.merged = merged(view, &good, &joins)?;
    let groups = |bearings: &[Bearing]| Ok(bearings.len() - merges(view.reader, bearings, true)?.len());
    let now = (good.len() - joins.len()).max(usize::from(others.iter().any(|bearing| bearing.end.identified)));
    let tries = tries(good.len() + 1);
    let mut missing: Vec<(usize, String)> = Vec::new();
    for other in others.iter().filter(|other| !other.end.withdrawn).take(tries) {
        let mut more = good.clone();
        more.push(other.clone());
        if groups(&more)? > now {
            let lacks = lacks(&other.end);
            missing.push((lacks.len(), known(view, &other.end, &lacks)?));
        }
    }
    missing.sort();
    let fewest = missing.first().map_or(0, |first| first.0);
    proof.missing = missing.into_iter().filter(|(lacks, _)| *lacks == fewest).map(|(_, words)| words).collect();
    proof.missing.extend(credits(view, &good, &joins, tries, &groups)?);
    Ok(())
}

/// The greatest number: the groups of all that the ends may rest on.
pub(super) fn most(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    let beyond = view.lineage.beyond(view.reader, claim)?;
    for (place, bearing) in beyond.bearings.iter().enumerate() {
        let way = beyond.way(place);
        let through = (way.len() > 1).then_some(way[0]);
        proof.counted.push(counted(view, &bearing.end, through, Vec::new())?);
    }
    if beyond.bearings.is_empty() {
        return none(view, claim, proof);
    }
    let all = &beyond.bearings;
    let joins = merges(view.reader, all, false)?;
    let (groups, least) = (all.len() - joins.len(), view.lineage.facts(claim).map_or(0, |facts| facts.origins_min));
    proof.because = sum(all.len(), "place that it may rest on", joins.len());
    if groups < least as usize {
        let counted = &proof.because;
        proof.because = format!("{counted}; that is fewer than originsMin, {least}, and it is never less");
    }
    proof.merged = merged(view, all, &joins)?;
    let groups = |bearings: &[Bearing]| Ok(bearings.len() - merges(view.reader, bearings, false)?.len());
    let tries = tries(all.len());
    for place in joined(&joins, tries) {
        let bearing = &all[place];
        if bearing.end.origin != Origin::Unknown || bearing.end.withdrawn {
            continue;
        }
        let mut without = all.clone();
        without.remove(place);
        if groups(&without)? + 1 > all.len() - joins.len() {
            let called = view.place_of(&bearing.end)?;
            proof
                .missing
                .push(format!("what {called} was taken from, if that is a source apart (prov:wasDerivedFrom)"));
        }
    }
    proof.missing.extend(credits(view, all, &joins, tries, &groups)?);
    proof.missing.dedup();
    Ok(())
}

fn none(view: &View<'_>, claim: Node, proof: &mut Proof) -> Result<()> {
    if let Some(paths) = view.lineage.paths(view.reader, claim)? {
        no_end(view, claim, &paths, proof)?;
    }
    proof.because = format!("it has no end: {}", proof.because);
    Ok(())
}

fn tries(ends: usize) -> usize {
    CANDIDATES.min(EFFORT / ends.max(1)).max(1)
}

/// "3 ends count, and 2 joins leave 1 of them".
fn sum(count: usize, what: &str, joins: usize) -> String {
    let what = what.replacen(' ', "s ", usize::from(count != 1 && what.contains(' ')));
    let what = if count == 1 || what.contains(' ') { what } else { format!("{what}s") };
    match (count, joins) {
        (1, _) => format!("1 {what} counts"),
        (_, 0) => format!("{count} {what} count, and no two of them depend on one another"),
        (_, 1) => format!("{count} {what} count, and 1 join leaves {} of them", count - 1),
        _ => format!("{count} {what} count, and {joins} joins leave {} of them", count - joins),
    }
}

/// The ends that were joined to others, each once.
fn joined(joins: &[Merge], most: usize) -> Vec<usize> {
    let mut places: Vec<usize> = joins.iter().flat_map(|join| [join.other, join.one]).take(most).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Claims whose speaker is only known by their document: crediting somebody else would set some of them apart.
fn credits(
    view: &View<'_>,
    bearings: &[Bearing],
    joins: &[Merge],
    tries: usize,
    groups: &dyn Fn(&[Bearing]) -> Result<usize>,
) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for place in joined(joins, tries) {
        let end = &bearings[place].end;
        let credited = view.claim_node(end.node).map(|node| node.credited.clone()).unwrap_or_default();
        if end.kind != Kind::Claim || !credited.is_empty() {
            continue;
        }
        let mut apart = bearings.to_vec();
        apart[place].end.agents.clear();
        if groups(&apart)? > bearings.len() - joins.len() {
            let called = view.text(end.node, schema::TEXT)?.unwrap_or_else(|| "the claim".to_owned());
            let place = view.place_of(end)?;
            missing.push(format!("whom {place} credits with “{called}”, if that is somebody else (ibid:creditedTo)"));
        }
    }
    Ok(missing)
}

const NO_AGENT: &str = "no known agent";

/// What an end lacks to count for the least number.
fn lacks(end: &End) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if end.withdrawn && end.origin != Origin::Primary {
        lacks.push("withdrawn");
        return lacks;
    }
    if end.origin != Origin::Primary {
        lacks.push("not primary");
    }
    if !end.identified {
        lacks.push("not identified");
    }
    if end.agents.is_empty() {
        lacks.push(NO_AGENT);
    }
    lacks
}

/// The facts that an end lacks, as things to be known.
fn known(view: &View<'_>, end: &End, lacks: &[&str]) -> Result<String> {
    let place = view.place_of(end)?;
    let mut words = Vec::new();
    for lack in lacks {
        words.push(match *lack {
            "not primary" if end.kind == Kind::Claim => format!("that {place} knows first-hand (ibid:basis)"),
            "not primary" => format!("that {place} knows first-hand (ibid:defaultBasis, or ibid:basis of its claim)"),
            "not identified" => format!("which document {place} is: {}", crate::trace::lift::identity(view, end)?),
            _ => format!("who speaks in {place} (schema:author)"),
        });
    }
    Ok(words.join(", and "))
}

/// What an end lacks to make its claim primary.
pub(super) fn lacks_for_level(end: &End) -> Vec<&'static str> {
    lacks(end).into_iter().filter(|lack| *lack != NO_AGENT).collect()
}

/// An end as it is told, with what it lacks to count.
pub(super) fn counted(view: &View<'_>, end: &End, through: Option<Node>, lacks: Vec<&'static str>) -> Result<Counted> {
    let label = match end.kind {
        Kind::Claim => view.text(end.node, schema::TEXT)?,
        Kind::Work => None,
    };
    Ok(Counted {
        node: view.name(end.node)?,
        kind: kind_name(end.kind),
        label: label.map_or_else(|| view.place_of(end), Ok)?,
        origin: end.origin,
        agents: view.sorted_names(&end.agents)?,
        through: through.map(|node| view.name(node)).transpose()?,
        counts: lacks.is_empty(),
        lacks,
    })
}
