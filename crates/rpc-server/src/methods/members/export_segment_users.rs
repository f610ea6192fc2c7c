//! `adminAudience.exportSegmentUsers`: the members of a segment as CSV, on record.

use domain::{period::Moment, period::last_days, segment::SegmentKey};
use schemars::JsonSchema;
use segmentation_engine::export::extract;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::{SegmentGroup, SegmentValue},
};

/// The most rows of one export. Operators have `segmentation-engine export` for more.
const MAX_ROWS: u64 = 5_000;

/// Which segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportSegmentUsersParams {
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: SegmentValue,
}

/// A segment as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportSegmentUsersResult {
    /// RFC 4180, with a header. A cell that a spreadsheet could run as a formula has a `'` in front.
    csv: String,
    /// What to call the file.
    filename: String,
    /// How many members it has: at most 5,000.
    row_count: u64,
    /// How many members there are.
    total_count: u64,
    /// Whether there are more than it has.
    truncated: bool,
}

pub(crate) struct ExportSegmentUsers;

impl Method for ExportSegmentUsers {
    const NAME: &'static str = "adminAudience.exportSegmentUsers";
    const SUMMARY: &'static str = "Exports up to 5,000 members of a segment as CSV";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("export_segment_users.example.json");
    type Params = ExportSegmentUsersParams;
    type Result = ExportSegmentUsersResult;

    async fn call(call: &Call, params: ExportSegmentUsersParams) -> Result<ExportSegmentUsersResult, MethodError> {
        let key = params.segment_value.of(params.segment_type);
        let extract = extract(call.database(), &key, MAX_ROWS).await?;
        // Nothing leaves before it is on record. The snapshot only read, so this is a transaction of its own.
        record(call, &key, extract.rows).await?;
        Ok(ExportSegmentUsersResult {
            csv: extract.csv,
            filename: filename(&key, Moment { now: call.context.now(), zone: call.context.zone }),
            row_count: extract.rows,
            total_count: extract.total,
            truncated: extract.rows < extract.total,
        })
    }
}

/// `plan-free-2026-03-10.csv`, with the day of the configured zone.
fn filename(key: &SegmentKey, moment: Moment) -> String {
    let day = last_days(1, moment).first().map(ToString::to_string).unwrap_or_default();
    format!("{}-{}-{day}.csv", key.kind.name(), key.value)
}

async fn record(call: &Call, key: &SegmentKey, rows: u64) -> Result<(), MethodError> {
    let tx = call.database().begin().await?;
    let target = format!("segment {key}");
    audited::record::<ExportSegmentUsers>(&tx, call, target, Some(json!({"rowCount": rows}))).await?;
    tx.commit().await?;
    Ok(())
}
