//! Params that several reports have.

use std::{collections::HashSet, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate, SubsecRound};
use domain::{
    calendar::CalendarUnit,
    ids::UserNo,
    instant::{Instant, parse_instant},
    period::{Moment, midnight},
    report::activity::ActivityKind,
    segment::SegmentKey,
    words::counted,
};
use persistence::{ConnectionTrait, reports::chosen_segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ReportError, ReportFault};
use crate::cursor;

pub(super) use persistence::reports::chosen_segments::Chosen;

/// A point in time: an RFC 3339 time, or a date, which stands for the first instant of that day in the service's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct GivenTime(#[schemars(length(max = 40))] pub String);

impl GivenTime {
    /// `path` is the param, for faults.
    pub(super) fn read(&self, path: &str, moment: Moment) -> Result<Instant, ReportFault> {
        let is_of_digits = self.0.len() == "2026-03-01".len();
        let day = || self.0.parse::<NaiveDate>().ok().filter(|day| is_of_digits && (1..=9999).contains(&day.year()));
        let date = || day().map(|day| midnight(day, moment.zone));
        let instant = parse_instant(&self.0).or_else(date).map(|instant| instant.trunc_subsecs(6));
        instant.ok_or_else(|| ReportFault::new(path, "expected an RFC 3339 time, or a date such as 2026-03-01"))
    }

    /// The same, of the past or present.
    pub(super) fn read_past(&self, path: &str, moment: Moment) -> Result<Instant, ReportFault> {
        let instant = self.read(path, moment)?;
        if instant > moment.now {
            return Err(ReportFault::new(path, "expected a time that is not in the future"));
        }
        Ok(instant)
    }
}

/// The periods by default.
pub(super) fn week() -> CalendarUnit {
    CalendarUnit::Week
}

/// The users of a page by default.
pub(super) fn hundred() -> u32 {
    100
}

/// What counts as activity by default.
pub(super) fn all_activity() -> Vec<ActivityKind> {
    ActivityKind::ALL.to_vec()
}

/// In the words of faults that the schema of the API finds. The command line has no schema.
pub(super) fn fault_of_count(path: &str, count: usize, allowed: RangeInclusive<u64>) -> Option<ReportFault> {
    let (count, [least, most]) = (count as u64, [*allowed.start(), *allowed.end()]);
    let expected = |limit: &str, of: u64| format!("expected {limit} {}", counted(of, "item", "items"));
    let message =
        (count < least).then(|| expected("at least", least)).or((count > most).then(|| expected("at most", most)));
    message.map(|message| ReportFault::new(path, message))
}

/// The user that a page of a list continues after.
pub(super) fn above(cursor: Option<&str>) -> Result<UserNo, ReportFault> {
    let read = |text| cursor::read(text).ok_or_else(|| ReportFault::new("cursor", cursor::EXPECTED));
    cursor.map_or(Ok(UserNo(0)), read)
}

/// The allowed number of segments, each once.
pub(super) fn faults_of_keys(path: &str, keys: &[SegmentKey], allowed: RangeInclusive<u64>) -> Vec<ReportFault> {
    let mut seen = HashSet::new();
    let count = fault_of_count(path, keys.len(), allowed);
    let twice = keys.iter().enumerate().filter(|(_, key)| !seen.insert(*key));
    let twice = twice.map(|(place, _)| ReportFault::new(format!("{path}[{place}]"), "is there twice"));
    count.into_iter().chain(twice).collect()
}

/// The segments of a list, which must all exist.
pub(super) async fn find_all(
    connection: &impl ConnectionTrait,
    path: &str,
    keys: &[SegmentKey],
) -> Result<Vec<Chosen>, ReportError> {
    find_each(connection, keys, |place| format!("{path}[{place}]")).await
}

/// The same of segments whose params are not a list: `path` has that of each place.
pub(super) async fn find_each(
    connection: &impl ConnectionTrait,
    keys: &[SegmentKey],
    path: impl Fn(usize) -> String,
) -> Result<Vec<Chosen>, ReportError> {
    let found = chosen_segments::find(connection, keys).await?;
    let missing = found.iter().enumerate().filter(|(_, found)| found.is_none());
    let faults: Vec<_> = missing.map(|(place, _)| ReportFault::new(path(place), "names no segment")).collect();
    if !faults.is_empty() {
        return Err(ReportError::Invalid(faults));
    }
    Ok(found.into_iter().flatten().collect())
}

pub(super) async fn find(connection: &impl ConnectionTrait, key: &SegmentKey) -> Result<Chosen, ReportError> {
    let found = chosen_segments::find(connection, std::slice::from_ref(key)).await?;
    found.into_iter().flatten().next().ok_or_else(|| ReportError::NoSegment(key.clone()))
}

/// When the history of the first of the segments begins.
pub(super) fn history_from(segments: &[Chosen]) -> Option<Instant> {
    segments.iter().filter_map(|segment| segment.history_from).min()
}
