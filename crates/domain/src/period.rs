//! Calendar periods in a time zone, and spans of time.

use std::{fmt, ops::Bound, str::FromStr};

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::instant::{EARLIEST, Instant, LAST_SECOND};

/// What relative dates are resolved against: the clock of a run and the configured zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub now: Instant,
    /// Where days, weeks, and months begin.
    pub zone: Tz,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstantRange {
    pub from: Bound<Instant>,
    pub to: Bound<Instant>,
}

impl InstantRange {
    pub fn contains(&self, instant: Instant) -> bool {
        std::ops::RangeBounds::contains(&(self.from, self.to), &instant)
    }

    /// The days of which the first instant is in the range, from and through. Days outside of the years 1 to 9999 are left out; if
    /// there are none, the first is after the last, or at either end of these years, where no value of a user is.
    pub fn days(&self, zone: Tz) -> [NaiveDate; 2] {
        let ends = [EARLIEST, LAST_SECOND].map(|instant| instant.date_naive());
        let begins = |range: Self, day: NaiveDate| range.contains(midnight(day, zone));
        let from = match self.from {
            Bound::Unbounded => Some(ends[0]),
            Bound::Included(from) | Bound::Excluded(from) => {
                days_around(from, zone).find(|day| begins(Self { to: Bound::Unbounded, ..*self }, *day))
            }
        };
        let through = match self.to {
            Bound::Unbounded => Some(ends[1]),
            Bound::Included(to) | Bound::Excluded(to) => {
                days_around(to, zone).filter(|day| begins(Self { from: Bound::Unbounded, ..*self }, *day)).last()
            }
        };
        [from.unwrap_or(ends[1]), through.unwrap_or(ends[0])].map(|day| day.clamp(ends[0], ends[1]))
    }
}

/// One of them is the first that begins after the instant: no zone has ever skipped more than a day.
fn days_around(instant: Instant, zone: Tz) -> impl Iterator<Item = NaiveDate> {
    let day = instant.with_timezone(&zone).date_naive();
    (-2..=3).filter_map(move |days| day.checked_add_signed(TimeDelta::days(days)))
}

/// As reports show durations.
pub fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Weeks begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Today,
    ThisWeek,
    ThisMonth,
    LastMonth,
}

impl Period {
    pub const ALL: [Self; 4] = [Self::Today, Self::ThisWeek, Self::ThisMonth, Self::LastMonth];

    pub fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::ThisWeek => "this_week",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
        }
    }

    /// Includes the first instant, excludes the end.
    pub fn resolve(self, moment: Moment) -> InstantRange {
        let today = moment.now.with_timezone(&moment.zone).date_naive();
        let month = today.with_day(1).unwrap_or(today);
        let (first, after) = match self {
            Self::Today => (today, today + Days::new(1)),
            Self::ThisWeek => {
                let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
                (monday, monday + Days::new(7))
            }
            Self::ThisMonth => (month, month + Months::new(1)),
            Self::LastMonth => (month - Months::new(1), month),
        };
        InstantRange {
            from: Bound::Included(midnight(first, moment.zone)),
            to: Bound::Excluded(midnight(after, moment.zone)),
        }
    }
}

/// The first instant of a day in a zone. That is later than midnight if the clock skips midnight that day.
pub fn midnight(day: NaiveDate, zone: Tz) -> Instant {
    first_at(day.and_time(chrono::NaiveTime::MIN), zone)
}

impl Moment {
    /// The same time of day some days before; where the clock skipped it then, some quarters of an hour later.
    pub fn days_before(self, days: u32) -> Instant {
        first_at(self.now.with_timezone(&self.zone).naive_local() - Days::new(days.into()), self.zone)
    }
}

/// The first instant at which the clock of a zone shows a time, or some quarters of an hour later.
fn first_at(time: NaiveDateTime, zone: Tz) -> Instant {
    // No zone has ever skipped more than a day. The fallback is the time in UTC.
    (0..=96)
        .filter_map(|quarter| zone.from_local_datetime(&(time + TimeDelta::minutes(15 * quarter))).earliest())
        .next()
        .map_or_else(|| Utc.from_utc_datetime(&time), |instant| instant.to_utc())
}

/// A span of time such as `7d`, `12h`, or `30m`. A day is 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    count: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Hour,
    Minute,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Day, Self::Hour, Self::Minute];

    fn letter(self) -> char {
        match self {
            Self::Day => 'd',
            Self::Hour => 'h',
            Self::Minute => 'm',
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
        }
    }

    fn minutes(self) -> i64 {
        match self {
            Self::Day => 24 * 60,
            Self::Hour => 60,
            Self::Minute => 1,
        }
    }
}

