//! Keys of segments and users in params.

use domain::{
    ids::UserId,
    segment::{SegmentKey, SegmentType},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SegmentGroup {
    /// By plan. A user is in at most one of them.
    Plan,
    /// By account age and activity. A user is in at most one of them.
    Lifecycle,
    /// By quizzes and streaks.
    Behavior,
    /// By the certifications of a user's quizzes.
    Certification,
    /// Defined by an admin.
    Custom,
}

impl From<SegmentGroup> for SegmentType {
    fn from(group: SegmentGroup) -> Self {
        match group {
            SegmentGroup::Plan => Self::Plan,
            SegmentGroup::Lifecycle => Self::Lifecycle,
            SegmentGroup::Behavior => Self::Behavior,
            SegmentGroup::Certification => Self::Certification,
            SegmentGroup::Custom => Self::Custom,
        }
    }
}

impl From<SegmentType> for SegmentGroup {
    fn from(kind: SegmentType) -> Self {
        match kind {
            SegmentType::Plan => Self::Plan,
            SegmentType::Lifecycle => Self::Lifecycle,
            SegmentType::Behavior => Self::Behavior,
            SegmentType::Certification => Self::Certification,
            SegmentType::Custom => Self::Custom,
        }
    }
}

/// The value of a segment, unique within its type. For a custom segment, its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentValue(#[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))] pub(crate) String);

impl SegmentValue {
    pub(crate) fn of(self, group: SegmentGroup) -> SegmentKey {
        SegmentKey::new(group.into(), self.0)
    }
}

/// A user's id in the host application.
// PostgreSQL text cannot contain NUL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct UserIdText(#[schemars(length(max = 1024), regex(pattern = r"^[^\u0000]+$"))] pub(crate) String);

impl From<UserIdText> for UserId {
    fn from(text: UserIdText) -> Self {
        Self(text.0)
    }
}
