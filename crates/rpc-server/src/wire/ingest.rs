//! Users and quiz attempts as callers send them. The types say for clients what an item is; each item is read, and
//! answered, on its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::profile::{PROFILE, ProfileValue};
use schemars::{JsonSchema, Schema};
use segmentation_engine::ingest::report::FieldFault;
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

/// What is wrong with an item, for its answer.
pub(crate) fn faults_of(faults: Vec<FieldFault>) -> Vec<Fault> {
    faults.into_iter().map(|fault| Fault::new(fault.field, fault.problem)).collect()
}

/// An id as given, unless it is too long to be valid.
pub(crate) fn text_of(item: &Json, key: &str) -> Option<String> {
    item.get(key)?.as_str().filter(|text| text.len() <= 1024).map(str::to_owned)
}
