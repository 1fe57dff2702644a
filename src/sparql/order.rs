//! One order over all terms, as a text a term: comparing the texts compares the terms.
//!
//! [SPARQL](https://www.w3.org/TR/sparql11-query/#modOrderBy) orders blank nodes, IRIs and literals, and of literals those
//! that `<` compares. What it leaves open is decided here, so that rows can be sorted whatever stands in them:
//! numbers come first, then booleans, points in time (days, months and years with them, each as it begins; what has no time
//! zone as if in UTC), times of day, recurring days, durations, strings (by text, then language), and everything else by
//! text. Numbers are compared as they are written, to the last digit.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{LiteralRef, Term, TermRef};
use oxsdatatypes::{Date, DateTime, Double, Duration, Float, GDay, GMonth, GMonthDay, GYear, GYearMonth, Time};
use std::cmp::Ordering;
use std::str::FromStr;
use std::sync::OnceLock;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
/// The mean length of a month in seconds, which lies within what `<` says of months and days.
const MONTH: i128 = 2_629_746;
/// A second in the units that decimals are counted in.
const SECOND: i128 = 1_000_000_000_000_000_000;

/// The text that stands for a term among others.
pub(super) fn key(term: TermRef<'_>) -> String {
    match term {
        TermRef::BlankNode(node) => format!("1{}", node.as_str()),
        TermRef::NamedNode(node) => format!("2{}", node.as_str()),
        TermRef::Literal(literal) => of_literal(literal),
    }
}

/// A term among others, and its key where it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    term: Term,
    key: OnceLock<String>,
}

impl Ranked {
    pub(super) fn new(term: Term) -> Self {
        Self { term, key: OnceLock::new() }
    }

    pub(super) fn into_term(self) -> Term {
        self.term
    }

    /// The order of keys, which IRIs, strings and plain numbers need not have made.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let quick = match (&self.term, &other.term) {
            (Term::NamedNode(one), Term::NamedNode(other)) => Some(one.as_str().cmp(other.as_str())),
            (Term::Literal(one), Term::Literal(other)) if one.datatype() == other.datatype() => {
                if one.datatype() == xsd::STRING {
                    Some(one.value().cmp(other.value()))
                } else if one.datatype() == xsd::DECIMAL {
                    Digits::of(one.value()).zip(Digits::of(other.value())).map(|(one, other)| one.cmp(&other))
                } else {
                    None
                }
            }
            _ => None,
        };
        quick.unwrap_or_else(|| self.key().cmp(other.key()))
    }

    fn key(&self) -> &str {
        self.key.get_or_init(|| key(self.term.as_ref()))
    }
}

/// A number above or at zero as it is written: the length of its whole part, which decides first, and both parts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Digits<'t> {
    length: usize,
    whole: &'t str,
    part: &'t str,
}

impl<'t> Digits<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        Some(Self { length: whole.len(), whole, part: part.trim_end_matches('0') })
    }
}

fn of_literal(literal: LiteralRef<'_>) -> String {
    let text = literal.value();
    if let Some(language) = literal.language() {
        return format!("3g{text}\0{language}");
    }
    let datatype = literal.datatype().as_str();
    let Some(name) = datatype.strip_prefix(XSD) else { return format!("3h{text}\0{datatype}") };
    let ordered = match name {
        "string" => return format!("3g{text}"),
        "decimal" => number(text).map(|key| format!("3a{key}")),
        "double" => floating(f64::from(Double::from_str(text).unwrap_or(Double::NAN)), text, f64::to_string),
        "float" => {
            let value = f32::from(Float::from_str(text).unwrap_or(Float::NAN));
            floating(value.into(), text, |_| value.to_string())
        }
        "boolean" => match text {
            "true" | "1" => Some("3b1".to_owned()),
            "false" | "0" => Some("3b0".to_owned()),
            _ => None,
        },
        "dateTime" | "dateTimeStamp" => instant(DateTime::from_str(text).map(DateTime::to_be_bytes)),
        "date" => instant(Date::from_str(text).map(Date::to_be_bytes)),
        "gYearMonth" => GYearMonth::from_str(text).ok().and_then(|_| first_day(text, "-01")),
        "gYear" => GYear::from_str(text).ok().and_then(|_| first_day(text, "-01-01")),
        "time" => recurring('d', Time::from_str(text).map(Time::to_be_bytes)),
        "gMonth" => recurring('e', GMonth::from_str(text).map(GMonth::to_be_bytes)),
        "gMonthDay" => recurring('e', GMonthDay::from_str(text).map(GMonthDay::to_be_bytes)),
        "gDay" => recurring('e', GDay::from_str(text).map(GDay::to_be_bytes)),
        "duration" | "yearMonthDuration" | "dayTimeDuration" => Duration::from_str(text).ok().map(duration),
        "integer" | "long" | "int" | "short" | "byte" | "nonNegativeInteger" | "nonPositiveInteger"
        | "positiveInteger" | "negativeInteger" | "unsignedLong" | "unsignedInt" | "unsignedShort" | "unsignedByte" => {
            number(text).filter(|_| !text.contains('.')).map(|key| format!("3a{key}"))
        }
        _ => None,
    };
    ordered.unwrap_or_else(|| format!("3h{text}\0{datatype}"))
}

