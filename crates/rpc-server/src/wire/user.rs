//! Users as callers see them.

use chrono::{DateTime, Utc};
use persistence::reads::{
    members::{Excluded, Listed},
    preview::Sampled,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A user of the sample.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SampleUser")]
pub(crate) struct UserSummary {
    /// The host application's id.
    pub(crate) id: String,
    /// As written.
    pub(crate) email: String,
    /// As written.
    pub(crate) first_name: Option<String>,
    /// As written.
    pub(crate) last_name: Option<String>,
    /// Upper-case.
    pub(crate) plan: String,
    /// The last activity, if there was any.
    pub(crate) last_activity_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub(crate) created_at: DateTime<Utc>,
}

/// A user within the list of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentUser {
    #[serde(flatten)]
    pub(crate) user: UserSummary,
    /// When the user last entered the segment. Someone who is kept out need never have been in it.
    pub(crate) added_at: Option<DateTime<Utc>>,
    /// The decision that keeps the user out; only in a list of those who are.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<Exclusion>,
}

/// An admin's decision that keeps a user out of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exclusion {
    /// By whom.
    pub(crate) actor: String,
    /// Why.
    pub(crate) reason: Option<String>,
    /// When.
    pub(crate) created_at: DateTime<Utc>,
    /// Until when; for good if unset.
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl From<Sampled> for UserSummary {
    fn from(user: Sampled) -> Self {
        let Sampled { id, email, first_name, last_name, plan, last_activity_at, created_at } = user;
        Self { id, email, first_name, last_name, plan, last_activity_at, created_at }
    }
}

impl From<Listed> for SegmentUser {
    fn from(listed: Listed) -> Self {
        let Listed { id, email, first_name, last_name, plan, last_activity_at, created_at, added_at, .. } = listed;
        let user = UserSummary { id, email, first_name, last_name, plan, last_activity_at, created_at };
        Self { user, added_at, decision: None }
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
