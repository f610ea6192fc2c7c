use std::{fmt, sync::Arc};

/// Such as `order.paid`: at most 64 of the letters a to z, digits, `_`, `.` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventName(Arc<str>);

impl EventName {
    /// In characters.
    pub const LONGEST: usize = 64;

    /// Upper case becomes lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let is_name = (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_known);
        is_name.then(|| Self(text.to_ascii_lowercase().into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_events_is_kept_in_lower_case() {
        let parse = |text: &str| EventName::parse(text).map(|name| name.to_string());
        assert_eq!(parse("Order.Paid-2_x").as_deref(), Some("order.paid-2_x"));
        assert_eq!(parse(&"x".repeat(64)).map(|name| name.len()), Some(64));
        for text in ["", " ", "a b", "a/b", "é", "a\n", &"x".repeat(65)] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
