//! Intervals of decimals, open-ended where a side has no bound.

use crate::vocab::ibid;
use oxsdatatypes::Decimal;

/// How a figure's words bound it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bound {
    /// `[v − p/2, v + p/2]`
    #[default]
    Exact,
    /// `[v − p, v + p]`
    About,
    /// `[v, ∞)`
    AtLeast,
    /// `(−∞, v]`
    AtMost,
    /// `[v − p, v]`
    JustUnder,
    /// `[v, v + p]`
    JustOver,
}

impl Bound {
    /// The bound that an IRI names.
    pub fn of(iri: &str) -> Option<Self> {
        match iri {
            ibid::EXACT => Some(Self::Exact),
            ibid::ABOUT => Some(Self::About),
            ibid::AT_LEAST => Some(Self::AtLeast),
            ibid::AT_MOST => Some(Self::AtMost),
            ibid::JUST_UNDER => Some(Self::JustUnder),
            ibid::JUST_OVER => Some(Self::JustOver),
            _ => None,
        }
    }
}

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Number),
    Above,
}

type Number = Decimal;

/// The last digit that a decimal keeps.
const LEAST_STEP: &str = "0.000000000000000001";

/// Numbers between two ends, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    from: End,
    to: End,
}

impl Interval {
    /// Numbers from `lower` to `upper`; none is no bound.
    pub fn new(lower: Option<Decimal>, upper: Option<Decimal>) -> Self {
        Self { from: lower.map_or(End::Below, End::At), to: upper.map_or(End::Above, End::At) }
    }

    /// The interval of a figure. Without a stated precision it is the value's last digit that is not zero.
    pub fn of(value: Decimal, bound: Bound, precision: Option<Decimal>) -> Self {
        let p = precision.unwrap_or_else(|| last_digit(value));
        let half = p.checked_div(Decimal::from(2)).unwrap_or(p);
        let (less, more) = match bound {
            Bound::Exact => (Some(half), Some(half)),
            Bound::About => (Some(p), Some(p)),
            Bound::AtLeast => (Some(Decimal::from(0)), None),
            Bound::AtMost => (None, Some(Decimal::from(0))),
            Bound::JustUnder => (Some(p), Some(Decimal::from(0))),
            Bound::JustOver => (Some(Decimal::from(0)), Some(p)),
        };
        Self::new(less.and_then(|less| value.checked_sub(less)), more.and_then(|more| value.checked_add(more)))
    }

    /// The least number, if there is one.
    pub fn lower(self) -> Option<Decimal> {
        if let End::At(number) = self.from { Some(number) } else { None }
    }

    /// The greatest number, if there is one.
    pub fn upper(self) -> Option<Decimal> {
        if let End::At(number) = self.to { Some(number) } else { None }
    }

    /// Whether it ends before it begins.
    pub fn is_reversed(self) -> bool {
        self.from > self.to
    }

    /// How far it is from another with which it has no number in common.
    pub fn distance(self, other: Self) -> Option<Decimal> {
        let gap = |from: End, to: End| match (from, to) {
            (End::At(from), End::At(to)) if from < to => to.checked_sub(from),
            _ => None,
        };
        gap(self.to, other.from).or_else(|| gap(other.to, self.from))
    }

    /// The sum; none where it is beyond the range of decimals.
    pub fn plus(self, other: Self) -> Option<Self> {
        let sum = |a: End, b: End| match (a, b) {
            (End::At(a), End::At(b)) => a.checked_add(b).map(End::At),
            (End::At(_), open) | (open, _) => Some(open),
        };
        Some(Self { from: sum(self.from, other.from)?, to: sum(self.to, other.to)? })
    }

    /// The negation.
    pub fn negate(self) -> Option<Self> {
        let flip = |end: End| match end {
            End::Below => Some(End::Above),
            End::At(number) => number.checked_neg().map(End::At),
            End::Above => Some(End::Below),
        };
        Some(Self { from: flip(self.to)?, to: flip(self.from)? })
    }

