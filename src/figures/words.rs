//! Which numbers does a text write?
//!
//! Numbers as people write them: digits with their separators, words, scales ("million",
//! "Mrd."), parts ("half", "two thirds"), ranges, and orders of magnitude ("tens of millions"). Where a spelling can be read in two
//! ways ("1.340", "3 m"), both count: what is asked is whether a figure is there. All of it is exact.

use super::number::{Number, last_digit, power};
use super::tokens::{Token, Tongue, Word, lex};

/// A number that a text writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What is said: a number from and to, which are the same where one number is written.
    pub said: (Number, Number),
    /// What people round to it.
    pub about: (Number, Number),
    /// Whether any number from and to would do, as in "tens of millions" and "two to three billion".
    pub range: bool,
}

/// A value and the quantum of its last digit.
type Written = (Number, Number);

fn scale_of(exponent: u32) -> Number {
    power(i16::try_from(exponent).unwrap_or(i16::MAX))
}

fn ratio(times: u64, of: u64) -> Number {
    Number::from(times) / Number::from(of)
}

/// With the quantum of its own last digit.
fn written(value: Number) -> Written {
    let quantum = last_digit(&value).unwrap_or_default();
    (value, quantum)
}

/// A number that is being read: what its digits or words may stand for, and what multiplies them.
struct Phrase {
    values: Vec<Written>,
    scale: Number,
    /// Whether the scale may be a unit of measure.
    or_unit: bool,
    end: usize,
}

impl Phrase {
    fn scaled<'p>(&'p self, scale: &'p Number) -> impl Iterator<Item = Written> + 'p {
        self.values.iter().map(move |(value, quantum)| (value * scale, quantum * scale))
    }
}

/// The numbers that a text in a language writes, in its order. `years` says whether years and days of the month are numbers too.
pub fn readings(text: &str, language: Option<&str>, years: bool) -> Vec<Reading> {
    let tokens = lex(text, Tongue::of(language).unwrap_or(Tongue::Any), years);
    let mut found: Vec<Reading> = Vec::new();
    let (mut at, mut before): (usize, Option<Phrase>) = (0, None);
    while at < tokens.len() {
        found.extend(one_in(&tokens, at).into_iter().flatten());
        if let Some((reading, end)) = magnitude(&tokens, at).or_else(|| part(&tokens, at)) {
            found.extend(reading);
            (at, before) = (end, None);
        } else if let Some(phrase) = number(&tokens, at) {
            found.extend(phrase.scaled(&phrase.scale).map(point));
            if phrase.or_unit {
                found.extend(phrase.values.iter().cloned().map(point));
            }
            if let Some(first) = before.take() {
                let between = &tokens[first.end..at];
                if joins(between) {
                    found.extend(range(&first, &phrase));
                }
                if between.is_empty() || *between == [Token::Word(Word::And)] {
                    found.extend(sum(&first, &phrase));
                }
            }
            found.extend(and_a_half(&tokens, &phrase));
            at = phrase.end;
            before = Some(phrase);
        } else {
            at += 1;
        }
    }
    found
}

/// The numbers that a text in a language has as years or in names, and that may be figures all the same.
pub(super) fn doubtful(text: &str, language: Option<&str>) -> Vec<Number> {
    let tokens = lex(text, Tongue::of(language).unwrap_or(Tongue::Any), false).into_iter();
    let values = tokens.filter_map(|token| if let Token::Doubtful(values) = token { Some(values) } else { None });
    values.flatten().map(|(value, _)| value).collect()
}

/// One number, and what rounds to it.
fn point((value, quantum): Written) -> Reading {
    let half = quantum / Number::from(2);
    let about = (&value - &half, &value + half);
    Reading { said: (value.clone(), value), about, range: false }
}

/// "two to three billion": the scale is said once.
fn range(first: &Phrase, second: &Phrase) -> Vec<Reading> {
    let scale = if first.scale == Number::ONE { &second.scale } else { &first.scale };
    let mut found: Vec<Reading> = first.scaled(scale).map(point).collect();
    for (low, _) in first.scaled(scale) {
        let highs = second.scaled(&second.scale).filter(|(high, _)| *high > low);
        found.extend(highs.map(|(high, _)| {
            let ends = (low.clone(), high);
            Reading { said: ends.clone(), about: ends, range: true }
        }));
    }
    found
}

