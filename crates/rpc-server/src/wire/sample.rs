//! A user as a preview shows them.

use chrono::{DateTime, Utc};
use persistence::reads::preview::Sampled;
use schemars::JsonSchema;
use serde::Serialize;

/// How many users a preview shows unless told otherwise.
pub(crate) fn usual_size() -> u32 {
    10
}

/// A user of the sample.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SampleUser {
    /// The host application's id.
    id: String,
    /// As written.
    email: String,
    /// As written.
    first_name: Option<String>,
    /// As written.
    last_name: Option<String>,
    /// Upper-case.
    plan: String,
    /// The last activity, if there was any.
    last_activity_at: Option<DateTime<Utc>>,
    /// When the account was made.
    created_at: DateTime<Utc>,
}

impl From<Sampled> for SampleUser {
    fn from(user: Sampled) -> Self {
        let Sampled { id, email, first_name, last_name, plan, last_activity_at, created_at } = user;
        Self { id, email, first_name, last_name, plan, last_activity_at, created_at }
    }
}
