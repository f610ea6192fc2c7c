//! What watermarks mean, and which of them a pull must not trust.
//!
//! A pull stores how far it has come. If that were the greatest watermark of the data, one row with a date in the future
//! would hide every later change. So where watermarks are times, the mark never passes the host database's clock. Rows
//! beyond it are read by every pull until their time has come.

use chrono::DateTime;
use domain::instant::{CLOCKS_APART, Instant, format_instant};
use persistence::ops::pulls::Progress;

use super::config::Overlap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A time.
    Microseconds,
    /// A number that is a time, as Prisma stores it on SQLite.
    Milliseconds,
    /// A number that only grows. No clock tells whether it is too great.
    Number,
}

impl Unit {
    /// An overlap that is a duration says that numbers are milliseconds.
    pub(super) fn of(overlap: Overlap, is_by_time: bool) -> Self {
        match overlap {
            _ if is_by_time => Self::Microseconds,
            Overlap::Span(_) => Self::Milliseconds,
            Overlap::Number(_) => Self::Number,
        }
    }

    pub(super) fn overlap(self, overlap: Overlap) -> i64 {
        match overlap {
            Overlap::Number(number) => number,
            Overlap::Span(span) if self == Self::Microseconds => span.duration().num_microseconds().unwrap_or(i64::MAX),
            Overlap::Span(span) => span.duration().num_milliseconds(),
        }
    }

    /// The watermark of a row that is written at an instant.
    pub(super) fn at(self, instant: Instant) -> Option<i64> {
        match self {
            Self::Microseconds => Some(instant.timestamp_micros()),
            Self::Milliseconds => Some(instant.timestamp_millis()),
            Self::Number => None,
        }
    }

    /// Whether a watermark is ahead of a clock by more than clocks may be apart: the application's servers set watermarks by
    /// their own.
    pub(super) fn is_ahead(self, watermark: i64, clock: Instant) -> bool {
        self.at(clock + CLOCKS_APART).is_some_and(|latest| watermark > latest)
    }

    /// The mark that a pull left ahead of the clock. Such a pull, by an earlier version of this program, may have passed
    /// changes that later ones have not read.
    pub(super) fn mark_ahead(self, progress: &Progress, clock: Instant) -> Option<i64> {
        let settled = progress.settled.filter(|settled| {
            self.is_ahead(*settled, progress.pulled_at.map_or(clock, |pulled_at| pulled_at.min(clock)))
        });
        let ceiling = progress.round.as_ref().map(|round| round.ceiling);
        settled.or(ceiling.filter(|ceiling| self.is_ahead(*ceiling, clock)))
    }

    pub(super) fn words(self, watermark: i64) -> String {
        let instant = match self {
            Self::Microseconds => DateTime::from_timestamp_micros(watermark),
            Self::Milliseconds => DateTime::from_timestamp_millis(watermark),
            Self::Number => None,
        };
        instant.map_or_else(|| watermark.to_string(), format_instant)
    }
}

#[cfg(test)]
mod tests {
    use domain::{instant::parse_instant, period::Span};
    use persistence::ops::pulls::Round;

    use super::*;

    fn at(text: &str) -> Instant {
        parse_instant(text).expect("an instant")
    }

    #[test]
    fn pull_overlap_has_the_unit_of_the_watermark() {
        let (minute, seven) = (Overlap::Span(Span::minutes(1)), Overlap::Number(7));
        for (overlap, is_by_time, unit, length) in [
            (minute, true, Unit::Microseconds, 60_000_000),
            (minute, false, Unit::Milliseconds, 60_000),
            (seven, true, Unit::Microseconds, 7),
            (seven, false, Unit::Number, 7),
        ] {
            assert_eq!(Unit::of(overlap, is_by_time), unit);
            assert_eq!(unit.overlap(overlap), length);
        }
    }

    #[test]
    fn pull_mark_is_compared_with_the_clock_where_it_is_a_time() {
        let clock = at("2026-03-10T12:00:00Z");
        for (mark, is_ahead) in [
            ("2026-03-10T11:00:00Z", false),
            ("2026-03-10T12:00:59Z", false),
            ("2026-03-10T12:01:01Z", true),
            ("2027-03-10T12:00:00Z", true),
        ] {
            for unit in [Unit::Microseconds, Unit::Milliseconds] {
                let mark = unit.at(at(mark)).expect("a time");
                assert_eq!(unit.is_ahead(mark, clock), is_ahead, "{}", unit.words(mark));
                assert!(!Unit::Number.is_ahead(mark, clock));
            }
        }
    }

    #[test]
    fn pull_mark_that_was_ahead_when_it_was_stored_is_found_later() {
        let unit = Unit::Milliseconds;
        let (before, between, after) =
            (at("2026-03-10T11:00:00Z"), at("2026-03-10T12:00:00Z"), at("2026-03-10T13:00:00Z"));
        let mark = |instant| unit.at(instant);
        let stored = |settled, pulled_at, round| {
            let mut progress = Progress::start("");
            (progress.settled, progress.pulled_at, progress.round) = (settled, pulled_at, round);
            progress
        };
        for (progress, found) in [
            (stored(mark(before), Some(between), None), None),
            (stored(mark(between), Some(before), None), mark(between)),
            (stored(mark(after), Some(between), None), mark(after)),
            (stored(None, None, None), None),
            (stored(None, None, Some(Round { ceiling: i64::MAX, at: None })), Some(i64::MAX)),
        ] {
            assert_eq!(unit.mark_ahead(&progress, between), found, "{progress:?}");
        }
    }
}
