//! The name, description and criteria of a custom segment.

use domain::segment::{SegmentKey, SegmentType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::criteria::{CriteriaItem, OutermostSet};

// PostgreSQL text cannot contain NUL.

/// The name of a custom segment. Unique, ignoring case. Leading and trailing spaces are removed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentName(
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^\u0000]*$"))] pub(crate) String,
);

/// The description of a custom segment.
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
    pub(crate) fn key(self) -> SegmentKey {
        SegmentKey::new(SegmentType::Custom, self.0)
    }
}

pub(crate) struct Definition {
    pub(crate) name: SegmentName,
    pub(crate) description: Option<SegmentDescription>,
    pub(crate) set: OutermostSet,
}

/// For schemas.
pub(crate) type CriteriaList = Vec<CriteriaItem>;
