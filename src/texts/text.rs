//! A document's text, in which quotes are looked for.
//!
//! A word that a hyphen divides at the end of a line is one word, with its hyphen or without, each for itself: of "state-", "owned" and "Pyong-", "yang"
//! the one keeps it and the other does not. Such a joint is one character in the text, which a quote may have as nothing, as a hyphen, or
//! as a hyphen and a space.

use super::words::{Words, hits, in_pieces, whole};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::ops::Range;

/// Stands where a hyphen divides a word at the end of a line. Unicode has it as no character, so that no text needs it.
const JOINT: char = '\u{FDD0}';

/// A text with its white space and quotation marks folded, and its joints marked.
pub(super) struct Text {
    words: Words,
    /// The same without hyphens; of a text without joints none.
    bare: Option<Bare>,
    index: OnceCell<Index>,
}

/// A text without joints and hyphens, nor the spaces after those: what a quote may have in several ways it has in one.
struct Bare {
    text: String,
    /// After what was left out: where it goes on here, and where in the text.
    cuts: Vec<(usize, usize)>,
}

/// The words of a text by number.
struct Index {
    numbers: FxHashMap<String, usize>,
    words: Vec<(usize, Range<usize>)>,
}

impl Text {
    pub(super) fn of(text: &str) -> Self {
        let words = Words::of(&marked(text));
        let bare = words.0.contains(JOINT).then(|| Bare::of(&words.0));
        Self { words, bare, index: OnceCell::new() }
    }

