//! Times as the service writes them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

/// RFC 3339, as in events, or `2025-11-30 20:39:59.540771+00`, as in answers.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok())
        .map(|time| time.to_utc())
}

/// A time that may be missing. One that cannot be read counts as missing.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.as_ref().and_then(serde_json::Value::as_str).and_then(parse))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_forms() {
        for (text, expected) in [
            ("2025-11-30 20:39:59.540771+00", "2025-11-30T20:39:59.540771Z"),
            ("2025-11-30 20:39:59.54+00", "2025-11-30T20:39:59.540Z"),
            ("2025-11-30T20:39:59.894719+00:00", "2025-11-30T20:39:59.894719Z"),
            ("2025-11-30T20:39:59Z", "2025-11-30T20:39:59Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(expected).expect("a time").to_utc();
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "2025-11-30"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
