//! The range of a report, in calendar periods, up to what is known.

use chrono::TimeDelta;
use domain::{
    calendar::{CalendarPeriod, CalendarUnit},
    instant::Instant,
    period::Moment,
};

use super::{GivenTime, ReportFault};

/// In days. So there are no more periods than that either, but for a day that both ends cut.
const LONGEST_RANGE: i64 = 400;

/// From an instant on, before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Instant,
    /// No later than the horizon.
    pub(super) to: Instant,
    /// Nothing later counts.
    pub(super) horizon: Instant,
    /// The range was asked for beyond the horizon.
    pub(super) is_cut: bool,
}

impl Range {
    pub(super) fn read(
        from: &GivenTime,
        to: &GivenTime,
        as_of: Option<&GivenTime>,
        moment: Moment,
    ) -> Result<Self, Vec<ReportFault>> {
        let horizon = as_of.map_or(Ok(moment.now), |as_of| as_of.read_past("asOf", moment));
        let (from, to) = (from.read("from", moment), to.read("to", moment));
        let order = match (&from, &to) {
            (Ok(from), Ok(to)) if from >= to => Some(ReportFault::new("from", "expected an instant before to")),
            (Ok(from), Ok(to)) if *to - *from > TimeDelta::days(LONGEST_RANGE) => {
                Some(ReportFault::new("to", format!("expected at most {LONGEST_RANGE} days after from")))
            }
            _ => None,
        };
        let begins_late = match (&from, &horizon) {
            (Ok(from), Ok(horizon)) if from > horizon => Some(ReportFault::new(
                "from",
                as_of.map_or("expected a time that is not in the future", |_| "expected a time that is not after asOf"),
            )),
            _ => None,
        };
        let order = order.or(begins_late);
        match (from, to, horizon, order) {
            (Ok(from), Ok(to), Ok(horizon), None) => {
                Ok(Self { from, to: to.min(horizon), horizon, is_cut: to > horizon })
            }
            (from, to, horizon, order) => {
                Err([from.err(), to.err(), horizon.err(), order].into_iter().flatten().collect())
            }
        }
    }

    pub(super) fn periods(&self, by: CalendarUnit, moment: Moment) -> Vec<CalendarPeriod> {
        by.periods(self.from, self.to, moment.zone)
    }

    pub(super) fn is_complete(&self, period: CalendarPeriod) -> bool {
        period.ends <= self.horizon
    }

    /// How many of the periods have not ended.
    pub(super) fn incomplete(&self, periods: &[CalendarPeriod]) -> u64 {
        periods.iter().filter(|period| !self.is_complete(**period)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use domain::instant::{format_instant, parse_instant};

    use super::*;

    fn read(from: &str, to: &str, as_of: Option<&str>) -> Result<[String; 3], Vec<String>> {
        let moment = Moment { now: parse_instant("2026-03-24T00:00:00Z").expect("an instant"), zone: Tz::UTC };
        let given = |text: &str| GivenTime(text.into());
        let range = Range::read(&given(from), &given(to), as_of.map(given).as_ref(), moment);
        let shown = |range: Range| [range.from, range.to, range.horizon].map(format_instant);
        range.map(shown).map_err(|faults| faults.into_iter().map(|fault| fault.path).collect())
    }

    #[test]
    fn range_is_cut_to_what_is_known() {
        let instants = |texts: [&str; 3]| Ok(texts.map(|text| format!("2026-{text}T00:00:00Z")));
        for (from, to, as_of, expected) in [
            ("2026-03-01", "2026-03-22", None, instants(["03-01", "03-22", "03-24"])),
            ("2026-03-01", "2026-04-01", None, instants(["03-01", "03-24", "03-24"])),
            ("2026-03-01", "2026-03-22", Some("2026-03-10"), instants(["03-01", "03-10", "03-10"])),
        ] {
            assert_eq!(read(from, to, as_of), expected, "{from} to {to} as of {as_of:?}");
        }
    }

    #[test]
    fn range_names_every_fault() {
        for (from, to, as_of, expected) in [
            ("2026-03-22", "2026-03-22", None, vec!["from"]),
            ("2025-01-01", "2026-03-22", None, vec!["to"]),
            ("soon", "later", Some("2026-03-25"), vec!["from", "to", "asOf"]),
            ("2026-03-22", "2026-03-01", Some("never"), vec!["asOf", "from"]),
            ("2026-03-12", "2026-03-22", Some("2026-03-10"), vec!["from"]),
            ("2026-03-25", "2026-03-26", None, vec!["from"]),
        ] {
            assert_eq!(read(from, to, as_of), Err(expected.into_iter().map(str::to_owned).collect()), "{from} {to}");
        }
    }
}
