//! `adminAudience.setSegmentStar`: stars a segment for the caller.

use schemars::JsonSchema;
use segmentation_engine::segments::tags::set_star;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{key::SegmentParams, success::Success},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentStarParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// Whether the caller has the segment starred. Nobody else sees it.
    starred: bool,
}

pub(crate) struct SetSegmentStar;

impl Method for SetSegmentStar {
    const NAME: &'static str = "adminAudience.setSegmentStar";
    const SUMMARY: &'static str = "Stars a segment for the caller, or removes the star";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("set_segment_star.example.json");
    type Params = SetSegmentStarParams;
    type Result = Success;

    async fn call(call: &Call, params: SetSegmentStarParams) -> Result<Success, MethodError> {
        let key = params.segment.key();
        set_star(call.database(), &key, params.starred, call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
