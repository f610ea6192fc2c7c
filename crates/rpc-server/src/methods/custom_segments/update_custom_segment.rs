//! `adminAudience.updateCustomSegment`: replaces a custom segment's name, description and criteria.

use schemars::JsonSchema;
use segmentation_engine::segments::save::update;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        criteria::OutermostSet,
        definition::{self, CustomSegmentValue, SegmentDescription, SegmentName, proposed},
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
    #[serde(flatten)]
    set: OutermostSet,
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
        definition::faults(call, params).await
    }

    async fn call(call: &Call, params: UpdateCustomSegmentParams) -> Result<SavedSegment, MethodError> {
        let proposed = proposed(params.name, params.description, params.set);
        let key = params.segment_value.key();
        let saved = update(call.database(), &key, params.version, &proposed, call.moment(), &call.audit).await?;
        Ok(SavedSegment::new(saved))
    }
}
