//! Users as callers see them.

use chrono::{DateTime, Utc};
use persistence::reads::members::{Excluded, Listed};
use schemars::JsonSchema;
use serde::Serialize;

/// A user within the list of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SegmentUser {
    /// The host application's id.
    pub id: String,
    /// As written.
    pub email: String,
    /// As written.
    pub first_name: Option<String>,
    /// As written.
    pub last_name: Option<String>,
    /// Upper-case.
    pub plan: String,
    /// The last activity, if there was any.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When the user last entered the segment. Someone who is kept out need never have been in it.
    pub added_at: Option<DateTime<Utc>>,
    /// The decision that keeps the user out; only in a list of those who are.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub decision: Option<Exclusion>,
}

/// An admin's decision that keeps a user out of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exclusion {
    /// By whom.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when; for good if unset.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<Listed> for SegmentUser {
    fn from(user: Listed) -> Self {
        Self {
            id: user.id,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            plan: user.plan,
            last_activity_at: user.last_activity_at,
            created_at: user.created_at,
            added_at: user.added_at,
            decision: None,
        }
    }
}

impl From<Excluded> for SegmentUser {
    fn from(excluded: Excluded) -> Self {
        let decision = Exclusion {
            actor: excluded.actor,
            reason: excluded.reason,
            created_at: excluded.decided_at,
            expires_at: excluded.expires_at,
        };
        Self { decision: Some(decision), ..excluded.user.into() }
    }
}
