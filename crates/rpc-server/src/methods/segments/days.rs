//! The boundaries of calendar days, for queries of the ledger.

use chrono::{DateTime, Days, NaiveDate};
use domain::{
    instant::Instant,
    period::{Moment, midnight},
};

/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// The start of each day, the end of the last one, and the end of time: events written by a clock that was ahead count
/// toward today's size, as they do in the current count.
pub(crate) fn bounds(dates: &[NaiveDate], moment: Moment) -> Vec<Instant> {
    let after = dates.last().map(|last| *last + Days::new(1));
    let starts = dates.iter().copied().chain(after).map(|date| midnight(date, moment.zone));
    starts.chain(DateTime::from_timestamp(LAST_SECOND, 0)).collect()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;
    use domain::{
        instant::{format_instant, parse_instant},
        period::last_days,
    };

    use super::*;

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let moment = Moment { now: parse_instant("2026-03-30T10:00:00Z").expect("an instant"), zone: Berlin };
        let bounds: Vec<_> = bounds(&last_days(3, moment), moment).into_iter().map(format_instant).collect();
        assert_eq!(
            bounds,
            // The clock goes forward on the 29th: that day has 23 hours.
            [
                "2026-03-27T23:00:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
                "2026-03-30T22:00:00Z",
                "9999-12-31T23:59:59Z"
            ]
        );
    }
}