/// A signed number as hexadecimal digits in its order.
fn signed(value: i128) -> String {
    format!("{:032x}", value.cast_unsigned() ^ 1 << 127)
}

fn moment<E>(bytes: Result<[u8; 18], E>) -> Option<String> {
    let (seconds, _) = bytes.ok()?.split_first_chunk::<16>().map(|(seconds, zone)| (*seconds, zone.len()))?;
    Some(signed(i128::from_be_bytes(seconds)))
}

fn instant<E>(bytes: Result<[u8; 18], E>) -> Option<String> {
    moment(bytes).map(|key| format!("3c{key}"))
}

/// A year or a month as the day that it begins with; its time zone, if any, goes after the day.
fn first_day(text: &str, day: &str) -> Option<String> {
    let zone = text.rfind(['Z', '+']).or_else(|| text.contains(':').then(|| text.rfind('-')).flatten());
    let (date, zone) = text.split_at(zone.unwrap_or(text.len()));
    instant(Date::from_str(&format!("{date}{day}{zone}")).map(Date::to_be_bytes))
}

fn recurring<E>(class: char, bytes: Result<[u8; 18], E>) -> Option<String> {
    moment(bytes).map(|key| format!("3{class}{key}"))
}

fn duration(value: Duration) -> String {
    let bytes = value.to_be_bytes();
    let (months, seconds) = bytes.split_at(8);
    let months = i64::from_be_bytes(months.try_into().expect("the first part has eight bytes"));
    let seconds = i128::from_be_bytes(seconds.try_into().expect("the second part has sixteen bytes"));
    let whole = i128::from(months).saturating_mul(MONTH).saturating_mul(SECOND).saturating_add(seconds);
    format!("3f{}", signed(whole))
}

fn floating(value: f64, text: &str, written: impl Fn(&f64) -> String) -> Option<String> {
    if value.is_nan() {
        return (text == "NaN").then(|| "3a4".to_owned());
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { "3a3".to_owned() } else { "3a/".to_owned() });
    }
    number(&written(&value)).map(|key| format!("3a{key}"))
}

/// Where the point is counted from, so that its place has no sign.
const POINT: i64 = 5_000_000_000;

/// The key of a number in decimal digits, with or without a point: its sign, where its point is, its digits.
fn number(text: &str) -> Option<String> {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    let (point, digits) = if whole.is_empty() {
        let first = part.trim_start_matches('0');
        (length_of(first.len()) - length_of(part.len()), first.to_owned())
    } else {
        (length_of(whole.len()), format!("{whole}{part}"))
    };
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some("1".to_owned());
    }
    let size = format!("{:010}{digits}", POINT + point);
    if !negative {
        return Some(format!("2{size}"));
    }
    // Of numbers below zero the greater comes first, and a longer one before its beginning.
    let turned: String = size.bytes().map(|digit| char::from(b'0' + b'9' - digit)).collect();
    Some(format!("0{turned}~"))
}

