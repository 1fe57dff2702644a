//! Which known name is meant by one that is not known?

use crate::vocab::{ibid, prov, schema};
use std::sync::LazyLock;

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
    Some(format!("{UNKNOWN}{}`{hint}", local_of(iri)))
}

/// All terms of [PROV](https://www.w3.org/ns/prov), with its extensions.
static PROV: LazyLock<Vec<String>> = LazyLock::new(|| {
    include_str!("../ontology/prov-terms.txt")
        .split_whitespace()
        .map(|local| format!("{}{local}", prov::NAMESPACE))
        .collect()
});

/// The terms of schema.org that claims and documents are described with, and those that are spelt nearly like one of them.
const SCHEMA: &str = "about appearance archivedAt articleBody author contentUrl datePublished encoding encodingFormat identifier inLanguage name \
    numberOfPages parentOrganization publisher sha256 temporalCoverage text translationOfWork url Article Claim CreativeWork Dataset \
    GovernmentOrganization NewsArticle Organization Person Report";
const ALIKE: &str = "Text Resort dataset encodings";

static SCHEMA_TERMS: LazyLock<Vec<String>> =
    LazyLock::new(|| SCHEMA.split_whitespace().map(|local| format!("{}{local}", schema::NAMESPACE)).collect());

/// Whether an IRI is a slip in a term of a vocabulary beside ibid's, and the term that is near, if one is. PROV's terms are all known; of
/// schema.org, which has some three thousand, only what is nearly one that claims and documents are described with.
pub fn slip(iri: &str) -> Option<Option<&'static str>> {
    if let Some(local) = iri.strip_prefix(prov::NAMESPACE) {
        let known = || PROV.iter().map(|iri| &iri[prov::NAMESPACE.len()..]);
        if local.is_empty() || known().any(|term| term == local) {
            return None;
        }
        let near = nearest(local, known());
        return Some(
            near.and_then(|near| PROV.iter().map(String::as_str).find(|iri| iri.ends_with(&format!("#{near}")))),
        );
    }
    let local = iri.strip_prefix(schema::NAMESPACE).or_else(|| iri.strip_prefix(schema::HTTP_NAMESPACE))?;
    if ALIKE.split_whitespace().chain(SCHEMA.split_whitespace()).any(|term| term == local) {
        return None;
    }
    let near = SCHEMA.split_whitespace().position(|term| is_slip(term, local))?;
    Some(Some(SCHEMA_TERMS[near].as_str()))
}

/// Whether one word is another with letters left out, doubled, swapped or mistaken: one, of a long word two. Of a short one no letter is taken for
/// mistaken: "game" is a word of its own.
fn is_slip(term: &str, typed: &str) -> bool {
    let length = typed.chars().count();
    let slips = if length < 8 { 1 } else { 2 };
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    strsim::osa_distance(term, typed) <= slips
        && (length > 4 || length != term.chars().count() || sorted(term) == sorted(typed))
}

/// How what [`unknown_term`] says begins.
pub const UNKNOWN: &str = "the vocabulary has no `ibid:";

fn local_of(iri: &str) -> &str {
    &iri[ibid::NAMESPACE.len()..]
}

/// Two letters swapped in a short word are near, two words that begin alike are not.
const NEAR: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::{nearest, slip};

    #[test]
    fn a_slip_in_another_vocabulary_is_known_by_what_it_is_near_to() {
        let near = |iri: &str| slip(iri).map(|near| near.map(|iri| iri.rsplit(['#', '/']).next().unwrap()));
        assert_eq!(near("http://www.w3.org/ns/prov#wasDerivedFom"), Some(Some("wasDerivedFrom")));
        assert_eq!(near("http://www.w3.org/ns/prov#zebra"), Some(None));
        assert_eq!(near("http://www.w3.org/ns/prov#wasDerivedFrom"), None);
        assert_eq!(near("http://www.w3.org/ns/prov#"), None);
        assert_eq!(near("https://schema.org/datePublishd"), Some(Some("datePublished")));
        assert_eq!(near("https://schema.org/nmae"), Some(Some("name")));
        assert_eq!(near("https://schema.org/namee"), Some(Some("name")));
        assert_eq!(near("https://schema.org/autor"), Some(Some("author")));
        assert_eq!(near("http://schema.org/Organisation"), Some(Some("Organization")));
        for fine in [
            "dateModified",
            "datePosted",
            "Text",
            "encodings",
            "numberOfItems",
            "actor",
            "game",
            "Game",
            "Resort",
            "test",
            "zebra",
            "ReportageNewsArticle",
            "abstract",
        ] {
            assert_eq!(near(&format!("https://schema.org/{fine}")), None, "{fine}");
        }
    }

    #[test]
    fn slips_of_the_hand_are_near_and_other_words_are_not() {
        let known = ["Opinion", "Forecast", "creditedTo"];
        assert_eq!(nearest("Opinon", known), Some("Opinion"));
        assert_eq!(nearest("creditdTo", known), Some("creditedTo"));
        assert_eq!(nearest("zebra", known), None);
    }
}
