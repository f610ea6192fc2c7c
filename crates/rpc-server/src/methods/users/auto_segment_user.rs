//! `adminAudience.autoSegmentUser`: evaluates one user immediately.

use domain::segment::SegmentKey;
use schemars::JsonSchema;
use segmentation_engine::evaluate_user::run_user;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
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
        let user = params.user_id.into();
        let report = run_user(call.database(), &user, call.moment(), Some(&call.audit)).await?;
        Ok(AutoSegmentUserResult {
            segments_added: names(&report.added),
            segments_removed: names(&report.removed),
            current_segments: names(&report.current),
        })
    }
}

fn names(keys: &[SegmentKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}