/// A hundred years.
pub const LONGEST_SPAN: TimeDelta = TimeDelta::days(36_500);

impl Span {
    pub const fn days(count: u32) -> Self {
        Self { count, unit: Unit::Day }
    }

    pub const fn hours(count: u32) -> Self {
        Self { count, unit: Unit::Hour }
    }

    pub const fn minutes(count: u32) -> Self {
        Self { count, unit: Unit::Minute }
    }

    pub fn duration(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.count) * self.unit.minutes())
    }

    /// The instant this long before `now`, but no earlier than [`EARLIEST`].
    pub fn before(self, now: Instant) -> Instant {
        now.checked_sub_signed(self.duration()).map_or(EARLIEST, |instant| instant.max(EARLIEST))
    }

    /// At least this much longer, in whole minutes.
    #[must_use]
    pub fn extended_by(self, more: TimeDelta) -> Self {
        let minutes = (self.duration() + more).min(LONGEST_SPAN).num_minutes() + 1;
        Self::minutes(u32::try_from(minutes).unwrap_or(u32::MAX))
    }

    /// Such as `7 days` or `1 hour`.
    pub fn in_words(self) -> String {
        let plural = if self.count == 1 { "" } else { "s" };
        format!("{} {}{plural}", self.count, self.unit.word())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration such as 7d, 12h, or 30m, up to 36500d")]
pub struct NotASpan;

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let unit = Unit::ALL.into_iter().find(|unit| text.ends_with(unit.letter())).ok_or(NotASpan)?;
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotASpan);
        }
        let span = Self { count: digits.parse().map_err(|_| NotASpan)?, unit };
        let fits = span.count > 0 && span.duration() <= LONGEST_SPAN;
        fits.then_some(span).ok_or(NotASpan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::{format_instant, parse_instant};

    fn resolved(period: Period, now: &str, zone: Tz) -> (String, String) {
        let moment = Moment { now: parse_instant(now).expect("an instant"), zone };
        match period.resolve(moment) {
            InstantRange { from: Bound::Included(from), to: Bound::Excluded(to) } => {
                (format_instant(from), format_instant(to))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn periods_begin_at_midnight_of_the_zone() {
        use chrono_tz::{America::Sao_Paulo, Asia::Tokyo, Europe::Berlin, UTC};
        for (period, now, zone, from, to) in [
            (Period::Today, "2026-03-05T10:00:00Z", UTC, "2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z"),
            (Period::Today, "2026-03-05T20:00:00Z", Tokyo, "2026-03-05T15:00:00Z", "2026-03-06T15:00:00Z"),
            // Sunday is the last day of a week.
            (Period::ThisWeek, "2026-03-08T10:00:00Z", UTC, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"),
            (Period::ThisWeek, "2026-03-09T00:00:00Z", UTC, "2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z"),
            // The clock goes forward on March 29: the month is an hour shorter.
            (Period::ThisMonth, "2026-03-05T10:00:00Z", Berlin, "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
            (Period::LastMonth, "2026-01-31T10:00:00Z", UTC, "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
            // The clock skipped midnight: the day began at one.
            (Period::Today, "2018-11-04T12:00:00Z", Sao_Paulo, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        ] {
            assert_eq!(resolved(period, now, zone), (from.into(), to.into()), "{period:?} {now} {zone}");
        }
    }

    #[test]
    fn days_before_keep_the_time_of_day() {
        use chrono_tz::{Europe::Berlin, UTC};
        for (now, zone, expected) in [
            ("2026-03-10T12:00:00.5Z", UTC, "2026-03-03T12:00:00.500Z"),
            // The clock goes forward on March 29, and back on October 25.
            ("2026-04-01T04:00:00Z", Berlin, "2026-03-25T05:00:00Z"),
            ("2026-10-28T05:00:00Z", Berlin, "2026-10-21T04:00:00Z"),
            // There was no half past two on March 29.
            ("2026-04-05T00:30:00Z", Berlin, "2026-03-29T01:00:00Z"),
        ] {
            let moment = Moment { now: parse_instant(now).expect("an instant"), zone };
            assert_eq!(moment.days_before(7), parse_instant(expected).expect("an instant"), "{now} {zone}");
        }
    }

    #[test]
    fn spans_are_read_and_written() {
        for text in ["7d", "12h", "30m", "1m", "36500d"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()), Ok(text.into()));
        }
        for text in ["", "d", "0d", "-1d", "+1d", "7", "7w", "7 d", "1.5h", "36501d", "99999999999d", "7d ", "é"] {
            assert_eq!(text.parse::<Span>(), Err(NotASpan), "{text:?}");
        }
        assert_eq!(Span::days(1).in_words(), "1 day");
        assert_eq!(Span::hours(12).in_words(), "12 hours");
    }
}
