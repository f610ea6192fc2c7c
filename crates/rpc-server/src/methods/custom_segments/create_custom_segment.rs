//! `adminAudience.createCustomSegment`: creates a segment and computes its members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    saving,
    wire::{
        criteria::{CombineWith, OutermostSet},
        definition::{CriteriaList, Definition, SegmentDescription, SegmentName},
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
        saving::faults(call, params).await
    }

    async fn call(call: &Call, params: CreateCustomSegmentParams) -> Result<CreateCustomSegmentResult, MethodError> {
        let CreateCustomSegmentParams { name, description, criteria, combine_with, not } = params;
        let set = OutermostSet { criteria, combine_with, not };
        let tx = saving::begin(call).await?;
        let draft = saving::read(call, &tx, Definition { name, description, set }, None).await?;
        let SavedSegment { segment, entered, .. } = saving::create(call, &tx, draft).await?;
        let detail = json!({"name": segment.name, "members": entered});
        audited::record::<Self>(&tx, call, format!("segment {}", segment.id), Some(detail)).await?;
        tx.commit().await?;
        Ok(CreateCustomSegmentResult { success: true, segment })
    }
}
