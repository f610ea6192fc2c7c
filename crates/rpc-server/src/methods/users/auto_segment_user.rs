//! `adminAudience.autoSegmentUser`: evaluates one user immediately.

use domain::{ids::UserId, membership::Cause, segment::SegmentKey};
use persistence::membership::ledger::ChangeContext;
use schemars::JsonSchema;
use segmentation_engine::evaluate_user::UserEvaluator;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    wire::key::UserIdText,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AutoSegmentUserParams {
    /// The user's id in the host application.
    user_id: UserIdText,
}

/// The changes, with each segment as `type:value`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AutoSegmentUserResult {
    /// Segments entered.
    segments_added: Vec<String>,
    /// Segments left.
    segments_removed: Vec<String>,
    /// All segments the user is in now.
    current_segments: Vec<String>,
}

pub(crate) struct AutoSegmentUser;

impl Method for AutoSegmentUser {
    const NAME: &'static str = "adminAudience.autoSegmentUser";
    const SUMMARY: &'static str = "Evaluates one user against all active segments, and updates their memberships";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("auto_segment_user.example.json");
    type Params = AutoSegmentUserParams;
    type Result = AutoSegmentUserResult;

    async fn call(call: &Call, params: AutoSegmentUserParams) -> Result<AutoSegmentUserResult, MethodError> {
        let id = UserId::from(params.user_id);
        let tx = call.database().begin_membership_change().await?;
        let user = lookup::user(&tx, &id).await?;
        let actor = Some(call.caller.subject.clone());
        let change = ChangeContext { at: call.context.now(), cause: Cause::UserRun, run: None, actor };
        let report = UserEvaluator::load(&tx, call.context.zone).await?.evaluate(&tx, user, &change).await?;
        let (added, removed) = (names(&report.added), names(&report.removed));
        let detail = json!({"segmentsAdded": added, "segmentsRemoved": removed});
        audited::record_of_user::<Self>(&tx, call, (user, format!("user {id}")), Some(detail)).await?;
        tx.commit().await?;
        Ok(AutoSegmentUserResult {
            segments_added: added,
            segments_removed: removed,
            current_segments: names(&report.current),
        })
    }
}

fn names(keys: &[SegmentKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}
