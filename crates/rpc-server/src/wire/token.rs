//! API tokens in results. The token itself is shown once, when it is created.

use chrono::{DateTime, Utc};
use domain::role::Role;
use persistence::ops::tokens::{NewToken, StoredToken};
use schemars::JsonSchema;
use serde::Serialize;

/// An API token, without its secret.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiToken {
    /// The token's id, for `revokeToken`.
    id: String,
    /// The name, which the audit log shows.
    name: String,
    /// The first characters, to recognize the token by.
    prefix: String,
    /// What its bearer may do.
    role: Role,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it expires. Null if it does not expire.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked. Null if it was not.
    revoked_at: Option<DateTime<Utc>>,
}

impl ApiToken {
    pub(crate) fn new(new: NewToken, created_at: DateTime<Utc>) -> Self {
        let NewToken { id, name, prefix, hash: _, role, expires_at } = new;
        Self { id, name, prefix, role, created_at, expires_at, revoked_at: None }
    }
}

impl From<StoredToken> for ApiToken {
    fn from(stored: StoredToken) -> Self {
        let StoredToken { id, name, prefix, role, created_at, expires_at, revoked_at } = stored;
        Self { id, name, prefix, role, created_at, expires_at, revoked_at }
    }
}
