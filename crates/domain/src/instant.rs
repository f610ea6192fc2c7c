//! Instants: UTC, whole microseconds, years 1 to 9999.
//!
//! The bounds are those of RFC 3339; within them both databases keep every instant exactly.

use chrono::{DateTime, Datelike, SubsecRound, Utc};

/// A UTC instant in whole microseconds.
pub type Instant = DateTime<Utc>;

/// Where the time comes from. Tests, demonstrations and `--as-of` bring their own.
pub trait Clock: Send + Sync {
    /// The time now, in whole microseconds.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}

/// Reads an RFC 3339 instant; digits past the microsecond are dropped, and a leap second is the second after it, as the
/// databases have it. `None` if it is none, or out of bounds.
pub fn parse_instant(text: &str) -> Option<Instant> {
    let read = DateTime::parse_from_rfc3339(text).ok()?;
    let instant = DateTime::from_timestamp_micros(read.timestamp_micros())?;
    (1..=9999).contains(&instant.year()).then_some(instant)
}

/// Writes an instant the way the whole product does: `2014-10-15T00:00:00Z`, with a fraction only where there is one.
pub fn format_instant(instant: Instant) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
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
            ("2014-10-15", None),
            ("2014-10-15T00:00:00", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_instant(text).map(format_instant).as_deref(), expected, "{text}");
        }
    }
}
