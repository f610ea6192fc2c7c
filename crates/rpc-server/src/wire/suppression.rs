//! Reasons not to mail an address.

use chrono::{DateTime, Utc};
use domain::mail::{Clearing, SuppressionOrigin, SuppressionReason};
use persistence::sync::suppressions::SuppressedUser;
use schemars::JsonSchema;
use serde::Serialize;

/// Who may lift a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MayBeCleared {
    /// An ADMIN, with a reason.
    ByAdmin,
    /// A SUPERADMIN, with a reason.
    BySuperadmin,
    /// Nobody here: the person, or somebody at the mail service.
    AtTheMailService,
}

impl From<Clearing> for MayBeCleared {
    fn from(clearing: Clearing) -> Self {
        match clearing {
            Clearing::ByAdmin => Self::ByAdmin,
            Clearing::BySuperadmin => Self::BySuperadmin,
            Clearing::AtTheMailService => Self::AtTheMailService,
        }
    }
}

/// A reason not to mail an address.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuppressionOfAddress {
    /// The reason.
    reason: SuppressionReason,
    /// How it became known.
    origin: SuppressionOrigin,
    /// Since when.
    since: DateTime<Utc>,
    /// Who may lift it with `clearSuppression`.
    may_be_cleared: MayBeCleared,
}

impl From<SuppressedUser> for SuppressionOfAddress {
    fn from(user: SuppressedUser) -> Self {
        Self {
            may_be_cleared: user.reason.clearing(user.origin).into(),
            reason: user.reason,
            origin: user.origin,
            since: user.since,
        }
    }
}
