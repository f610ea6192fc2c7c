//! Days, weeks and months one after another, in a time zone.

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use crate::{
    instant::{Instant, LAST_SECOND},
    period::{Moment, midnight},
    text_enum::text_enum,
};

text_enum! {
    /// The calendar periods that figures are counted by.
    pub enum CalendarUnit {
        /// From midnight to midnight. A day may have 23 or 25 hours.
        Day = "day",
        /// From Monday.
        Week = "week",
        /// From the first day of the month.
        Month = "month",
    }
}

impl CalendarUnit {
    /// The first day of the period that a day is in.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the next period.
    pub fn next(self, first_day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first_day + Days::new(1),
            Self::Week => first_day + Days::new(7),
            Self::Month => first_day + Months::new(1),
        }
    }

    /// The first days of the periods that have one of the last days, including today. Oldest first.
    pub fn last_periods(self, days: u32, moment: Moment) -> Vec<NaiveDate> {
        let today = moment.now.with_timezone(&moment.zone).date_naive();
        let days = (0..days).rev().map(|ago| today - Days::new(u64::from(ago)));
        let mut first_days: Vec<_> = days.map(|day| self.first_day(day)).collect();
        first_days.dedup();
        first_days
    }

    /// The start of each of these periods, the end of the last one, and the end of time: events written by a clock that was ahead
    /// count toward today's size, as they do in the current count.
    pub fn bounds(self, first_days: &[NaiveDate], zone: Tz) -> Vec<Instant> {
        let after = first_days.last().map(|last| self.next(*last));
        let starts = first_days.iter().copied().chain(after).map(|day| midnight(day, zone));
        starts.chain([LAST_SECOND]).collect()
    }

    /// The periods that overlap a span of time, up to its end. The first may begin before it, and the last may end after it.
    pub fn periods(self, from: Instant, to: Instant, zone: Tz) -> Vec<CalendarPeriod> {
        let mut first_day = self.first_day(from.with_timezone(&zone).date_naive());
        let mut periods = Vec::new();
        loop {
            let next = self.next(first_day);
            let period = CalendarPeriod { first_day, starts: midnight(first_day, zone), ends: midnight(next, zone) };
            if period.starts >= to || from >= to {
                return periods;
            }
            // A zone may leave out a whole day.
            if period.starts < period.ends {
                periods.push(period);
            }
            first_day = next;
        }
    }
}

/// A day, week or month in a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarPeriod {
    pub first_day: NaiveDate,
    pub starts: Instant,
    /// The start of the next one.
    pub ends: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::{format_instant, parse_instant};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn calendar_periods_begin_on_mondays_and_on_the_first() {
        for (unit, of, first, next) in [
            (CalendarUnit::Day, "2026-03-05", "2026-03-05", "2026-03-06"),
            (CalendarUnit::Week, "2026-03-08", "2026-03-02", "2026-03-09"),
            // A week across New Year.
            (CalendarUnit::Week, "2027-01-01", "2026-12-28", "2027-01-04"),
            (CalendarUnit::Month, "2026-01-31", "2026-01-01", "2026-02-01"),
            (CalendarUnit::Month, "2026-12-31", "2026-12-01", "2027-01-01"),
        ] {
            let found = unit.first_day(day(of));
            assert_eq!((found, unit.next(found)), (day(first), day(next)), "{unit} of {of}");
        }
    }

    #[test]
    fn calendar_last_periods_end_with_the_one_of_today() {
        let moment = Moment { now: parse_instant("2026-03-10T12:00:00Z").expect("an instant"), zone: Tz::UTC };
        for (unit, days, expected) in [
            (CalendarUnit::Day, 2, vec!["2026-03-09", "2026-03-10"]),
            (CalendarUnit::Week, 7, vec!["2026-03-02", "2026-03-09"]),
            (CalendarUnit::Month, 11, vec!["2026-02-01", "2026-03-01"]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(day).collect();
            assert_eq!(unit.last_periods(days, moment), expected, "{unit}");
        }
    }

    #[test]
    fn calendar_days_end_with_the_day_of_now_in_its_zone() {
        use chrono_tz::{America::Los_Angeles, Asia::Tokyo};
        for (zone, expected) in [
            (Tz::UTC, ["2026-02-27", "2026-02-28", "2026-03-01"]),
            (Tokyo, ["2026-02-28", "2026-03-01", "2026-03-02"]),
            (Los_Angeles, ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ] {
            let now = parse_instant("2026-03-01T20:00:00Z").expect("an instant");
            assert_eq!(CalendarUnit::Day.last_periods(3, Moment { now, zone }), expected.map(day), "{zone}");
        }
    }

    #[test]
    fn calendar_bounds_are_midnights_of_the_zone() {
        let zone = chrono_tz::Europe::Berlin;
        let now = parse_instant("2026-03-30T10:00:00Z").expect("an instant");
        let moment = Moment { now, zone };
        for (unit, expected) in [
            // The clock goes forward on the 29th: that day has 23 hours.
            (
                CalendarUnit::Day,
                vec!["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z", "9999-12-31T23:59:59Z"],
            ),
            (CalendarUnit::Month, vec!["2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", "9999-12-31T23:59:59Z"]),
        ] {
            let bounds = unit.bounds(&unit.last_periods(2, moment), zone);
            assert_eq!(bounds.into_iter().map(format_instant).collect::<Vec<_>>(), expected, "{unit}");
        }
    }

    #[test]
    fn calendar_days_follow_the_clock_of_the_zone() {
        use chrono_tz::{America::Sao_Paulo, Europe::Berlin};
        for (zone, from, to, expected) in [
            // The clock goes forward on the 29th: the day has 23 hours.
            (
                Berlin,
                "2026-03-28T23:00:00Z",
                "2026-03-30T00:00:00Z",
                vec!["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"],
            ),
            // The night without midnight: the day began at one.
            (
                Sao_Paulo,
                "2018-11-03T12:00:00Z",
                "2018-11-04T12:00:00Z",
                vec!["2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"],
            ),
        ] {
            let [from, to] = [from, to].map(|text| parse_instant(text).expect("an instant"));
            let periods = CalendarUnit::Day.periods(from, to, zone);
            let last = periods.last().map(|period| period.ends);
            let bounds: Vec<_> = periods.iter().map(|period| period.starts).chain(last).map(format_instant).collect();
            assert_eq!(bounds, expected, "{zone}");
        }
    }
}
