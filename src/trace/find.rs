//! Which claim is meant? An IRI, a prefixed name, a fragment, or words of its text.

use crate::catalog::prefixes;
use crate::lineage::around;
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, rdf, schema};

/// What a name led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// One claim.
    Claim(Node),
    /// Several: IRI and text of each, sorted.
    Several(Vec<(String, String)>),
    /// None; with the IRIs there are, for a "did you mean".
    Nothing(Vec<String>),
}

/// Finds the claim that is meant by what was typed.
///
/// # Errors
/// When the store fails.
pub fn find(reader: &dyn Reader, typed: &str) -> Result<Found> {
    let class = reader.find(ibid::CLAIM)?;
    if let Ok(iri) = prefixes().iri(typed)
        && let Some(node) = reader.find(&iri)?
        && (reader.objects(node, rdf::TYPE)?.iter().any(|of| Some(*of) == class)
            || reader.takers_are_claims() && around(reader, &[node])?.facts(node).is_some())
    {
        return Ok(Found::Claim(node));
    }
    let mut claims = Vec::new();
    reader.edges(rdf::TYPE, &mut |node, of| {
        if Some(of) == class {
            claims.push(node);
        }
    })?;
    claims.sort_unstable();
    claims.dedup();
    let (named, all) = by_name(reader, &claims, typed)?;
    let matching = if named.is_empty() { by_text(reader, &claims, typed)? } else { named };
    if let [only] = matching.as_slice() {
        return Ok(Found::Claim(*only));
    }
    if matching.is_empty() {
        return Ok(Found::Nothing(all));
    }
    let mut several = Vec::with_capacity(matching.len());
    for node in matching {
        let texts = reader
            .objects(node, schema::TEXT)?
            .into_iter()
            .map(|text| reader.name(text))
            .collect::<Result<Vec<_>>>()?;
        several.push((reader.name(node)?, texts.into_iter().min().unwrap_or_default()));
    }
    several.sort();
    Ok(Found::Several(several))
}

/// Claims whose IRI ends in the fragment that was typed, and the IRIs of all.
fn by_name(reader: &dyn Reader, claims: &[Node], typed: &str) -> Result<(Vec<Node>, Vec<String>)> {
    let (mut found, mut all) = (Vec::new(), Vec::new());
    for claim in claims {
        let name = reader.name(*claim)?;
        let fragment = typed.starts_with('#') && name.ends_with(typed);
        if fragment || name == typed {
            found.push(*claim);
        }
        all.push(name);
    }
    all.sort();
    Ok((found, all))
}

/// Claims whose text has these words, case and white space aside; one whose text they are goes before the others.
fn by_text(reader: &dyn Reader, claims: &[Node], typed: &str) -> Result<Vec<Node>> {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let wanted = folded(typed);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let (mut part, mut whole) = (Vec::new(), Vec::new());
    for claim in claims {
        for text in reader.objects(*claim, schema::TEXT)? {
            let text = folded(&reader.name(text)?);
            if text == wanted {
                whole.push(*claim);
            } else if text.contains(&wanted) {
                part.push(*claim);
            }
        }
    }
    let mut found = if whole.is_empty() { part } else { whole };
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
