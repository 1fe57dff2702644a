//! Which known name is meant by one that is not known?

/// The known name that is nearest to what was typed, if one is near; of two as near the first in the order of the alphabet.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |name: &str| strsim::jaro_winkler(&typed.to_lowercase(), &name.to_lowercase());
    let scored = known.into_iter().map(|name| (score(name), name));
    let (best, name) = scored.max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.cmp(x)))?;
    (best > NEAR).then_some(name)
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
