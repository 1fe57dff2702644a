//! The pieces that numbers are made of: digits with their separators, and the words of `words.txt`, in English, German and French.

use super::number::{Number, last_digit, parse, power};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// What a word says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// One number divided by another.
    Mixed(u64, u64),
    /// Which of a row: no number, but a part after "every".
    Nth(u64),
    Every,
    Times(u64),
    /// Fallen to one divided by this.
    Fallen(u64),
    Zero,
    /// Joins the ends of a range.
    To,
    And,
    A,
    Of,
    /// Stands between a part and the whole, as in "one in five", and before a year.
    In,
    /// Stands before what is one of a row: "the third".
    The,
    /// Stands before a year.
    Since,
    /// Stands after a year, and after no number that is a figure.
    Plain,
    Month,
    /// A currency, written before its figure.
    Money,
    /// Something else.
    Other,
}

/// What a word of the file is; some depend on the language.
#[derive(Clone, Copy)]
enum Entry {
    Is(Word),
    /// A power of ten in English, and another in German and French.
    Long(u32, u32),
    /// The same in the plural, which stands for an order of magnitude too.
    Longs(u32, u32),
    /// A month where it has a capital.
    Capital,
}

static WORDS: LazyLock<FxHashMap<&str, Entry>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for line in include_str!("words.txt").lines() {
        let mut parts = line.split(' ');
        let kind = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or_default();
        let entry = match kind {
            "long" => Entry::Long(number(), number()),
            "longs" => Entry::Longs(number(), number()),
            "Month" => Entry::Capital,
            "count" => Entry::Is(Word::Count(number().into())),
            "scale" => Entry::Is(Word::Scale(number())),
            "letter" => Entry::Is(Word::Letter(number())),
            "some" => Entry::Is(Word::Some(number(), number())),
            "part" => Entry::Is(Word::Part(number().into())),
            "mixed" => Entry::Is(Word::Mixed(number().into(), number().into())),
            "nth" => Entry::Is(Word::Nth(number().into())),
            "times" => Entry::Is(Word::Times(number().into())),
            "fallen" => Entry::Is(Word::Fallen(number().into())),
            "every" => Entry::Is(Word::Every),
            "zero" => Entry::Is(Word::Zero),
            "to" => Entry::Is(Word::To),
            "and" => Entry::Is(Word::And),
            "a" => Entry::Is(Word::A),
            "of" => Entry::Is(Word::Of),
            "in" => Entry::Is(Word::In),
            "the" => Entry::Is(Word::The),
            "since" => Entry::Is(Word::Since),
            "plain" => Entry::Is(Word::Plain),
            "month" => Entry::Is(Word::Month),
            "money" => Entry::Is(Word::Money),
            _ => unreachable!("the file has no other kinds"),
        };
        words.extend(parts.map(|spelt| (spelt, entry)));
    }
    words
});

/// How a language writes numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    German,
    French,
    /// Not said: read as English, and separators as all of them.
    Any,
}

impl Tongue {
    /// That of a language tag; none where its words are not known.
    pub(super) fn of(tag: Option<&str>) -> Option<Self> {
        match tag.map(|tag| tag.split('-').next().unwrap_or_default()) {
            None => Some(Self::Any),
            Some("en") => Some(Self::English),
            Some("de") => Some(Self::German),
            Some("fr") => Some(Self::French),
            Some(_) => None,
        }
    }

    fn has_long_scale(self) -> bool {
        matches!(self, Self::German | Self::French)
    }
}

/// What a word in small letters says of a number.
fn word(spelt: &str, capital: bool, tongue: Tongue) -> Word {
    match WORDS.get(spelt) {
        Some(Entry::Is(word)) => *word,
        Some(Entry::Long(short, long)) => Word::Scale(if tongue.has_long_scale() { *long } else { *short }),
        Some(Entry::Longs(short, long)) => {
            let power = if tongue.has_long_scale() { *long } else { *short };
            Word::Some(power, power + 3)
        }
        Some(Entry::Capital) if capital => Word::Month,
        Some(Entry::Capital) => Word::Other,
        None => compound(spelt).map(Word::Count).or_else(|| and_a_half(spelt)).unwrap_or(Word::Other),
    }
}

