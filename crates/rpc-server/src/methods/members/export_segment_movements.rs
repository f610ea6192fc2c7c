//! `adminAudience.exportSegmentMovements`: exports who entered and left a segment as CSV, with an entry in the audit log.

use schemars::JsonSchema;
use segmentation_engine::export_movements::extract_movements;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::MAX_ROWS;
use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        filename,
        movement::{self, MovementParams},
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExportSegmentMovementsParams {
    #[serde(flatten)]
    asked: MovementParams,
}

/// The movements of a segment as CSV.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportSegmentMovementsResult {
    /// CSV (RFC 4180) with a header row, newest first. A cell that a spreadsheet could run as a formula is prefixed with `'`.
    csv: String,
    /// A suggested filename.
    filename: String,
    /// Number of exported movements, at most 5,000.
    row_count: u64,
    /// Whether there are more movements than were exported.
    truncated: bool,
}

pub(crate) struct ExportSegmentMovements;

impl Method for ExportSegmentMovements {
    const NAME: &'static str = "adminAudience.exportSegmentMovements";
    const SUMMARY: &'static str = "Exports up to 5,000 movements of a segment as CSV";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("export_segment_movements.example.json");
    type Params = ExportSegmentMovementsParams;
    type Result = ExportSegmentMovementsResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(movement::fault(&params, call.context.now()).into_iter().collect())
    }

    async fn call(
        call: &Call,
        params: ExportSegmentMovementsParams,
    ) -> Result<ExportSegmentMovementsResult, MethodError> {
        let moment = call.moment();
        let (key, asked) = params.asked.read(moment.now)?;
        // Two lists of one segment are two files.
        let what = match asked.entered {
            Some(true) => "joined",
            Some(false) => "left",
            None => "movements",
        };
        let extract = extract_movements(call.database(), &key, &asked, MAX_ROWS, moment.now, &call.audit).await?;
        Ok(ExportSegmentMovementsResult {
            csv: extract.csv,
            filename: filename::of_segment(call.database().connection(), &key, Some(what), moment).await?,
            row_count: extract.rows,
            truncated: extract.is_cut,
        })
    }
}
