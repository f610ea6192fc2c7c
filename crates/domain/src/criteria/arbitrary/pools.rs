//! Small pools of values that random criteria and random users share.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use proptest::{prelude::*, sample::select};

use crate::{
    event::LARGEST_AMOUNT,
    instant::Instant,
    period::{Moment, Period, Span},
};

/// The clock of property tests: noon on Tuesday, March 10, 2026, UTC.
pub fn now() -> Instant {
    DateTime::from_timestamp_nanos(1_773_144_000_000_000_000)
}

/// On both sides of UTC, with days of 23 to 25 hours.
pub const ZONES: [Tz; 4] = [Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Tokyo, Tz::America__Sao_Paulo];

/// [`now`] in one of the [`ZONES`].
pub fn moment() -> impl Strategy<Value = Moment> {
    select(&ZONES).prop_map(|zone| Moment { now: now(), zone })
}

pub(super) const NUMBERS: [i64; 17] =
    [i64::MIN, i64::MIN + 1, -1, 0, 1, 2, 6, 7, 8, 10, 11, 49, 50, 51, 5000, i64::MAX - 1, i64::MAX];

pub(super) const DECIMALS: [&str; 12] = [
    "-999999999999999999",
    "999999999999999999",
    "-999999999999.999999",
    "999999999999.999999",
    "-0.000001",
    "0",
    "0.000001",
    "0.1",
    "0.3",
    "12.5",
    "12.500001",
    "49",
];

pub(super) const PERCENTAGES: [i64; 12] = [0, 1, 33, 34, 40, 50, 59, 60, 61, 66, 99, 100];

pub(super) const SPANS: [Span; 9] = [
    Span::days(7),
    Span::days(30),
    Span::days(1),
    Span::hours(168),
    Span::hours(12),
    Span::hours(1),
    Span::minutes(30),
    Span::minutes(1),
    Span::days(36_500),
];

/// Names and pieces of names: letters whose length changes with case, combining marks, wildcards of SQL and shells,
/// quotation marks.
const TEXTS: [&str; 48] = [
    "Anna",
    "anna",
    "ANNA",
    "ann_",
    "%nn%",
    "Straße",
    "STRASSE",
    "straẞe",
    "ss",
    "ΟΔΟΣ",
    "οδος",
    "οδοσ",
    "ς",
    "İstanbul",
    "i\u{307}stanbul",
    "istanbul",
    "I",
    "ı",
    "Иван",
    "ИВАН",
    "ив",
    "\u{212a}elvin",
    "kelvin",
    "ﬁn",
    "FIN",
    "ǅ",
    "ǆ",
    "😀",
    "👩\u{200d}👩\u{200d}👧",
    "É",
    "e\u{301}",
    "שלום",
    "\u{202e}abc",
    "%",
    "_",
    "\\",
    "\\%",
    "\\\\",
    "100%",
    "a_b",
    "a\\b",
    "'",
    "O'Brien",
    "\"",
    "\\'\"",
    "[a-z]*?",
    " ",
    "\t\u{1}",
];

/// Drawn more often than the other [`TEXTS`], so that whole texts match often enough.
const COMMON_TEXTS: [&str; 10] = ["anna", "Anna", "Straße", "STRASSE", "ΟΔΟΣ", "οδος", "İstanbul", "%", "a_b", "\\"];

pub(super) fn text() -> impl Strategy<Value = &'static str> + Clone {
    (any::<bool>(), select(&COMMON_TEXTS), select(&TEXTS)).prop_map(|(common, one, any)| if common { one } else { any })
}

pub(super) const CERTIFICATIONS: [&str; 14] = [
    "AWS-SAA-C03",
    "aws-saa-c03",
    "SAA-C03",
    "AWS",
    "AZ-104",
    "az_104",
    "Azure Fundamentals",
    "GCP ACE",
    "google/ace",
    "CompTIA Security+",
    "Straße",
    "STRASSE",
    "50%_'\"\\",
    "",
];

/// Names of events, each with whether it is one of purchases.
pub(super) const EVENT_NAMES: [(&str, bool); 4] =
    [("login", false), ("page-view", false), ("purchase", true), ("order.paid", true)];

pub(super) const CURRENCIES: [&str; 3] = ["EUR", "JPY", "KWD"];

/// In minor units.
pub(super) const AMOUNTS: [i64; 10] = [0, 1, 99, 100, 101, 2900, -1, -100, LARGEST_AMOUNT, -LARGEST_AMOUNT];

/// Both sides of every boundary of the [`SPANS`] and the periods, the future, and the ends of time.
pub(super) fn instants(now: Instant) -> Vec<Instant> {
    let spans = SPANS.into_iter().map(|span| span.before(now));
    let periods = ZONES.into_iter().flat_map(|zone| {
        Period::ALL.into_iter().flat_map(move |period| {
            let range = period.resolve(Moment { now, zone });
            [range.from, range.to].into_iter().filter_map(|end| match end {
                Bound::Included(instant) | Bound::Excluded(instant) => Some(instant),
                Bound::Unbounded => None,
            })
        })
    });
    let others = [now, now + TimeDelta::days(1), now + TimeDelta::days(400)];
    let microsecond = TimeDelta::microseconds(1);
    let mut instants: Vec<_> = spans
        .chain(periods)
        .chain(others)
        .flat_map(|instant| [instant - microsecond, instant, instant + microsecond])
        .chain(
            ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]
                .into_iter()
                .filter_map(crate::instant::parse_instant),
        )
        .collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}
