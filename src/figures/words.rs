//! Which numbers does a text write?
//!
//! Numbers as people write them: digits with their separators, words, scales ("million",
//! "Mrd."), parts ("half", "two thirds"), ranges, and orders of magnitude ("tens of millions"). Where a spelling can be read in two
//! ways ("1.340", "3 m"), both count: what is asked is whether a figure is there. All of it is decimal.

use super::interval::last_digit;
use super::tokens::{Token, Word, lex};
use oxsdatatypes::Decimal;

/// A number that a text writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What is said: a number from and to, which are the same where one number is written.
    pub said: (Decimal, Decimal),
    /// What people round to it.
    pub about: (Decimal, Decimal),
    /// Whether any number from and to would do, as in "tens of millions" and "two to three billion".
    pub range: bool,
}

fn power(exponent: u32) -> Decimal {
    format!("1{}", "0".repeat(exponent as usize)).parse().unwrap_or_default()
}

fn whole(number: u64) -> Decimal {
    Decimal::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A number that is being read: what its digits or words may stand for, and what multiplies them.
struct Phrase {
    values: Vec<(Decimal, Decimal)>,
    scale: Decimal,
    /// Whether the scale may be a unit of measure.
    or_unit: bool,
    end: usize,
}

impl Phrase {
    fn scaled(&self, scale: Decimal) -> impl Iterator<Item = (Decimal, Decimal)> {
        self.values
            .iter()
            .filter_map(move |(value, quantum)| Some((value.checked_mul(scale)?, quantum.checked_mul(scale)?)))
    }
}

/// The numbers that a text writes, in its order.
pub fn readings(text: &str) -> Vec<Reading> {
    let tokens = lex(text);
    let mut found: Vec<Reading> = Vec::new();
    let (mut at, mut before): (usize, Option<Phrase>) = (0, None);
    while at < tokens.len() {
        found.extend(ratio(&tokens, at).into_iter().flatten());
        if let Some((reading, end)) = magnitude(&tokens, at).or_else(|| part(&tokens, at)) {
            found.extend(reading);
            (at, before) = (end, None);
        } else if let Some(phrase) = number(&tokens, at) {
            let one = Decimal::from(1);
            found.extend(phrase.scaled(phrase.scale).filter_map(point));
            if phrase.or_unit {
                found.extend(phrase.scaled(one).filter_map(point));
            }
            if let Some(first) = before.take().filter(|first| joins(&tokens[first.end..at])) {
                // "two to three billion": the scale is said once.
                let scale = if first.scale == one { phrase.scale } else { first.scale };
                found.extend(first.scaled(scale).filter_map(point));
                for (low, _) in first.scaled(scale) {
                    let highs = phrase.scaled(phrase.scale).filter(|(high, _)| *high > low);
                    found.extend(highs.map(|(high, _)| Reading { said: (low, high), about: (low, high), range: true }));
                }
            }
            at = phrase.end;
            before = Some(phrase);
        } else {
            at += 1;
        }
    }
    found
}

/// One number, and what rounds to it.
fn point((value, quantum): (Decimal, Decimal)) -> Option<Reading> {
    let half = quantum.checked_div(2)?;
    Some(Reading { said: (value, value), about: (value.checked_sub(half)?, value.checked_add(half)?), range: false })
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
            Some(Token::Word(Word::Some(by, _) | Word::Scale(by))) => (low, high) = (low + by, high + by),
            _ => break,
        }
        end = next + 1;
    }
    let ends = (low < 18 && high < 18).then(|| (power(low), power(high)));
    Some((ends.map(|ends| Reading { said: ends, about: ends, range: true }).into_iter().collect(), end))
}

/// "half", "two thirds", "doubled": a share of one and of a hundred.
fn part(tokens: &[Token], at: usize) -> Option<(Vec<Reading>, usize)> {
    let (share, end) = match (&tokens[at], tokens.get(at + 1)) {
        (Token::Word(Word::Zero), _) => {
            return Some((vec![Reading { said: Default::default(), about: Default::default(), range: false }], at + 1));
        }
        (Token::Word(Word::Times(times)), _) => ((*times, 1), at + 1),
        (Token::Word(Word::Part(of) | Word::Fallen(of)), _) => ((1, *of), at + 1),
        (Token::Word(Word::Count(times)), Some(Token::Word(Word::Part(of)))) if times < of => ((*times, *of), at + 2),
        (Token::Word(Word::Count(times)), Some(Token::Mark('-' | '‑'))) => match tokens.get(at + 2) {
            Some(Token::Word(Word::Part(of))) if times < of => ((*times, *of), at + 3),
            _ => return None,
        },
        _ => return None,
    };
    let ratio = whole(share.0).checked_div(whole(share.1))?;
    let multiple = end == at + 1 && share.1 == 2 || matches!(tokens[at], Token::Word(Word::Part(_)));
    // "half a million", "a quarter of a million", "half a dozen"
    let mut next = end;
    while let Some(Token::Word(Word::A | Word::Of)) = tokens.get(next) {
        next += 1;
    }
    if multiple
        && let Some(times) = match tokens.get(next) {
            Some(Token::Word(Word::Scale(by))) => Some(power(*by)),
            Some(Token::Word(Word::Count(12))) => Some(whole(12)),
            _ => None,
        }
    {
        let value = ratio.checked_mul(times)?;
        return Some((point((value, last_digit(value))).into_iter().collect(), next + 1));
    }
    Some((shares(share.0, share.1)?, end))
}

