//! `adminAudience.rollBackCustomSegment`: saves an earlier definition of a custom segment as a new version.

use schemars::JsonSchema;
use segmentation_engine::segments::roll_back::{RollBack, roll_back};
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{definition::CustomSegmentValue, saved::SavedSegment},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RollBackCustomSegmentParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// The current version. If it has changed in the meantime, the call fails with a conflict.
    #[schemars(range(min = 1))]
    version: i32,
    /// The version whose name, description and criteria to restore.
    #[schemars(range(min = 1))]
    to_version: i32,
}

pub(crate) struct RollBackCustomSegment;

impl Method for RollBackCustomSegment {
    const NAME: &'static str = "adminAudience.rollBackCustomSegment";
    const SUMMARY: &'static str =
        "Restores an earlier definition of a custom segment as a new version, and updates its members";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("roll_back_custom_segment.example.json");
    type Params = RollBackCustomSegmentParams;
    type Result = SavedSegment;

    async fn call(call: &Call, params: RollBackCustomSegmentParams) -> Result<SavedSegment, MethodError> {
        let key = params.segment_value.key();
        let versions = RollBack { from: params.version, to: params.to_version };
        let saved = roll_back(call.database(), &key, versions, call.moment(), &call.audit).await?;
        Ok(SavedSegment::new(saved))
    }
}
