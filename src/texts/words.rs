//! Where does a quote stand in a text, word for word?
//!
//! White space of any kind and length is one space, double quotation marks of any shape are one mark, and so are single ones and
//! apostrophes. A letter with its accent is one whether it was typed as one character or two (Unicode's NFC), and soft hyphens and other characters without
//! width are left out. A word that a hyphen divides at the end of a line is one word, with or without its hyphen. Nothing else is folded: no
//! capitals, no accents, no dashes. A quote is found where no letter or digit goes on before or after it: "4 million" is not in "14 million".

use memchr::memmem;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// A text with its white space and quotation marks folded.
pub(super) struct Words(String);

/// What marks that something was left out.
const GAPS: [&str; 2] = ["…", "..."];

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        for c in text.nfc() {
            match c {
                // Soft hyphens, joiners, marks of direction and of byte order have no width.
                '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {}
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

    /// A text in all the ways in which the words divided at ends of lines may be meant.
    pub(super) fn readings(text: &str) -> Vec<Self> {
        let mut found = vec![Self::of(text)];
        if text.contains("-\n") || text.contains("-\r\n") {
            for hyphen in ["", "-"] {
                found.push(Self::of(&joined(text, hyphen)));
            }
        }
        found
    }

    /// Whether there is no letter or digit in it: dots and dashes are in every text.
    pub(super) fn is_empty(&self) -> bool {
        !self.0.contains(char::is_alphanumeric)
    }

    /// What stands in double quotation marks, if anything does.
    pub(super) fn passages(&self) -> Vec<Self> {
        let marked = self.0.split('"').skip(1).step_by(2);
        let closed = self.0.matches('"').count() / 2;
        marked.take(closed).map(|passage| Self(passage.to_owned())).filter(|passage| !passage.is_empty()).collect()
    }

    /// Whether something was left out or put in, by its own marks.
    pub(super) fn is_marked(&self) -> bool {
        !pieces(&self.0).is_empty()
    }

    /// Whether these words stand in others, whatever their capitals and their last full stop.
    pub(super) fn stand_in(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.loose(), other.loose());
        theirs.places(&mine.0, 0).next().is_some() || theirs.in_pieces(&mine.0)
    }

    /// Whether these words go on, without a comma or another mark, from words that they have in common with the other's whole.
    pub(super) fn add_to(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.loose(), other.loose());
        mine.places(&theirs.0, 0).all(|start| {
            let (before, after) = (mine.0[..start].trim_end(), mine.0[start + theirs.0.len()..].trim_start());
            before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric)
        })
    }

    fn loose(&self) -> Self {
        let trimmed = self.0.trim_matches(|c: char| c == '"' || c.is_whitespace());
        Self(trimmed.trim_end_matches(|c: char| " \".,;:!?".contains(c)).to_lowercase())
    }

    /// The place in this text that has most words of a quote, if that is more than half of them.
    pub(super) fn nearest(&self, quote: &Self) -> Option<&str> {
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let mut wanted: FxHashMap<String, isize> = FxHashMap::default();
        let mut length = 0;
        for word in quote.0.split(' ').map(bare).filter(|word| !word.is_empty()) {
            *wanted.entry(word).or_default() += 1;
            length += 1;
        }
        let words: Vec<(usize, &str)> =
            self.0.split(' ').map(|word| (word.as_ptr() as usize - self.0.as_ptr() as usize, word)).collect();
        let (mut shared, mut best) = (0_usize, (0, 0));
        let mut next = std::collections::VecDeque::new();
        for (at, (_, word)) in words.iter().enumerate() {
            let word = bare(word);
            let left = wanted.get_mut(&word);
            let counts = left.is_some_and(|left| {
                *left -= 1;
                *left >= 0
            });
            shared += usize::from(counts);
            next.push_back(word);
            if next.len() > length {
                let gone = next.pop_front().expect("it is longer than nothing");
                if let Some(left) = wanted.get_mut(&gone) {
                    *left += 1;
                    shared -= usize::from(*left > 0);
                }
            }
            if shared > best.0 {
                best = (shared, at);
            }
        }
        let (shared, last) = best;
        if 2 * shared <= length {
            return None;
        }
        let (start, _) = words[(last + 1).saturating_sub(length)];
        let (end, word) = words[last];
        Some(&self.0[start..end + word.len()])
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

    /// Whether what a quote has around the marks of something left out or put in follows one another here.
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

/// A text with the words that a hyphen divides at the end of a line put together.
fn joined(text: &str, hyphen: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) =
        rest.split_once("-\n").into_iter().chain(rest.split_once("-\r\n")).min_by_key(|(before, _)| before.len())
    {
        joined.push_str(before);
        let after = after.trim_start_matches([' ', '\t']);
        let divides = before.ends_with(char::is_alphabetic) && after.starts_with(char::is_alphabetic);
        joined.push_str(if divides { hyphen } else { "-\n" });
        rest = after;
    }
    joined + rest
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
    fn one_letter_is_one_however_it_was_typed() {
        assert_eq!(count("a cafe\u{301} in Orle\u{301}ans", "a café", "", ""), (1, 1));
        assert_eq!(count("a café", "a cafe\u{301}", "", ""), (1, 1));
        assert_eq!(count("a café", "a cafe", "", ""), (0, 0));
        assert_eq!(count("co\u{AD}oper\u{AD}ative", "cooperative", "", ""), (1, 1));
    }

    #[test]
    fn a_word_divided_at_the_end_of_a_line_is_one() {
        let text = "a co-\noperative of fish-\r\n  ermen, pre-\nand post-war, 1914-\n1918";
        let best = |quote: &str| {
            let found = Words::readings(text).iter().map(|text| text.count(&Words::of(quote), &[], &[])).max();
            found.unwrap()
        };
        for quote in
            ["a cooperative of fishermen", "a co-operative", "a co- operative", "pre- and post-war", "1914- 1918"]
        {
            assert_eq!(best(quote), (1, 1), "{quote}");
        }
        assert_eq!(best("a corporative"), (0, 0));
    }

    #[test]
    fn a_quote_of_marks_alone_is_in_no_text() {
        for quote in ["…", "...", "—", "[…]", "“”"] {
            assert_eq!(count("So … it says — “”, [...]", quote, "", ""), (0, 0), "{quote}");
        }
    }

    #[test]
    fn the_nearest_place_has_most_of_the_words() {
        let text =
            Words::of("In 2020, North Korea exported only $48 million in goods to China. It exported less in May.");
        let near = |quote: &str| text.nearest(&Words::of(quote));
        assert_eq!(near("exported just $48 million in goods"), Some("exported only $48 million in goods"));
        assert_eq!(near("north korea exported"), Some("North Korea exported"));
        assert_eq!(near("the weather was fine"), None);
        assert_eq!(near("…"), None);
        assert_eq!(
            near("It exported less in May, and it exported less in June"),
            Some("$48 million in goods to China. It exported less in May.")
        );
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
            prop_assume!(quote.contains(char::is_alphanumeric));
            let text = Words::of(&words.join(&space));
            let (all, places) = text.count(&Words::of(&quote), &[], &[]);
            prop_assert!(all >= 1 && places == all);
        }

        #[test]
        fn no_text_and_no_quote_is_too_strange(text in ".{0,60}", quote in ".{1,12}", side in ".{0,6}") {
            let side = [Words::of(&side)];
            let (all, places) = Words::of(&text).count(&Words::of(&quote), &side, &side);
            prop_assert!(places <= all);
            let (quote, text) = (Words::of(&quote), Words::of(&text));
            text.nearest(&quote);
            quote.passages();
            quote.add_to(&text);
            for reading in Words::readings(&format!("{}-\n{}", text.0, quote.0)) {
                prop_assert!(!reading.0.contains('\n'));
            }
        }
    }
}