    /// The place in this text that has most words of a quote, if that is more than half of them.
    pub(super) fn nearest(&self, quote: &Words) -> Option<String> {
        let Index { numbers, words } = self.index.get_or_init(|| Index::of(&self.words.0));
        let (mut left, mut length) = (FxHashMap::<usize, isize>::default(), 0);
        for word in quote.0.split(' ').map(plain).filter(|word| !word.is_empty()) {
            if let Some(number) = numbers.get(&word) {
                *left.entry(*number).or_default() += 1;
            }
            length += 1;
        }
        if 2 * left.values().sum::<isize>() <= length {
            return None;
        }
        let length = length.unsigned_abs();
        let (mut shared, mut best) = (0_usize, (0, 0));
        let mut next = VecDeque::new();
        for (at, (number, _)) in words.iter().enumerate() {
            let counts = left.get_mut(number).is_some_and(|left| {
                *left -= 1;
                *left >= 0
            });
            shared += usize::from(counts);
            next.push_back(number);
            if next.len() > length {
                let gone = next.pop_front().expect("it is longer than nothing");
                if let Some(left) = left.get_mut(gone) {
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
        let place = words[(last + 1).saturating_sub(length)].1.start..words[last].1.end;
        Some(self.words.0[place].replace(JOINT, "- "))
    }

    /// How often a quote stands in this text, and how often between the words of `before` and `after`; of several of either, any will do.
    ///
    /// A quote that is not there as a whole, and has "…" or a passage in square brackets, is there once if what stands around those follows one
    /// another.
    pub(super) fn count(&self, quote: &Words, before: &[Words], after: &[Words]) -> (usize, usize) {
        let (mut all, mut places) = (0, 0);
        if quote.is_empty() {
            return (0, 0);
        }
        let text = &self.words.0;
        for place in self.places(&quote.0, 0) {
            let (left, right) = (text[..place.start].trim_end(), text[place.end..].trim_start());
            let fits = (before.is_empty() || before.iter().any(|words| ends_with(left, &words.0).is_some()))
                && (after.is_empty() || after.iter().any(|words| starts_with(right, &words.0).is_some()));
            all += 1;
            places += usize::from(fits);
        }
        if all == 0 && in_pieces(&quote.0, |piece, from| Some(self.places(piece, from).next()?.end)) {
            return (1, 1);
        }
        (all, places)
    }

    /// Where words stand, from a byte on.
    fn places<'t>(&'t self, words: &'t str, from: usize) -> Box<dyn Iterator<Item = Range<usize>> + 't> {
        let text = &self.words.0;
        let Some((bare, letters)) =
            self.bare.as_ref().map(|bare| (bare, Bare::of(words).text)).filter(|(_, letters)| !letters.is_empty())
        else {
            return Box::new(self.words.places(words, from).map(|start| start..start + words.len()));
        };
        // Its hyphens at the beginning stand before the place of its first letter.
        let (lead, rest) = words.split_at(words.len() - words.trim_start_matches(['-', ' ']).len());
        let found = hits(&bare.text, &letters, bare.place(from)).map(|hit| bare.origin(hit));
        Box::new(found.filter_map(move |first| {
            let start = first - ends_with(&text[..first], lead)?;
            let end = first + starts_with(&text[first..], rest)?;
            (start >= from && whole(text, words, &(start..end))).then_some(start..end)
        }))
    }
}

impl Bare {
    fn of(words: &str) -> Self {
        let (mut text, mut cuts) = (String::with_capacity(words.len()), Vec::new());
        let (mut after, mut cut) = (' ', false);
        for (at, c) in words.char_indices() {
            if matches!(c, '-' | JOINT) || c == ' ' && after == '-' {
                cut = true;
            } else {
                if std::mem::take(&mut cut) {
                    cuts.push((text.len(), at));
                }
                text.push(c);
            }
            after = c;
        }
        Self { text, cuts }
    }

    /// Where in the text a place here is.
    fn origin(&self, place: usize) -> usize {
        let cuts = self.cuts.partition_point(|(here, _)| *here <= place);
        cuts.checked_sub(1).map_or(place, |last| place - self.cuts[last].0 + self.cuts[last].1)
    }

    /// The first place here that is not before a place of the text.
    fn place(&self, origin: usize) -> usize {
        let cuts = self.cuts.partition_point(|(_, there)| *there <= origin);
        let place = cuts.checked_sub(1).map_or(origin, |last| origin - self.cuts[last].1 + self.cuts[last].0);
        self.cuts.get(cuts).map_or(place, |(next, _)| place.min(*next))
    }
}

impl Index {
    fn of(text: &str) -> Self {
        let (mut numbers, mut words, mut at) = (FxHashMap::default(), Vec::new(), 0);
        for word in text.split(' ') {
            let next = numbers.len();
            words.push((*numbers.entry(plain(word)).or_insert(next), at..at + word.len()));
            at += word.len() + 1;
        }
        Self { numbers, words }
    }
}

/// A word in small letters, without marks around it and hyphens in it.
fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).replace(['-', JOINT], "").to_lowercase()
}

/// A text with a mark for each hyphen that divides a word at the end of a line.
fn marked(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['-', JOINT]) {
        let (before, after) = (&rest[..at], &rest[at..]);
        marked.push_str(before);
        if let Some(after) = after.strip_prefix(JOINT) {
            rest = after;
            continue;
        }
        let next = &after[1..];
        let line = next.strip_prefix('\n').or_else(|| next.strip_prefix("\r\n"));
        let line = line.map(|line| line.trim_start_matches([' ', '\t']));
        let divided =
            line.filter(|line| before.ends_with(char::is_alphabetic) && line.starts_with(char::is_alphabetic));
        marked.push(if divided.is_some() { JOINT } else { '-' });
        rest = divided.unwrap_or(next);
    }
    marked + rest
}

/// How much of a text words take up that it begins with.
fn starts_with(text: &str, words: &str) -> Option<usize> {
    taken(text.chars(), words.chars(), ['-', ' '])
}

/// How much of a text words take up that it ends with.
fn ends_with(text: &str, words: &str) -> Option<usize> {
    taken(text.chars().rev(), words.chars().rev(), [' ', '-'])
}

