//! Why a claim is on its rung, and the cheapest facts that would lift it.

use super::edges::taker;
use super::view::{View, basis_words};
use crate::lineage::{Basis, End, Kind, Paths};
use crate::model::{Level, Origin};
use crate::store::{Node, Result};
use crate::vocab::{ibid, schema};

/// Why, in one sentence without a full stop.
pub(super) fn why(view: &View<'_>, claim: Node) -> Result<String> {
    let (Some(facts), Some(known)) = (view.lineage.facts(claim), view.claim_node(claim)) else {
        return Ok(String::new());
    };
    let ends = view.ends(claim)?;
    if ends.is_empty() && known.sources.is_empty() && !known.operands.is_empty() {
        return Ok(format!(
            "it is computed, and the weakest of the {} claims it is computed from is {}",
            known.operands.len(),
            facts.level.name()
        ));
    }
    Ok(match (facts.level, deciding(&ends, facts.level).filter(|end| is_good(end))) {
        (Level::Pinned, Some(end)) => {
            format!("{}, and the words were found in a snapshot of it", first_hand(view, end)?)
        }
        (_, Some(end)) => first_hand(view, end)?,
        (Level::Attributed, _) => format!("{} is credited, and no document is named", view.listed(&known.credited)?),
        (Level::Unsourced, _) if facts.origin == Origin::Circular => {
            "it has sources, and following them leads to no end".to_owned()
        }
        (Level::Unsourced, _) if !known.credited.is_empty() => {
            format!(
                "no source is given, and {} is the author or publisher of its own work",
                view.listed(&known.credited)?
            )
        }
        (Level::Unsourced, _) if known.basis == Some(Basis::OwnInference) => {
            "it is its author's own inference, and nothing is named that it is drawn from".to_owned()
        }
        (Level::Unsourced, _) => "no source is given, and nobody is credited".to_owned(),
        _ => no_primary_end(view, &ends)?,
    })
}

/// The end that decides a claim's level, of ends in the order of their names: the first that is good enough; where none
/// is, the best.
pub(super) fn deciding(ends: &[End], level: Level) -> Option<&End> {
    let good = ends.iter().find(|end| is_good(end) && (level < Level::Pinned || end.pinned));
    good.or_else(|| ends.iter().min_by_key(|end| (end.withdrawn, end.origin)))
}

/// Whether an end makes a claim primary.
pub(super) fn is_good(end: &End) -> bool {
    end.origin == Origin::Primary && end.identified
}

fn first_hand(view: &View<'_>, end: &End) -> Result<String> {
    let how = view
        .basis_of(end)
        .map_or_else(|| "asserted to be the primary source".to_owned(), |basis| basis_words(basis).to_owned());
    Ok(format!("it ends at {}, which is identified ({how})", view.place_of(end)?))
}

fn no_primary_end(view: &View<'_>, ends: &[End]) -> Result<String> {
    let Some(best) = deciding(ends, Level::Cited) else { return Ok(String::new()) };
    let place = view.place_of(best)?;
    Ok(match best.origin {
        _ if best.withdrawn => format!("it ends at {place}, which is withdrawn"),
        Origin::Primary => format!("it ends at {place}, which is first-hand and not identified"),
        Origin::Original => format!("it ends at {place}: testimony, first put on record there"),
        _ => format!("it ends at {place}, and how that came to know is not recorded as first-hand"),
    })
}

/// What is missing of more ends than these is not worked out.
const ENDS: usize = 1_000;

/// The missing facts that would lift a claim, cheapest first, and of how many ends it was not worked out; none on the
/// highest rung.
pub(super) fn lift(view: &View<'_>, paths: &Paths<'_>, claim: Node) -> Result<(Vec<String>, usize)> {
    let mut ends = view.ends(claim)?;
    let left_out = ends.len().saturating_sub(ENDS);
    ends.truncate(ENDS);
    Ok((steps(view, paths, claim, &ends)?, left_out))
}

