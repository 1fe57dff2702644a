//! From which day to which is a period?
//!
//! Periods are written as [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) has them, or its extension for what is not known
//! exactly, [EDTF](https://www.loc.gov/standards/datetime/): `2016`, `2016-03`, `2016-03-31`, `2016-W12`, `2016-091`, `2016/2019`, `2016-01/03`, `2016/..`, `2016/P1Y`,
//! `201X`, `2016~`.

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// Why a text is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no such way of writing it, or no such day.
    Unreadable,
    /// It ends before it begins.
    Reversed,
}

/// The period that a text writes, in one spelling for all: first day and last day, `..` for an open side. What is not known to the day, as a season,
/// keeps its own spelling.
///
/// # Errors
/// When the text is no period.
pub fn period(text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    let Some((left, right)) = text.split_once('/') else {
        return Ok(match time(text).ok_or(Trouble::Unreadable)? {
            Time::Days(first, last) => format!("{first}/{last}"),
            Time::Moment(_) | Time::Else => text.to_owned(),
        });
    };
    let side = |text: &str| match text {
        "" | ".." => Some(Side::Open),
        _ if duration(text) => Some(Side::Long),
        _ => time(text).map(Side::At),
    };
    let begins = side(left).ok_or(Trouble::Unreadable)?;
    let ends = side(right).or_else(|| completed(left, right).and_then(|right| time(&right)).map(Side::At));
    match (begins, ends.ok_or(Trouble::Unreadable)?) {
        (Side::At(Time::Days(first, _)), Side::At(Time::Days(_, last))) => {
            if last < first {
                Err(Trouble::Reversed)
            } else {
                Ok(format!("{first}/{last}"))
            }
        }
        (Side::At(Time::Days(first, _)), Side::Open) => Ok(format!("{first}/..")),
        (Side::Open, Side::At(Time::Days(_, last))) => Ok(format!("../{last}")),
        (Side::At(_), _) | (_, Side::At(_)) => Ok(text.to_owned()),
        _ => Err(Trouble::Unreadable),
    }
}

/// The first and the last day of a date; of a time of day its day twice. What is not known to the day has none, nor has a period from/to.
pub fn days_of(text: &str) -> Option<(Date, Date)> {
    match time(text.trim())? {
        Time::Days(first, last) => Some((first, last)),
        Time::Moment(day) => Some((day, day)),
        Time::Else => None,
    }
}

enum Side {
    At(Time),
    Open,
    Long,
}

enum Time {
    Days(Date, Date),
    /// A time of day.
    Moment(Date),
    /// What is not known to the day.
    Else,
}

fn time(text: &str) -> Option<Time> {
    if let Some((day, hours)) = text.split_once('T') {
        return match days(day)? {
            Time::Days(first, last) if first == last && of_day(hours) => Some(Time::Moment(first)),
            _ => None,
        };
    }
    let text = without_zone(text);
    let sure = text.trim_end_matches(['~', '?', '%']);
    if sure.len() + 1 < text.len() {
        return None;
    }
    if sure.contains('X') {
        let shape: String = sure.chars().map(|c| if c.is_ascii_digit() || c == 'X' { '0' } else { c }).collect();
        return matches!(shape.as_str(), "0000" | "0000-00" | "0000-00-00").then_some(Time::Else);
    }
    let found = days(sure)?;
    Some(if sure.len() < text.len() || sure.starts_with('-') { Time::Else } else { found })
}

