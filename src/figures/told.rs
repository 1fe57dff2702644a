//! Is a figure in a text, as it is or by rounding?

use super::number::{Number, size};
use super::tokens::Tongue;
use super::words::{Reading, doubtful, readings};

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

/// A text in which a figure is looked for.
#[derive(Clone, Copy)]
pub struct Quote<'q> {
    /// Its words.
    pub text: &'q str,
    /// Its language tag, if it has one.
    pub language: Option<&'q str>,
    /// Whether years and days of the month are numbers too: they are where years are counted.
    pub years: bool,
}

impl Quote<'_> {
    /// Whether its numbers can be read: it is in a language that the words are known of, or in none and mostly in Latin letters.
    pub(super) fn readable(&self) -> bool {
        if self.language.is_some() {
            return Tongue::of(self.language).is_some();
        }
        let (latin, other): (Vec<char>, Vec<char>) =
            self.text.chars().filter(|c| c.is_alphabetic()).partition(|c| *c <= '\u{24F}');
        latin.len() >= other.len()
    }
}

/// A figure: a value, or two ends, and its precision.
#[derive(Clone, Copy, Default)]
pub struct Stated<'n> {
    /// The value.
    pub value: Option<&'n Number>,
    /// The lower and the upper end.
    pub ends: (Option<&'n Number>, Option<&'n Number>),
    /// Its precision.
    pub quantum: Option<&'n Number>,
}

/// Whether a figure is in a text; its sign does not count. Where it is not, also the number of the text that is nearest to it.
pub fn told(figure: &Stated<'_>, quote: &Quote<'_>) -> (Told, Option<Number>) {
    let readings = readings(quote.text, quote.language, quote.years);
    let within = |number: &Number, (low, high): &(Number, Number)| low <= number && number <= high;
    let says = |number: &Number| readings.iter().any(|reading| !reading.range && within(number, &reading.said));
    let value = figure.value.map(size);
    let (low, high) = match &value {
        Some(value) => {
            if says(value) {
                return (Told::Said, None);
            }
            let half = figure.quantum.map(|quantum| quantum / Number::from(2)).unwrap_or_default();
            (value - &half, value + half)
        }
        None => {
            let mut ends: Vec<Number> = [figure.ends.0, figure.ends.1].into_iter().flatten().map(size).collect();
            ends.sort();
            let (Some(low), Some(high)) = (ends.first().cloned(), ends.last().cloned()) else {
                return (Told::Said, None);
            };
            let range = readings.iter().any(|reading| reading.range && reading.said.0 == low && reading.said.1 == high);
            if range || ends.iter().all(says) {
                return (Told::Said, None);
            }
            (low, high)
        }
    };
    let overlaps = |(from, to): &(Number, Number)| *from <= high && *to >= low;
    let near = |reading: &&Reading| {
        value.as_ref().is_some_and(|value| within(value, &reading.about)) || overlaps(&reading.said)
    };
    let rounded = readings.iter().find(near).map(middle);
    match rounded {
        Some(number) => (Told::Rounded, Some(number)),
        // What looks like a year may be the figure.
        None if value_is_doubtful(figure, quote) => (Told::Rounded, figure.value.map(size)),
        None => (Told::Missing, nearest(&low, &readings)),
    }
}

fn value_is_doubtful(figure: &Stated<'_>, quote: &Quote<'_>) -> bool {
    figure.value.is_some_and(|value| doubtful(quote.text, quote.language).contains(&size(value)))
}

/// What to tell of a reading: of a range the beginning, of a share ("a third" is 33 and 33.3) what lies in the middle.
fn middle(reading: &Reading) -> Number {
    let (from, to) = &reading.said;
    if reading.range { from.clone() } else { (from + to) / Number::from(2) }
}

/// The number that is the fewest times as large or as small.
fn nearest(number: &Number, readings: &[Reading]) -> Option<Number> {
    let times = |other: &Number| if other > number { other / number } else { number / other };
    let said = readings.iter().map(middle).filter(|said| *said > Number::ZERO);
    if *number > Number::ZERO { said.min_by_key(times) } else { said.min() }
}

#[cfg(test)]
mod tests {
    use super::{Quote, Stated, Told, readings, told};
    use crate::figures::number::{Number, last_digit, parse};
    use proptest::prelude::*;

    fn d(text: &str) -> Number {
        parse(text).unwrap()
    }

