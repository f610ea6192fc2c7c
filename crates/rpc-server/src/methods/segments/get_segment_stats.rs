//! `adminAudience.getSegmentStats`: how a segment changed over the last days.

use chrono::TimeDelta;
use domain::growth::growth_rate;
use persistence::reads::history;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    params::default_of,
    wire::key::{SegmentParams, find_segment},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentStatsParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Length of the period: this many days of 24 hours, up to now.
    #[serde(default = "default_of::<30>")]
    #[schemars(range(min = 7, max = 90))]
    days: u32,
}

/// How a segment changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentStatsResult {
    /// Current number of members.
    current_count: i64,
    /// Number of memberships entered in the period. A user who entered twice counts twice.
    added_count: i64,
    /// Number of memberships left in the period.
    removed_count: i64,
    /// Growth in percent of the size at the start of the period, to two decimals. 0 if both sizes are 0, 100 if only
    /// the first one is.
    growth_rate: f64,
    /// The length of the period, such as `30d`.
    period: String,
}

pub(crate) struct GetSegmentStats;

impl Method for GetSegmentStats {
    const NAME: &'static str = "adminAudience.getSegmentStats";
    const SUMMARY: &'static str = "Shows how many users entered and left a segment over the last days, and how it grew";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_stats.example.json");
    type Params = GetSegmentStatsParams;
    type Result = GetSegmentStatsResult;

    async fn call(call: &Call, params: GetSegmentStatsParams) -> Result<GetSegmentStatsResult, MethodError> {
        let now = call.context.now();
        let start = now - TimeDelta::days(i64::from(params.days));
        let key = params.segment.key();
        // The count and the ledger must be from the same snapshot.
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?;
        let flow = history::flow(&snapshot, segment.id, start, now).await?;
        let since = history::net_after(&snapshot, segment.id, start).await?;
        snapshot.close().await?;
        Ok(GetSegmentStatsResult {
            current_count: segment.member_count,
            added_count: flow.entered,
            removed_count: flow.left,
            growth_rate: growth_rate(segment.member_count - since, segment.member_count),
            period: format!("{}d", params.days),
        })
    }
}
