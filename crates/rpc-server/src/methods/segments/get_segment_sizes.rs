//! `adminAudience.getSegmentSizes`: the sizes of all segments over time.

use chrono::{NaiveDate, TimeDelta};
use domain::calendar::CalendarUnit;
use persistence::{reads::history, segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    params::{day, default_of},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetSegmentSizesParams {
    /// Number of days, including today.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 400))]
    days: u32,
    /// Whether each entry is about a day, a week or a month. The first one may begin before the first of the days.
    #[serde(default = "day")]
    by: CalendarUnit,
}

/// The sizes of all segments over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetSegmentSizesResult {
    /// The first day of each period, oldest first.
    dates: Vec<NaiveDate>,
    /// All segments, including inactive ones. System segments come first.
    segments: Vec<SizesOfSegment>,
    /// The time zone that determines when a day begins.
    zone: String,
}

/// The sizes of one segment over time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SizesOfSegment {
    /// The segment's key, `type:value`.
    id: String,
    /// Number of members at the end of each period. For the last: the current number.
    sizes: Vec<i64>,
    /// By how many members it grew in the last 7 days of 24 hours, as `getSegmentStats` counts it.
    change7: i64,
    /// The same in the last 30 days.
    change30: i64,
}

pub(crate) struct GetSegmentSizes;

impl Method for GetSegmentSizes {
    const NAME: &'static str = "adminAudience.getSegmentSizes";
    const SUMMARY: &'static str = "Shows the sizes of all segments by day, week or month";
    const EXAMPLE: &'static str = include_str!("get_segment_sizes.example.json");
    type Params = GetSegmentSizesParams;
    type Result = GetSegmentSizesResult;

    async fn call(call: &Call, params: GetSegmentSizesParams) -> Result<GetSegmentSizesResult, MethodError> {
        let moment = call.moment();
        let dates = params.by.last_periods(params.days, moment);
        // The counts and the ledger must be from the same snapshot.
        let snapshot = call.database().begin_snapshot().await?;
        let stored = segments::all_counted(&snapshot).await?;
        let grown = history::growth_of_all(&snapshot, &params.by.bounds(&dates, moment.zone)).await?;
        let since = [30, 7].map(|days| moment.now - TimeDelta::days(days));
        let changes = history::net_after_of_all(&snapshot, since).await?;
        snapshot.close().await?;
        let of_segment = |segment: segments::CountedSegment| {
            let [change30, change7] = changes.get(&segment.id).copied().unwrap_or_default();
            SizesOfSegment {
                id: segment.key.to_string(),
                sizes: sizes(dates.len(), grown.get(&segment.id).map_or(&[], Vec::as_slice), segment.member_count),
                change7,
                change30,
            }
        };
        let segments = stored.into_iter().map(of_segment).collect();
        Ok(GetSegmentSizesResult { dates, segments, zone: moment.zone.name().into() })
    }
}

/// Works backward from the current count, which is the sum of the whole ledger. Missing growth means none.
fn sizes(days: usize, grown: &[i64], current: i64) -> Vec<i64> {
    let mut size = current - grown.get(days..).unwrap_or_default().iter().sum::<i64>();
    let mut sizes = vec![size; days];
    for (place, growth) in grown.iter().take(days).enumerate().rev() {
        sizes[place] = size;
        size -= growth;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_at_the_ends_of_days() {
        assert_eq!(sizes(3, &[5, 0, -2, 1], 11), [12, 12, 10]);
        assert_eq!(sizes(3, &[], 11), [11, 11, 11], "nothing happened");
    }
}
