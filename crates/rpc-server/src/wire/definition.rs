//! What a custom segment is called, and who belongs to it.

use domain::segment::{SegmentKey, SegmentType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::criteria::{CriteriaItem, OutermostSet};

// PostgreSQL has no NUL in texts.

/// The name of a custom segment: unique without regard to case; spaces around it do not count.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentName(
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^\u0000]*$"))] pub(crate) String,
);

/// The description of a custom segment, for people.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentDescription(
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))] pub(crate) String,
);

/// The id of a custom segment: its `segmentValue`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct CustomSegmentValue(
    #[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))] pub(crate) String,
);

impl CustomSegmentValue {
    /// The key of the segment.
    pub(crate) fn key(self) -> SegmentKey {
        SegmentKey::new(SegmentType::Custom, self.0)
    }
}

/// All that an admin says of a custom segment.
pub(crate) struct Definition {
    pub(crate) name: SegmentName,
    pub(crate) description: Option<SegmentDescription>,
    pub(crate) set: OutermostSet,
}

/// For the schema of a list of criteria.
pub(crate) type CriteriaList = Vec<CriteriaItem>;
