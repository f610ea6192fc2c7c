//! Deletes custom segments that no other segment refers to.

use domain::{ids::SegmentId, membership::Cause, period::Moment, segment::SegmentKey, shard::Shard, words::counted};
use persistence::{
    Database, DbErr, DefinitionTx,
    database::words,
    segments::{self, custom},
};
use serde_json::json;

use super::definition::{find_custom, references_of};
use crate::{
    audit::{Audit, segment_target},
    support::retry::{Failure, with_retry},
};

/// Why a segment cannot be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// There is no such custom segment.
    #[error("there is no segment {0}")]
    NotFound(SegmentKey),
    /// Other segments refer to it.
    #[error("{} to it", counted(.0.len() as u64, "other segment refers", "other segments refer"))]
    InUse(Vec<Referrer>),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// A segment that refers to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    pub key: SegmentKey,
    pub name: String,
}

/// Deletes a segment with its versions and overrides; with one shard, in one transaction. With several it is inactive and emptied
/// shard by shard before it is gone; if the process ends in between, deleting it again goes on. Returns the number of members it had.
pub async fn delete(database: &Database, key: &SegmentKey, moment: Moment, audit: &Audit) -> Result<u64, DeleteError> {
    with_retry(|| try_delete(database, key, moment, audit)).await
}

async fn try_delete(database: &Database, key: &SegmentKey, moment: Moment, audit: &Audit) -> Result<u64, DeleteError> {
    let context = audit.change_context(moment.now, Cause::SegmentDeleted);
    let mut left = 0;
    let others = database.shards().all().filter(|shard| *shard != Shard::FIRST);
    for shard in others {
        let tx = database.begin_definition_change(shard).await?;
        let segment = find_unused(&tx, key, moment).await?;
        // Nobody enters what is emptied already.
        segments::set_active(&tx, segment, false).await?;
        left += segments::empty(&tx, segment, &context).await?;
        tx.commit().await?;
    }
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    let segment = find_unused(&tx, key, moment).await?;
    left += segments::empty(&tx, segment, &context).await?;
    segments::delete(&tx, segment).await?;
    audit.record(&tx, moment.now, Some(segment_target(key)), Some(json!({"left": left}))).await?;
    tx.commit().await?;
    Ok(left)
}

async fn find_unused(tx: &DefinitionTx, key: &SegmentKey, moment: Moment) -> Result<SegmentId, DeleteError> {
    let found = find_custom(tx, key).await?;
    let (segment, _) = found.ok_or_else(|| DeleteError::NotFound(key.clone()))?;
    refuse_if_used(tx, key, moment).await?;
    Ok(segment.id)
}

async fn refuse_if_used(tx: &DefinitionTx, key: &SegmentKey, moment: Moment) -> Result<(), DeleteError> {
    let others = custom::all(tx).await?.into_iter();
    let referrers = others.filter(|other| references_of(other, moment.zone).contains(key));
    let used_by: Vec<_> = referrers.map(|other| Referrer { key: other.key, name: other.name }).collect();
    if used_by.is_empty() { Ok(()) } else { Err(DeleteError::InUse(used_by)) }
}

impl Failure for DeleteError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::InUse(_) => None,
        }
    }
}
