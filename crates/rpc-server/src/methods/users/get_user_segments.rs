//! `adminAudience.getUserSegments`: where a user is, and what admins decided about them.

use chrono::{DateTime, Utc};
use domain::{ids::UserId, system_segments::system_segment};
use persistence::reads::user_segments::{self, Belonging, Decided};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    wire::key::{SegmentGroup, UserIdText},
};

/// Which user.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetUserSegmentsParams {
    /// The host application's id.
    user_id: UserIdText,
}

/// What a user belongs to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetUserSegmentsResult {
    /// The host application's id.
    user_id: String,
    /// Current memberships, system segments first.
    segments: Vec<UserMembership>,
    /// What admins decided about the user and holds now.
    overrides: Vec<UserOverride>,
}

/// A user's membership in a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserMembership {
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: String,
    /// The segment's name, for people.
    name: String,
    /// When the user entered it.
    added_at: DateTime<Utc>,
}

/// An admin's decision about a user and a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserOverride {
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: String,
    /// `include` or `exclude`.
    decision: String,
    /// By whom.
    actor: String,
    /// Why.
    reason: Option<String>,
    /// When.
    created_at: DateTime<Utc>,
    /// Until when; for good if unset.
    expires_at: Option<DateTime<Utc>>,
}

pub(crate) struct GetUserSegments;

impl Method for GetUserSegments {
    const NAME: &'static str = "adminAudience.getUserSegments";
    const SUMMARY: &'static str = "Lists the segments of a user, and what admins decided about them";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_user_segments.example.json");
    type Params = GetUserSegmentsParams;
    type Result = GetUserSegmentsResult;

    async fn call(call: &Call, params: GetUserSegmentsParams) -> Result<GetUserSegmentsResult, MethodError> {
        let id = UserId::from(params.user_id);
        let snapshot = call.database().begin_snapshot().await?;
        let user = lookup::user(&snapshot, &id).await?;
        let segments = user_segments::current(&snapshot, user).await?;
        let overrides = user_segments::decided(&snapshot, user, call.context.now()).await?;
        snapshot.rollback().await?;
        Ok(GetUserSegmentsResult {
            user_id: id.0,
            segments: segments.into_iter().map(UserMembership::from).collect(),
            overrides: overrides.into_iter().map(UserOverride::from).collect(),
        })
    }
}

impl From<Belonging> for UserMembership {
    fn from(belonging: Belonging) -> Self {
        let system = system_segment(&belonging.segment).map(|system| system.name.to_owned());
        Self {
            // A segment that has neither name is known by its value.
            name: belonging.custom_name.or(system).unwrap_or_else(|| belonging.segment.value.clone()),
            segment_type: belonging.segment.kind.into(),
            segment_value: belonging.segment.value,
            added_at: belonging.added_at,
        }
    }
}

impl From<Decided> for UserOverride {
    fn from(decided: Decided) -> Self {
        Self {
            segment_type: decided.segment.kind.into(),
            segment_value: decided.segment.value,
            decision: decided.decision,
            actor: decided.actor,
            reason: decided.reason,
            created_at: decided.created_at,
            expires_at: decided.expires_at,
        }
    }
}
