//! Where does a quote stand in a text, word for word?
//!
//! White space of any kind and length is one space, double quotation marks of any shape are one mark, and so are single ones and
//! apostrophes. Nothing else is folded: no capitals, no accents, no dashes. A quote is found where no letter or digit goes on before or after it:
//! "4 million" is not in "14 million".

use memchr::memmem;

/// A text with its white space and quotation marks folded.
pub(super) struct Words(String);

/// What marks that something was left out.
const GAPS: [&str; 2] = ["…", "..."];

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                c if c.is_whitespace() => {
                    if !folded.ends_with(' ') {
                        folded.push(' ');
                    }
                }
                '“' | '”' | '„' | '‟' | '«' | '»' | '″' => folded.push('"'),
                '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' => folded.push('\''),
                c => folded.push(c),
            }
        }
        Self(folded.trim().to_owned())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often a quote stands in this text, and how often between the words of `before` and `after`; of several of either, any will do.
    ///
    /// A quote that is not there as a whole, and has "…" or a passage in square brackets, is there once if what stands around those follows one
    /// another.
    pub(super) fn count(&self, quote: &Self, before: &[Self], after: &[Self]) -> (usize, usize) {
        let (mut all, mut places) = (0, 0);
        if quote.is_empty() {
            return (0, 0);
        }
        for start in self.places(&quote.0, 0) {
            let (left, right) = (self.0[..start].trim_end(), self.0[start + quote.0.len()..].trim_start());
            let fits = (before.is_empty() || before.iter().any(|words| left.ends_with(&words.0)))
                && (after.is_empty() || after.iter().any(|words| right.starts_with(&words.0)));
            all += 1;
            places += usize::from(fits);
        }
        if all == 0 && self.in_pieces(&quote.0) {
            return (1, 1);
        }
        (all, places)
    }

    /// Where words stand, from a byte on.
    fn places<'t>(&'t self, words: &'t str, from: usize) -> impl Iterator<Item = usize> + 't {
        let found = memmem::find_iter(&self.0.as_bytes()[from..], words.as_bytes()).map(move |start| from + start);
        found.filter(move |&start| {
            let (before, after) = (&self.0[..start], &self.0[start + words.len()..]);
            !goes_on(before.chars().next_back(), words.chars().next())
                && !goes_on(words.chars().next_back(), after.chars().next())
        })
    }

    fn in_pieces(&self, quote: &str) -> bool {
        let pieces = pieces(quote);
        let mut at = 0;
        !pieces.is_empty()
            && pieces.iter().all(|piece| match self.places(piece, at).next() {
                Some(start) => {
                    at = start + piece.len();
                    true
                }
                None => false,
            })
    }
}

/// Whether one word goes on from the first character to the second. Scripts that set no spaces between words have no such place.
fn goes_on(first: Option<char>, second: Option<char>) -> bool {
    let spaced = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{E00}');
    spaced(first) && spaced(second)
}

/// What stands around the marks of something left out or put in; nothing where there is no such mark.
fn pieces(quote: &str) -> Vec<String> {
    let mut rest = quote.to_owned();
    while let Some((before, (_, after))) =
        rest.split_once('[').and_then(|(before, more)| Some((before, more.split_once(']')?)))
    {
        rest = format!("{before}…{after}");
    }
    let mut pieces = vec![rest];
    for gap in GAPS {
        pieces = pieces.iter().flat_map(|piece| piece.split(gap)).map(|piece| piece.trim().to_owned()).collect();
    }
    if pieces.len() == 1 {
        return Vec::new();
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::Words;
    use proptest::prelude::*;

    fn count(text: &str, quote: &str, before: &str, after: &str) -> (usize, usize) {
        let side = |words: &str| if words.is_empty() { Vec::new() } else { vec![Words::of(words)] };
        Words::of(text).count(&Words::of(quote), &side(before), &side(after))
    }

    #[test]
    fn white_space_and_quotation_marks_are_folded_and_nothing_else() {
        let text = "Pyongyang’s hacks\n\t“directly and\u{A0}indirectly” support «the programs» – so it says.";
        for quote in ["Pyongyang's hacks \"directly and indirectly\"", "support “the programs”", " indirectly” "]
        {
            assert_eq!(count(text, quote, "", ""), (1, 1), "{quote}");
        }
        for quote in ["pyongyang's hacks", "the programs\" - so", "indirectly support", "hack", "s it"] {
            assert_eq!(count(text, quote, "", ""), (0, 0), "{quote}");
        }
    }

    #[test]
    fn a_number_is_not_in_a_longer_one() {
        assert_eq!(count("It was 14 million.", "4 million", "", ""), (0, 0));
        assert_eq!(count("It was $4 millions.", "4 million", "", ""), (0, 0));
        assert_eq!(count("It was $4 million.", "4 million", "", ""), (1, 1));
        assert_eq!(count("2021年4百万米ドル", "4百万", "", ""), (1, 1));
    }

    #[test]
    fn what_stands_around_it_tells_one_place_from_another() {
        let text = "Exports fell to $48 million. Imports fell to $48 million in May.";
        assert_eq!(count(text, "fell to $48 million", "", ""), (2, 2));
        assert_eq!(count(text, "fell to $48 million", "Imports", ""), (2, 1));
        assert_eq!(count(text, "fell to $48 million", "", "in May"), (2, 1));
        assert_eq!(count(text, "fell to $48 million", "Prices", ""), (2, 0));
    }

    #[test]
    fn what_was_left_out_or_put_in_is_passed_over() {
        let text = "Exports, which had grown for years, fell to $48 million in 2020.";
        assert_eq!(count(text, "Exports … fell to $48 million", "", ""), (1, 1));
        // What square brackets stand for may have been of any length.
        assert_eq!(count(text, "Exports [of goods] fell", "", ""), (1, 1));
        assert_eq!(count(text, "[Foreign sales], which had grown for years", "", ""), (1, 1));
        assert_eq!(count(text, "fell ... Exports", "", ""), (0, 0));
        assert_eq!(count(text, "Exports … rose", "", ""), (0, 0));
    }

    proptest! {
        #[test]
        fn every_run_of_words_of_a_text_is_found_in_it(
            words in prop::collection::vec("[a-zäé0-9$.,]{1,8}", 1..40), from in 0..40_usize, length in 1..40_usize, space in "[ \n\t\u{A0}]{1,3}",
        ) {
            let from = from % words.len();
            let quote = words[from..(from + length).min(words.len())].join(" ");
            let text = Words::of(&words.join(&space));
            let (all, places) = text.count(&Words::of(&quote), &[], &[]);
            prop_assert!(all >= 1 && places == all);
        }

        #[test]
        fn no_text_and_no_quote_is_too_strange(text in ".{0,60}", quote in ".{1,12}", side in ".{0,6}") {
            let side = [Words::of(&side)];
            let (all, places) = Words::of(&text).count(&Words::of(&quote), &side, &side);
            prop_assert!(places <= all);
        }
    }
}
