//! Which known name is meant by one that is not known?

use crate::vocab::ibid;

/// The known name that is nearest to what was typed, if one is near; of two as near the first in the order of the alphabet.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |name: &str| strsim::jaro_winkler(&typed.to_lowercase(), &name.to_lowercase());
    let scored = known.into_iter().map(|name| (score(name), name));
    let (best, name) = scored.max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.cmp(x)))?;
    (best > NEAR).then_some(name)
}

/// Whether an IRI is of ibid's namespace and the vocabulary does not have it; then the term that is near, if one is.
pub fn misspelt(iri: &str) -> Option<Option<&'static str>> {
    let local = iri.strip_prefix(ibid::NAMESPACE).filter(|local| !local.is_empty() && !ibid::ALL.contains(&iri))?;
    let near = nearest(local, ibid::ALL.iter().map(|iri| local_of(iri)));
    Some(near.and_then(|near| ibid::ALL.iter().copied().find(|iri| local_of(iri) == near)))
}

/// What to say of an IRI of ibid's namespace that the vocabulary does not have.
pub fn unknown_term(iri: &str) -> Option<String> {
    let near = misspelt(iri)?;
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `ibid:{}`?", local_of(near)));
    Some(format!("the vocabulary has no `ibid:{}`{hint}", local_of(iri)))
}

fn local_of(iri: &str) -> &str {
    &iri[ibid::NAMESPACE.len()..]
}

/// Two letters swapped in a short word are near, two words that begin alike are not.
const NEAR: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_hand_are_near_and_other_words_are_not() {
        let known = ["Opinion", "Forecast", "creditedTo"];
        assert_eq!(nearest("Opinon", known), Some("Opinion"));
        assert_eq!(nearest("creditdTo", known), Some("creditedTo"));
        assert_eq!(nearest("zebra", known), None);
    }
}
