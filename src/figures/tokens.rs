//! The pieces that numbers are made of: digits with their separators, and the words of `words.txt`, in English, German and French.

use super::interval::last_digit;
use oxsdatatypes::Decimal;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a word says of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Count(u64),
    /// Multiplies what stands before it: a power of ten.
    Scale(u32),
    /// The same, or a unit of measure.
    Letter(u32),
    /// From one power of ten to another.
    Some(u32, u32),
    /// One divided by this.
    Part(u64),
    Times(u64),
    /// Fallen to one divided by this.
    Fallen(u64),
    Zero,
    /// Joins the ends of a range.
    To,
    And,
    A,
    Of,
    /// Stands between a part and the whole, as in "one in five".
    In,
    /// Something else.
    Other,
}

static WORDS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for line in include_str!("words.txt").lines() {
        let mut parts = line.split(' ');
        let kind = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or_default();
        let word = match kind {
            "count" => Word::Count(number().into()),
            "scale" => Word::Scale(number()),
            "letter" => Word::Letter(number()),
            "some" => Word::Some(number(), number()),
            "part" => Word::Part(number().into()),
            "times" => Word::Times(number().into()),
            "fallen" => Word::Fallen(number().into()),
            "zero" => Word::Zero,
            "to" => Word::To,
            "and" => Word::And,
            "a" => Word::A,
            "of" => Word::Of,
            "in" => Word::In,
            _ => unreachable!("the file has no other kinds"),
        };
        words.extend(parts.map(|spelt| (spelt, word)));
    }
    words
});

/// What a word in small letters says of a number.
fn word(spelt: &str) -> Word {
    WORDS.get(spelt).copied().or_else(|| compound(spelt).map(Word::Count)).unwrap_or(Word::Other)
}

/// German runs its numbers together: "einundzwanzig", "dreitausendzweihundert".
fn compound(spelt: &str) -> Option<u64> {
    let count = |part: &str| match WORDS.get(part) {
        Some(Word::Count(count)) => Some(*count),
        _ => compound(part),
    };
    for (scale, size) in [("tausend", 1000), ("hundert", 100)] {
        if let Some((times, rest)) = spelt.split_once(scale) {
            let times = if times.is_empty() { 1 } else { count(times).filter(|times| *times < 1000)? };
            let rest = rest.strip_prefix("und").unwrap_or(rest);
            return Some(times * size + if rest.is_empty() { 0 } else { count(rest)? });
        }
    }
    let (units, tens) = spelt.split_once("und")?;
    match (WORDS.get(units), WORDS.get(tens)) {
        (Some(Word::Count(units @ 1..=9)), Some(Word::Count(tens))) if tens % 10 == 0 => Some(units + tens),
        _ => None,
    }
}

/// A piece of a text.
#[derive(Clone, PartialEq)]
pub(super) enum Token {
    /// Digits, and what they may stand for: value, and the quantum of its last digit.
    Digits(Vec<(Decimal, Decimal)>),
    Word(Word),
    Mark(char),
}

/// How far a number reaches in one text, in digits: more is none that people write.
const LONGEST: usize = 30;

/// Takes a text apart.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut per) = (Vec::new(), 0, false);
    while at < chars.len() {
        let start = at;
        if digit(chars[at]).is_some() {
            while at < chars.len() && (digit(chars[at]).is_some() || separates(&chars, start, at)) {
                at += 1;
            }
            let written: String =
                chars[start..at].iter().map(|c| digit(*c).map_or(*c, |digit| (b'0' + digit) as char)).collect();
            // What a plain space joins may be two numbers.
            if let Some((before, after)) = written.split_once(' ') {
                tokens.push(Token::Digits(values(before)));
                tokens.push(Token::Mark(' '));
                tokens.push(Token::Digits(values(after)));
                tokens.push(Token::Mark(' '));
            }
            tokens.push(Token::Digits(values(&written)));
        } else if chars[at].is_alphabetic() {
            while at < chars.len() && chars[at].is_alphabetic() {
                at += 1;
            }
            let spelt: String = chars[start..at].iter().flat_map(|c| c.to_lowercase()).collect();
            // "per cent", "pour cent"
            let says = if spelt == "cent" && per { Word::Other } else { word(&spelt) };
            per = matches!(spelt.as_str(), "per" | "pour");
            tokens.push(Token::Word(says));
        } else {
            at += 1;
            match chars[start] {
                '½' => tokens.push(Token::Mark('½')),
                c if c.is_whitespace() => {}
                c => tokens.push(Token::Mark(c)),
            }
        }
    }
    tokens
}

/// The digits of the scripts in which European numbers are written, and Arabic and Devanagari ones.
fn digit(c: char) -> Option<u8> {
    let zeros = ['0', '\u{660}', '\u{6F0}', '\u{966}', '\u{FF10}'];
    zeros
        .iter()
        .find_map(|zero| (c as u32).checked_sub(*zero as u32).filter(|digit| *digit < 10))
        .map(|digit| digit as u8)
}

/// Whether what stands at `at` belongs to the number that began at `start`.
fn separates(chars: &[char], start: usize, at: usize) -> bool {
    let digits = |from: usize| chars[from.min(chars.len())..].iter().take_while(|c| digit(**c).is_some()).count();
    match chars[at] {
        '.' | ',' | '\u{66B}' | '\u{66C}' => digits(at + 1) > 0,
        '\'' | '’' | ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}' => {
            let before = chars[start..at].iter().rev().take_while(|c| digit(**c).is_some()).count();
            before <= 3 && digits(at + 1) == 3 && !chars[start..at].contains(&'.') && !chars[start..at].contains(&',')
        }
        _ => false,
    }
}

/// What digits with separators may stand for.
fn values(written: &str) -> Vec<(Decimal, Decimal)> {
    let plain: String = written
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}'))
        .map(|c| match c {
            '\u{66B}' => '.',
            '\u{66C}' => ',',
            c => c,
        })
        .collect();
    if plain.len() > LONGEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |text: String| {
        if let Ok(value) = text.parse::<Decimal>() {
            let quantum = match text.split_once('.') {
                Some((_, fraction)) => format!("0.{}1", "0".repeat(fraction.len() - 1)).parse().ok(),
                None => Some(last_digit(value)),
            };
            found.extend(quantum.map(|quantum| (value, quantum)));
        }
    };
    let last = plain.rfind(['.', ',']);
    match last {
        None => add(plain.clone()),
        Some(place) => {
            let (mark, whole, fraction) = (&plain[place..=place], &plain[..place], &plain[place + 1..]);
            let other = if mark == "." { "," } else { "." };
            let grouped = |text: &str, mark: &str| {
                let mut groups = text.split(mark);
                groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
                    && groups.all(|group| (2..=3).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit()))
            };
            // 1,234.56 and 1.234,56; 0.5 and 0,5
            if !whole.contains(mark) && (!whole.contains(other) || grouped(whole, other)) {
                add(format!("{}.{fraction}", whole.replace(other, "")));
            }
            // 1,234 and 1.234.567; 5,00,000
            if !whole.contains(other) && fraction.len() == 3 && grouped(&plain, mark) && !plain.starts_with('0') {
                add(plain.replace(mark, ""));
            }
        }
    }
    found
}
