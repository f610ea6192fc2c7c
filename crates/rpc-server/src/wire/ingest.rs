//! Users and quiz attempts of the host application. The types only document for clients what an item is: each item is
//! read and answered separately.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use segmentation_engine::ingest::json::ItemFault;
use serde_json::Value as Json;

use crate::{errors::Fault, params::READ_BY_METHOD};

/// A user of the host application.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct UserItem {
    /// The user's id in the host application. At most 1,024 bytes, not blank, unique within a call.
    pub(crate) id: String,
    /// Stored as given. Must not be blank.
    pub(crate) email: String,
    /// Stored as given.
    pub(crate) first_name: Option<String>,
    /// Stored as given.
    pub(crate) last_name: Option<String>,
    /// Stored in upper case. Default: `FREE`.
    pub(crate) plan: Option<String>,
    /// Stored in upper case. Default: `USER`.
    pub(crate) role: Option<String>,
    /// Number of consecutive days. Must not be negative. Default: 0.
    pub(crate) current_streak: Option<i64>,
    /// Default: 0.
    pub(crate) total_points: Option<i64>,
    /// Must not be negative. Default: 1.
    pub(crate) level: Option<i64>,
    /// When the user was last active. Null if never.
    pub(crate) last_activity_at: Option<DateTime<Utc>>,
    /// When the account was created.
    pub(crate) created_at: DateTime<Utc>,
}

/// A completed quiz.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct QuizAttemptItem {
    /// Unique among the user's attempts. At most 1,024 bytes, not blank, once per user within a call.
    pub(crate) id: String,
    /// The id of an existing user in the host application.
    pub(crate) user_id: String,
    /// The certification's name in the host application, such as `AWS-SAA-C03`. Must not be blank.
    pub(crate) certification: String,
    /// In the host application's own scale.
    pub(crate) score: Option<f64>,
    /// When the quiz was completed.
    pub(crate) completed_at: DateTime<Utc>,
}

pub(crate) fn faults_of(faults: Vec<ItemFault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault::new(fault.key, fault.message)).collect()
}

/// An id as given, unless it is too long to be valid.
pub(crate) fn text_of(item: &Json, key: &str) -> Option<String> {
    item.get(key)?.as_str().filter(|text| text.len() <= 1024).map(str::to_owned)
}
