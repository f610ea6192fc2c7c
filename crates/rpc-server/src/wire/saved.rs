//! A custom segment that was saved, and what came of it.

use domain::criteria::SegmentNames;
use schemars::JsonSchema;
use segmentation_engine::segments::follow::Followed;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::segment::Segment;

/// The segment as it is now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedSegment {
    /// Always true: whatever fails is an error.
    pub(crate) success: bool,
    /// With the members that it has now.
    pub(crate) segment: Segment,
    /// The version of its definition.
    pub(crate) version: i32,
    /// How many users entered by this.
    pub(crate) entered: u64,
    /// How many left by this.
    pub(crate) left: u64,
    /// The active segments that refer to it, directly or through others: their members have followed, too.
    pub(crate) dependants: Vec<FollowedSegment>,
}

/// A segment whose members followed those of another one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FollowedSegment {
    /// `type:value`.
    id: String,
    /// For people.
    name: String,
    /// How many users entered it by this.
    entered: u64,
    /// How many left it by this.
    left: u64,
}

impl SavedSegment {
    /// After a save.
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

    /// For the audit log: what was asked for, and what came of it in which segments.
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
