//! `adminAudience.getSegmentSizes`: the sizes of all segments day by day, in one answer.

use chrono::NaiveDate;
use domain::period::{Moment, last_days};
use persistence::{reads::history, segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::days;
use crate::{context::Call, errors::MethodError, method::Method, params::default_of};

/// How far back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetSegmentSizesParams {
    /// How many days, today included.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 90))]
    days: u32,
}

/// The days, and the sizes of every segment on them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetSegmentSizesResult {
    /// The days, the earliest first.
    dates: Vec<NaiveDate>,
    /// Every segment, also those that runs skip; system segments first.
    segments: Vec<SizesOfSegment>,
    /// The time zone in which days begin.
    zone: String,
}

/// A segment's sizes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SizesOfSegment {
    /// `type:value`.
    id: String,
    /// Members at the end of each of the days; of today, now.
    sizes: Vec<i64>,
}

pub(crate) struct GetSegmentSizes;

impl Method for GetSegmentSizes {
    const NAME: &'static str = "adminAudience.getSegmentSizes";
    const SUMMARY: &'static str = "Shows the daily sizes of all segments";
    const EXAMPLE: &'static str = include_str!("get_segment_sizes.example.json");
    type Params = GetSegmentSizesParams;
    type Result = GetSegmentSizesResult;

    async fn call(call: &Call, params: GetSegmentSizesParams) -> Result<GetSegmentSizesResult, MethodError> {
        let moment = Moment { now: call.context.now(), zone: call.context.zone };
        let dates = last_days(params.days, moment);
        // The counts and the ledger of one state.
        let snapshot = call.database().begin_snapshot().await?;
        let stored = segments::all(&snapshot).await?;
        let grown = history::growth_of_all(&snapshot, &days::bounds(&dates, moment)).await?;
        snapshot.rollback().await?;
        let of_segment = |segment: segments::StoredSegment| SizesOfSegment {
            id: segment.key.to_string(),
            sizes: sizes(dates.len(), grown.get(&segment.id).map_or(&[], Vec::as_slice), segment.member_count),
        };
        let segments = stored.into_iter().map(of_segment).collect();
        Ok(GetSegmentSizesResult { dates, segments, zone: moment.zone.name().into() })
    }
}

/// Backwards from the current count, which the whole ledger adds up to. Where growth is not told there is none.
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
