//! What would fall, were something withdrawn? And with whose loss would most?

use crate::find::words;
use crate::lineage::{Facts, How, Lineage, Lowered, Role, Withdrawal, compute_without};
use crate::model::{Impact, JSON_VERSION, Ranked, Ranking, Shaken, ShakenReport, Standing, Withdrawn};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// What the withdrawal of some nodes, all at once, would do to the claims that rest on them, by the lineage computed from the
/// same reader. Nodes that are neither documents nor agents nor claims are passed over. No more than `limit` claims are told
/// one by one.
///
/// Claims are ordered by what they lose: rungs of their level, then steps of their origin, then origins at least, then at most.
///
/// # Errors
/// When the store fails.
pub fn impact(reader: &dyn Reader, lineage: &Lineage, nodes: &[Node], limit: usize) -> Result<Impact> {
    let withdrawals: Vec<(Node, Withdrawal)> =
        nodes.iter().filter_map(|&node| Some((node, lineage.withdrawal(node)?))).collect();
    let mut marked: Vec<Node> = Vec::new();
    for (_, withdrawal) in &withdrawals {
        marked.extend(withdrawal.works.iter().flatten().chain(&withdrawal.claims));
    }
    let after = compute_without(reader, &marked)?;

    let mut shaken = Vec::new();
    let how: FxHashMap<Node, How> = lineage.resting_on(nodes).into_iter().collect();
    for &claim in lineage.claims() {
        let (Some(before), Some(after)) = (lineage.facts(claim), after.facts(claim)) else { continue };
        // What an end may rest on is followed no further than a withdrawn work: so a claim can change that does not rest on it.
        if let Some(how) = how.get(&claim).copied().or((before != after).then_some(How::May)) {
            shaken.push((claim, how, before, after));
        }
    }
    in_order_of_names(reader, &mut shaken)?;

    let count = |kept: &dyn Fn(How, Lowered) -> bool| {
        shaken.iter().filter(|(_, how, before, after)| kept(*how, Lowered::between(before, after))).count()
    };
    let mut impact = Impact {
        version: JSON_VERSION,
        withdrawn: withdrawals.iter().map(|(node, what)| withdrawn(reader, *node, what)).collect::<Result<_>>()?,
        resting: shaken.len(),
        directly: count(&|how, _| how == How::Directly),
        through: count(&|how, _| how == How::Through),
        may: count(&|how, _| how == How::May),
        lowered: count(&|_, lowered| lowered.any()),
        level_falls: count(&|_, lowered| lowered.level),
        origin_falls: count(&|_, lowered| lowered.origin),
        origins_min_falls: count(&|_, lowered| lowered.origins_min),
        raised: shaken
            .iter()
            .filter(|(_, _, before, after)| {
                !Lowered::between(before, after).any() && Lowered::between(after, before).any()
            })
            .count(),
        claims: Vec::new(),
        reports: reports(reader, &shaken)?,
    };
    for (claim, how, before, after) in shaken.into_iter().take(limit) {
        impact.claims.push(Shaken {
            claim: reader.name(claim)?,
            text: text(reader, claim)?,
            how: match how {
                How::Directly => "directly",
                How::Through => "through",
                How::May => "may",
            },
            before: standing(&before),
            after: standing(&after),
            lowered: Lowered::between(&before, &after).any(),
        });
    }
    Ok(impact)
}

/// The nodes whose withdrawal, one at a time, would lower most claims: at most `most`, of those that can be withdrawn in these roles.
///
/// They are ordered by how many claims would be lowered, then by how many in their level, in their origin, in their least number of
/// origins; then by their names.
///
/// # Errors
/// When the store fails.
pub fn ranking(reader: &dyn Reader, lineage: &Lineage, of: &[Role], most: usize) -> Result<Ranking> {
    let mut named = Vec::new();
    for loss in lineage.losses(of, most) {
        named.push((Reverse(loss.rank()), loss.role, reader.name(loss.node)?, loss));
    }
    named.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let mut losses = Vec::new();
    for (_, role, node, loss) in named.into_iter().take(most) {
        losses.push(Ranked {
            node,
            kind: role.name(),
            name: if role == Role::Claim { text(reader, loss.node)? } else { words(reader, loss.node)? },
            resting: loss.resting,
            lowered: loss.lowered,
            level_falls: loss.level,
            origin_falls: loss.origin,
            origins_min_falls: loss.origins_min,
        });
    }
    Ok(Ranking { version: JSON_VERSION, losses })
}

type Row = (Node, How, Facts, Facts);

/// How much a claim loses; more is less in the order of importance. What it gains counts against it.
fn loss(before: &Facts, after: &Facts) -> [i64; 4] {
    let step = |facts: &Facts| {
        [
            i64::from(facts.level.number()),
            -(facts.origin as i64),
            i64::from(facts.origins_min),
            i64::from(facts.origins_max),
        ]
    };
    let (before, after) = (step(before), step(after));
    std::array::from_fn(|at| before[at] - after[at])
}

/// Orders by name those that lose the same.
fn in_order_of_names(reader: &dyn Reader, rows: &mut [Row]) -> Result<()> {
    let mut names = FxHashMap::default();
    for (claim, ..) in rows.iter() {
        names.insert(*claim, reader.name(*claim)?);
    }
    rows.sort_by(|a, b| loss(&b.2, &b.3).cmp(&loss(&a.2, &a.3)).then_with(|| names[&a.0].cmp(&names[&b.0])));
    Ok(())
}

fn standing(facts: &Facts) -> Standing {
    Standing {
        level: facts.level.number(),
        level_name: facts.level,
        origin: facts.origin,
        origins_min: facts.origins_min,
        origins_max: facts.origins_max,
    }
}

fn withdrawn(reader: &dyn Reader, node: Node, what: &Withdrawal) -> Result<Withdrawn> {
    Ok(Withdrawn {
        node: reader.name(node)?,
        kinds: what.roles.iter().map(|role| role.name()).collect(),
        name: words(reader, node)?,
        works: what.works.len(),
        claims: what.claims_in_all,
    })
}

/// The smallest of a claim's texts.
fn text(reader: &dyn Reader, claim: Node) -> Result<Option<String>> {
    let texts = reader.objects(claim, schema::TEXT)?;
    Ok(texts.into_iter().map(|text| reader.name(text)).collect::<Result<Vec<_>>>()?.into_iter().min())
}

/// The reports in which the claims stand, the most lowered first, then the most claims, then by name.
fn reports(reader: &dyn Reader, shaken: &[Row]) -> Result<Vec<ShakenReport>> {
    let mut counts: FxHashMap<Node, (usize, usize)> = FxHashMap::default();
    for (claim, _, before, after) in shaken {
        let lowered = usize::from(Lowered::between(before, after).any());
        for graph in reader.graphs(*claim)? {
            let count = counts.entry(graph).or_default();
            count.0 += 1;
            count.1 += lowered;
        }
    }
    let mut graphs: Vec<_> = counts.into_iter().collect();
    graphs.sort_unstable();
    let mut reports = Vec::with_capacity(graphs.len());
    for (graph, (claims, lowered)) in graphs {
        reports.push(ShakenReport { graph: reader.name(graph)?, claims, lowered });
    }
    reports.sort_by(|a, b| (b.lowered, b.claims, &a.graph).cmp(&(a.lowered, a.claims, &b.graph)));
    Ok(reports)
}
