//! `adminAudience.exportSegmentUsers`: exports members as CSV, with an entry in the audit log.

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

/// For larger exports operators have `segmentation-engine export`.
const MAX_ROWS: u64 = 5_000;

/// Identifies the segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportSegmentUsersParams {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: SegmentValue,
}

/// The members of a segment as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportSegmentUsersResult {
    /// CSV (RFC 4180) with a header row. A cell that a spreadsheet could run as a formula is prefixed with `'`.
    csv: String,
    /// A suggested filename.
    filename: String,
    /// Number of exported members, at most 5,000.
    row_count: u64,
    /// Total number of members.
    total_count: u64,
    /// Whether the segment has more members than were exported.
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
        // Members are returned only after the export is in the audit log. The snapshot is read-only, so this is a separate
        // transaction.
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

/// `plan-free-2026-03-10.csv`, with today's date in the configured zone.
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
