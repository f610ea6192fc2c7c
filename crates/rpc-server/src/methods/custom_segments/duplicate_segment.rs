//! `adminAudience.duplicateSegment`: creates a custom segment with the criteria of another segment.

use schemars::JsonSchema;
use segmentation_engine::segments::duplicate::{SegmentCopy, duplicate};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        definition::{SegmentName, name_fault},
        key::SegmentParams,
        saved::SavedSegment,
        segment::Segment,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DuplicateSegmentParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// The name of the copy. Default: the first unused of `NAME (copy)`, `NAME (copy 2)` and so on.
    name: Option<SegmentName>,
}

/// The created copy.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DuplicateSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// The copy with its members already counted. Overrides of the original are not copied.
    segment: Segment,
}

pub(crate) struct DuplicateSegment;

impl Method for DuplicateSegment {
    const NAME: &'static str = "adminAudience.duplicateSegment";
    const SUMMARY: &'static str = "Creates a custom segment with the criteria of another segment, system or custom";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("duplicate_segment.example.json");
    type Params = DuplicateSegmentParams;
    type Result = DuplicateSegmentResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(name_fault(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: DuplicateSegmentParams) -> Result<DuplicateSegmentResult, MethodError> {
        let copy = SegmentCopy {
            id: Uuid::new_v4().to_string(),
            of: params.segment.key(),
            name: params.name.map(|name| name.0),
        };
        let saved = duplicate(call.database(), &copy, call.moment(), &call.audit).await?;
        let SavedSegment { segment, .. } = SavedSegment::new(saved);
        Ok(DuplicateSegmentResult { success: true, segment })
    }
}
