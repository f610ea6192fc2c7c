//! Instants: UTC, whole microseconds, years 1 to 9999.
//!
//! These are the bounds of RFC 3339. Within them, both databases store every instant exactly.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};

pub type Instant = DateTime<Utc>;

/// The start of year 1.
pub const EARLIEST: Instant = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::UNIX_EPOCH,
};

/// The last second of year 9999.
pub const LAST_SECOND: Instant = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last) => last,
    None => DateTime::UNIX_EPOCH,
};

/// How far the clocks of machines may be apart.
pub const CLOCKS_APART: TimeDelta = TimeDelta::minutes(1);

/// The start of the quarter of an hour that an instant lies in.
pub fn quarter_of_hour(at: Instant) -> Instant {
    const SECONDS: i64 = 15 * 60;
    DateTime::from_timestamp(at.timestamp().div_euclid(SECONDS) * SECONDS, 0).unwrap_or(at)
}

/// The source of the time. Tests, the demo, and `--as-of` bring their own.
pub trait Clock: Send + Sync {
    /// In whole microseconds.
    fn now(&self) -> Instant;
}

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Utc::now().trunc_subsecs(6)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}

/// Reads an RFC 3339 instant. Drops digits after the microsecond, and reads a leap second as the second after it, as
/// the databases do. `None` if the text is not an instant or is out of bounds.
pub fn parse_instant(text: &str) -> Option<Instant> {
    if let Some(instant) = parse_stored(text) {
        return Some(instant);
    }
    let read = DateTime::parse_from_rfc3339(text).ok()?;
    let instant = DateTime::from_timestamp_micros(read.timestamp_micros())?;
    (1..=9999).contains(&instant.year()).then_some(instant)
}

/// Reads only the form that SQLite stores, such as `2014-10-15T00:00:00.123456+00:00`. A run reads two instants for
/// each user, for which the general parser takes longer than all rules.
fn parse_stored(text: &str) -> Option<Instant> {
    let (time, fraction) = text.strip_suffix("+00:00")?.split_at_checked("2014-10-15T00:00:00".len())?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(place, separator)| time.as_bytes()[*place] != *separator) {
        return None;
    }
    let micros = match fraction.strip_prefix('.') {
        Some(digits) if (1..=6).contains(&digits.len()) => digits_of(digits)? * 10_u32.pow(6 - digits.len() as u32),
        Some(_) => return None,
        None => fraction.is_empty().then_some(0)?,
    };
    let [year, month, day, hour, minute, second] = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)]
        .map(|(from, to)| time.get(from..to).and_then(digits_of));
    let day = NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?).filter(|day| day.year() > 0)?;
    Some(day.and_hms_micro_opt(hour?, minute?, second?, micros)?.and_utc())
}

fn digits_of(text: &str) -> Option<u32> {
    text.bytes().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| 10 * number + u32::from(byte - b'0')))
}

/// The one format of the product: `2014-10-15T00:00:00Z`, with a fraction only if there is one.
pub fn format_instant(instant: Instant) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// In microseconds, wide enough to multiply.
pub fn micros(time: TimeDelta) -> i128 {
    time.num_microseconds().unwrap_or(i64::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_utc_in_whole_microseconds() {
        for (text, expected) in [
            ("2014-10-15T00:00:00Z", Some("2014-10-15T00:00:00Z")),
            ("2014-10-15T02:00:00+02:00", Some("2014-10-15T00:00:00Z")),
            ("2014-10-15T00:00:00.1234567Z", Some("2014-10-15T00:00:00.123456Z")),
            ("2016-12-31T23:59:60Z", Some("2017-01-01T00:00:00Z")),
            ("2016-12-31T23:59:60.5Z", Some("2017-01-01T00:00:00.500Z")),
            ("1969-12-31T23:59:59.9999999Z", Some("1969-12-31T23:59:59.999999Z")),
            ("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00Z")),
            ("9999-12-31T23:59:59.9999999Z", Some("9999-12-31T23:59:59.999999Z")),
            ("9999-12-31T23:59:60Z", None),
            ("9999-12-31T23:59:59-01:00", None),
            ("0000-12-31T00:00:00Z", None),
            ("2014-10-15T00:00:00+00:00", Some("2014-10-15T00:00:00Z")),
            ("2014-10-15T23:59:59.5+00:00", Some("2014-10-15T23:59:59.500Z")),
            ("2014-10-15T00:00:00.123456+00:00", Some("2014-10-15T00:00:00.123456Z")),
            ("2014-10-15T00:00:00.1234567+00:00", Some("2014-10-15T00:00:00.123456Z")),
            ("2016-12-31T23:59:60+00:00", Some("2017-01-01T00:00:00Z")),
            ("0000-12-31T00:00:00+00:00", None),
            ("2014-13-15T00:00:00+00:00", None),
            ("2014-02-29T00:00:00+00:00", None),
            ("2014-10-15T00:00:00.+00:00", None),
            ("2014-10-15T0é:00:00+00:00", None),
            ("2014-10-15+00:00", None),
            ("2014-10-15", None),
            ("2014-10-15T00:00:00", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_instant(text).map(format_instant).as_deref(), expected, "{text}");
        }
    }
}
