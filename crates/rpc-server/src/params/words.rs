//! Faults that the schema finds, in our words. None of them repeats a value, which can be a name or an address.

use domain::words::counted;
use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value as Json;

/// What was expected. `None` for faults that no schema of ours can have.
pub(super) fn expected(kind: &ValidationErrorKind) -> Option<String> {
    let what = match kind {
        ValidationErrorKind::Type { kind: TypeKind::Single(json) } => noun(*json).to_owned(),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(set) } => {
            let other_than_null = set.iter().filter(|json| *json != JsonType::Null);
            other_than_null.map(noun).collect::<Vec<_>>().join(" or ")
        }
        ValidationErrorKind::MinItems { limit } => format!("at least {}", counted(*limit, "item", "items")),
        ValidationErrorKind::MaxItems { limit } => format!("at most {}", counted(*limit, "item", "items")),
        ValidationErrorKind::MinLength { limit } => format!("at least {}", counted(*limit, "character", "characters")),
        ValidationErrorKind::MaxLength { limit } => format!("at most {}", counted(*limit, "character", "characters")),
        ValidationErrorKind::Minimum { limit } => format!("a number of at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("a number of at most {limit}"),
        ValidationErrorKind::UniqueItems => "items that differ".into(),
        ValidationErrorKind::Constant { expected_value } => expected_value.to_string(),
        ValidationErrorKind::Enum { options } => format!("one of {}", listed(options)),
        _ => return None,
    };
    Some(format!("expected {what}"))
}

fn noun(json: JsonType) -> &'static str {
    match json {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

fn listed(options: &Json) -> String {
    options.as_array().into_iter().flatten().map(Json::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn params_words_say_what_is_expected() {
        for (schema, value, words) in [
            (json!({"type": "array"}), json!(1), "expected an array"),
            (json!({"type": ["string", "null"]}), json!(1), "expected a string"),
            (json!({"minItems": 1}), json!([]), "expected at least 1 item"),
            (json!({"maxItems": 2}), json!([1, 2, 3]), "expected at most 2 items"),
            (json!({"minLength": 1}), json!(""), "expected at least 1 character"),
            (json!({"maximum": 100}), json!(101), "expected a number of at most 100"),
            (json!({"enum": ["AND", "OR"]}), json!("XOR"), "expected one of \"AND\", \"OR\""),
        ] {
            let validator = jsonschema::draft7::new(&schema).expect("a schema");
            let found: Vec<_> = validator.iter_errors(&value).map(|error| expected(error.kind())).collect();
            assert_eq!(found, [Some(words.to_owned())], "{schema}");
        }
    }
}
