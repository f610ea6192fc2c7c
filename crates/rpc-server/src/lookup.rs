//! Finds the segments and users that params refer to.

use domain::{
    ids::{UserId, UserNo},
    segment::SegmentKey,
};
use persistence::{
    ConnectionTrait,
    ingest::users,
    segments::{self, StoredSegment},
};

use crate::errors::MethodError;

pub(crate) async fn segment(connection: &impl ConnectionTrait, key: &SegmentKey) -> Result<StoredSegment, MethodError> {
    segments::find(connection, key).await?.ok_or_else(|| MethodError::NotFound(format!("segment {key}")))
}

pub(crate) async fn user(connection: &impl ConnectionTrait, id: &UserId) -> Result<UserNo, MethodError> {
    users::find(connection, id).await?.ok_or_else(|| MethodError::NotFound(format!("user {id}")))
}
