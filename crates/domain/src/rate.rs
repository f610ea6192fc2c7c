//! Shares of people and of time, and what 95 % intervals say about them.
//!
//! A share is two whole numbers first. Intervals are Wilson's score interval for one share, Newcombe's hybrid of two of those for
//! a difference, and Byar's limits for a count in time.

use chrono::TimeDelta;
use serde::Serialize;

/// The quantile of the normal distribution that leaves out 2.5 % at either end.
const Z: f64 = 1.959_963_984_540_054;

/// A share of people, with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub struct Rate {
    /// Of how many it is true.
    part: u64,
    /// How many there are.
    of: u64,
    /// The share in percent, to two decimals. Null if there are none.
    percent: Option<f64>,
    /// The lower end of the 95 % interval, in percent.
    low: Option<f64>,
    /// The upper end of the 95 % interval, in percent.
    high: Option<f64>,
}

impl Rate {
    pub fn new(part: u64, of: u64) -> Self {
        let interval = (of > 0).then(|| wilson(part, of));
        let end = |end: fn([f64; 2]) -> f64| interval.map(|interval| in_percent(end(interval)));
        Self { part, of, percent: percent(part, of), low: end(|[low, _]| low), high: end(|[_, high]| high) }
    }

    pub fn part(self) -> u64 {
        self.part
    }

    pub fn of(self) -> u64 {
        self.of
    }

    pub fn percent(self) -> Option<f64> {
        self.percent
    }

    /// The ends of the interval, in percent.
    pub fn interval(self) -> Option<[f64; 2]> {
        self.low.zip(self.high).map(|(low, high)| [low, high])
    }
}

/// A share that is no sample, so that it has no interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// The part.
    part: u64,
    /// The whole.
    of: u64,
    /// The share in percent, to two decimals. Null if the whole is 0.
    percent: Option<f64>,
}

impl Ratio {
    pub fn new(part: u64, of: u64) -> Self {
        Self { part, of, percent: percent(part, of) }
    }

    pub fn part(self) -> u64 {
        self.part
    }

    pub fn of(self) -> u64 {
        self.of
    }

    pub fn percent(self) -> Option<f64> {
        self.percent
    }
}

/// A difference of two shares in percentage points, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// To two decimals.
    points: f64,
    /// The lower end of the interval.
    low: f64,
    /// The upper end of the interval.
    high: f64,
    /// Whether the interval leaves out 0. If not, there is no clear difference.
    is_clear: bool,
}

impl Difference {
    /// How much higher one share is than another of other people. `None` if either has nobody.
    pub fn between(one: Rate, other: Rate) -> Option<Self> {
        if one.of == 0 || other.of == 0 {
            return None;
        }
        let ([p1, p2], [l1, u1], [l2, u2]) = ([share(one), share(other)], wilson_of(one), wilson_of(other));
        let difference = p1 - p2;
        let below = ((p1 - l1).powi(2) + (u2 - p2).powi(2)).sqrt();
        let above = ((u1 - p1).powi(2) + (p2 - l2).powi(2)).sqrt();
        Some(Self::of(difference, [difference - below, difference + above]))
    }

    /// How much the share grew among the same people, of whom some had it only the first time and some only the second time. `None`
    /// without people.
    pub fn of_pairs(first_only: u64, second_only: u64, pairs: u64) -> Option<Self> {
        if pairs == 0 {
            return None;
        }
        let (first, second, n) = (first_only as f64, second_only as f64, pairs as f64);
        let difference = (second - first) / n;
        let half = Z * (first + second - (second - first).powi(2) / n).max(0.0).sqrt() / n;
        Some(Self::of(difference, [difference - half, difference + half]))
    }

    pub fn is_clear(self) -> bool {
        self.is_clear
    }

    /// Points, and the ends of the interval.
    pub fn ends(self) -> [f64; 3] {
        [self.points, self.low, self.high]
    }

    fn of(difference: f64, [low, high]: [f64; 2]) -> Self {
        let end = |end: f64| in_percent(end.clamp(-1.0, 1.0));
        Self { points: in_percent(difference), low: end(low), high: end(high), is_clear: low > 0.0 || high < 0.0 }
    }
}

/// How much higher one share is than another, as a part of the other, with its 95 % interval by the logarithm of the ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
pub struct Lift {
    /// In percent, to two decimals.
    percent: f64,
    /// The lower end of the interval.
    low: f64,
    /// The upper end of the interval.
    high: f64,
}

impl Lift {
    /// `None` if either part is 0.
    pub fn between(one: Rate, other: Rate) -> Option<Self> {
        if one.part == 0 || other.part == 0 {
            return None;
        }
        let variance = |rate: Rate| (1.0 - share(rate)) / rate.part as f64;
        let (ratio, reach) = (share(one) / share(other), Z * (variance(one) + variance(other)).sqrt());
        let end = |logarithm: f64| in_percent(logarithm.exp() - 1.0);
        let (part, of) = (i128::from(one.part) * i128::from(other.of), i128::from(other.part) * i128::from(one.of));
        // By whole numbers, as all shares.
        let hundredths = divided(10_000 * (part - of), of).unwrap_or_default();
        Some(Self { percent: hundredths as f64 / 100.0, low: end(ratio.ln() - reach), high: end(ratio.ln() + reach) })
    }

