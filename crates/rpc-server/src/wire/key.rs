//! Keys of segments and users in params, and what they refer to.

pub(crate) use domain::segment::SegmentType as SegmentGroup;
use domain::{
    ids::{UserId, UserNo},
    segment::SegmentKey,
    shard::Shards,
};
use persistence::{
    ConnectionTrait,
    ingest::users,
    segments::{self, CountedSegment},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::errors::MethodError;

/// The value of a segment, unique within its type. For a custom segment, its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentValue(#[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))] pub(crate) String);

impl SegmentValue {
    pub(crate) fn of(self, group: SegmentGroup) -> SegmentKey {
        SegmentKey::new(group, self.0)
    }
}

/// The id of a segment: its type and its value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentIdText(
    #[schemars(length(max = 96), regex(pattern = "^[a-z]+:[A-Za-z0-9_-]+$"))] pub(crate) String,
);

impl SegmentIdText {
    /// A type that does not exist has no segments.
    pub(crate) fn key(&self) -> Result<SegmentKey, MethodError> {
        self.0.parse().map_err(|_| MethodError::NotFound(format!("segment {}", self.0)))
    }
}

/// A segment, which params name by two keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentParams {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: SegmentValue,
}

impl SegmentParams {
    pub(crate) fn key(self) -> SegmentKey {
        self.segment_value.of(self.segment_type)
    }
}

/// A user's id in the host application. Spaces around it do not count.
// PostgreSQL text cannot contain NUL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct UserIdText(#[schemars(length(max = 1024), regex(pattern = r"^[^\u0000]+$"))] pub(crate) String);

impl From<UserIdText> for UserId {
    fn from(text: UserIdText) -> Self {
        Self::parse(&text.0)
    }
}

pub(crate) async fn find_segment(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
) -> Result<CountedSegment, MethodError> {
    segments::find_counted(connection, key).await?.ok_or_else(|| MethodError::NotFound(format!("segment {key}")))
}

pub(crate) async fn find_user(
    connection: &impl ConnectionTrait,
    shards: Shards,
    id: &UserId,
) -> Result<UserNo, MethodError> {
    users::find(connection, shards.of(id), id).await?.ok_or_else(|| MethodError::NotFound(format!("user {id}")))
}