/// How many bytes of a text its words take up; what is given last are the marks that a joint may have, as they come.
fn taken(text: impl Iterator<Item = char>, words: impl Iterator<Item = char>, marks: [char; 2]) -> Option<usize> {
    let (mut text, mut words, mut length) = (text, words.peekable(), 0);
    while words.peek().is_some() {
        let c = text.next()?;
        length += c.len_utf8();
        if c == JOINT {
            for mark in marks {
                words.next_if_eq(&mark);
            }
        } else if words.next() != Some(c) {
            return None;
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::{Text, Words};
    use proptest::prelude::*;

    fn count(text: &str, quote: &str, before: &str, after: &str) -> (usize, usize) {
        let side = |words: &str| if words.is_empty() { Vec::new() } else { vec![Words::of(words)] };
        Text::of(text).count(&Words::of(quote), &side(before), &side(after))
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
        let text = "a co-\noperative of fish-\r\n  ermen, pre-\nand post-war, 1914-\n1918, the state-\nowned bank of Pyong-\nyang failed";
        for quote in [
            "a cooperative of fishermen",
            "a co-operative",
            "a co- operative",
            "pre- and post-war",
            "1914- 1918",
            "the state-owned bank of Pyongyang failed",
            "owned bank of Pyong",
            "-owned bank",
            "the state-",
            "a … bank of Pyongyang failed",
        ] {
            assert_eq!(count(text, quote, "", ""), (1, 1), "{quote}");
        }
        for quote in ["a corporative", "a co -operative", "perative", "1914-1918", "a Pyongyang"] {
            assert_eq!(count(text, quote, "", ""), (0, 0), "{quote}");
        }
        assert_eq!(count(text, "bank of", "the stateowned", "Pyong-yang failed"), (1, 1));
        assert_eq!(count(text, "bank of", "state-owned", "yang"), (1, 0));
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
            Text::of("In 2020, North Korea exported only $48 million in goods to China. It exported less in May.");
        let near = |quote: &str| text.nearest(&Words::of(quote));
        assert_eq!(near("exported just $48 million in goods").as_deref(), Some("exported only $48 million in goods"));
        assert_eq!(near("north korea exported").as_deref(), Some("North Korea exported"));
        assert_eq!(near("the weather was fine"), None);
        assert_eq!(near("…"), None);
        assert_eq!(
            near("It exported less in May, and it exported less in June").as_deref(),
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
            let (all, places) = Text::of(&words.join(&space)).count(&Words::of(&quote), &[], &[]);
            prop_assert!(all >= 1 && places == all);
        }

        /// Each joint in each of its ways, whatever the others are.
        #[test]
        fn a_quote_has_each_joint_in_its_own_way(
            parts in prop::collection::vec(("[aé]{1,3}( [ab]|-b|- b|, a)?", 0..3_usize), 2..6), skip in 0..2_usize,
        ) {
            let text: Vec<&str> = parts.iter().map(|(part, _)| part.as_str()).collect();
            let text = text.join("-\n");
            let quote: String = parts.iter().map(|(part, way)| format!("{part}{}", ["", "-", "- "][*way])).collect();
            let quote = quote.trim_end_matches(['-', ' ']).chars().skip(skip).collect::<String>();
            let quote = Words::of(&quote);
            prop_assume!(skip == 0 && !quote.is_empty());
            prop_assert_eq!(Text::of(&text).count(&quote, &[], &[]).0.min(1), 1, "{} in {:?}", quote.0, text);
        }

        #[test]
        fn no_text_and_no_quote_is_too_strange(text in ".{0,60}|[ab \u{FDD0}\n-]{0,30}", quote in ".{1,12}|[ab \u{FDD0}-]{1,6}", side in ".{0,6}") {
            let side = [Words::of(&side)];
            let text = format!("{text}-\n{quote}");
            let quote = Words::of(&quote);
            let (all, places) = Text::of(&text).count(&quote, &side, &side);
            prop_assert!(places <= all);
            Text::of(&text).nearest(&quote);
        }
    }
}