/// "one in five", "two out of three": what follows has its own numbers, and is read for them too.
fn ratio(tokens: &[Token], at: usize) -> Option<Vec<Reading>> {
    let count = |at: usize| match tokens.get(at)? {
        Token::Word(Word::Count(count)) => Some(*count),
        Token::Digits(values) => {
            (1..=100).find(|count| values.first().is_some_and(|(value, _)| *value == whole(*count)))
        }
        _ => None,
    };
    let between =
        tokens.get(at + 1..)?.iter().take_while(|token| matches!(token, Token::Word(Word::In | Word::Of))).count();
    let (times, of) = (count(at)?, count(at + 1 + between)?);
    if between == 0 || times >= of { None } else { shares(times, of) }
}

/// A share of one and of a hundred; of more than one, what has come to it has risen by.
fn shares(times: u64, of: u64) -> Option<Vec<Reading>> {
    let ratio = whole(times).checked_div(whole(of))?;
    let risen = of == 1;
    let hundred = whole(100);
    let percent = if risen { ratio.checked_sub(1)?.checked_mul(hundred)? } else { ratio.checked_mul(hundred)? };
    let mut found = Vec::new();
    for (value, step) in [(percent, "0.5"), (ratio, "0.005")] {
        let step: Decimal = step.parse().ok()?;
        let wide = step.checked_mul(10)?;
        // A third is 33 to whoever counts in percent.
        let near = if risen || of == 2 { Decimal::from(0) } else { step };
        found.push(Reading {
            said: (value.checked_sub(near)?, value.checked_add(near)?),
            about: (value.checked_sub(wide)?, value.checked_add(wide)?),
            range: false,
        });
    }
    Some(found)
}

/// A number in digits or words with what multiplies it.
fn number(tokens: &[Token], at: usize) -> Option<Phrase> {
    let (mut values, mut end) = match &tokens[at] {
        Token::Digits(values) => (values.clone(), at + 1),
        Token::Mark('½') => (vec![("0.5".parse().ok()?, "0.1".parse().ok()?)], at + 1),
        Token::Word(Word::A) if matches!(tokens.get(at + 1), Some(Token::Word(Word::Scale(_)))) => {
            (vec![(whole(1), whole(1))], at + 1)
        }
        Token::Word(Word::Count(_) | Word::Scale(_)) => spelt(tokens, at)?,
        _ => return None,
    };
    // "1/3", "2 ½", "two and a half"
    if let (Some(Token::Mark('/')), Some(Token::Digits(below))) = (tokens.get(end), tokens.get(end + 1)) {
        let share = values.first()?.0.checked_div(below.first()?.0)?;
        values.push((share, "0.01".parse().ok()?));
        values.push((share.checked_mul(100)?, whole(1)));
        end += 2;
    }
    let halves = match &tokens[end.min(tokens.len())..] {
        [Token::Mark('½'), ..] => Some(end + 1),
        [Token::Word(Word::And), Token::Word(Word::A), Token::Word(Word::Part(2)), ..] => Some(end + 3),
        [Token::Word(Word::And), Token::Word(Word::Part(2)), ..] => Some(end + 2),
        _ => None,
    };
    if let Some(after) = halves {
        let half: Decimal = "0.5".parse().ok()?;
        values = values.iter().filter_map(|(value, _)| Some((value.checked_add(half)?, "0.1".parse().ok()?))).collect();
        end = after;
    }
    let (mut scale, mut or_unit) = (Decimal::from(1), false);
    loop {
        let by = match tokens.get(end) {
            Some(Token::Word(Word::Scale(by))) => whole(1).checked_mul(power(*by))?,
            // "two millions", "zwei Milliarden"
            Some(Token::Word(Word::Some(by, _))) if *by > 1 => power(*by),
            Some(Token::Word(Word::Count(12))) if end > at => whole(12),
            Some(Token::Word(Word::Letter(by))) => {
                or_unit = true;
                power(*by)
            }
            _ => break,
        };
        scale = scale.checked_mul(by)?;
        end += 1;
        if or_unit {
            break;
        }
    }
    Some(Phrase { values, scale, or_unit, end })
}

/// A number in words up to the last scale: "three hundred and twenty-one thousand" is 321, and "thousand" is left.
fn spelt(tokens: &[Token], at: usize) -> Option<(Vec<(Decimal, Decimal)>, usize)> {
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
        return matches!(tokens[at], Token::Word(Word::Scale(_))).then(|| (vec![(whole(1), whole(1))], at));
    }
    let value = whole(total.checked_add(group)?);
    Some((vec![(value, last_digit(value))], end))
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
    let counts = |at: usize| matches!(tokens.get(at), Some(Token::Word(Word::Count(_))));
    counts(at) || (tokens.get(at) == Some(&Token::Word(Word::And)) && counts(at + 1))
}
