//! `adminAudience.deleteCustomSegment`: deletes a custom segment that no other segment refers to.

use schemars::JsonSchema;
use segmentation_engine::segments::delete::delete;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::definition::CustomSegmentValue,
};

/// Identifies the segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeleteCustomSegmentParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
}

/// The result of a deletion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteCustomSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// Number of members the segment had.
    left: u64,
    /// Whether the next sync removes the segment at the mail service.
    sync_removal: bool,
}

pub(crate) struct DeleteCustomSegment;

impl Method for DeleteCustomSegment {
    const NAME: &'static str = "adminAudience.deleteCustomSegment";
    const SUMMARY: &'static str =
        "Deletes a custom segment for good, with its versions and overrides. Refused while other segments refer to it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("delete_custom_segment.example.json");
    type Params = DeleteCustomSegmentParams;
    type Result = DeleteCustomSegmentResult;

    async fn call(call: &Call, params: DeleteCustomSegmentParams) -> Result<DeleteCustomSegmentResult, MethodError> {
        let key = params.segment_value.key();
        let deleted = delete(call.database(), &key, call.moment(), &call.audit).await?;
        Ok(DeleteCustomSegmentResult { success: true, left: deleted.left, sync_removal: deleted.is_removed_by_sync })
    }
}
