//! Intervals of numbers, open-ended where a side has no bound.

use super::number::{Number, held, last_digit};
use crate::vocab::ibid;

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Number),
    Above,
}

/// Numbers between two ends, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    from: End,
    to: End,
}

impl Interval {
    /// Numbers from `lower` to `upper`; none is no bound.
    pub fn new(lower: Option<Number>, upper: Option<Number>) -> Self {
        Self { from: lower.map_or(End::Below, End::At), to: upper.map_or(End::Above, End::At) }
    }

    /// The interval of a figure. Without a stated precision it is the value's last digit that is not zero.
    pub fn of(value: &Number, bound: Bound, precision: Option<&Number>) -> Self {
        let p = precision.cloned().or_else(|| last_digit(value)).unwrap_or_default();
        let half = || &p / Number::from(2);
        let (less, more) = match bound {
            Bound::Exact => (Some(half()), Some(half())),
            Bound::About => (Some(p.clone()), Some(p)),
            Bound::AtLeast => (Some(Number::ZERO), None),
            Bound::AtMost => (None, Some(Number::ZERO)),
            Bound::JustUnder => (Some(p), Some(Number::ZERO)),
            Bound::JustOver => (Some(Number::ZERO), Some(p)),
        };
        Self::new(less.map(|less| value - less), more.map(|more| value + more))
    }

    /// The least number, if there is one.
    pub fn lower(&self) -> Option<&Number> {
        if let End::At(number) = &self.from { Some(number) } else { None }
    }

    /// The greatest number, if there is one.
    pub fn upper(&self) -> Option<&Number> {
        if let End::At(number) = &self.to { Some(number) } else { None }
    }

    /// Whether some number is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// How far it is from another with which it has no number in common.
    pub fn distance(&self, other: &Self) -> Option<Number> {
        let gap = |from: &End, to: &End| match (from, to) {
            (End::At(from), End::At(to)) if from < to => Some(to - from),
            _ => None,
        };
        gap(&self.to, &other.from).or_else(|| gap(&other.to, &self.from))
    }

    /// Whether zero is in it.
    pub fn has_zero(&self) -> bool {
        self.from <= ZERO && ZERO <= self.to
    }

    /// The sum; none where it is too long a number.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let sum = |a: &End, b: &End| match (a, b) {
            (End::At(a), End::At(b)) => held(a + b).map(End::At),
            (End::At(_), open) | (open, _) => Some(open.clone()),
        };
        Some(Self { from: sum(&self.from, &other.from)?, to: sum(&self.to, &other.to)? })
    }

    /// The negation.
    #[must_use]
    pub fn negate(self) -> Self {
        let flip = |end: End| match end {
            End::Below => End::Above,
            End::At(number) => End::At(-number),
            End::Above => End::Below,
        };
        Self { from: flip(self.to), to: flip(self.from) }
    }

    /// The product; none where it is too long a number.
    pub fn multiply(&self, other: &Self) -> Option<Self> {
        self.corners(other, |a, b| match (a, b) {
            (End::At(a), End::At(b)) => held(a * b).map(End::At),
            (zeroed, _) | (_, zeroed) if *zeroed == ZERO => Some(ZERO),
            (a, b) => Some(if (*a > ZERO) == (*b > ZERO) { End::Above } else { End::Below }),
        })
    }

    /// The quotient; none where it is too long a number or the divisor may be zero.
    pub fn divide(&self, other: &Self) -> Option<Self> {
        if other.has_zero() {
            return None;
        }
        self.corners(other, |a, b| match (a, b) {
            (End::At(a), End::At(b)) => held(a / b).map(End::At),
            (_, End::Below | End::Above) => Some(ZERO),
            (open, End::At(_)) => Some(if (*open > ZERO) == (*b > ZERO) { End::Above } else { End::Below }),
        })
    }

    fn corners(&self, other: &Self, combine: impl Fn(&End, &End) -> Option<End>) -> Option<Self> {
        let mut found = [
            combine(&self.from, &other.from)?,
            combine(&self.from, &other.to)?,
            combine(&self.to, &other.from)?,
            combine(&self.to, &other.to)?,
        ];
        found.sort();
        let [from, .., to] = found;
        Some(Self { from, to })
    }
}

const ZERO: End = End::At(Number::ZERO);

#[cfg(test)]
mod tests {
    use super::{Bound, Interval};
    use crate::figures::number::{Number, parse};
    use proptest::prelude::*;

    fn d(text: &str) -> Number {
        parse(text).unwrap()
    }

    fn i(lower: &str, upper: &str) -> Interval {
        Interval::new(parse(lower), parse(upper))
    }

    #[test]
    fn bounds_are_those_of_the_model() {
        let of = |bound| Interval::of(&d("400"), bound, Some(&d("100")));
        assert_eq!(of(Bound::Exact), i("350", "450"));
        assert_eq!(of(Bound::About), i("300", "500"));
        assert_eq!(of(Bound::AtLeast), i("400", ""));
        assert_eq!(of(Bound::AtMost), i("", "400"));
        assert_eq!(of(Bound::JustUnder), i("300", "400"));
        assert_eq!(of(Bound::JustOver), i("400", "500"));
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(i("1", "2").plus(&i("-3", "4")), Some(i("-2", "6")));
        assert_eq!(i("1", "").plus(&i("2", "3")), Some(i("3", "")));
        assert_eq!(i("-1", "2").multiply(&i("3", "4")), Some(i("-4", "8")));
        assert_eq!(i("0", "").multiply(&i("-2", "3")), Some(i("", "")));
        assert_eq!(i("1", "2").divide(&i("-1", "1")), None);
        assert_eq!(i("25.5", "26.5").divide(&i("6.5", "7.5")).unwrap().lower(), Some(&d("3.4")));
        let third = i("1", "1").divide(&i("3", "3")).unwrap();
        assert_eq!(third.multiply(&i("3", "3")), Some(i("1", "1")));
        assert_eq!(i("26e12", "26e12").multiply(&i("1e9", "1e9")), Some(i("26e21", "26e21")));
    }

    #[test]
    fn a_product_does_not_grow_without_end() {
        let (factor, mut product) = (i("1e900", "1e900"), i("1", "1"));
        let steps = std::iter::from_fn(|| {
            product = product.multiply(&factor)?;
            Some(())
        });
        assert!(steps.take(100).count() < 10);
    }

    /// A side that may be open, and numbers that lie in the interval.
    fn interval() -> impl Strategy<Value = (Interval, [Number; 2])> {
        (any::<[bool; 2]>(), -50..50_i64, 0..50_i64, 1..7_i64).prop_map(|(open, from, width, scale)| {
            let at = |number: i64| Number::from(number) / Number::from(scale);
            let (low, high) = (at(from), at(from + width));
            let side = |open: bool, number: &Number| (!open).then(|| number.clone());
            (Interval::new(side(open[0], &low), side(open[1], &high)), [low, high])
        })
    }

    proptest! {
        #[test]
        fn no_number_is_lost((one, these) in interval(), (other, those) in interval()) {
            for a in &these {
                for b in &those {
                    let holds = |found: Option<Interval>, number: Number| {
                        found.is_none_or(|found| found.meets(&Interval::new(Some(number.clone()), Some(number))))
                    };
                    prop_assert!(holds(one.plus(&other), a + b));
                    prop_assert!(holds(one.multiply(&other), a * b));
                    prop_assert!(*b == Number::ZERO || holds(one.divide(&other), a / b));
                }
            }
        }
    }
}
