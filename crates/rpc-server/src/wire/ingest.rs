//! Users and quiz attempts as callers send them. The types say for clients what an item is; each item is read, and
//! answered, on its own.

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema};
use segmentation_engine::ingest::report::FieldFault;
use serde_json::Value as Json;

use crate::{errors::Fault, params::READ_BY_METHOD};

/// A user of the host application. What is left out stays as it is for a user who is there.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct UserItem {
    /// The user's id in the host application. At most 1,024 bytes, not blank, unique within a call.
    pub(crate) id: String,
    /// Required for a new user; kept as written, not blank.
    #[schemars(transform = not_null)]
    pub(crate) email: Option<String>,
    /// Kept as written; null unsets it.
    pub(crate) first_name: Option<String>,
    /// Kept as written; null unsets it.
    pub(crate) last_name: Option<String>,
    /// `FREE` for a new user unless given; stored in upper case.
    #[schemars(transform = not_null)]
    pub(crate) plan: Option<String>,
    /// `USER` for a new user unless given; stored in upper case.
    #[schemars(transform = not_null)]
    pub(crate) role: Option<String>,
    /// Days in a row: 0 for a new user unless given, never negative.
    #[schemars(transform = not_null)]
    pub(crate) current_streak: Option<i64>,
    /// 0 for a new user unless given.
    #[schemars(transform = not_null)]
    pub(crate) total_points: Option<i64>,
    /// 1 for a new user unless given, never negative.
    #[schemars(transform = not_null)]
    pub(crate) level: Option<i64>,
    /// The last activity; null unsets it.
    pub(crate) last_activity_at: Option<DateTime<Utc>>,
    /// When the account was made; required for a new user.
    #[schemars(transform = not_null)]
    pub(crate) created_at: Option<DateTime<Utc>>,
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

/// A key that may be left out, but not null.
fn not_null(schema: &mut Schema) {
    if let Some(Json::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &mut types[..] {
            let only = only.take();
            schema.insert("type".into(), only);
        }
    }
}

/// What is wrong with an item, for its answer.
pub(crate) fn faults_of(faults: Vec<FieldFault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault::new(fault.field, fault.problem)).collect()
}

/// An id as given, unless it is too long to be valid.
pub(crate) fn text_of(item: &Json, key: &str) -> Option<String> {
    item.get(key)?.as_str().filter(|text| text.len() <= 1024).map(str::to_owned)
}
