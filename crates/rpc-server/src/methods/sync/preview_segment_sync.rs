//! `adminAudience.previewSegmentSync`: what switching sync on for a segment would do.

use schemars::JsonSchema;
use segmentation_engine::sync::preview;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentParams, find_segment},
        sync::PreviewOfSync,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentSyncParams {
    #[serde(flatten)]
    segment: SegmentParams,
}

pub(crate) struct PreviewSegmentSync;

impl Method for PreviewSegmentSync {
    const NAME: &'static str = "adminAudience.previewSegmentSync";
    const SUMMARY: &'static str =
        "Says in numbers what switching sync on for a segment would do. Asks the mail service once at most";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("preview_segment_sync.example.json");
    type Params = PreviewSegmentSyncParams;
    type Result = PreviewOfSync;

    async fn call(call: &Call, params: PreviewSegmentSyncParams) -> Result<PreviewOfSync, MethodError> {
        let segment = find_segment(call.database().connection(), &params.segment.key()).await?;
        Ok(preview(call.database(), &call.context.sync, segment.id).await?.into())
    }
}