    /// Whether a figure is in a text, which may end in a language tag: "12.000 Schiffe @de".
    fn of(value: &str, text: &str) -> Told {
        let value = d(value);
        let (text, language) = text.rsplit_once(" @").map_or((text, None), |(text, tag)| (text, Some(tag)));
        let quantum = last_digit(&value);
        let figure = Stated { value: Some(&value), quantum: quantum.as_ref(), ..Stated::default() };
        told(&figure, &Quote { text, language, years: false }).0
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
        ("0", "no casualties"), ("100000000", "a hundred million"),
        ("2000000000", "zwei Milliarden"), ("2000000000000", "2 trillion"), ("10000000", "10 to 20 million"),
        ("20000000", "between 10 and 20 million"), ("2000000000", "$2-3 billion"), ("3000000000", "$2–$3bn"),
        ("491000000", "In 2020 it imported $491 million"),
        ("260100000", "imports fell by regarding 50 percent to $260.1 million"),
        ("50", "½ of the fleet"), ("250000", "¼ million"), ("0.5", ".5 percent"), ("2500000", "two-and-a-half million"),
        ("250000", "a quarter-million"), ("12.5", "an eighth"), ("13", "an eighth of it"), ("400000000", "400 [million]"), ("400000000", "[$400 million]"),
        ("50000000", "Rs 5cr"), ("50000000", "Rs5cr"), ("100", "une centaine @fr"), ("300", "trois centaines @fr"), ("2600000000000", "2,6 billions @fr"),
        ("750000", "eine Dreiviertelmillion @de"), ("250000", "eine Viertelmillion"), ("20", "jeder fünfte @de"), ("33", "every third ship"),
        ("1500000", "a million and a half"), ("1500000", "one million and a half people"), ("750000", "three quarters of a million"),
        ("500000", "half-million"), ("500000", "a half-million"), ("2.5", "2 1/2 tonnes"), ("33", "1/3 of the fleet"), ("0.33", "1/3 of the fleet"),
        ("1200000", "1 million 200 thousand"), ("1200000", "1 million and 200 thousand"), ("500000", "eine halbe Million @de"), ("2500000", "zweieinhalb Millionen @de"),
        ("1500000", "anderthalb Millionen @de"), ("1500000", "un million et demi @fr"), ("500000", "un demi-million @fr"),
        ("2000000000000", "zwei Billionen @de"), ("1000000000000", "eine Billion @de"), ("1000000000", "a billion @en-GB"),
        ("12000", "12,000 ships @en"), ("12000", "12.000 Schiffe @de"), ("12000", "12.000 ships @en"), ("1.34", "1,340 kg"), ("12", "12,000 kg @de"),
        ("2016", "in 2016 cases"), ("2016", "2016 tonnes"), ("2016", "fell to 2016."), ("2016", "of 2016"), ("100", "the 100th victim"),
        ("40", "40 may die"), ("21", "21 may die"), ("400", "EUR400"), ("400000000", "US$400 million"), ("400000000", "USD400m"), ("500000000", "R500m"),
        ("21", "on 21 May they sold 21"), ("25", "a quarter of the fleet"), ("25", "le quart des navires @fr"), ("20", "the fifth of the fleet"),
        ("175000000000000000000000", "175,000,000,000,000,000,000,000 bytes"), ("5000000", "$5-million"), ("2", "2-3 ships"), ("3", "two-three ships"),
        ("300", "in 2016 they sold 300 tonnes"), ("67", "two-thirds of it"), ("40", "forty-odd"), ("1.5", "one and a half"), ("0.25", "¼"),
        ("3000000", "3-million-strong"), ("90", "une quatre-vingt-dizaine"), ("7", "7th"), ("2000000", "2 millions"), ("75", "3 quarters"),
    ];

    /// A figure that words come to by rounding alone.
    #[rustfmt::skip]
    const ROUNDED: &[(&str, &str)] = &[
        ("2583000000", "$2.6 billion"), ("2600000000", "$2.583 billion"), ("2650000000", "2.6 billion"),
        ("47", "about 50 percent"), ("15000000", "10 to 20 million"), ("48000000", "tens of millions"),
        ("300", "several hundreds"), ("40", "dozens of ships"), ("30", "a third"), ("1.3", "1.34"),
        ("700000", "hundreds of thousands"),
        // What looks like a year or a name and may be neither.
        ("1700", "It resulted in 1700."), ("2016", "in 2016 they sold 300 tonnes"), ("2016", "Since 2016, it sold 300"), ("2016", "en 2016"),
        ("2016", "im Jahr 2016 waren es 3 @de"), ("2017", "in 2016 and 2017"), ("300", "Killed-300"), ("300", "Total300"), ("737", "a Boeing-737"),
    ];

