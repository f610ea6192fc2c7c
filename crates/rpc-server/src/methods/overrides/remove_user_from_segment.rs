//! `adminAudience.removeUserFromSegment`: excludes a user from a segment until they are restored.

use domain::overrides::OverrideKind;
use schemars::JsonSchema;
use segmentation_engine::overrides::{self, NewOverride};
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentParams, UserIdText},
        success::Success,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RemoveUserFromSegmentParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    #[serde(flatten)]
    segment: SegmentParams,
    /// The reason. Kept with the override and in the audit log.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
}

pub(crate) struct RemoveUserFromSegment;

impl Method for RemoveUserFromSegment {
    const NAME: &'static str = "adminAudience.removeUserFromSegment";
    const SUMMARY: &'static str = "Removes a user from a segment and excludes them until they are restored";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("remove_user_from_segment.example.json");
    type Params = RemoveUserFromSegmentParams;
    type Result = Success;

    async fn call(call: &Call, params: RemoveUserFromSegmentParams) -> Result<Success, MethodError> {
        let exclude = NewOverride {
            user: params.user_id.into(),
            segment: params.segment.key(),
            kind: OverrideKind::Exclude,
            reason: params.reason,
            expires_at: None,
        };
        overrides::set(call.database(), &exclude, call.moment(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
