//! `adminAudience.getSegmentHistory`: the size of a segment day by day.

use chrono::NaiveDate;
use domain::period::{Moment, last_days};
use persistence::reads::history::{self, Flow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::days;
use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    params::default_of,
    wire::key::{SegmentGroup, SegmentValue},
};

/// Which segment, and how far back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentHistoryParams {
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: SegmentValue,
    /// How many days, today included.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 90))]
    days: u32,
}

/// A segment's days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentHistoryResult {
    /// One for each day, the earliest first.
    days: Vec<Day>,
    /// The time zone in which days begin.
    zone: String,
}

/// What happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Day {
    /// In the zone.
    date: NaiveDate,
    /// Members at the end of the day; of today, now.
    size: i64,
    /// Memberships entered.
    entered: i64,
    /// Memberships left.
    left: i64,
}

pub(crate) struct GetSegmentHistory;

impl Method for GetSegmentHistory {
    const NAME: &'static str = "adminAudience.getSegmentHistory";
    const SUMMARY: &'static str = "Shows the daily size of a segment, and how many entered and left";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_history.example.json");
    type Params = GetSegmentHistoryParams;
    type Result = GetSegmentHistoryResult;

    async fn call(call: &Call, params: GetSegmentHistoryParams) -> Result<GetSegmentHistoryResult, MethodError> {
        let moment = Moment { now: call.context.now(), zone: call.context.zone };
        let key = params.segment_value.of(params.segment_type);
        let dates = last_days(params.days, moment);
        // The count and the ledger of one state.
        let snapshot = call.database().begin_snapshot().await?;
        let segment = lookup::segment(&snapshot, &key).await?;
        let flows = history::flows(&snapshot, segment.id, &days::bounds(&dates, moment)).await?;
        snapshot.rollback().await?;
        Ok(GetSegmentHistoryResult {
            days: shown(&dates, &flows, segment.member_count),
            zone: moment.zone.name().into(),
        })
    }
}

/// Backwards from the current count, which the whole ledger adds up to.
fn shown(dates: &[NaiveDate], flows: &[Flow], current: i64) -> Vec<Day> {
    let later = flows.get(dates.len()..).unwrap_or_default().iter().map(|flow| flow.net()).sum::<i64>();
    let mut size = current - later;
    let mut days: Vec<_> = dates
        .iter()
        .zip(flows)
        .rev()
        .map(|(date, flow)| {
            let day = Day { date: *date, size, entered: flow.entered, left: flow.left };
            size -= flow.net();
            day
        })
        .collect();
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_at_the_ends_of_days() {
        let date = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a date");
        let flow = |entered, left| Flow { entered, left };
        let days = shown(&[date(1), date(2), date(3)], &[flow(5, 0), flow(0, 0), flow(2, 4), flow(1, 0)], 11);
        let sizes: Vec<_> = days.iter().map(|day| (day.size, day.entered, day.left)).collect();
        assert_eq!(sizes, [(12, 5, 0), (12, 0, 0), (10, 2, 4)]);
    }
}
