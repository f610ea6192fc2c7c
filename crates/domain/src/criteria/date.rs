//! Dates in definitions.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Timelike};
use chrono_tz::Tz;

use crate::{
    instant::{Instant, format_instant},
    period::midnight,
};

/// A point in time, or a whole day in the configured zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Date {
    At(Instant),
    Day(NaiveDate),
}

impl Date {
    /// A day written as `YYYY-MM-DD`. It must begin and end in the years 1 to 9999, in UTC too.
    pub(crate) fn parse_day(text: &str, zone: Tz) -> Option<Self> {
        let date = Self::Day(day(text)?);
        let ends = [date.first_instant(zone), date.last_instant(zone)];
        ends.iter().all(|instant| (1..=9999).contains(&instant.year())).then_some(date)
    }

    /// A day that begins in the years 1 to 9999 in every zone. No zone is a day away from UTC.
    pub(crate) fn parse_day_of_any_zone(text: &str) -> Option<Self> {
        let day = day(text)?;
        let is_within = |day: NaiveDate| (1..=9999).contains(&day.year());
        (day.pred_opt().is_some_and(is_within) && is_within(day)).then_some(Self::Day(day))
    }

    pub fn first_instant(self, zone: Tz) -> Instant {
        match self {
            Self::At(instant) => instant,
            Self::Day(day) => midnight(day, zone),
        }
    }

    pub fn last_instant(self, zone: Tz) -> Instant {
        match self {
            Self::At(instant) => instant,
            // Instants are stored to the microsecond.
            Self::Day(day) => midnight(day + Days::new(1), zone) - TimeDelta::microseconds(1),
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let is_shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, byte)| if n == 4 || n == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    is_shaped.then(|| text.parse().ok())?
}

impl Date {
    /// Such as `Jan 31, 2026` or `Jan 31, 2026, 12:30 UTC`. An instant has no zone of its own, so it is shown in UTC.
    pub fn in_words(self) -> String {
        let (day, time) = match self {
            Self::Day(day) => (day, String::new()),
            Self::At(instant) => {
                let (is_whole_minute, is_whole_second) = (instant.second() == 0, instant.nanosecond() == 0);
                let shape = match (is_whole_minute && is_whole_second, is_whole_second) {
                    (true, _) => ", %H:%M UTC",
                    (false, true) => ", %H:%M:%S UTC",
                    (false, false) => ", %H:%M:%S%.f UTC",
                };
                (instant.date_naive(), instant.format(shape).to_string())
            }
        };
        format!("{}{time}", day.format("%b %-d, %Y"))
    }
}

/// As definitions are written.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(instant) => f.write_str(&format_instant(*instant)),
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
        }
    }
}
