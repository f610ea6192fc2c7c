//! `adminAudience.setSegmentActive`: activates or deactivates a custom segment.

use schemars::JsonSchema;
use segmentation_engine::segments::activate::set_active;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{definition::CustomSegmentValue, saved::SavedSegment},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentActiveParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// Whether runs evaluate the segment. While it is inactive, its members do not change.
    is_active: bool,
}

pub(crate) struct SetSegmentActive;

impl Method for SetSegmentActive {
    const NAME: &'static str = "adminAudience.setSegmentActive";
    const SUMMARY: &'static str = "Activates or deactivates a custom segment. Activation updates its members and those of dependent segments; an inactive segment keeps its members";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("set_segment_active.example.json");
    type Params = SetSegmentActiveParams;
    type Result = SavedSegment;

    async fn call(call: &Call, params: SetSegmentActiveParams) -> Result<SavedSegment, MethodError> {
        let key = params.segment_value.key();
        let saved = set_active(call.database(), &key, params.is_active, call.moment(), &call.audit).await?;
        Ok(SavedSegment::new(saved))
    }
}
