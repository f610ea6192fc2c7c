//! `adminAudience.createCustomSegment`: a segment by a definition of the caller's, its members at once.

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

/// The segment to make.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateCustomSegmentParams {
    /// What it is called.
    name: SegmentName,
    /// What it is for.
    description: Option<SegmentDescription>,
    /// Who belongs to it: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list combine.
    combine_with: CombineWith,
    /// Whether the whole is negated; false unless given.
    #[serde(default)]
    not: bool,
}

/// The segment that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateCustomSegmentResult {
    /// Always true: whatever fails is an error.
    success: bool,
    /// With the members that it has at once.
    segment: Segment,
}

pub(crate) struct CreateCustomSegment;

impl Method for CreateCustomSegment {
    const NAME: &'static str = "adminAudience.createCustomSegment";
    const SUMMARY: &'static str = "Makes a custom segment; its members are there when the call returns";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    type Params = CreateCustomSegmentParams;
    type Result = CreateCustomSegmentResult;

    fn example() -> (Json, Json) {
        let mut segment = SavedSegment::example_segment("Pro on a streak", 1, 412);
        segment["description"] = "Pro users, 7 days in a row".into();
        (
            json!({
                "name": "Pro on a streak", "description": "Pro users, 7 days in a row", "combineWith": "AND",
                "criteria": [
                    {"field": "plan", "operator": "equals", "value": "PRO"},
                    {"field": "currentStreak", "operator": ">=", "value": 7},
                ],
            }),
            json!({"success": true, "segment": segment}),
        )
    }

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
