//! Is a figure in a text, as it is or by rounding?

use super::words::{Reading, readings};
use oxsdatatypes::Decimal;

/// Whether a figure is in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// As it is.
    Said,
    /// Only by rounding one or the other, or within a range.
    Rounded,
    /// Not at all.
    Missing,
}

/// Whether the numbers of a text can be read: it is in a language that the words are known of, or in none and mostly in Latin letters.
pub(super) fn readable(text: &str, language: Option<&str>) -> bool {
    if let Some(language) = language {
        return ["en", "de", "fr"].contains(&language.split('-').next().unwrap_or_default());
    }
    let (latin, other): (Vec<char>, Vec<char>) =
        text.chars().filter(|c| c.is_alphabetic()).partition(|c| *c <= '\u{24F}');
    latin.len() >= other.len()
}

/// Whether a figure, of a value or between two ends, is in a text; its sign does not count. `quantum` is its precision.
pub fn told(
    value: Option<Decimal>,
    ends: (Option<Decimal>, Option<Decimal>),
    quantum: Option<Decimal>,
    text: &str,
) -> Told {
    let readings = readings(text);
    let size =
        |number: Decimal| if number < Decimal::from(0) { number.checked_neg().unwrap_or(number) } else { number };
    let within = |number: Decimal, (low, high): (Decimal, Decimal)| low <= number && number <= high;
    let says = |number: Decimal| readings.iter().any(|reading| !reading.range && within(number, reading.said));
    let (low, high) = match value {
        Some(value) => {
            let value = size(value);
            if says(value) {
                return Told::Said;
            }
            let half = quantum.and_then(|quantum| quantum.checked_div(2)).unwrap_or_default();
            (value.checked_sub(half).unwrap_or(value), value.checked_add(half).unwrap_or(value))
        }
        None => {
            let mut ends: Vec<Decimal> = [ends.0, ends.1].into_iter().flatten().map(size).collect();
            ends.sort();
            let (Some(low), Some(high)) = (ends.first().copied(), ends.last().copied()) else { return Told::Said };
            let range = readings.iter().any(|reading| reading.range && reading.said == (low, high));
            if range || ends.iter().all(|end| says(*end)) {
                return Told::Said;
            }
            (low, high)
        }
    };
    let overlaps = |(from, to): (Decimal, Decimal)| from <= high && to >= low;
    let near =
        |reading: &Reading| value.map(size).is_some_and(|value| within(value, reading.about)) || overlaps(reading.said);
    if readings.iter().any(near) { Told::Rounded } else { Told::Missing }
}

#[cfg(test)]
mod tests {
    use super::{Told, readings, told};
    use crate::figures::interval::last_digit;
    use oxsdatatypes::Decimal;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn of(value: &str, text: &str) -> Told {
        let value = d(value);
        told(Some(value), (None, None), Some(last_digit(value)), text)
    }

    /// A figure and the words that say it.
    #[rustfmt::skip]
    const SAID: &[(&str, &str)] = &[
        ("2600000000", "$2.6 billion"), ("2600000000", "2.6bn"), ("2600000000", "US$2.6bn."),
        ("2600000000", "2,6 Mrd. Euro"), ("1340000000", "1,34 Mrd."), ("1340000000", "1.34 milliards d'euros"),
        ("3000000", "€3m"), ("3", "3 m wide"), ("400000000", "nearly $400 million in digital assets in 2021"),
        ("48000", "48k"), ("19", "19 percent"), ("-19", "fell by 19 per cent"), ("19", "19%"), ("19", "19 Prozent"),
        ("19", "19 pour cent"), ("0.5", "0.5 percent"), ("0.5", "0,5 %"), ("12", "a dozen"),
        ("24", "two dozen ships"), ("6", "half a dozen"), ("500000", "half a million"),
        ("250000", "a quarter of a million"), ("1500000", "one and a half million"), ("2500000", "2½ million"),
        ("2500000", "two and a half million"), ("1000000", "a million"), ("50", "half of it"), ("0.5", "half of it"),
        ("33", "a third"), ("67", "two thirds"), ("66.7", "two-thirds"), ("75", "three quarters"),
        ("100", "has doubled"), ("20", "one in five"), ("67", "two out of three"), ("25", "1 in 4"),
        ("20", "un sur cinq"), ("12000", "12 kt"), ("2", "twice"), ("50", "exports were halved"), ("1234567", "1,234,567 people"),
        ("1234567", "1.234.567 Menschen"), ("1234567", "1 234 567 personnes"), ("1234567", "1\u{202F}234\u{202F}567"),
        ("1234567", "1'234'567"), ("12500", "12 500"), ("1234.56", "1,234.56"), ("1234.56", "1.234,56"),
        ("500000", "5,00,000"), ("50000000", "Rs 5 crore"), ("200000", "2 lakh"), ("400000000", "٤٠٠ million"),
        ("21", "twenty-one"), ("21", "einundzwanzig"), ("321000", "three hundred and twenty-one thousand"),
        ("3200", "dreitausendzweihundert"), ("105", "one hundred and five"),
        ("2300000", "two million three hundred thousand"), ("80", "quatre-vingts"), ("97", "quatre-vingt-dix-sept"),
        ("2016", "in 2016"), ("0", "no casualties"), ("100000000", "a hundred million"),
        ("2000000000", "zwei Milliarden"), ("2000000000000", "2 trillion"), ("10000000", "10 to 20 million"),
        ("20000000", "between 10 and 20 million"), ("2000000000", "$2-3 billion"), ("3000000000", "$2–$3bn"),
        ("491000000", "In 2020 it imported $491 million"),
        ("260100000", "imports fell by regarding 50 percent to $260.1 million"),
    ];

