//! `adminAudience.setSegmentTags`: replaces the tags of a segment.

use schemars::JsonSchema;
use segmentation_engine::segments::tags::set_tags;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::SegmentParams,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentTagsParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// The tags, which all admins share. They replace those of before. Of tags that differ only in case, the first one counts.
    #[schemars(length(max = 20))]
    tags: Vec<Tag>,
}

/// A tag.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Tag(#[schemars(length(min = 1, max = 40))] String);

/// The tags of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetSegmentTagsResult {
    /// In alphabetical order.
    tags: Vec<String>,
}

pub(crate) struct SetSegmentTags;

impl Method for SetSegmentTags {
    const NAME: &'static str = "adminAudience.setSegmentTags";
    const SUMMARY: &'static str = "Replaces the tags of a segment";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("set_segment_tags.example.json");
    type Params = SetSegmentTagsParams;
    type Result = SetSegmentTagsResult;

    async fn call(call: &Call, params: SetSegmentTagsParams) -> Result<SetSegmentTagsResult, MethodError> {
        let wanted: Vec<_> = params.tags.into_iter().map(|tag| tag.0).collect();
        let key = params.segment.key();
        let tags = set_tags(call.database(), &key, &wanted, call.context.now(), &call.audit).await?;
        Ok(SetSegmentTagsResult { tags })
    }
}