    /// A figure that is not in the words.
    #[rustfmt::skip]
    const MISSING: &[(&str, &str)] = &[
        ("48000", "$48 million"), ("2.6", "$2.6 billion"), ("26000000000", "$2.6 billion"),
        ("2700000000", "$2.6 billion"), ("4000000", "14 million"), ("19", "fell a great deal"),
        ("100", "19 per cent"), ("5", "tens of millions"), ("21", "twenty and one hundred"), ("300", "in March 2021"),
        ("1340", "1.34"), ("16", "2016"), ("3", "threefold caution"), ("20000000", "tens of thousands"),
        ("400", "٤ million"), ("0.2", "3 in 2021"),
        ("12", "12,000 ships @en"), ("12", "12,000 ships @en-GB"), ("12", "12,000 ships"), ("12", "12.000 Schiffe @de"), ("12", "12.000 Schiffe @de-AT"),
        ("19", "COVID-19"), ("16", "an F-16"), ("17", "MH17"), ("21", "21st of May"), ("21", "on 21 May"), ("21", "May 21, 2020"), ("21", "am 21. Mai"), ("1", "le 1er mai @fr"),
        ("25", "in the third quarter"), ("33", "in the third quarter"), ("25", "im dritten Viertel @de"), ("25", "the fourth quarter"), ("25", "last quarter"),
        ("2016", "in May 2016"), ("2010", "in 2016 they sold 300"), ("20", "the fifth ship"), ("2600000000", "2,6 billions @fr"), ("2600000000000", "$2.6 billion"), ("1000", "½"),
    ];

    #[test]
    fn years_are_numbers_where_years_are_counted() {
        let year = d("1998");
        let figure = Stated { value: Some(&year), ..Stated::default() };
        let quote = |years| Quote { text: "it was founded in 1998", language: Some("en"), years };
        assert_eq!(told(&figure, &quote(true)).0, Told::Said);
        assert_eq!(told(&figure, &quote(false)).0, Told::Rounded);
    }

    #[test]
    fn the_nearest_number_of_the_words_is_given() {
        for (value, text, nearest) in [
            ("48000", "from 3 ships to $48 million in 2016", "48000000"),
            ("15000000", "10 to 20 million", "20000000"),
            ("2583000000", "$2.6 billion", "2600000000"),
            ("-19", "fell by a fifth", "20"),
            ("0", "7 to 9", "7"),
        ] {
            let value = d(value);
            let figure = Stated { value: Some(&value), ..Stated::default() };
            assert_eq!(told(&figure, &Quote { text, language: None, years: false }).1, parse(nearest), "{text}");
        }
    }

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
    fn no_word_is_too_long() {
        assert_eq!(of("7", &"hundert".repeat(100_000)), Told::Missing);
        assert_eq!(of("777777", "siebenhundertsiebenundsiebzigtausendsiebenhundertsiebenundsiebzig @de"), Told::Said);
    }

    #[test]
    fn a_range_is_said_by_its_ends() {
        let range = |low: &str, high: &str, text: &str| {
            let (low, high) = (parse(low), parse(high));
            let figure = Stated { ends: (low.as_ref(), high.as_ref()), ..Stated::default() };
            told(&figure, &Quote { text, language: None, years: false }).0
        };
        assert_eq!(range("10000000", "100000000", "tens of millions of dollars annually"), Told::Said);
        assert_eq!(range("10000000", "100000000", "zig Millionen"), Told::Said);
        assert_eq!(range("100000", "1000000", "centaines de milliers"), Told::Said);
        assert_eq!(range("10", "20", "from ten to twenty"), Told::Said);
        assert_eq!(range("-20", "-10", "fell 10-20%"), Told::Said);
        assert_eq!(range("10", "30", "10 to 20"), Told::Rounded);
        assert_eq!(range("10", "30", "some 40"), Told::Missing);
        assert_eq!(range("400", "", "at least 400"), Told::Said);
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
            for reading in readings(&text, None, false).into_iter().chain(readings(&digits, Some("de"), true)) {
                prop_assert!(reading.said.0 <= reading.said.1 && reading.about.0 <= reading.about.1);
            }
        }
    }
}