    /// Percent, and the ends of the interval.
    pub fn ends(self) -> [f64; 3] {
        [self.percent, self.low, self.high]
    }
}

/// How far counts are from what was expected of them, as χ², to three decimals. `None` unless something is expected of each.
pub fn chi_square(counts: [u64; 2], expected_percent: [u64; 2]) -> Option<f64> {
    let all: u64 = counts.iter().sum();
    let expected = expected_percent.map(|percent| all as f64 * percent as f64 / 100.0);
    let term = |(count, expected): (u64, f64)| (count as f64 - expected).powi(2) / expected;
    let sum: f64 = counts.into_iter().zip(expected).map(term).sum();
    expected.iter().all(|expected| *expected > 0.0).then(|| decimals::<3>(sum))
}

/// How often something happens in time, per 1,000 days of 24 hours, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeRate {
    /// How often it happened.
    occurrences: u64,
    /// In how many days, to two decimals.
    days: f64,
    /// To three decimals. Null without time.
    per_thousand_days: Option<f64>,
    /// The lower end of the interval.
    low: Option<f64>,
    /// The upper end of the interval.
    high: Option<f64>,
}

impl TimeRate {
    pub fn occurrences(self) -> u64 {
        self.occurrences
    }

    /// Days, the rate for 1,000 of them, and the ends of its interval.
    pub fn figures(self) -> [Option<f64>; 4] {
        [Some(self.days), self.per_thousand_days, self.low, self.high]
    }

    pub fn new(occurrences: u64, time: TimeDelta) -> Self {
        let days = time.as_seconds_f64() / TimeDelta::days(1).as_seconds_f64();
        let per_thousand = |count: f64| (days > 0.0).then(|| decimals::<3>(count / days * 1_000.0));
        let limit = |k: f64, sign: f64| k * (1.0 - 1.0 / (9.0 * k) + sign * Z / (3.0 * k.sqrt())).powi(3);
        let count = occurrences as f64;
        let low = if occurrences == 0 { 0.0 } else { limit(count, -1.0).max(0.0) };
        Self {
            occurrences,
            days: decimals::<2>(days),
            per_thousand_days: per_thousand(count),
            low: per_thousand(low),
            high: per_thousand(limit(count + 1.0, 1.0)),
        }
    }
}

/// To two decimals, halves away from zero, by whole numbers. `None` if the divisor is 0.
fn percent(part: u64, of: u64) -> Option<f64> {
    hundredths(100 * u128::from(part), of)
}

fn hundredths(sum: u128, of: u64) -> Option<f64> {
    let of = u128::from(of);
    (of > 0).then(|| ((2 * 100 * sum + of) / (2 * of)) as f64 / 100.0)
}

/// A quotient as a whole number, halves away from zero. `None` unless the divisor is positive.
pub fn divided(sum: i128, by: i128) -> Option<i64> {
    (by > 0).then(|| i64::try_from((2 * sum + by * sum.signum()) / (2 * by)).ok()).flatten()
}

/// To two decimals, halves away from zero, by whole numbers. `None` if the divisor is 0.
pub fn mean(sum: u64, of: u64) -> Option<f64> {
    hundredths(u128::from(sum), of)
}

fn share(rate: Rate) -> f64 {
    rate.part as f64 / rate.of as f64
}

fn wilson_of(rate: Rate) -> [f64; 2] {
    wilson(rate.part, rate.of)
}

