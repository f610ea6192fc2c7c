//! A custom segment that was changed.

use persistence::members::Applied;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

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
}

impl SavedSegment {
    /// The segment of examples.
    pub(crate) const EXAMPLE_VALUE: &str = "3f1c2c52-6a2e-4a33-9d3e-0b6f1f7f7a10";

    /// After a save.
    pub(crate) fn new(segment: Segment, version: i32, applied: Applied) -> Self {
        Self { success: true, segment, version, entered: applied.entered, left: applied.left }
    }

    /// For the document.
    pub(crate) fn example(name: &str, version: i32, (entered, left): (u64, u64)) -> Json {
        let segment = Self::example_segment(name, 412 + entered - left);
        json!({"success": true, "segment": segment, "version": version, "entered": entered, "left": left})
    }

    /// The segment of examples, with so many members.
    pub(crate) fn example_segment(name: &str, members: u64) -> Json {
        json!({
            "id": format!("custom:{}", Self::EXAMPLE_VALUE), "name": name, "description": "",
            "criteriaInWords": "plan is PRO and current streak is at least 7", "type": "custom",
            "segmentType": "custom", "segmentValue": Self::EXAMPLE_VALUE, "userCount": members,
            "countedAt": "2014-10-15T00:00:00Z", "isActive": true, "failure": null,
            "createdAt": "2014-10-15T00:00:00Z",
        })
    }
}