/// "1 million 200 thousand"
fn sum(first: &Phrase, second: &Phrase) -> Vec<Reading> {
    let mut found = Vec::new();
    for (more, _) in first.scaled(&first.scale).filter(|_| first.scale > second.scale) {
        let less = second.scaled(&second.scale).filter(|(less, _)| *less < first.scale);
        found.extend(less.map(|(less, quantum)| point((&more + less, quantum))));
    }
    found
}

/// "a million and a half"
fn and_a_half(tokens: &[Token], phrase: &Phrase) -> Vec<Reading> {
    let after = match &tokens[phrase.end..] {
        [Token::Word(Word::And), Token::Word(Word::A | Word::Count(1)), ..] => phrase.end + 2,
        [Token::Word(Word::And), ..] => phrase.end + 1,
        _ => return Vec::new(),
    };
    match fraction(tokens, after) {
        Some((times, of, _)) if phrase.scale > Number::ONE => {
            let more = ratio(times, of);
            phrase.values.iter().map(|(value, _)| point(written((value + &more) * &phrase.scale))).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether what stands between two numbers makes a range of them.
fn joins(between: &[Token]) -> bool {
    let mut joined = false;
    between.iter().all(|token| match token {
        Token::Word(Word::To | Word::And) | Token::Mark('-' | '–' | '—' | '−' | '‑') => {
            !std::mem::replace(&mut joined, true)
        }
        Token::Mark(c) => "$€£¥₩₽%".contains(*c),
        _ => false,
    }) && joined
}

/// "tens of millions", "several hundred": from one power of ten to another.
fn magnitude(tokens: &[Token], at: usize) -> Option<(Vec<Reading>, usize)> {
    let Token::Word(Word::Some(mut low, mut high)) = tokens[at] else { return None };
    let mut end = at + 1;
    loop {
        let next = if tokens.get(end) == Some(&Token::Word(Word::Of)) { end + 1 } else { end };
        match tokens.get(next) {
            Some(Token::Word(Word::Some(by, _) | Word::Scale(by))) if high < 100 => (low, high) = (low + by, high + by),
            _ => break,
        }
        end = next + 1;
    }
    let ends = (scale_of(low), scale_of(high));
    Some((vec![Reading { said: ends.clone(), about: ends, range: true }], end))
}

/// A part of one: "half", "two thirds", "1/3", "¼", "every fifth", and where it ends.
fn fraction(tokens: &[Token], at: usize) -> Option<(u64, u64, usize)> {
    let word = |at: usize| if let Some(Token::Word(word)) = tokens.get(at) { Some(*word) } else { None };
    let digits = |at: usize| match tokens.get(at) {
        Some(Token::Digits(values)) => (1..=100_u64).find(|n| values.first().is_some_and(|(v, _)| *v == (*n).into())),
        _ => None,
    };
    // "the third quarter", "the fifth"
    let in_a_row = |part: usize, of: u64| {
        matches!(word(part + 1), Some(Word::Part(_)))
            || of > 2 && part.checked_sub(1).and_then(word) == Some(Word::The) && word(part + 1) != Some(Word::Of)
    };
    let ranked = at.checked_sub(1).is_some_and(|before| matches!(word(before), Some(Word::Nth(_) | Word::Part(_))));
    match tokens.get(at)? {
        Token::Fraction(times, of) => Some((*times, *of, at + 1)),
        Token::Word(Word::Mixed(times, of)) => Some((*times, *of, at + 1)),
        Token::Word(Word::Part(of)) => (!ranked && !in_a_row(at, *of)).then_some((1, *of, at + 1)),
        Token::Word(Word::Every) => match word(at + 1) {
            Some(Word::Part(of) | Word::Nth(of)) => Some((1, of, at + 2)),
            _ => None,
        },
        Token::Word(Word::Count(times)) => match word(at + 1) {
            Some(Word::Part(of)) if *times < of => Some((*times, of, at + 2)),
            _ => None,
        },
        Token::Digits(_) => {
            let times = digits(at)?;
            match (tokens.get(at + 1), word(at + 1)) {
                (Some(Token::Mark('/' | '\u{2044}')), _) => {
                    digits(at + 2).filter(|of| times < *of).map(|of| (times, of, at + 3))
                }
                (_, Some(Word::Part(of))) if times < of => Some((times, of, at + 2)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// "half", "two thirds", "doubled": a share of one and of a hundred; "half a million", "three quarters of a million".
fn part(tokens: &[Token], at: usize) -> Option<(Vec<Reading>, usize)> {
    match tokens[at] {
        Token::Word(Word::Zero) => return Some((vec![point((Number::ZERO, Number::ZERO))], at + 1)),
        Token::Word(Word::Times(times)) => return Some((shares(times, 1), at + 1)),
        Token::Word(Word::Fallen(of)) => return Some((shares(1, of), at + 1)),
        _ => {}
    }
    let (times, of, end) = fraction(tokens, at)?;
    let mut next = end;
    while let Some(Token::Word(Word::A | Word::Of | Word::Count(1))) = tokens.get(next) {
        next += 1;
    }
    let multiplied = match tokens.get(next) {
        Some(Token::Word(Word::Scale(by) | Word::Some(by, _))) if *by > 1 => Some(scale_of(*by)),
        Some(Token::Word(Word::Letter(by))) if next == end => Some(scale_of(*by)),
        Some(Token::Word(Word::Count(12))) => Some(12.into()),
        _ => None,
    };
    if let Some(by) = multiplied {
        let value = ratio(times, of) * by;
        let reading = match last_digit(&value) {
            Some(quantum) => point((value, quantum)),
            // "a third of a million" is 333,000 to one and 330,000 to another.
            None => near(value.clone(), value * ratio(1, 100), false),
        };
        return Some((vec![reading], next + 1));
    }
    let mut found = shares(times, of);
    if times > of || matches!(tokens[at], Token::Digits(_)) {
        found.push(point((ratio(times, of), ratio(1, 10))));
    }
    if let Token::Digits(values) = &tokens[at] {
        // "5/12" may be a date, or two numbers.
        found.extend(values.iter().cloned().map(point));
        if let Some(Token::Digits(values)) = tokens.get(at + 2) {
            found.extend(values.iter().cloned().map(point));
        }
    }
    Some((found, end))
}

/// "one in five", "two out of three": what follows has its own numbers, and is read for them too.
fn one_in(tokens: &[Token], at: usize) -> Option<Vec<Reading>> {
    let count = |at: usize| match tokens.get(at)? {
        Token::Word(Word::Count(count)) => Some(*count),
        Token::Digits(values) => {
            (1..=100).find(|count: &u64| values.first().is_some_and(|(value, _)| *value == (*count).into()))
        }
        _ => None,
    };
    let times = count(at)?;
    let between =
        tokens.get(at + 1..)?.iter().take_while(|token| matches!(token, Token::Word(Word::In | Word::Of))).count();
    let of = count(at + 1 + between)?;
    if between == 0 || times >= of { None } else { Some(shares(times, of)) }
}

/// A number that is said with some breadth, and ten times that by rounding.
fn near(value: Number, breadth: Number, exact: bool) -> Reading {
    let wide = &breadth * Number::from(10);
    let breadth = if exact { Number::ZERO } else { breadth };
    Reading { said: (&value - &breadth, &value + breadth), about: (&value - &wide, value + wide), range: false }
}

/// A share of one and of a hundred; of more than one, what has come to it has risen by.
fn shares(times: u64, of: u64) -> Vec<Reading> {
    let (share, risen) = (ratio(times, of), of == 1);
    let percent = (if risen { &share - Number::ONE } else { share.clone() }) * Number::from(100);
    // A third is 33 to whoever counts in percent, and an eighth is 12.5 or 13.
    let exact = risen || of == 2;
    vec![near(percent, ratio(1, 2), exact), near(share, ratio(1, 200), exact)]
}

/// A number in digits or words with what multiplies it.
fn number(tokens: &[Token], at: usize) -> Option<Phrase> {
    let (mut values, mut end) = match &tokens[at] {
        Token::Digits(values) => (values.clone(), at + 1),
        Token::Word(Word::A) if matches!(tokens.get(at + 1), Some(Token::Word(Word::Scale(_)))) => {
            (vec![(Number::ONE, Number::ONE)], at + 1)
        }
        Token::Word(Word::Count(_) | Word::Scale(_)) => spelt(tokens, at)?,
        _ => return None,
    };
    // "2 ½", "2 1/2", "two and a half"
    let whole = values.iter().all(|(value, _)| value.is_int());
    let after = match &tokens[end..] {
        [Token::Fraction(..), ..] => end,
        [Token::Digits(_), Token::Mark('/' | '\u{2044}'), Token::Digits(_), ..] => end,
        [Token::Word(Word::And), Token::Word(Word::A | Word::Count(1)), ..] => end + 2,
        [Token::Word(Word::And), ..] => end + 1,
        _ => tokens.len(),
    };
    if let Some((times, of, after)) = fraction(tokens, after).filter(|(times, of, _)| whole && times < of) {
        values = values.iter().map(|(value, _)| (value + ratio(times, of), ratio(1, 10))).collect();
        end = after;
    }
    let (mut scale, mut or_unit) = (Number::ONE, false);
    for _ in 0..4 {
        let by = match tokens.get(end) {
            Some(Token::Word(Word::Scale(by))) => scale_of(*by),
            // "two millions", "zwei Milliarden"
            Some(Token::Word(Word::Some(by, _))) if *by > 1 => scale_of(*by),
            Some(Token::Word(Word::Count(12))) if end > at => 12.into(),
            Some(Token::Word(Word::Letter(by))) => {
                or_unit = true;
                scale_of(*by)
            }
            _ => break,
        };
        scale *= by;
        end += 1;
        if or_unit {
            break;
        }
    }
    Some(Phrase { values, scale, or_unit, end })
}

/// A number in words up to the last scale: "three hundred and twenty-one thousand" is 321, and "thousand" is left.
fn spelt(tokens: &[Token], at: usize) -> Option<(Vec<Written>, usize)> {
    let (mut total, mut group, mut end) = (0_u64, 0_u64, at);
    let mut any = false;
    loop {
        let mut next = end;
        // "one hundred and five", "twenty-one"
        if any && matches!(tokens.get(next), Some(Token::Mark('-' | '‑') | Token::Word(Word::And))) {
            next += 1;
        }
        match tokens.get(next) {
            // "quatre-vingt"
            Some(Token::Word(Word::Count(20))) if group == 4 => group = 80,
            Some(Token::Word(Word::Count(count))) if fits(group, *count) => group += count,
            Some(Token::Word(Word::Scale(2))) if group < 100 => group = group.max(1) * 100,
            // A scale that more of the number follows.
            Some(Token::Word(Word::Scale(by)))
                if next == end && matches!(by, 3 | 6 | 9) && (total > 0 || follows(tokens, next + 1)) =>
            {
                total = total.checked_add(group.max(1).checked_mul(10_u64.pow(*by))?)?;
                group = 0;
            }
            _ => break,
        }
        any = true;
        end = next + 1;
    }
    if !any {
        // A scale alone: "Million", after which nothing follows.
        return matches!(tokens[at], Token::Word(Word::Scale(_))).then(|| (vec![(Number::ONE, Number::ONE)], at));
    }
    Some((vec![written(Number::from(total.checked_add(group)?))], end))
}

/// Whether a count may follow in a group: a smaller one after tens or hundreds.
fn fits(group: u64, count: u64) -> bool {
    group == 0
        || (count < 10 && group.is_multiple_of(10))
        || (count < 100 && group.is_multiple_of(100))
        || (count < 20 && matches!(group % 100, 60 | 80))
}

/// Whether more of a number follows after a scale.
fn follows(tokens: &[Token], at: usize) -> bool {
    // "a million and one half" is no number in words.
    let counts = |at: usize| {
        matches!(tokens.get(at), Some(Token::Word(Word::Count(_))))
            && !matches!(tokens.get(at + 1), Some(Token::Word(Word::Part(_))))
    };
    counts(at) || (tokens.get(at) == Some(&Token::Word(Word::And)) && counts(at + 1))
}