fn wilson(part: u64, of: u64) -> [f64; 2] {
    let (n, p) = (of as f64, part as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    [-half, half].map(|half| ((middle + half) / (1.0 + Z * Z / n)).clamp(0.0, 1.0))
}

fn in_percent(share: f64) -> f64 {
    decimals::<2>(share * 100.0)
}

/// Never `-0`.
fn decimals<const DIGITS: i32>(number: f64) -> f64 {
    let unit = 10_f64.powi(DIGITS);
    (number * unit).round() / unit + 0.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rate_has_percent_and_interval() {
        for (part, of, expected) in [
            (1, 2, (50.0, [9.45, 90.55])),
            (0, 10, (0.0, [0.0, 27.75])),
            (7, 50, (14.0, [6.95, 26.19])),
            (52, 900, (5.78, [4.43, 7.5])),
            (1, 3, (33.33, [6.15, 79.23])),
            (1, 1, (100.0, [20.65, 100.0])),
        ] {
            let rate = Rate::new(part, of);
            assert_eq!((rate.percent(), rate.interval()), (Some(expected.0), Some(expected.1)), "{part} of {of}");
        }
        let none = Rate::new(0, 0);
        assert_eq!((none.percent(), none.interval()), (None, None));
    }

    #[test]
    fn rate_percent_rounds_halves_away_from_zero() {
        for (part, of, expected) in [(1, 20_000, 0.01), (1, 20_001, 0.0), (2, 3, 66.67), (1, 800, 0.13)] {
            assert_eq!(Rate::new(part, of).percent(), Some(expected), "{part} of {of}");
        }
        let most = u64::MAX;
        assert_eq!(Ratio::new(most, most).percent(), Some(100.0));
    }

    #[test]
    fn difference_of_two_groups_is_newcombes() {
        for ((k1, n1), (k2, n2), expected) in [
            ((56, 70), (48, 80), (20.0, 5.24, 33.39, true)),
            ((540, 9_000), (45, 1_000), (1.5, -0.04, 2.73, false)),
            ((0, 1), (0, 1), (0.0, -79.35, 79.35, false)),
        ] {
            let found = Difference::between(Rate::new(k1, n1), Rate::new(k2, n2)).expect("people");
            assert_eq!((found.points, found.low, found.high, found.is_clear), expected);
        }
        assert_eq!(Difference::between(Rate::new(1, 2), Rate::new(0, 0)), None);
    }

    #[test]
    fn difference_of_pairs_counts_who_changed() {
        for (first_only, second_only, pairs, expected) in [
            (20, 35, 200, (7.5, 0.31, 14.69, true)),
            (1, 1, 2, (0.0, -100.0, 100.0, false)),
            (0, 0, 5, (0.0, 0.0, 0.0, false)),
        ] {
            let found = Difference::of_pairs(first_only, second_only, pairs).expect("pairs");
            assert_eq!((found.points, found.low, found.high, found.is_clear), expected);
        }
        assert_eq!(Difference::of_pairs(0, 0, 0), None);
    }

    #[test]
    fn lift_is_relative_to_the_other_share() {
        let lift = |(k1, n1), (k2, n2)| Lift::between(Rate::new(k1, n1), Rate::new(k2, n2)).map(Lift::ends);
        assert_eq!(lift((540, 9_000), (45, 1_000)), Some([33.33, -0.93, 79.44]));
        assert_eq!(lift((1, 1), (1, 1)), Some([0.0, 0.0, 0.0]));
        assert_eq!((lift((0, 9), (1, 9)), lift((1, 9), (0, 0))), (None, None));
    }

    #[test]
    fn chi_square_tells_how_far_a_split_is_off() {
        assert_eq!(chi_square([8_860, 1_140], [90, 10]), Some(21.778));
        assert_eq!(chi_square([90, 10], [90, 10]), Some(0.0));
        assert_eq!((chi_square([0, 0], [90, 10]), chi_square([0, 5], [0, 100])), (None, None));
    }

    #[test]
    fn time_rate_is_per_thousand_days() {
        for (occurrences, days, expected) in [
            (30, TimeDelta::days(4_000), (4_000.0, Some(7.5), Some(5.059), Some(10.707))),
            (0, TimeDelta::days(4_000), (4_000.0, Some(0.0), Some(0.0), Some(0.917))),
            (0, TimeDelta::zero(), (0.0, None, None, None)),
        ] {
            let rate = TimeRate::new(occurrences, days);
            assert_eq!((rate.days, rate.per_thousand_days, rate.low, rate.high), expected);
        }
        assert_eq!(TimeRate::new(2, TimeDelta::days(23)).per_thousand_days, Some(86.957));
        assert_eq!(TimeRate::new(4, TimeDelta::hours(2_166)).per_thousand_days, Some(44.321));
    }

    #[test]
    fn quotients_round_halves_away_from_zero() {
        for (sum, of, expected) in
            [(-2_000, 2, Some(-1_000)), (5, 2, Some(3)), (-5, 2, Some(-3)), (1, 3, Some(0)), (0, 0, None)]
        {
            assert_eq!(divided(sum, of), expected, "{sum} for {of}");
        }
        for (sum, of, expected) in [(5, 2, Some(2.5)), (1, 3, Some(0.33)), (2, 3, Some(0.67)), (0, 0, None)] {
            assert_eq!(mean(sum, of), expected, "{sum} of {of}");
        }
    }

    proptest! {
        #[test]
        fn rate_lies_in_its_interval(part in 0_u64..2_000, more in 0_u64..2_000) {
            prop_assume!(part + more > 0);
            let rate = Rate::new(part, part + more);
            let (percent, [low, high]) = (rate.percent().expect("people"), rate.interval().expect("people"));
            prop_assert!(0.0 <= low && low <= percent && percent <= high && high <= 100.0, "{rate:?}");
        }

        #[test]
        fn difference_turns_its_sign_with_the_groups(k1 in 0_u64..50, m1 in 1_u64..50, k2 in 0_u64..50, m2 in 1_u64..50) {
            let (one, other) = (Rate::new(k1, k1 + m1), Rate::new(k2, k2 + m2));
            let (found, turned) = (Difference::between(one, other), Difference::between(other, one));
            let (found, turned) = (found.expect("people"), turned.expect("people"));
            prop_assert_eq!((found.points, found.low, found.high), (0.0 - turned.points, 0.0 - turned.high, 0.0 - turned.low));
            prop_assert_eq!(found.is_clear, turned.is_clear);
        }
    }
}