fn known(spelt: &str) -> Option<Word> {
    WORDS.get(spelt).and_then(|entry| if let Entry::Is(word) = entry { Some(*word) } else { None })
}

/// German runs its numbers together: "einundzwanzig", "dreitausendzweihundert".
fn compound(spelt: &str) -> Option<u64> {
    if spelt.len() > LONGEST_WORD {
        return None;
    }
    let count = |part: &str| match known(part) {
        Some(Word::Count(count)) => Some(count),
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
    match (known(units), known(tens)) {
        (Some(Word::Count(units @ 1..=9)), Some(Word::Count(tens))) if tens % 10 == 0 => Some(units + tens),
        _ => None,
    }
}

/// "zweieinhalb"
fn and_a_half(spelt: &str) -> Option<Word> {
    match known(spelt.strip_suffix("einhalb")?)? {
        Word::Count(count) => Some(Word::Mixed(2 * count + 1, 2)),
        _ => None,
    }
}

/// "Dreiviertelmillion": what stands before the scale, and the scale.
fn before_scale(spelt: &str) -> Option<(Word, Word)> {
    let scales = [("millionen", 6), ("million", 6), ("milliarden", 9), ("milliarde", 9)];
    let (times, power) = scales.iter().find_map(|(scale, power)| Some((spelt.strip_suffix(scale)?, *power)))?;
    match known(times).or_else(|| and_a_half(times))? {
        times @ (Word::Part(_) | Word::Mixed(..) | Word::Count(_)) => Some((times, Word::Scale(power))),
        _ => None,
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Digits, and what they may stand for: value, and the quantum of its last digit.
    Digits(Vec<(Number, Number)>),
    /// ½
    Fraction(u64, u64),
    Word(Word),
    /// Digits that are a year or the end of a name rather than a figure: what they write.
    Doubtful(Vec<(Number, Number)>),
    Mark(char),
}

/// How long a number in one word is, in bytes: "siebenhundertsiebenundsiebzigtausendsiebenhundertsiebenundsiebzig" is shorter.
const LONGEST_WORD: usize = 100;

/// How far a number reaches in one text, in digits: more is none that people write.
const LONGEST: usize = 60;

/// Takes a text apart. `years` says whether years and days of the month are numbers too.
pub(super) fn lex(text: &str, tongue: Tongue, years: bool) -> Vec<Token> {
    let chars: Vec<char> = text.chars().filter(|c| !matches!(c, '[' | ']')).collect();
    let (mut tokens, mut at, mut per) = (Vec::new(), 0, false);
    // Of plain digits what they write, at their places among the tokens.
    let mut plain: FxHashMap<usize, u32> = FxHashMap::default();
    while at < chars.len() {
        let start = at;
        let fraction_alone = chars[at] == '.'
            && chars.get(at + 1).is_some_and(|c| digit(*c).is_some())
            && !at.checked_sub(1).is_some_and(|before| chars[before].is_alphanumeric());
        if digit(chars[at]).is_some() || fraction_alone {
            at += usize::from(fraction_alone);
            let mut pointed = fraction_alone;
            while at < chars.len() && (digit(chars[at]).is_some() || separates(&chars, start, at, pointed)) {
                pointed |= matches!(chars[at], '.' | ',');
                at += 1;
            }
            let written: String =
                chars[start..at].iter().map(|c| digit(*c).map_or(*c, |digit| (b'0' + digit) as char)).collect();
            match name(&chars, start) {
                Some(Name::Sure) => {
                    tokens.push(Token::Word(Word::Other));
                    continue;
                }
                Some(Name::Doubtful) => {
                    tokens.push(Token::Doubtful(values(&written, tongue)));
                    continue;
                }
                None => {}
            }
            if let Ok(number) = written.parse() {
                plain.insert(tokens.len(), number);
            }
            // What a plain space joins may be two numbers.
            if let Some((before, after)) = written.split_once(' ') {
                tokens.push(Token::Digits(values(before, tongue)));
                tokens.push(Token::Mark(' '));
                tokens.push(Token::Digits(values(after, tongue)));
                tokens.push(Token::Mark(' '));
            }
            let written = if fraction_alone { format!("0{written}") } else { written };
            tokens.push(Token::Digits(values(&written, tongue)));
            at += ordinal(&chars, at);
        } else if chars[at].is_alphabetic() {
            while at < chars.len() && chars[at].is_alphabetic() {
                at += 1;
            }
            let spelt: String = chars[start..at].iter().flat_map(|c| c.to_lowercase()).collect();
            if let Some((times, scale)) = before_scale(&spelt).filter(|_| !WORDS.contains_key(spelt.as_str())) {
                tokens.extend([Token::Word(times), Token::Word(scale)]);
                continue;
            }
            // "per cent", "pour cent"
            let of_hundred = spelt == "cent" && per;
            let says = if of_hundred { Word::Other } else { word(&spelt, chars[start].is_uppercase(), tongue) };
            per = matches!(spelt.as_str(), "per" | "pour");
            // "two-and-a-half", "half-million": only between two counts may a hyphen stand for a range.
            if hyphened(&tokens, &chars, start, says) {
                tokens.pop();
            }
            tokens.push(Token::Word(says));
        } else {
            at += 1;
            match fraction(chars[start]) {
                Some((times, of)) => tokens.push(Token::Fraction(times, of)),
                None if chars[start].is_whitespace() => {}
                None => tokens.push(Token::Mark(chars[start])),
            }
        }
    }
    if !years {
        leave_out_dates(&mut tokens, &plain);
    }
    tokens
}

/// ½ is 1 and 2.
fn fraction(c: char) -> Option<(u64, u64)> {
    if c.is_ascii() {
        return None;
    }
    let apart: String = std::iter::once(c).nfkd().collect();
    let (times, of) = apart.split_once('\u{2044}')?;
    Some((times.parse().ok()?, of.parse().ok().filter(|of| *of > 0)?))
}

/// Whether a hyphen that joins two words, or digits and a word, stands last and is none between counts.
fn hyphened(tokens: &[Token], chars: &[char], start: usize, says: Word) -> bool {
    let tight = start > 1 && matches!(chars[start - 1], '-' | '‑') && chars[start - 2].is_alphanumeric();
    let counts = |word: Word| matches!(word, Word::Count(_));
    let [.., before, Token::Mark('-' | '‑')] = tokens else { return false };
    let joined = match before {
        Token::Word(before) => !(counts(*before) && counts(says)),
        Token::Digits(_) => matches!(says, Word::Scale(_) | Word::Some(..) | Word::Letter(_)),
        _ => false,
    };
    tight && joined
}

/// How sure it is that digits are the end of a name.
enum Name {
    Sure,
    /// "Killed-300" is a line of a table, and "Boeing-737" is none.
    Doubtful,
}

/// Whether digits are the end of a name: "COVID-19", "F-16", "MH17". Currencies are written so too.
fn name(chars: &[char], start: usize) -> Option<Name> {
    let hyphen = start > 0 && matches!(chars[start - 1], '-' | '‑');
    let end = start - usize::from(hyphen);
    let letters = chars[..end].iter().rev().take_while(|c| c.is_alphabetic()).count();
    let name = &chars[end - letters..end];
    let spelt: String = name.iter().flat_map(|c| c.to_lowercase()).collect();
    let is_name = name.first().is_some_and(|c| c.is_uppercase())
        && (hyphen || letters > 1)
        && WORDS.get(spelt.as_str()).is_none()
        && compound(&spelt).is_none();
    let capitals = name.iter().filter(|c| c.is_uppercase()).count();
    is_name.then_some(if capitals > 1 || letters == 1 { Name::Sure } else { Name::Doubtful })
}

/// How long the ending is that makes the digits before it one of a row: "21st".
fn ordinal(chars: &[char], at: usize) -> usize {
    let letters = chars[at..].iter().take_while(|c| c.is_alphabetic()).count();
    let ending: String = chars[at..at + letters].iter().collect();
    if matches!(ending.as_str(), "st" | "nd" | "rd" | "th" | "er" | "ème") { letters } else { 0 }
}

/// Takes out years and days of months, where they can be nothing else.
fn leave_out_dates(tokens: &mut [Token], plain: &FxHashMap<usize, u32>) {
    let word = |tokens: &[Token], at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(Token::Word(word)) => Some(*word),
        _ => None,
    };
    let mut before = None;
    for at in 0..tokens.len() {
        let Some(number) = plain.get(&at) else { continue };
        let (left, right) = (word(tokens, at.checked_sub(1)), word(tokens, Some(at + 1)));
        let of_month = right == Some(Word::Month)
            || matches!(right, Some(Word::Of)) && word(tokens, Some(at + 2)) == Some(Word::Month)
            || tokens.get(at + 1) == Some(&Token::Mark('.')) && word(tokens, Some(at + 2)) == Some(Word::Month);
        // "between 2016 and 2019" goes on from a year.
        let goes_on = before.is_some_and(|before| before + 2 == at)
            && matches!(tokens[at - 1], Token::Word(Word::And | Word::To) | Token::Mark('-' | '–' | '/'));
        let introduced = matches!(left, Some(Word::In | Word::Since | Word::Month)) || goes_on;
        let sure = left == Some(Word::Month);
        let ends = match tokens.get(at + 1) {
            None => true,
            Some(Token::Mark(c)) => !"%‰$€£¥₩₽½'’°".contains(*c),
            Some(Token::Word(word)) => matches!(
                word,
                Word::The | Word::Since | Word::Plain | Word::And | Word::To | Word::A | Word::In | Word::Month
            ),
            Some(_) => false,
        };
        let year = (1500..=2100).contains(number) && introduced && ends;
        let day = (1..=31).contains(number) && (left == Some(Word::Month) || of_month);
        if year || day {
            // "It resulted in 1700."
            let written = std::mem::replace(&mut tokens[at], Token::Word(Word::Other));
            if let Token::Digits(values) = written
                && !sure
                && !day
            {
                tokens[at] = Token::Doubtful(values);
            }
            before = Some(at);
        }
    }
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
///
/// `pointed` says whether it has a point or a comma so far.
fn separates(chars: &[char], start: usize, at: usize, pointed: bool) -> bool {
    // More than four need not be counted.
    let digits =
        |from: usize| chars[from.min(chars.len())..].iter().take(4).take_while(|c| digit(**c).is_some()).count();
    match chars[at] {
        '.' | ',' | '\u{66B}' | '\u{66C}' => digits(at + 1) > 0,
        '\'' | '’' | ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}' => {
            let before = chars[start..at].iter().rev().take(4).take_while(|c| digit(**c).is_some()).count();
            before <= 3 && digits(at + 1) == 3 && !pointed
        }
        _ => false,
    }
}

/// What digits with separators may stand for.
fn values(written: &str, tongue: Tongue) -> Vec<(Number, Number)> {
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
        if let Some(value) = parse(&text) {
            let quantum = match text.split_once('.') {
                Some((_, fraction)) => i16::try_from(fraction.len()).ok().map(|places| power(-places)),
                None => last_digit(&value),
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
            let thousands =
                !whole.contains(other) && fraction.len() == 3 && grouped(&plain, mark) && !plain.starts_with('0');
            // "12,000" is twelve in no English text, and "12.000" in no German one.
            let never = thousands
                && match tongue {
                    Tongue::English => mark == ",",
                    Tongue::German => mark == ".",
                    Tongue::Any => mark == "," && fraction == "000",
                    Tongue::French => false,
                };
            // 1,234.56 and 1.234,56; 0.5 and 0,5
            if !never && !whole.contains(mark) && (!whole.contains(other) || grouped(whole, other)) {
                add(format!("{}.{fraction}", whole.replace(other, "")));
            }
            // 1,234 and 1.234.567; 5,00,000
            if thousands {
                add(plain.replace(mark, ""));
            }
        }
    }
    found
}
