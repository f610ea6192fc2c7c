//! The result of saving a custom segment.

use schemars::JsonSchema;
use segmentation_engine::segments::saved;
use serde::Serialize;

use super::segment::Segment;

/// The saved segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedSegment {
    /// Always true. Failures are returned as errors.
    pub(crate) success: bool,
    /// The segment with its current number of members.
    pub(crate) segment: Segment,
    /// The version of the segment's definition.
    pub(crate) version: i32,
    /// Number of users who entered because of this change.
    pub(crate) entered: u64,
    /// Number of users who left because of this change.
    pub(crate) left: u64,
    /// Active segments that refer to this one, directly or indirectly. Their members have been updated too.
    pub(crate) dependants: Vec<FollowedSegment>,
}

/// A segment that was updated because it refers to a saved one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FollowedSegment {
    /// The segment's key, `type:value`.
    id: String,
    /// The segment's display name.
    name: String,
    /// Number of users who entered because of this change.
    entered: u64,
    /// Number of users who left because of this change.
    left: u64,
}

impl SavedSegment {
    pub(crate) fn new(saved: saved::SavedSegment) -> Self {
        let dependants = saved.followed.dependants.iter().map(|(key, applied)| FollowedSegment {
            id: key.to_string(),
            name: saved.vocabulary.names.get(key).cloned().unwrap_or_default(),
            entered: applied.entered,
            left: applied.left,
        });
        Self {
            success: true,
            version: saved.definition.version,
            entered: saved.followed.own.entered,
            left: saved.followed.own.left,
            dependants: dependants.collect(),
            segment: Segment::custom(saved.segment, &saved.definition, &saved.vocabulary),
        }
    }
}
