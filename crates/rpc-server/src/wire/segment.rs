//! A segment.

use chrono::{DateTime, Utc};
use domain::{criteria::SegmentNames, segment_health::SegmentHealth, system_segments::SystemSegment, text::fold};
use persistence::segments::{
    CountedSegment, StoredSegment,
    custom::{Edited, StoredDefinition},
};
use schemars::JsonSchema;
use segmentation_engine::segments::definition::Vocabulary;
use serde::Serialize;

use super::key::SegmentGroup;

/// Whether a segment is built in or custom.
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
    /// The segment's key, `type:value`.
    pub(crate) id: String,
    /// The display name.
    pub(crate) name: String,
    /// A description. May be empty.
    pub(crate) description: String,
    /// The definition as a sentence. Null if it is no longer valid.
    pub(crate) criteria_in_words: Option<String>,
    /// Built in or custom.
    #[serde(rename = "type")]
    pub(crate) source: SegmentSource,
    /// The segment's type.
    pub(crate) segment_type: SegmentGroup,
    /// The segment's value, unique within its type. For a custom segment, its id.
    pub(crate) segment_value: String,
    /// Current number of members.
    pub(crate) user_count: i64,
    /// When the count last changed.
    pub(crate) counted_at: Option<DateTime<Utc>>,
    /// Whether runs evaluate the segment.
    pub(crate) is_active: bool,
    /// Whether the last run kept the segment up to date, and if not, why.
    pub(crate) health: SegmentHealth,
    /// The version of a custom segment's definition, incremented with every change. Null for a system segment.
    pub(crate) version: Option<i32>,
    /// When the segment was created.
    pub(crate) created_at: DateTime<Utc>,
}

/// What admins have to do with a segment.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentPeople {
    /// Who created it. Only for custom segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_by: Option<String>,
    /// Who last changed its definition. Only for custom segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edited_by: Option<String>,
    /// When its definition was last changed. Only for custom segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edited_at: Option<DateTime<Utc>>,
    /// Its tags, in alphabetical order.
    pub(crate) tags: Vec<String>,
    /// Whether the caller has it starred.
    pub(crate) starred: bool,
}

impl SegmentPeople {
    pub(crate) fn of_custom(definition: &StoredDefinition, edited: Option<Edited>) -> Self {
        let (edited_by, edited_at) = edited.map(|edited| (edited.by, edited.at)).unzip();
        Self { created_by: Some(definition.created_by.clone()), edited_by, edited_at, ..Self::default() }
    }
}

impl Segment {
    pub(crate) fn system(stored: CountedSegment, system: &SystemSegment) -> Self {
        Self {
            name: system.name.into(),
            description: system.description.into(),
            criteria_in_words: Some(system.criteria.describe(&SegmentNames::new())),
            ..Self::new(stored, SegmentSource::System)
        }
    }

    /// Describes the definition even if a segment it refers to no longer exists.
    pub(crate) fn custom(stored: CountedSegment, definition: &StoredDefinition, vocabulary: &Vocabulary) -> Self {
        Self {
            name: definition.name.clone(),
            description: definition.description.clone().unwrap_or_default(),
            criteria_in_words: vocabulary.describe(&definition.definition),
            version: Some(definition.version),
            ..Self::new(stored, SegmentSource::Custom)
        }
    }

    fn new(stored: CountedSegment, source: SegmentSource) -> Self {
        let CountedSegment {
            segment: StoredSegment { key, is_active, health, created_at, .. },
            member_count,
            counted_at,
        } = stored;
        Self {
            id: key.to_string(),
            name: String::new(),
            description: String::new(),
            criteria_in_words: None,
            source,
            segment_type: key.kind,
            segment_value: key.value,
            user_count: member_count,
            counted_at,
            is_active,
            health,
            version: None,
            created_at,
        }
    }

    /// Whether the name or the description contains a case-folded text.
    pub(crate) fn mentions(&self, folded: &str) -> bool {
        fold(&self.name).contains(folded) || fold(&self.description).contains(folded)
    }
}
