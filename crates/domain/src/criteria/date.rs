//! Dates in definitions.

use std::fmt;

use chrono::{Days, NaiveDate, TimeDelta};
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

/// As definitions are written.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(instant) => f.write_str(&format_instant(*instant)),
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
        }
    }
}
