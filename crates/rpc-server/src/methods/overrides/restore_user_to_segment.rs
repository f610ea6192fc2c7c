//! `adminAudience.restoreUserToSegment`: removes an override, so that the rule decides again.

use domain::{ids::UserId, membership::Cause};
use persistence::membership::ledger::ChangeContext;
use schemars::JsonSchema;
use segmentation_engine::overrides::take_back;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    wire::key::{SegmentGroup, SegmentValue, UserIdText},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RestoreUserToSegmentParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: SegmentValue,
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
        let key = params.segment_value.of(params.segment_type);
        let id = UserId::from(params.user_id);
        let tx = call.database().begin_membership_change().await?;
        let user = lookup::user(&tx, &id).await?;
        let segment = lookup::segment(&tx, &key).await?.id;
        let actor = Some(call.caller.subject.clone());
        let change = ChangeContext { at: call.context.now(), cause: Cause::Admin, run: None, actor };
        let is_member = take_back(&tx, user, segment, call.context.zone, &change).await?;
        let detail = json!({"isMember": is_member});
        let target = format!("segment {key}, user {id}");
        audited::record_of_user::<Self>(&tx, call, (user, target), Some(detail)).await?;
        tx.commit().await?;
        Ok(RestoreUserToSegmentResult { success: true, is_member })
    }
}
