//! Users, quiz attempts and events as callers send them. The types say for clients what an item is; each item is read, and
//! answered, on its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::profile::{PROFILE, ProfileValue};
use schemars::{JsonSchema, Schema};
use segmentation_engine::ingest::report::{FieldFault, Outcome};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::{errors::Fault, params::READ_BY_METHOD};

/// A user of the host application. What an item leaves out stays as it is for an existing user, and has its default for a
/// new one, who needs `email` and `createdAt`.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, extend("$comment" = READ_BY_METHOD), transform = add_profile)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct UserItem {
    /// The user's id in the host application, stored without the spaces around it. At most 1,024 bytes, not blank, unique
    /// within a call.
    pub(crate) id: String,
    /// Values of declared attributes, by key. Attributes that are left out stay as they are; null unsets one. A value that does not
    /// fit is a fault, and the rest of the item is written. Attributes that are not declared are ignored.
    pub(crate) attributes: Option<BTreeMap<String, Json>>,
}

/// Every field of the profile may be left out.
fn add_profile(schema: &mut Schema) {
    let Some(Json::Object(properties)) = schema.get_mut("properties") else { return };
    for field in PROFILE {
        let (kind, format) = match field.value {
            ProfileValue::Text(..) | ProfileValue::OptionalText(..) | ProfileValue::Word(_) => ("string", None),
            ProfileValue::Number(..) => ("integer", None),
            ProfileValue::Date(..) | ProfileValue::OptionalDate(..) | ProfileValue::Deletion(_) => {
                ("string", Some("date-time"))
            }
        };
        let kind = if field.is_nullable() { json!([kind, "null"]) } else { json!(kind) };
        let mut property = json!({"description": field.about, "type": kind});
        if let Some(format) = format {
            property["format"] = json!(format);
        }
        properties.insert(field.name.into(), property);
    }
}

/// A completed quiz.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct QuizAttemptItem {
    /// Unique among the user's attempts, stored without the spaces around it. At most 1,024 bytes, not blank, once per user
    /// within a call.
    pub(crate) id: String,
    /// The id of an existing user in the host application.
    pub(crate) user_id: String,
    /// The certification's name in the host application, such as `AWS-SAA-C03`. Must not be blank.
    pub(crate) certification: String,
    /// In the host application's own scale. Left out, a stored score stays as it is; null unsets it.
    pub(crate) score: Option<f64>,
    /// When the quiz was completed.
    pub(crate) completed_at: DateTime<Utc>,
}

/// Something that a user did: an event, or a purchase or refund, which has an amount. What a name stands for is fixed by the first
/// event that has it.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, extend("$comment" = READ_BY_METHOD))]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct EventItem {
    /// Unique among the user's events, stored without the spaces around it. At most 1,024 bytes, not blank, once per user
    /// within a call. The same id with other content replaces the event.
    pub(crate) id: String,
    /// The id of an existing user in the host application.
    pub(crate) user_id: String,
    /// 1 to 64 of the characters a-z, 0-9, `_`, `.` and `-`, such as `order.paid`; stored in lower case. At most 1,000 names.
    pub(crate) name: String,
    /// When it happened: at most 24 hours in the future, and as long ago as need be.
    pub(crate) occurred_at: DateTime<Utc>,
    /// A whole number of minor units of the currency, such as 2900 for 29.00 EUR: 0 or more for a purchase, less for a refund. At
    /// most 10^15 either way.
    pub(crate) amount_minor: Option<i64>,
    /// An ISO 4217 code such as `EUR`. Required with an amount, and only then.
    pub(crate) currency: Option<String>,
    /// Only for a refund: the id of the purchase, an event of the same user, which need not be recorded yet.
    pub(crate) refund_of: Option<String>,
}

/// The result of one item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordedItem {
    /// The id as given, if any.
    id: Option<String>,
    /// The user's id as given, if any.
    user_id: Option<String>,
    /// The outcome.
    status: RecordStatus,
    /// Everything that is wrong with the item. Present only if it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

/// The outcome of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecordStatus {
    /// New or changed.
    Recorded,
    /// Already stored with these values.
    Unchanged,
    /// It was not written.
    Refused,
}

impl RecordedItem {
    pub(crate) fn of(item: &Json, outcome: Outcome) -> Self {
        let status = match outcome {
            Outcome::Recorded | Outcome::Moved => RecordStatus::Recorded,
            Outcome::Created | Outcome::Updated | Outcome::Unchanged => RecordStatus::Unchanged,
            Outcome::WithoutUser | Outcome::Refused(_) => RecordStatus::Refused,
        };
        let (id, user_id) = (text_of(item, "id"), text_of(item, "userId"));
        Self { id, user_id, status, faults: faults_of(outcome.faults()) }
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
