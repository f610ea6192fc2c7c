//! `adminAudience.restoreUserToSegment`: removes an override, so that the rule decides again.

use schemars::JsonSchema;
use segmentation_engine::overrides;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::{SegmentParams, UserIdText},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RestoreUserToSegmentParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    #[serde(flatten)]
    segment: SegmentParams,
}

/// The result of removing an override.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestoreUserToSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// Whether the user is a member by the rule. For an inactive segment: whether they were a member before.
    is_member: bool,
}

pub(crate) struct RestoreUserToSegment;

impl Method for RestoreUserToSegment {
    const NAME: &'static str = "adminAudience.restoreUserToSegment";
    const SUMMARY: &'static str = "Removes the override for a user and a segment, so that the rule applies immediately";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("restore_user_to_segment.example.json");
    type Params = RestoreUserToSegmentParams;
    type Result = RestoreUserToSegmentResult;

    async fn call(call: &Call, params: RestoreUserToSegmentParams) -> Result<RestoreUserToSegmentResult, MethodError> {
        let (user, segment) = (params.user_id.into(), params.segment.key());
        let is_member = overrides::remove(call.database(), &user, &segment, call.moment(), &call.audit).await?;
        Ok(RestoreUserToSegmentResult { success: true, is_member })
    }
}
