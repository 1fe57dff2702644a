//! Where does a quote stand in a text, word for word?
//!
//! White space of any kind and length is one space, double quotation marks of any shape are one mark, and so are single ones and
//! apostrophes. A letter with its accent is one whether it was typed as one character or two (Unicode's NFC), and soft hyphens and other characters without
//! width are left out. Nothing else is folded: no capitals, no accents, no dashes. A quote is found where no letter or digit goes on before or
//! after it: "4 million" is not in "14 million".

use memchr::memmem::Finder;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// A text with its white space and quotation marks folded.
pub(super) struct Words(pub(super) String);

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
        theirs.places(&mine.0, 0).next().is_some()
            || in_pieces(&mine.0, |piece, from| Some(theirs.places(piece, from).next()? + piece.len()))
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

    /// Where words stand, from a byte on; one place may begin before another ends.
    pub(super) fn places<'t>(&'t self, words: &'t str, from: usize) -> impl Iterator<Item = usize> + 't {
        hits(&self.0, words, from).filter(move |start| whole(&self.0, words, &(*start..start + words.len())))
    }
}

/// Where a text has these letters, if there are any, from a byte on, inside words too.
pub(super) fn hits<'t>(text: &'t str, letters: &str, from: usize) -> impl Iterator<Item = usize> + use<'t> {
    let finder = Finder::new(letters.as_bytes()).into_owned();
    let first = letters.chars().next();
    let mut from = from;
    std::iter::from_fn(move || {
        let start = from + finder.find(text.as_bytes().get(from..)?)?;
        from = start + first?.len_utf8();
        Some(start)
    })
}

/// Whether no word goes on beyond words that stand in a text at a place.
pub(super) fn whole(text: &str, words: &str, at: &Range<usize>) -> bool {
    !goes_on(text[..at.start].chars().next_back(), words.chars().next())
        && !goes_on(words.chars().next_back(), text[at.end..].chars().next())
}

/// Whether what a quote has around the marks of something left out or put in follows one another; `end` gives where a piece ends, if it is
/// there from a byte on.
pub(super) fn in_pieces(quote: &str, end: impl Fn(&str, usize) -> Option<usize>) -> bool {
    let pieces = pieces(quote);
    !pieces.is_empty() && pieces.iter().try_fold(0, |at, piece| end(piece, at)).is_some()
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

    #[test]
    fn places_may_overlap() {
        let places = |text: &str, quote: &str| Words::of(text).places(quote, 0).collect::<Vec<_>>();
        assert_eq!(places("Volcano, no, no.", "no, no"), [9]);
        assert_eq!(places("a a a bar a", "a a"), [0, 2]);
        assert_eq!(places("é é é", "é é"), [0, 3]);
    }

    proptest! {
        #[test]
        fn places_are_those_of_the_plain_method(text in "[ab ,é]{0,30}", quote in "[ab,é]([ab ,é]{0,4}[ab,é])?") {
            let text = Words::of(&text);
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let plain: Vec<usize> = (0..text.0.len())
                .filter(|&at| text.0.is_char_boundary(at) && text.0[at..].starts_with(&quote))
                .filter(|&at| {
                    let (before, after) = (&text.0[..at], &text.0[at + quote.len()..]);
                    let begun = letter(before.chars().next_back()) && letter(quote.chars().next());
                    let goes_on = letter(quote.chars().next_back()) && letter(after.chars().next());
                    !begun && !goes_on
                })
                .collect();
            prop_assert_eq!(text.places(&quote, 0).collect::<Vec<_>>(), plain);
        }

        #[test]
        fn no_quote_is_too_strange(text in ".{0,60}", quote in ".{1,12}") {
            let (quote, text) = (Words::of(&quote), Words::of(&text));
            quote.passages();
            quote.add_to(&text);
            quote.stand_in(&text);
        }
    }
}
