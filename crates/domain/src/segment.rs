//! Segments: their types and keys.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The type of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema), schemars(rename = "SegmentGroup"))]
pub enum SegmentType {
    /// By plan. A user is in at most one of them.
    Plan,
    /// By account age and activity. A user is in exactly one of them.
    Lifecycle,
    /// By quizzes and streaks.
    Behavior,
    /// By the certifications of a user's quizzes.
    Certification,
    /// Defined by an admin.
    Custom,
}

impl SegmentType {
    pub const ALL: [Self; 5] = [Self::Plan, Self::Lifecycle, Self::Behavior, Self::Certification, Self::Custom];

    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Lifecycle => "lifecycle",
            Self::Behavior => "behavior",
            Self::Certification => "certification",
            Self::Custom => "custom",
        }
    }

    /// Whether a user is in at most one segment of this type, unless an admin includes them in another.
    pub fn is_exclusive(self) -> bool {
        match self {
            Self::Plan | Self::Lifecycle => true,
            Self::Behavior | Self::Certification | Self::Custom => false,
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Type and value, written `lifecycle:active`. The value of a custom segment is its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentKey {
    pub kind: SegmentType,
    pub value: String,
}

impl SegmentKey {
    pub fn new(kind: SegmentType, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

impl fmt::Display for SegmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected type:value, such as lifecycle:active")]
pub struct NotASegmentKey;

impl FromStr for SegmentKey {
    type Err = NotASegmentKey;

    fn from_str(text: &str) -> Result<Self, NotASegmentKey> {
        let (kind, value) = text.split_once(':').ok_or(NotASegmentKey)?;
        let kind = SegmentType::from_name(kind).ok_or(NotASegmentKey)?;
        if value.is_empty() {
            return Err(NotASegmentKey);
        }
        Ok(Self::new(kind, value))
    }
}

/// As text, such as `lifecycle:active`.
impl Serialize for SegmentKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "api")]
impl schemars::JsonSchema for SegmentKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SegmentId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let kinds: Vec<_> = SegmentType::ALL.into_iter().map(SegmentType::name).collect();
        schemars::json_schema!({
            "description": "The id of a segment: its type and its value.",
            "type": "string",
            "maxLength": 96,
            "pattern": format!("^({}):[A-Za-z0-9_-]+$", kinds.join("|")),
        })
    }
}

impl<'de> Deserialize<'de> for SegmentKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_keys_are_read_by_type_and_value() {
        assert_eq!("custom:a:b".parse(), Ok(SegmentKey::new(SegmentType::Custom, "a:b")));
        for text in ["", ":", "lifecycle", "lifecycle:", "Lifecycle:new", "engagement:new", ":new", " plan:pro"] {
            assert_eq!(text.parse::<SegmentKey>(), Err(NotASegmentKey), "{text:?}");
        }
    }
}
