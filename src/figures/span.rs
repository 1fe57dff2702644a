//! Which days does a period take in?

use jiff::civil::{Date, date};

/// A period written in one way ("2016" as its first and last day), and whether it is one day or less. What is no period of
/// [ISO 8601](https://www.iso.org/iso-8601-date-and-time-format.html) in years, months or days stays as it is.
pub(super) fn normal(period: &str) -> (String, bool) {
    let days = match period.split_once('/') {
        Some((from, to)) => days(from).zip(days(to)).map(|((from, _), (_, to))| (from, to)),
        None => days(period),
    };
    match days {
        Some((from, to)) => (format!("{from}/{to}"), from == to),
        None => (period.to_owned(), is_instant(period)),
    }
}

/// The first and the last day of a year, a month or a day.
fn days(written: &str) -> Option<(Date, Date)> {
    let mut parts = written.splitn(3, '-').map(|part| part.bytes().all(|b| b.is_ascii_digit()).then_some(part));
    let year = parts.next()??;
    let (month, day) = (parts.next(), parts.next());
    if year.len() != 4 || [month, day].into_iter().flatten().any(|part| part.is_none_or(|part| part.len() != 2)) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let number = |part: Option<Option<&str>>| part.flatten().and_then(|part| part.parse::<i8>().ok());
    Some(match (number(month), number(day)) {
        (None, _) => (date(year, 1, 1), date(year, 12, 31)),
        (Some(month), None) => {
            let first = Date::new(year, month, 1).ok()?;
            (first, first.last_of_month())
        }
        (Some(month), Some(day)) => {
            let day = Date::new(year, month, day).ok()?;
            (day, day)
        }
    })
}

/// Whether it is a day and a time of it.
fn is_instant(period: &str) -> bool {
    period
        .split_once('T')
        .is_some_and(|(day, time)| days(day).is_some_and(|(from, to)| from == to) && !time.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn the_same_days_are_the_same_period() {
        for (written, days, is_day) in [
            ("2016", "2016-01-01/2016-12-31", false),
            ("2016-01-01/2016-12-31", "2016-01-01/2016-12-31", false),
            ("2016/2017-02", "2016-01-01/2017-02-28", false),
            ("2016-02", "2016-02-01/2016-02-29", false),
            ("2016-05-03", "2016-05-03/2016-05-03", true),
            ("2016-05-03T12:00:00Z", "2016-05-03T12:00:00Z", true),
            ("2016-13", "2016-13", false),
            ("last year", "last year", false),
            ("2016-1-1", "2016-1-1", false),
            ("", "", false),
        ] {
            assert_eq!(normal(written), (days.to_owned(), is_day), "{written}");
        }
    }
}
