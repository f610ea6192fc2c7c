//! Users and quiz attempts as callers tell us of them. The types say for clients what an item is; each item is read, and
//! answered, on its own.

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
    /// The host application's id: at most 1,024 bytes, not blank, once in a call.
    pub(crate) id: String,
    /// Kept as written; not blank.
    pub(crate) email: String,
    /// Kept as written.
    pub(crate) first_name: Option<String>,
    /// Kept as written.
    pub(crate) last_name: Option<String>,
    /// `FREE` unless given; stored in upper case.
    pub(crate) plan: Option<String>,
    /// `USER` unless given; stored in upper case.
    pub(crate) role: Option<String>,
    /// Days in a row: 0 unless given, never negative.
    pub(crate) current_streak: Option<i64>,
    /// 0 unless given.
    pub(crate) total_points: Option<i64>,
    /// 1 unless given, never negative.
    pub(crate) level: Option<i64>,
    /// The last activity, if there was any.
    pub(crate) last_activity_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub(crate) created_at: DateTime<Utc>,
}

/// A completed quiz.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct QuizAttemptItem {
    /// Unique among the attempts of its user: at most 1,024 bytes, not blank, once in a call for each user.
    pub(crate) id: String,
    /// Whose: the host application's id of a user that there is.
    pub(crate) user_id: String,
    /// As the host application writes it, such as `AWS-SAA-C03`; not blank.
    pub(crate) certification: String,
    /// In the host application's own scale.
    pub(crate) score: Option<f64>,
    /// When it was completed.
    pub(crate) completed_at: DateTime<Utc>,
}

/// What is wrong with an item, for its answer.
pub(crate) fn faults_of(faults: Vec<ItemFault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault::new(fault.key, fault.message)).collect()
}

/// An id as given, unless it is longer than any id may be.
pub(crate) fn text_of(item: &Json, key: &str) -> Option<String> {
    item.get(key)?.as_str().filter(|text| text.len() <= 1024).map(str::to_owned)
}
