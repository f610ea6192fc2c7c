//! A segment as callers see it.

use chrono::{DateTime, Utc};
use domain::{segment::SystemSegment, text::fold};
use persistence::{custom_segments::StoredDefinition, segments::StoredSegment};
use schemars::JsonSchema;
use serde::Serialize;

use super::key::SegmentGroup;

/// Where a segment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SegmentSource {
    /// Built in.
    System,
    /// Defined by an admin.
    Custom,
}

/// A segment with its size.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// `type:value`.
    pub id: String,
    /// For people.
    pub name: String,
    /// For people; may be empty.
    pub description: String,
    /// Built in or custom.
    #[serde(rename = "type")]
    pub source: SegmentSource,
    /// Its group.
    pub segment_type: SegmentGroup,
    /// Its name within the group; of a custom segment its id.
    pub segment_value: String,
    /// Current members.
    pub user_count: i64,
    /// When the count last changed.
    pub counted_at: Option<DateTime<Utc>>,
    /// Whether runs evaluate it.
    pub is_active: bool,
    /// Why its rule could not be computed by the last run.
    pub failure: Option<String>,
    /// When it came to be.
    pub created_at: DateTime<Utc>,
}

impl Segment {
    /// One that is built in.
    pub fn system(stored: StoredSegment, system: &SystemSegment) -> Self {
        Self::new(stored, system.name.into(), system.description.into(), SegmentSource::System)
    }

    /// One that an admin defined.
    pub fn custom(stored: StoredSegment, definition: &StoredDefinition) -> Self {
        let description = definition.description.clone().unwrap_or_default();
        Self::new(stored, definition.name.clone(), description, SegmentSource::Custom)
    }

    fn new(stored: StoredSegment, name: String, description: String, source: SegmentSource) -> Self {
        Self {
            id: stored.key.to_string(),
            name,
            description,
            source,
            segment_type: stored.key.kind.into(),
            segment_value: stored.key.value,
            user_count: stored.member_count,
            counted_at: stored.counted_at,
            is_active: stored.is_active,
            failure: stored.failure,
            created_at: stored.created_at,
        }
    }

    /// Whether name or description contain a folded text.
    pub fn mentions(&self, folded: &str) -> bool {
        fold(&self.name).contains(folded) || fold(&self.description).contains(folded)
    }
}
