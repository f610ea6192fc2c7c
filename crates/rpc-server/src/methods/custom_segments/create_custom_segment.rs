//! `adminAudience.createCustomSegment`: creates a segment and computes its members.

use schemars::JsonSchema;
use segmentation_engine::segments::save::create;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        criteria::OutermostSet,
        definition::{self, SegmentDescription, SegmentName, proposed},
        saved::SavedSegment,
        segment::Segment,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateCustomSegmentParams {
    /// The name of the segment.
    name: SegmentName,
    /// The description of the segment.
    description: Option<SegmentDescription>,
    #[serde(flatten)]
    set: OutermostSet,
}

/// The created segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCustomSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// The segment with its members already counted.
    segment: Segment,
}

pub(crate) struct CreateCustomSegment;

impl Method for CreateCustomSegment {
    const NAME: &'static str = "adminAudience.createCustomSegment";
    const SUMMARY: &'static str = "Creates a custom segment, and computes its members before it returns";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("create_custom_segment.example.json");
    type Params = CreateCustomSegmentParams;
    type Result = CreateCustomSegmentResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        definition::faults(call, params).await
    }

    async fn call(call: &Call, params: CreateCustomSegmentParams) -> Result<CreateCustomSegmentResult, MethodError> {
        let proposed = proposed(params.name, params.description, params.set);
        let id = Uuid::new_v4().to_string();
        let saved = create(call.database(), &id, &proposed, call.moment(), &call.audit).await?;
        let SavedSegment { segment, .. } = SavedSegment::new(saved);
        Ok(CreateCustomSegmentResult { success: true, segment })
    }
}