    /// A figure that words come to by rounding alone.
    #[rustfmt::skip]
    const ROUNDED: &[(&str, &str)] = &[
        ("2583000000", "$2.6 billion"), ("2600000000", "$2.583 billion"), ("2650000000", "2.6 billion"),
        ("47", "about 50 percent"), ("15000000", "10 to 20 million"), ("48000000", "tens of millions"),
        ("300", "several hundreds"), ("40", "dozens of ships"), ("30", "a third"), ("1.3", "1.34"),
        ("700000", "hundreds of thousands"),
    ];

    /// A figure that is not in the words.
    #[rustfmt::skip]
    const MISSING: &[(&str, &str)] = &[
        ("48000", "$48 million"), ("2.6", "$2.6 billion"), ("26000000000", "$2.6 billion"),
        ("2700000000", "$2.6 billion"), ("4000000", "14 million"), ("19", "fell a great deal"),
        ("100", "19 per cent"), ("5", "tens of millions"), ("21", "twenty and one hundred"), ("300", "in March 2021"),
        ("1340", "1.34"), ("16", "2016"), ("3", "threefold caution"), ("20000000", "tens of thousands"),
        ("400", "٤ million"), ("0.2", "3 in 2021"),
    ];

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let mut wrong = Vec::new();
        for (expected, table) in [(Told::Said, SAID), (Told::Rounded, ROUNDED), (Told::Missing, MISSING)] {
            let others = table.iter().filter(|(value, text)| of(value, text) != expected);
            wrong.extend(others.map(|(value, text)| format!("{value} in {text:?}: {:?}", of(value, text))));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_range_is_said_by_its_ends() {
        let range = |low: &str, high: &str, text: &str| told(None, (Some(d(low)), Some(d(high))), None, text);
        assert_eq!(range("10000000", "100000000", "tens of millions of dollars annually"), Told::Said);
        assert_eq!(range("10000000", "100000000", "zig Millionen"), Told::Said);
        assert_eq!(range("100000", "1000000", "centaines de milliers"), Told::Said);
        assert_eq!(range("10", "20", "from ten to twenty"), Told::Said);
        assert_eq!(range("-20", "-10", "fell 10-20%"), Told::Said);
        assert_eq!(range("10", "30", "10 to 20"), Told::Rounded);
        assert_eq!(range("10", "30", "some 40"), Told::Missing);
        assert_eq!(told(None, (Some(d("400")), None), None, "at least 400"), Told::Said);
    }

    /// A number as English and German write it, with the separators of either.
    fn grouped(number: u64, separator: char) -> String {
        let digits = number.to_string();
        let mut written = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                written.push(separator);
            }
            written.push(digit);
        }
        written
    }

    proptest! {
        #[test]
        fn every_whole_number_is_read_with_any_separator(number in 0..10_000_000_000_u64, separator in "[,. '\u{A0}\u{202F}]", before in "(|about |\\$)", after in "(| tons|\\.|%)") {
            let separator = separator.chars().next().unwrap();
            let text = format!("{before}{}{after}", grouped(number, separator));
            prop_assert_eq!(of(&number.to_string(), &text), Told::Said, "{}", text);
        }

        #[test]
        fn a_scale_multiplies(hundredths in 1..10_000_u64, scale in 0..4_usize, comma in any::<bool>()) {
            let (word, zeros) = [("thousand", 3), ("million", 6), ("bn", 9), ("trillion", 12)][scale];
            let mut written = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            if comma {
                written = written.replace('.', ",");
            }
            let value = format!("{}{}", hundredths, "0".repeat(zeros - 2));
            prop_assert_eq!(of(&value, &format!("{written} {word}")), Told::Said);
        }

        #[test]
        fn what_is_said_is_no_more_missing_when_more_is_said(value in 1..100_000_u64, before in "[a-z ]{0,12}", after in "[a-z ]{0,12}") {
            prop_assert_ne!(of(&value.to_string(), &format!("{before} ({value}); {after}")), Told::Missing);
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,80}", digits in "[0-9., ’'/½-]{0,60}") {
            for reading in readings(&text).into_iter().chain(readings(&digits)) {
                prop_assert!(reading.said.0 <= reading.said.1 && reading.about.0 <= reading.about.1);
            }
        }
    }
}
