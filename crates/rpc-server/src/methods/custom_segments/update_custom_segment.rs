//! `adminAudience.updateCustomSegment`: replaces a custom segment's name, description and criteria.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    method::Method,
    saving,
    wire::{
        criteria::{CombineWith, OutermostSet},
        definition::{CriteriaList, CustomSegmentValue, Definition, SegmentDescription, SegmentName},
        saved::SavedSegment,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpdateCustomSegmentParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// The version that was edited. If it is no longer the current one, the call fails with a conflict.
    #[schemars(range(min = 1))]
    version: i32,
    /// The name of the segment.
    name: SegmentName,
    /// The description of the segment. Default: none.
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

pub(crate) struct UpdateCustomSegment;

impl Method for UpdateCustomSegment {
    const NAME: &'static str = "adminAudience.updateCustomSegment";
    const SUMMARY: &'static str = "Changes a custom segment. If it is active, its members and those of dependent segments are updated before the call returns";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("update_custom_segment.example.json");
    type Params = UpdateCustomSegmentParams;
    type Result = SavedSegment;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        saving::faults(call, params).await
    }

    async fn call(call: &Call, params: UpdateCustomSegmentParams) -> Result<SavedSegment, MethodError> {
        let UpdateCustomSegmentParams { segment_value, version, name, description, criteria, combine_with, not } =
            params;
        let key = segment_value.key();
        let set = OutermostSet { criteria, combine_with, not };
        let tx = saving::begin(call).await?;
        let stored = lookup::custom_segment(&tx, &key).await?;
        let draft = saving::read(call, &tx, Definition { name, description, set }, Some(&key)).await?;
        let saved = saving::update(call, &tx, stored, version, draft).await?;
        let detail = saved.detail(json!({"name": saved.segment.name, "version": saved.version}));
        audited::record::<Self>(&tx, call, format!("segment {key}"), Some(detail)).await?;
        tx.commit().await?;
        Ok(saved)
    }
}