/// What digits and hyphens write.
fn days(text: &str) -> Option<Time> {
    let (era, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let parts: Vec<&str> = digits.split('-').collect();
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let small = |part: &str, length: usize| i8::try_from(number(part, length)?).ok();
    let all = |first: Date, last: Date| Some(Time::Days(first, last));
    let month = |year: i16, month: i8| {
        let first = Date::new(year, month, 1).ok()?;
        all(first, first.last_of_month())
    };
    let one = |day: Option<Date>| day.and_then(|day| all(day, day));
    match parts.as_slice() {
        [long] if long.trim_start_matches('Y').len() > 4 && long.len() != 8 => {
            // Years beyond those of the calendar.
            long.strip_prefix('Y').unwrap_or(long).bytes().all(|byte| byte.is_ascii_digit()).then_some(Time::Else)
        }
        [basic] if basic.len() == 8 => {
            one(Date::new(era * number(basic.get(..4)?, 4)?, small(basic.get(4..6)?, 2)?, small(basic.get(6..)?, 2)?)
                .ok())
        }
        [year] => {
            let year = era * number(year, 4)?;
            all(Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)
        }
        [year, week, day @ ..] if week.starts_with('W') && day.len() < 2 => {
            let at =
                |day| ISOWeekDate::new(era * number(year, 4)?, small(&week[1..], 2)?, day).ok().map(ISOWeekDate::date);
            match day {
                [day] => one(at(Weekday::from_monday_one_offset(small(day, 1)?).ok()?)),
                _ => all(at(Weekday::Monday)?, at(Weekday::Sunday)?),
            }
        }
        [year, day] if day.len() == 3 => {
            let (year, day) = (era * number(year, 4)?, number(day, 3)?);
            let first = Date::new(year, 1, 1).ok()?;
            one((1..=first.days_in_year()).contains(&day).then(|| first.with().day_of_year(day).build().ok())?)
        }
        [year, part] => {
            let (year, part) = (era * number(year, 4)?, small(part, 2)?);
            // 21 to 41 are seasons, quarters and halves of a year.
            if (21..=41).contains(&part) { Some(Time::Else) } else { month(year, part) }
        }
        [year, part, day] => one(Date::new(era * number(year, 4)?, small(part, 2)?, small(day, 2)?).ok()),
        _ => None,
    }
}

/// A time zone is left out: days are counted, not hours.
fn without_zone(text: &str) -> &str {
    if let Some(text) = text.strip_suffix('Z') {
        return text;
    }
    match text.len().checked_sub(6).and_then(|at| text.split_at_checked(at)) {
        Some((before, zone)) if zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':' => before,
        _ => text,
    }
}

/// Whether it is a time of day, with its zone, if it has one: `12`, `12:00`, `120000.5Z`, `12:00+01`.
fn of_day(hours: &str) -> bool {
    let (clock, zone) = hours.split_at(hours.find(['Z', '+', '-']).unwrap_or(hours.len()));
    let of_zone = match zone.strip_prefix(['+', '-']) {
        Some(offset) => parts(offset)
            .is_some_and(|parts| parts.len() < 3 && parts[0] < 24 && parts[1..].iter().all(|part| *part < 60)),
        None => matches!(zone, "" | "Z"),
    };
    let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let of_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let of_clock = parts(whole).is_some_and(|parts| {
        // The day's last second may be a leap second, and its end is 24:00.
        let end =
            parts[0] == 24 && parts[1..].iter().all(|part| *part == 0) && fraction.bytes().all(|byte| byte == b'0');
        (parts[0] < 24 || end)
            && parts.get(1).is_none_or(|minute| *minute < 60)
            && parts.get(2).is_none_or(|second| *second <= 60)
    });
    of_zone && of_fraction && of_clock
}

/// Hours, minutes and seconds, two digits each, with colons between all of them or none.
fn parts(text: &str) -> Option<Vec<u8>> {
    let pieces: Vec<&str> = if text.contains(':') {
        text.split(':').collect()
    } else {
        (0..text.len()).step_by(2).map(|at| text.get(at..at + 2)).collect::<Option<_>>()?
    };
    let number = |piece: &&str| {
        (piece.len() == 2 && piece.bytes().all(|byte| byte.is_ascii_digit())).then(|| piece.parse().ok())?
    };
    let parts: Vec<u8> = pieces.iter().map(number).collect::<Option<_>>()?;
    (1..=3).contains(&parts.len()).then_some(parts)
}

fn duration(text: &str) -> bool {
    text.strip_prefix('P').is_some_and(|rest| {
        rest.ends_with(|c: char| "YMWDHS".contains(c))
            && rest.chars().all(|c| c.is_ascii_digit() || "YMWDTHS.".contains(c))
    })
}

/// What the end leaves out is that of the beginning: `2016-01/03` ends in March 2016.
fn completed(left: &str, right: &str) -> Option<String> {
    let (given, wanted) = (left.split('-').count(), right.split('-').count());
    if left.starts_with('-')
        || given < 2
        || wanted >= given
        || !right.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        return None;
    }
    let kept: Vec<&str> = left.split('-').take(given - wanted).chain([right]).collect();
    Some(kept.join("-"))
}

