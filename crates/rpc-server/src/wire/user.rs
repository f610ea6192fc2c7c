//! Users in results.

use chrono::{DateTime, Utc};
use persistence::reads::{
    members::{Listed, Overridden},
    preview::Sampled,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{attribute::ValuesByKey, sync::MailOfMember};

/// A user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SampleUser")]
pub(crate) struct UserSummary {
    /// The user's id in the host application.
    pub(crate) id: String,
    /// As stored.
    pub(crate) email: String,
    /// As stored.
    pub(crate) first_name: Option<String>,
    /// As stored.
    pub(crate) last_name: Option<String>,
    /// In upper case.
    pub(crate) plan: String,
    /// When the user was last active. Null if never.
    pub(crate) last_activity_at: Option<DateTime<Utc>>,
    /// When the account was created.
    pub(crate) created_at: DateTime<Utc>,
}

/// A user in the list of a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentUser {
    #[serde(flatten)]
    pub(crate) user: UserSummary,
    /// When the user last entered the segment. Null for a user with an override who was never a member.
    pub(crate) added_at: Option<DateTime<Utc>>,
    /// The values of the requested attributes, by key. An attribute without a value is left out. Present only if attributes were
    /// requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attributes: Option<ValuesByKey>,
    /// Where the member stands at the mail service. Present only in the list of members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<MailOfMember>,
    /// The override that includes or excludes the user. Present only in the lists of those.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<ListedOverride>,
}

/// An override that includes a user in a segment or excludes them from it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedOverride {
    /// Who set it.
    pub(crate) actor: String,
    /// The reason given.
    pub(crate) reason: Option<String>,
    /// When the override was set.
    pub(crate) created_at: DateTime<Utc>,
    /// When it expires. Null if it does not expire.
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
        Self { user, added_at, attributes: None, mail: None, decision: None }
    }
}

impl From<Overridden> for SegmentUser {
    fn from(overridden: Overridden) -> Self {
        let Overridden { user, actor, reason, created_at, expires_at } = overridden;
        Self { decision: Some(ListedOverride { actor, reason, created_at, expires_at }), ..user.into() }
    }
}