    /// The product; none where it is beyond the range of decimals.
    pub fn multiply(self, other: Self) -> Option<Self> {
        self.corners(other, |a, b| {
            let zero = End::At(Decimal::from(0));
            match (a, b) {
                (End::At(a), End::At(b)) => a.checked_mul(b).map(End::At),
                (zeroed, _) | (_, zeroed) if zeroed == zero => Some(zero),
                (a, b) => Some(if (a > zero) == (b > zero) { End::Above } else { End::Below }),
            }
        })
    }

    /// The quotient; none where the divisor may be zero or the result is beyond the range of decimals.
    pub fn divide(self, other: Self) -> Option<Self> {
        let zero = End::At(Decimal::from(0));
        if other.from <= zero && other.to >= zero {
            return None;
        }
        let quotient = self.corners(other, |a, b| match (a, b) {
            (End::At(a), End::At(b)) => a.checked_div(b).map(End::At),
            (_, End::Below | End::Above) => Some(zero),
            (open, End::At(_)) => Some(if (open > zero) == (b > zero) { End::Above } else { End::Below }),
        })?;
        // Decimal division drops what does not fit: the interval must not lose a number by it.
        let widen =
            |end: End, by: Decimal| if let End::At(n) = end { n.checked_add(by).map(End::At) } else { Some(end) };
        let step: Decimal = LEAST_STEP.parse().ok()?;
        Some(Self { from: widen(quotient.from, step.checked_neg()?)?, to: widen(quotient.to, step)? })
    }

    fn corners(self, other: Self, combine: impl Fn(End, End) -> Option<End>) -> Option<Self> {
        let mut found = [
            combine(self.from, other.from)?,
            combine(self.from, other.to)?,
            combine(self.to, other.from)?,
            combine(self.to, other.to)?,
        ];
        found.sort();
        Some(Self { from: found[0], to: found[3] })
    }
}

/// The quantum of a number's last digit that is not zero: 100000000 for 2600000000, 0.1 for 0.5, 0 for 0.
pub(super) fn last_digit(value: Decimal) -> Decimal {
    let text = value.to_string();
    let text = text.trim_start_matches('-');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let quantum = if fraction.is_empty() {
        let zeros = whole.len() - whole.trim_end_matches('0').len();
        if zeros == whole.len() { "0".to_owned() } else { format!("1{}", "0".repeat(zeros)) }
    } else {
        format!("0.{}1", "0".repeat(fraction.len() - 1))
    };
    quantum.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Bound, Interval, last_digit};
    use oxsdatatypes::Decimal;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn i(lower: &str, upper: &str) -> Interval {
        let side = |text: &str| (!text.is_empty()).then(|| d(text));
        Interval::new(side(lower), side(upper))
    }

    #[test]
    fn bounds_are_those_of_the_model() {
        let of = |bound| Interval::of(d("400"), bound, Some(d("100")));
        assert_eq!(of(Bound::Exact), i("350", "450"));
        assert_eq!(of(Bound::About), i("300", "500"));
        assert_eq!(of(Bound::AtLeast), i("400", ""));
        assert_eq!(of(Bound::AtMost), i("", "400"));
        assert_eq!(of(Bound::JustUnder), i("300", "400"));
        assert_eq!(of(Bound::JustOver), i("400", "500"));
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
            assert_eq!(last_digit(d(value)), d(quantum), "{value}");
        }
    }

    #[test]
    fn arithmetic_keeps_every_number() {
        assert_eq!(i("1", "2").plus(i("-3", "4")), Some(i("-2", "6")));
        assert_eq!(i("1", "").plus(i("2", "3")), Some(i("3", "")));
        assert_eq!(i("-1", "2").multiply(i("3", "4")), Some(i("-4", "8")));
        assert_eq!(i("0", "").multiply(i("-2", "3")), Some(i("", "")));
        assert_eq!(i("1", "2").divide(i("-1", "1")), None);
        let third = i("1", "1").divide(i("3", "3")).unwrap();
        assert!(
            third.lower().unwrap() < d("0.333333333333333333") && third.upper().unwrap() > d("0.333333333333333333")
        );
    }
}
