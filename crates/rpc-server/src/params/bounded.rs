//! Reads JSON only as deep as anything looks at it. serde_json's own recursion limit would refuse deeper JSON as
//! unreadable; here it costs nothing, and the fault names where it is too deep.

use std::fmt;

use domain::criteria::Limits;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

/// The deepest level anything looks at: a list of values in a condition in nested sets, each a list within an object,
/// plus one more set, which is reported as too deep.
const NESTING: usize = 2 * Limits::DEPTH + 2;

/// Reads a value. Of lists and objects below the limit only whether they are empty is kept.
pub(super) fn value(json: &str) -> Result<Json, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = Within(NESTING).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The length of JSON without whitespace between tokens.
pub(super) fn length(json: &str) -> usize {
    let (mut length, mut quoted, mut escaped) = (0, false, false);
    for byte in json.bytes() {
        length += usize::from(quoted || !byte.is_ascii_whitespace());
        quoted ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    length
}

/// How many more levels of lists and objects are read.
#[derive(Clone, Copy)]
struct Within(usize);

impl<'de> DeserializeSeed<'de> for Within {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        if let Some(deeper) = self.deeper() {
            while let Some(value) = list.next_element_seed(deeper)? {
                values.push(value);
            }
        } else {
            // `IgnoredAny` does not recurse.
            while list.next_element::<IgnoredAny>()?.is_some() {
                values = vec![Json::Null];
            }
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut values = Map::new();
        if let Some(deeper) = self.deeper() {
            while let Some(key) = object.next_key::<String>()? {
                values.insert(key, object.next_value_seed(deeper)?);
            }
        } else {
            while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        }
        Ok(values.into())
    }
}

impl Within {
    fn deeper(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bounded_json_keeps_everything_within_the_limit() {
        let text = r#"{"a": [1, -2, 3.5, "x\u00e9\"", null, true, {"b": [[]]}], "c": 18446744073709551615}"#;
        assert_eq!(value(text).expect("JSON"), serde_json::from_str::<Json>(text).expect("JSON"));
        for wrong in ["", "[", "[1,]", "1 2", "1e999", r#""\ud800""#] {
            assert!(value(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bounded_json_keeps_kind_and_emptiness_below_the_limit() {
        let around = |inner: &str| format!("{}{inner}{}", "[".repeat(NESTING), "]".repeat(NESTING));
        for (inner, expected) in
            [("[]", json!([])), ("[[[7]], 8]", json!([null])), (r#"{"a": 1}"#, json!({})), ("7", json!(7))]
        {
            let read = value(&around(inner)).expect("JSON");
            let kept = (0..NESTING).fold(read, |mut list, _| list[0].take());
            assert_eq!(kept, expected, "{inner}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(value(&deep).is_ok());
        assert!(value(&deep[1..]).is_err(), "it is read to its end");
    }

    #[test]
    fn bounded_json_counts_spaces_only_in_texts() {
        for json in [json!({"a b": ["c \" d", "\\", 7, {}]}), json!(" "), json!([])] {
            let (compact, pretty) = (json.to_string(), format!("{json:#}\n"));
            assert_eq!((length(&compact), length(&pretty)), (compact.len(), compact.len()), "{json}");
        }
    }
}
