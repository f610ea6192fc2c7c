//! `adminAudience.removeUserFromSegment`: takes a user out of a segment, and keeps them out until that is taken back.

use persistence::membership::overrides::Decision;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    context::Call,
    decision::Decided,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentGroup, SegmentValue, UserIdText},
        success::Success,
    },
};

/// Whom to keep out of which segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RemoveUserFromSegmentParams {
    /// The host application's id of the user.
    user_id: UserIdText,
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: SegmentValue,
    /// Why: kept with the decision and in the audit log.
    // PostgreSQL has no NUL in texts.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
}

pub(crate) struct RemoveUserFromSegment;

impl Method for RemoveUserFromSegment {
    const NAME: &'static str = "adminAudience.removeUserFromSegment";
    const SUMMARY: &'static str = "Takes a user out of a segment, and keeps them out until they are restored";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("remove_user_from_segment.example.json");
    type Params = RemoveUserFromSegmentParams;
    type Result = Success;

    async fn call(call: &Call, params: RemoveUserFromSegmentParams) -> Result<Success, MethodError> {
        let decided = Decided {
            user: params.user_id.into(),
            segment: params.segment_value.of(params.segment_type),
            decision: Decision::Exclude,
            reason: params.reason,
            expires_at: None,
        };
        decided.carry_out::<Self>(call).await
    }
}
