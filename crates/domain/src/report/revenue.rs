//! What users paid and got back, credited to the segments that they were in.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use crate::{
    event::{Currency, Money},
    ids::UserNo,
    instant::Instant,
    text_enum::text_enum,
};

text_enum! {
    /// How an amount is divided among several segments.
    pub enum CreditModel {
        /// Every segment gets all of it.
        Full = "full",
        /// Every segment gets an equal part. What cannot be divided goes to the first ones, one minor unit each.
        Equal = "equal",
        /// The segment that was entered last gets all of it.
        Last = "last",
    }
}

text_enum! {
    /// Which segments an amount is credited to.
    pub enum CreditBasis {
        /// Those that the user was a member of.
        Member = "member",
        /// Those that the user had entered within some time before, still a member or not.
        Entered = "entered",
    }
}

/// A purchase or a refund, with the segments that it is credited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    pub user: UserNo,
    pub at: Instant,
    pub money: Money,
    /// The places of the chosen segments, ascending. A refund has those of the purchase that it refunds.
    pub segments: Arc<[usize]>,
}

impl CreditModel {
    /// Those of the segments that get anything. They are ascending, each with the time when it was entered.
    pub fn credited(self, segments: &[(usize, Instant)]) -> Arc<[usize]> {
        match self {
            Self::Full | Self::Equal => segments.iter().map(|(place, _)| *place).collect(),
            Self::Last => {
                let last = segments.iter().reduce(|last, one| if one.1 > last.1 { one } else { last });
                last.map(|(place, _)| *place).into_iter().collect()
            }
        }
    }

    /// What each of the [credited](Self::credited) segments gets. The parts add up to the amount, but for [`Self::Full`].
    pub fn shares(self, amount: i64, segments: &[usize]) -> impl Iterator<Item = (usize, i64)> {
        let parts = match self {
            Self::Full => 1,
            Self::Equal | Self::Last => i64::try_from(segments.len()).unwrap_or(i64::MAX).max(1),
        };
        let (share, rest) = (amount / parts, amount % parts);
        let of_rest = move |nth: i64| if nth < rest.abs() { rest.signum() } else { 0 };
        segments.iter().zip(0..).map(move |(place, nth)| (*place, share + of_rest(nth)))
    }
}

/// Sums in minor units, with what they are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub gross: i128,
    /// 0 or less.
    pub refunded: i128,
    pub purchases: u64,
    pub refunds: u64,
    pub buyers: HashSet<UserNo>,
}

impl Line {
    pub fn net(&self) -> i128 {
        self.gross + self.refunded
    }

    /// `share` is the line's part of the amount.
    fn add(&mut self, credited: &Credited, share: i64) {
        if credited.money.minor < 0 {
            self.refunded += i128::from(share);
            self.refunds += 1;
        } else {
            self.gross += i128::from(share);
            self.purchases += 1;
            self.buyers.insert(credited.user);
        }
    }
}

/// The lines of one currency and some time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revenue {
    pub total: Line,
    /// By the places of the segments. Those without any purchase or refund have none.
    pub segments: BTreeMap<usize, Line>,
    pub unattributed: Line,
    /// Of erased users sums alone are left.
    pub erased: Line,
}

impl Revenue {
    fn add(&mut self, credited: &Credited, model: CreditModel) {
        self.total.add(credited, credited.money.minor);
        if credited.segments.is_empty() {
            self.unattributed.add(credited, credited.money.minor);
        }
        for (place, share) in model.shares(credited.money.minor, &credited.segments) {
            self.segments.entry(place).or_default().add(credited, share);
        }
    }
}

/// What erased users paid and got back on a day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedSum {
    /// The first instant of the day.
    pub at: Instant,
    pub currency: Currency,
    pub gross: i64,
    pub refunded: i64,
}

/// From an instant on, before another.
pub fn revenue(
    credited: &[Credited],
    erased: &[ErasedSum],
    model: CreditModel,
    [from, before]: [Instant; 2],
) -> BTreeMap<Currency, Revenue> {
    let mut currencies = BTreeMap::<_, Revenue>::new();
    for one in credited.iter().filter(|one| from <= one.at && one.at < before) {
        currencies.entry(one.money.currency).or_default().add(one, model);
    }
    for sum in erased.iter().filter(|sum| from <= sum.at && sum.at < before) {
        let of_currency = currencies.entry(sum.currency).or_default();
        for line in [&mut of_currency.total, &mut of_currency.erased] {
            line.gross += i128::from(sum.gross);
            line.refunded += i128::from(sum.refunded);
        }
    }
    currencies
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::instant::parse_instant;

    fn at(text: &str) -> Instant {
        parse_instant(text).expect("an instant")
    }

    #[test]
    fn revenue_is_divided_by_the_model() {
        let (early, late) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
        let three = [(1, early), (4, late), (6, early)];
        let divided = |model: CreditModel, amount: i64, entered: &[(usize, Instant)]| {
            model.shares(amount, &model.credited(entered)).collect::<Vec<_>>()
        };
        for (model, amount, expected) in [
            (CreditModel::Full, 1_001, vec![(1, 1_001), (4, 1_001), (6, 1_001)]),
            (CreditModel::Equal, 1_001, vec![(1, 334), (4, 334), (6, 333)]),
            (CreditModel::Equal, -1_001, vec![(1, -334), (4, -334), (6, -333)]),
            (CreditModel::Last, 1_001, vec![(4, 1_001)]),
        ] {
            assert_eq!(divided(model, amount, &three), expected, "{model} of {amount}");
        }
        // Of those entered at the same instant the first one.
        assert_eq!(divided(CreditModel::Last, 5, &[(1, early), (2, early)]), [(1, 5)]);
        assert!(divided(CreditModel::Equal, 5, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn revenue_parts_add_up_to_the_total(
            events in vec((-9_999_i64..9_999, vec(0_usize..5, 0..4), 0_i64..30), 0..40),
            model in select(vec![CreditModel::Equal, CreditModel::Last]),
        ) {
            let start = at("2026-03-01T00:00:00Z");
            let currency = Currency::parse("EUR").expect("a code");
            let credited: Vec<_> = events
                .into_iter()
                .map(|(minor, mut segments, day)| {
                    segments.sort_unstable();
                    segments.dedup();
                    Credited {
                        user: UserNo(day),
                        at: start + chrono::TimeDelta::days(day),
                        money: Money { minor, currency },
                        segments: model.credited(&segments.into_iter().map(|place| (place, start)).collect::<Vec<_>>()),
                    }
                })
                .collect();
            let erased = [ErasedSum { at: start, currency, gross: 700, refunded: -200 }];
            let days: Vec<_> = (0..=30).map(|day| start + chrono::TimeDelta::days(day)).collect();
            let found = revenue(&credited, &erased, model, [days[0], days[30]]);
            let whole = &found[&currency];
            let lines = || whole.segments.values().chain([&whole.unattributed, &whole.erased]);
            prop_assert_eq!(lines().map(|line| line.gross).sum::<i128>(), whole.total.gross);
            prop_assert_eq!(lines().map(|line| line.refunded).sum::<i128>(), whole.total.refunded);
            let by_day = days.windows(2).map(|day| revenue(&credited, &erased, model, [day[0], day[1]]));
            let nets: i128 = by_day.filter_map(|found| Some(found.get(&currency)?.total.net())).sum();
            prop_assert_eq!(nets, whole.total.net());
        }
    }
}
