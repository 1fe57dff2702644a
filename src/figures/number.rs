//! Numbers of any size, exact: fractions of whole numbers.

use dashu_int::UBig;
use dashu_int::ops::BitTest;
use dashu_ratio::RBig;
use oxsdatatypes::Decimal;
use std::str::FromStr;

/// A number, exact.
pub type Number = RBig;

/// How long a number may be written, and what its exponent may be. A formula must not grow into one that takes minutes.
const LONGEST: usize = 1000;
/// How many digits a decimal of the graph has after its point.
const PLACES: u32 = 18;

/// The number that a literal writes: digits, and where it is one of `xsd:double` an exponent.
pub fn parse(written: &str) -> Option<Number> {
    let written = written.trim();
    if written.len() > LONGEST {
        return None;
    }
    let (mantissa, exponent) = match written.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().ok()?),
        None => (written, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let figures = format!("{whole}{}", fraction.trim_end_matches('0'));
    let plain = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !plain || whole.len() + fraction.len() == 0 || usize::from(exponent.unsigned_abs()) > LONGEST {
        return None;
    }
    let places = i16::try_from(figures.len() - whole.len()).ok()?;
    let number = if figures.is_empty() { Number::ZERO } else { Number::from(UBig::from_str(&figures).ok()?) };
    let number = number * power(exponent - places);
    Some(if negative { -number } else { number })
}

/// A power of ten.
pub(super) fn power(exponent: i16) -> Number {
    let size = UBig::from(10_u8).pow(usize::from(exponent.unsigned_abs()));
    if exponent < 0 { Number::from_parts(1.into(), size) } else { Number::from(size) }
}

/// The number without its sign.
pub(super) fn size(number: &Number) -> Number {
    if *number < Number::ZERO { -number } else { number.clone() }
}

/// The number, unless it has grown too long to be computed with.
pub(super) fn held(number: Number) -> Option<Number> {
    let bits = number.numerator().bit_len() + number.denominator().bit_len();
    (bits < 16 * LONGEST).then_some(number)
}

/// The greatest decimal of the graph that is not above a number. Below all decimals there is none.
pub(super) fn below(number: &Number) -> Option<Decimal> {
    decimal(number, RBig::floor, Decimal::MAX, None)
}

/// The least decimal of the graph that is not below a number. Above all decimals there is none.
pub(super) fn above(number: &Number) -> Option<Decimal> {
    decimal(number, RBig::ceil, None, Decimal::MIN)
}

fn decimal(
    number: &Number,
    round: impl Fn(&Number) -> dashu_int::IBig,
    beyond: impl Into<Option<Decimal>>,
    before: impl Into<Option<Decimal>>,
) -> Option<Decimal> {
    let (units, places) =
        if number.is_int() { (number.numerator().clone(), 0) } else { (round(&(number * power(18))), PLACES) };
    let found = i128::try_from(units).ok().and_then(|units| Decimal::new(units, places).ok());
    found.or_else(|| if *number > Number::ZERO { beyond.into() } else { before.into() })
}

/// The quantum of a number's last digit that is not zero: 100000000 for 2600000000, 0.1 for 0.5, 0 for 0. A number whose digits do
/// not end has none.
pub(super) fn last_digit(number: &Number) -> Option<Number> {
    if number.is_int() {
        let digits = number.numerator().to_string();
        let zeros = digits.len() - digits.trim_end_matches('0').len();
        return if *number == Number::ZERO { Some(Number::ZERO) } else { Some(power(i16::try_from(zeros).ok()?)) };
    }
    let mut below = number.denominator().clone();
    let mut times = |prime: u8| {
        let mut times = 0;
        while (&below % prime) == 0 {
            below /= prime;
            times += 1;
        }
        times
    };
    let places = times(2).max(times(5));
    below.is_one().then(|| power(-places))
}

#[cfg(test)]
mod tests {
    use super::{above, below, last_digit, parse};
    use proptest::prelude::*;

    #[test]
    fn literals_of_any_length_are_read_exactly() {
        let long = "123456789012345678901234567890123456789.5";
        assert_eq!(
            parse(long).unwrap() * parse("2").unwrap(),
            parse("246913578024691357802469135780246913579").unwrap()
        );
        assert_eq!(parse("2.6E9"), parse("2600000000.0"));
        assert_eq!(parse("-.5"), parse("-5e-1"));
        for wrong in ["", ".", "-", "4OO", "400 million", "1,000", "INF", "NaN", "1e", "1e99999", "--1", "+-1", "٤"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn decimals_are_on_the_outer_side() {
        let third = parse("1").unwrap() / parse("3").unwrap();
        assert_eq!(below(&third).unwrap().to_string(), "0.333333333333333333");
        assert_eq!(above(&third).unwrap().to_string(), "0.333333333333333334");
        assert_eq!(below(&-third).unwrap().to_string(), "-0.333333333333333334");
        assert_eq!(below(&parse("3.40").unwrap()).unwrap().to_string(), "3.4");
        let large = parse("6e23").unwrap();
        assert_eq!(below(&large).unwrap().to_string(), "170141183460469231731.687303715884105727");
        assert_eq!((above(&large), below(&-large)), (None, None));
    }

    #[test]
    fn a_missing_precision_is_the_last_digit() {
        for (value, quantum) in [
            ("2600000000", "100000000"),
            ("57700000", "100000"),
            ("0.50", "0.1"),
            ("-19", "1"),
            ("0", "0"),
            ("1.05", "0.01"),
        ] {
            assert_eq!(last_digit(&parse(value).unwrap()), parse(quantum), "{value}");
        }
        assert_eq!(last_digit(&(parse("1").unwrap() / parse("3").unwrap())), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_around_the_number(above_line in -10_000_000_000_i64..10_000_000_000, below_line in 1..1_000_000_i64) {
            let number = super::Number::from(above_line) / super::Number::from(below_line);
            let read = |decimal: oxsdatatypes::Decimal| parse(&decimal.to_string()).unwrap();
            let (from, to) = (read(below(&number).unwrap()), read(above(&number).unwrap()));
            prop_assert!(from <= number && number <= to && to - from <= super::power(-18));
        }

        #[test]
        fn no_literal_is_too_strange(text in "[-+0-9.eE]{0,12}|.{0,12}") {
            if let Some(number) = parse(&text) {
                last_digit(&number);
                below(&number);
            }
        }
    }
}