fn steps(view: &View<'_>, paths: &Paths<'_>, claim: Node, ends: &[End]) -> Result<Vec<String>> {
    let (Some(facts), Some(known)) = (view.lineage.facts(claim), view.claim_node(claim)) else {
        return Ok(Vec::new());
    };
    if ends.is_empty() && known.sources.is_empty() && !known.operands.is_empty() {
        let mut steps = Vec::new();
        for operand in &known.operands {
            if view.lineage.facts(*operand).is_some_and(|of| of.level == facts.level) {
                let text = view.text(*operand, schema::TEXT)?.unwrap_or_default();
                steps.push(format!("lift what it is computed from: “{text}”"));
            }
        }
        steps.sort();
        return Ok(steps);
    }
    let mut steps = match facts.level {
        Level::Pinned => Vec::new(),
        Level::Primary => pin(view, paths, claim, ends)?,
        Level::Cited => cited(view, paths, claim, ends)?,
        Level::Attributed => {
            vec![format!("name the document in which {} says so (prov:wasDerivedFrom)", view.listed(&known.credited)?)]
        }
        Level::Unsourced if facts.origin == Origin::Circular => {
            vec!["name a document outside its own work that it was first taken from (prov:wasDerivedFrom)".to_owned()]
        }
        Level::Unsourced if known.basis == Some(Basis::OwnInference) => {
            vec!["name the claims or documents that it is drawn from (prov:wasDerivedFrom)".to_owned()]
        }
        Level::Unsourced => {
            let document =
                known.document.map_or_else(|| Ok("its author".to_owned()), |document| view.called(document))?;
            vec![
                "name the document that it was taken from (prov:wasDerivedFrom)".to_owned(),
                "name whom the text credits with it (ibid:creditedTo)".to_owned(),
                format!("say how {document} knows, if it does so first-hand (ibid:basis)"),
            ]
        }
    };
    steps.dedup();
    Ok(steps)
}

fn pin(view: &View<'_>, paths: &Paths<'_>, claim: Node, ends: &[End]) -> Result<Vec<String>> {
    let mut steps = Vec::new();
    for end in ends.iter().filter(|end| end.origin == Origin::Primary && end.identified) {
        let place = view.place_of(end)?;
        if end.kind == Kind::Claim {
            steps.push(format!("keep a snapshot of {place} in which its quote is found (ibid:foundIn)"));
            continue;
        }
        if view.text(taker(view, paths, claim, end)?, ibid::SOURCE_QUOTE)?.is_none() {
            steps.push(format!("record which words of {place} this is from (ibid:sourceQuote)"));
        }
        steps.push(format!("keep a snapshot of {place} in which those words are found (ibid:sourceFoundIn)"));
    }
    Ok(steps)
}

fn cited(view: &View<'_>, paths: &Paths<'_>, claim: Node, ends: &[End]) -> Result<Vec<String>> {
    let (mut easy, mut hard) = (Vec::new(), Vec::new());
    for end in ends {
        let place = view.place_of(end)?;
        if end.withdrawn {
            hard.push(format!("find a source in place of {place}, which is withdrawn"));
        } else if end.origin == Origin::Primary {
            easy.push(format!("say which document {place} is: {}", identity(view, end)?));
        } else if end.origin == Origin::Original {
            hard.push(format!("find a first-hand record beside the testimony in {place}"));
        } else if end.kind == Kind::Claim {
            hard.push(format!("say how {place} knows, or what it took this from (ibid:basis, prov:wasDerivedFrom)"));
        } else if !view.reader.described(end.node)? {
            easy.push(format!("describe {place}: its name, its author, its date, how it knows"));
        } else {
            let rests = view.lineage.work(end.node).map(|work| work.sources).unwrap_or_default();
            if view.text(taker(view, paths, claim, end)?, ibid::SOURCE_QUOTE)?.is_none() {
                easy.push(format!(
                    "record which words of {place} this is from (ibid:sourceQuote), as a claim of that document"
                ));
            }
            if rests.is_empty() {
                hard.push(format!(
                    "say how {place} knows (ibid:basis on its claim), or whom it relies on (prov:wasDerivedFrom)"
                ));
            } else {
                hard.push(format!("find it in what {place} may itself rest on: {}", view.listed(&rests)?));
            }
        }
    }
    easy.extend(hard);
    Ok(easy)
}

/// What is missing for a document to be identified.
pub(super) fn identity(view: &View<'_>, end: &End) -> Result<String> {
    let Some(document) = end.document else { return Ok("name the document it stands in".to_owned()) };
    let has = |property| view.reader.objects(document, property).map(|values| !values.is_empty());
    let name = if has(schema::NAME)? { "" } else { "its name and " };
    let address = has(schema::IDENTIFIER)? || has(schema::URL)?;
    Ok(match (address, has(schema::AUTHOR)?, has(schema::DATE_PUBLISHED)?) {
        (true, ..) => "its name".to_owned(),
        (_, true, true) => "its name".to_owned(),
        (_, true, false) => format!("{name}its date, an identifier or a URL"),
        (_, false, true) => format!("{name}its author, an identifier or a URL"),
        (_, false, false) => format!("{name}an identifier, a URL, or author and date"),
    })
}
