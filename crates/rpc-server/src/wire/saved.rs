//! The result of saving a custom segment.

use domain::criteria::SegmentNames;
use schemars::JsonSchema;
use segmentation_engine::segments::follow::Followed;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

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
    pub(crate) fn new(segment: Segment, version: i32, followed: Followed, names: &SegmentNames) -> Self {
        let Followed { own, dependants } = followed;
        let dependants = dependants.into_iter().map(|(key, applied)| FollowedSegment {
            id: key.to_string(),
            name: names.get(&key).cloned().unwrap_or_default(),
            entered: applied.entered,
            left: applied.left,
        });
        let dependants = dependants.collect();
        Self { success: true, segment, version, entered: own.entered, left: own.left, dependants }
    }

    /// For the audit log: what was requested, and what changed in which segments.
    pub(crate) fn detail(&self, mut asked: Json) -> Json {
        asked["entered"] = self.entered.into();
        asked["left"] = self.left.into();
        if !self.dependants.is_empty() {
            let of_each = |one: &FollowedSegment| (one.id.clone(), json!({"entered": one.entered, "left": one.left}));
            asked["dependants"] = self.dependants.iter().map(of_each).collect::<Map<_, _>>().into();
        }
        asked
    }
}
