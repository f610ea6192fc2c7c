//! `adminAudience.getUserSegments`: a user's segments and overrides.

use chrono::{DateTime, Utc};
use domain::{ids::UserId, overrides::OverrideKind, system_segments::system_segment};
use persistence::{
    ingest::gone,
    reads::user_segments::{self, ActiveOverride, Belonging},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::{SegmentGroup, UserIdText, find_user},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetUserSegmentsParams {
    /// The user's id in the host application.
    user_id: UserIdText,
}

/// A user's segments and overrides.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetUserSegmentsResult {
    /// The user's id in the host application.
    user_id: String,
    /// When the host application deleted the user, who then is in no segment. Null if it has the user.
    deleted_at: Option<DateTime<Utc>>,
    /// Current memberships. System segments come first.
    segments: Vec<UserMembership>,
    /// Current overrides for the user. While the user is deleted, they have no effect.
    overrides: Vec<UserOverride>,
}

/// A user's membership in a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserMembership {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: String,
    /// The segment's display name.
    name: String,
    /// When the user entered the segment.
    added_at: DateTime<Utc>,
}

/// An override for a user and a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserOverride {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: String,
    /// Whether the user is included or excluded.
    decision: OverrideKind,
    /// Who set it.
    actor: String,
    /// The reason given.
    reason: Option<String>,
    /// When the override was set.
    created_at: DateTime<Utc>,
    /// When it expires. Null if it does not expire.
    expires_at: Option<DateTime<Utc>>,
}

pub(crate) struct GetUserSegments;

impl Method for GetUserSegments {
    const NAME: &'static str = "adminAudience.getUserSegments";
    const SUMMARY: &'static str = "Lists the segments and the overrides of a user";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_user_segments.example.json");
    type Params = GetUserSegmentsParams;
    type Result = GetUserSegmentsResult;

    async fn call(call: &Call, params: GetUserSegmentsParams) -> Result<GetUserSegmentsResult, MethodError> {
        let id = UserId::from(params.user_id);
        let snapshot = call.database().begin_snapshot().await?;
        let user = find_user(&snapshot, call.database().shards(), &id).await?;
        let deleted_at = gone::since(&snapshot, user).await?;
        let segments = user_segments::current(&snapshot, user).await?;
        let overrides = user_segments::active_overrides(&snapshot, user, call.context.now()).await?;
        snapshot.close().await?;
        Ok(GetUserSegmentsResult {
            user_id: id.0,
            deleted_at,
            segments: segments.into_iter().map(UserMembership::from).collect(),
            overrides: overrides.into_iter().map(UserOverride::from).collect(),
        })
    }
}

impl From<Belonging> for UserMembership {
    fn from(belonging: Belonging) -> Self {
        let system = system_segment(&belonging.segment).map(|system| system.name.to_owned());
        Self {
            // A segment with neither name is shown by its value.
            name: belonging.custom_name.or(system).unwrap_or_else(|| belonging.segment.value.clone()),
            segment_type: belonging.segment.kind,
            segment_value: belonging.segment.value,
            added_at: belonging.added_at,
        }
    }
}

impl From<ActiveOverride> for UserOverride {
    fn from(active: ActiveOverride) -> Self {
        Self {
            segment_type: active.segment.kind,
            segment_value: active.segment.value,
            decision: active.kind,
            actor: active.actor,
            reason: active.reason,
            created_at: active.created_at,
            expires_at: active.expires_at,
        }
    }
}
