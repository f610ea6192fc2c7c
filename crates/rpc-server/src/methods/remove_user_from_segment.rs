//! `adminAudience.removeUserFromSegment`: takes a user out of a segment, and keeps them out until that is taken back.

use domain::ids::UserId;
use persistence::{
    ledger::{Cause, Occasion},
    overrides::{Decision, Override},
};
use schemars::JsonSchema;
use segmentation_engine::decide::decide;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    audited,
    call::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    registry::Method,
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
    /// Why: kept with the decision and in the audit log. PostgreSQL has no NUL in texts.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
}

pub(crate) struct RemoveUserFromSegment;

impl Method for RemoveUserFromSegment {
    const NAME: &'static str = "adminAudience.removeUserFromSegment";
    const SUMMARY: &'static str = "Takes a user out of a segment, and keeps them out until they are restored";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    type Params = RemoveUserFromSegmentParams;
    type Result = Success;

    fn example() -> (Json, Json) {
        (
            json!({
                "userId": "11391", "segmentType": "lifecycle", "segmentValue": "churned",
                "reason": "asked not to be written to",
            }),
            json!({"success": true}),
        )
    }

    async fn call(call: &Call, params: RemoveUserFromSegmentParams) -> Result<Success, MethodError> {
        let key = params.segment_value.of(params.segment_type);
        let id = UserId::from(params.user_id);
        let now = call.context.now();
        let tx = call.database().begin().await?;
        let decided = Override {
            user: lookup::user(&tx, &id).await?,
            segment: lookup::segment(&tx, &key).await?.id,
            decision: Decision::Exclude,
            actor: call.caller.subject.clone(),
            reason: params.reason.clone(),
            expires_at: None,
        };
        let actor = Some(call.caller.subject.clone());
        decide(&tx, &decided, &Occasion { at: now, cause: Cause::Admin, run: None, actor }).await?;
        let target = format!("segment {key}, user {id}");
        audited::record::<Self>(&tx, call, target, Some(json!({"reason": params.reason}))).await?;
        tx.commit().await?;
        Ok(Success::DONE)
    }
}