#[cfg(test)]
mod tests {
    use super::{Trouble, days_of, period};
    use proptest::prelude::*;

    #[test]
    fn one_period_has_one_spelling() {
        for (written, days) in [
            ("2016", "2016-01-01/2016-12-31"),
            (" 2016 ", "2016-01-01/2016-12-31"),
            ("2016Z", "2016-01-01/2016-12-31"),
            ("2016-01-01/2016-12-31", "2016-01-01/2016-12-31"),
            ("2016-02", "2016-02-01/2016-02-29"),
            ("2016-02-29", "2016-02-29/2016-02-29"),
            ("20160229", "2016-02-29/2016-02-29"),
            ("2016-060", "2016-02-29/2016-02-29"),
            ("2016-W01", "2016-01-04/2016-01-10"),
            ("2016-W01-2", "2016-01-05/2016-01-05"),
            ("2016/2019", "2016-01-01/2019-12-31"),
            ("2016-01/03", "2016-01-01/2016-03-31"),
            ("2016-01-30/02-02", "2016-01-30/2016-02-02"),
            ("2016/..", "2016-01-01/.."),
            ("../2016-03", "../2016-03-31"),
            ("-0044-03-15", "-0044-03-15"),
            ("2016/P1Y", "2016/P1Y"),
            ("2016-24", "2016-24"),
            ("201X", "201X"),
            ("2016~", "2016~"),
            ("2016-05-31T12:00:00Z", "2016-05-31T12:00:00Z"),
            ("2016-05-31T12:00+01", "2016-05-31T12:00+01"),
            ("20160531T120000,5-0330", "20160531T120000,5-0330"),
            ("2016-05-31T24:00:00", "2016-05-31T24:00:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
            ("Y170000002", "Y170000002"),
        ] {
            assert_eq!(period(written).as_deref(), Ok(days), "{written}");
        }
    }

    #[test]
    fn what_is_no_period_is_said() {
        for wrong in [
            "",
            " ",
            "last year",
            "2016-13",
            "2022-02-30",
            "2023-02-29",
            "16",
            "2016/17",
            "/",
            "../..",
            "2016//2017",
            "2016-366",
            "2017-366",
            "2016-W54",
            "P1Y",
            "2016-1",
            "2016 - 2019",
            "2016–2019",
            "2016-05-31T25:00",
            "2016-05-31T24:01",
            "2016-05-31T23:99:99Z",
            "2016-05-31T12:0",
            "2016-05-31T12:00+1",
            "2016-05-31T12:00+01:60",
            "2016-05-31T12:0000",
            "2016-05-31T",
            "2016-05T12:00",
            "2016~~",
            "FY2016",
        ] {
            let expected =
                if wrong == "2016-366" { Ok("2016-12-31/2016-12-31".to_owned()) } else { Err(Trouble::Unreadable) };
            assert_eq!(period(wrong), expected, "{wrong}");
        }
        assert_eq!(period("2019/2016"), Err(Trouble::Reversed));
        assert_eq!(period("2019-03-02/01"), Err(Trouble::Reversed));
    }

    #[test]
    fn a_date_has_a_first_and_a_last_day() {
        let days = |text: &str| days_of(text).map(|(first, last)| format!("{first}/{last}"));
        assert_eq!(days("20160507").as_deref(), Some("2016-05-07/2016-05-07"));
        assert_eq!(days("2016-05").as_deref(), Some("2016-05-01/2016-05-31"));
        assert_eq!(days("2016-05-07T23:00:00Z").as_deref(), Some("2016-05-07/2016-05-07"));
        for none in ["2016-21", "201X", "2016/2017", "last year", "2016-05-07T23:99:99Z"] {
            assert_eq!(days(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[-0-9WTXYPZ/.~:+]{0,24}|.{0,24}") {
            if let Ok(spelt) = period(&text) {
                prop_assert_eq!(period(&spelt), Ok(spelt));
            }
        }
    }
}
