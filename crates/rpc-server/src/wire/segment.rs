//! A segment as callers see it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{criteria::SegmentNames, system_segments::SystemSegment, text::fold};
use persistence::segments::{StoredSegment, custom::StoredDefinition};
use schemars::JsonSchema;
use serde::Serialize;

use super::{criteria, key::SegmentGroup};

/// Where a segment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SegmentSource {
    /// Built in.
    System,
    /// Defined by an admin.
    Custom,
}

/// A segment with its size.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Segment {
    /// `type:value`.
    pub(crate) id: String,
    /// For people.
    pub(crate) name: String,
    /// For people; may be empty.
    pub(crate) description: String,
    /// Its definition as a sentence; null if it cannot be read any more.
    pub(crate) criteria_in_words: Option<String>,
    /// Built in or custom.
    #[serde(rename = "type")]
    pub(crate) source: SegmentSource,
    /// Its group.
    pub(crate) segment_type: SegmentGroup,
    /// Its name within the group; of a custom segment its id.
    pub(crate) segment_value: String,
    /// Current members.
    pub(crate) user_count: i64,
    /// When the count last changed.
    pub(crate) counted_at: Option<DateTime<Utc>>,
    /// Whether runs evaluate it.
    pub(crate) is_active: bool,
    /// Why its rule could not be computed by the last run.
    pub(crate) failure: Option<String>,
    /// Of a custom segment the version of its definition, which counts up with every change; null of one that is built in.
    pub(crate) version: Option<i32>,
    /// When it came to be.
    pub(crate) created_at: DateTime<Utc>,
}

impl Segment {
    /// One that is built in.
    pub(crate) fn system(stored: StoredSegment, system: &SystemSegment) -> Self {
        Self {
            name: system.name.into(),
            description: system.description.into(),
            criteria_in_words: Some(system.criteria.describe(&SegmentNames::new())),
            ..Self::new(stored, SegmentSource::System)
        }
    }

    /// One that an admin defined. What it refers to may be gone; it is put into words all the same.
    pub(crate) fn custom(stored: StoredSegment, definition: &StoredDefinition, names: &SegmentNames, zone: Tz) -> Self {
        let criteria = criteria::shown(&definition.definition, zone);
        Self {
            name: definition.name.clone(),
            description: definition.description.clone().unwrap_or_default(),
            criteria_in_words: criteria.map(|criteria| criteria.describe(names)),
            version: Some(definition.version),
            ..Self::new(stored, SegmentSource::Custom)
        }
    }

    fn new(stored: StoredSegment, source: SegmentSource) -> Self {
        Self {
            id: stored.key.to_string(),
            name: String::new(),
            description: String::new(),
            criteria_in_words: None,
            source,
            segment_type: stored.key.kind.into(),
            segment_value: stored.key.value,
            user_count: stored.member_count,
            counted_at: stored.counted_at,
            is_active: stored.is_active,
            failure: stored.failure,
            version: None,
            created_at: stored.created_at,
        }
    }

    /// Whether name or description contain a folded text.
    pub(crate) fn mentions(&self, folded: &str) -> bool {
        fold(&self.name).contains(folded) || fold(&self.description).contains(folded)
    }
}
