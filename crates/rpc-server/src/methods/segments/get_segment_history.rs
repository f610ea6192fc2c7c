//! `adminAudience.getSegmentHistory`: the sizes of one segment over time.

use chrono::NaiveDate;
use domain::calendar::CalendarUnit;
use persistence::reads::history::{self, Flow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    params::{day, default_of},
    wire::key::{SegmentParams, find_segment},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentHistoryParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Number of days, including today.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 400))]
    days: u32,
    /// Whether each entry is about a day, a week or a month. The first one may begin before the first of the days.
    #[serde(default = "day")]
    by: CalendarUnit,
}

/// The sizes of a segment over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentHistoryResult {
    /// One entry for each day, week or month, oldest first.
    days: Vec<Day>,
    /// The time zone that determines when a day begins.
    zone: String,
}

/// One day, week or month of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Day {
    /// The first day in that time zone.
    date: NaiveDate,
    /// Number of members at the end. For the last: the current number.
    size: i64,
    /// Number of memberships entered.
    entered: i64,
    /// Number of memberships left.
    left: i64,
}

pub(crate) struct GetSegmentHistory;

impl Method for GetSegmentHistory {
    const NAME: &'static str = "adminAudience.getSegmentHistory";
    const SUMMARY: &'static str =
        "Shows the sizes of a segment by day, week or month, and how many users entered and left";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_history.example.json");
    type Params = GetSegmentHistoryParams;
    type Result = GetSegmentHistoryResult;

    async fn call(call: &Call, params: GetSegmentHistoryParams) -> Result<GetSegmentHistoryResult, MethodError> {
        let moment = call.moment();
        let key = params.segment.key();
        let dates = params.by.last_periods(params.days, moment);
        // The count and the ledger must be from the same snapshot.
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?;
        let flows = history::flows(&snapshot, segment.id, &params.by.bounds(&dates, moment.zone)).await?;
        snapshot.close().await?;
        Ok(GetSegmentHistoryResult {
            days: shown(&dates, &flows, segment.member_count),
            zone: moment.zone.name().into(),
        })
    }
}

/// Works backward from the current count, which is the sum of the whole ledger.
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
