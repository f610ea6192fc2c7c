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
        criteria::{CombineWith, OutermostSet},
        definition::{self, CriteriaList, SegmentDescription, SegmentName, proposed},
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
    /// The conditions for membership: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list are combined.
    combine_with: CombineWith,
    /// Negates the whole definition. Default: false.
    #[serde(default)]
    not: bool,
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
        let CreateCustomSegmentParams { name, description, criteria, combine_with, not } = params;
        let set = OutermostSet { criteria, combine_with, not };
        let (id, proposed) = (Uuid::new_v4().to_string(), proposed(name, description, set));
        let saved = create(call.database(), &id, &proposed, call.moment(), &call.audit).await?;
        let SavedSegment { segment, .. } = SavedSegment::new(saved, call.context.zone);
        Ok(CreateCustomSegmentResult { success: true, segment })
    }
}