/// A length as a number that may be taken from another.
fn length_of(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::key;
    use oxigraph::model::{BlankNode, Literal, NamedNode, Term};
    use proptest::prelude::*;

    fn typed(text: &str, name: &str) -> Term {
        Literal::new_typed_literal(text, NamedNode::new_unchecked(format!("{}{name}", super::XSD))).into()
    }

    fn agrees(one: &Term, other: &Term) -> bool {
        let ranked = |term: &Term| super::Ranked::new(term.clone());
        ranked(one).compare(&ranked(other)) == key(one.as_ref()).cmp(&key(other.as_ref()))
    }

    #[test]
    fn every_kind_has_its_place() {
        let ascending: Vec<Term> = vec![
            BlankNode::new_unchecked("a").into(),
            NamedNode::new_unchecked("http://e/").into(),
            typed("-INF", "double"),
            typed("-12.5", "decimal"),
            typed("-12", "integer"),
            typed("-0.001", "decimal"),
            typed("+0", "int"),
            typed("1e-300", "double"),
            typed("1.5", "float"),
            typed("9", "byte"),
            typed("010.00", "decimal"),
            typed("9007199254740993", "integer"),
            typed("123456789012345678901234567890", "integer"),
            typed("INF", "float"),
            typed("NaN", "double"),
            typed("false", "boolean"),
            typed("-0044-03:00", "gYear"),
            typed("2016+14:00", "gYear"),
            typed("2016", "gYear"),
            typed("2016-05-01T01:00:00+02:00", "dateTime"),
            typed("2016-05", "gYearMonth"),
            typed("2016-05-02", "date"),
            typed("12:00:00", "time"),
            typed("--05", "gMonth"),
            typed("P27D", "duration"),
            typed("P1M", "yearMonthDuration"),
            typed("P32D", "dayTimeDuration"),
            Literal::new_simple_literal("10a").into(),
            Literal::new_language_tagged_literal_unchecked("10a", "en").into(),
            Literal::new_simple_literal("9").into(),
            typed("1.5", "integer"),
            typed("no number", "decimal"),
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0].as_ref()) < key(pair[1].as_ref()), "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn equal_values_have_one_key() {
        for (one, other) in [
            (typed("1.50", "decimal"), typed("15e-1", "double")),
            (typed("-0", "integer"), typed("0.0", "float")),
            (typed("1", "boolean"), typed("true", "boolean")),
            (typed("2020-01-01T00:00:00Z", "dateTime"), typed("2020-01-01T02:00:00+02:00", "dateTime")),
        ] {
            assert_eq!(key(one.as_ref()), key(other.as_ref()));
        }
    }

    proptest! {
        #[test]
        fn numbers_are_ordered_by_value(a in -1000i64..1000, b in -1000i64..1000, c in 1i64..1000, d in 1i64..1000) {
            // a/c's decimals and b/d's, written out; the same as comparing the decimals.
            let written = |n: i64, d: i64| format!("{n}.{d:03}");
            let value = |n: i64, d: i64| i128::from(n) * 1000 + if n < 0 { -i128::from(d) } else { i128::from(d) };
            let (one, other) = (typed(&written(a, c), "decimal"), typed(&written(b, d), "decimal"));
            prop_assert_eq!(key(one.as_ref()).cmp(&key(other.as_ref())), value(a, c).cmp(&value(b, d)));
            prop_assert!(agrees(&one, &other));
        }

        #[test]
        fn what_needs_no_key_is_ordered_as_by_keys(
            one in "[-+0-3.]{0,6}|[a-c]{0,3}",
            other in "[-+0-3.]{0,6}|[a-c]{0,3}",
            kind in prop::sample::select(vec!["decimal", "integer", "string"]),
        ) {
            prop_assert!(agrees(&typed(&one, kind), &typed(&other, kind)));
            let iri = |text: &str| Term::from(NamedNode::new_unchecked(text));
            prop_assert!(agrees(&iri(&one), &iri(&other)));
        }

        #[test]
        fn doubles_are_ordered_by_value(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            let (one, other) = (Term::from(Literal::from(a)), Term::from(Literal::from(b)));
            prop_assert_eq!(Some(key(one.as_ref()).cmp(&key(other.as_ref()))), a.partial_cmp(&b));
        }
    }
}
