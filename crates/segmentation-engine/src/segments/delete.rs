//! Deletes custom segments that no other segment refers to.

use std::fmt;

use domain::{
    alert::AlertId,
    ids::SegmentId,
    membership::Cause,
    period::Moment,
    segment::SegmentKey,
    shard::{Shard, Shards},
    words::counted,
};
use persistence::{
    Database, DbErr, DefinitionTx,
    alerts::rules,
    database::words,
    goals::{self, SavedGoal},
    ops::audit as entries,
    segments::{self, StoredSegment, custom},
    sync::segments as syncs,
};
use serde_json::{Value as Json, json};

use super::{
    change::begin_change,
    definition::{Vocabulary, find_stored},
};
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
    /// Other segments refer to it, goals name it, or alerts watch it.
    #[error("{0}")]
    InUse(UsedBy),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// What became of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deleted {
    /// Number of members it had.
    pub left: u64,
    /// Whether the next sync removes its remote segment.
    pub is_removed_by_sync: bool,
}

/// What keeps a segment from being deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsedBy {
    pub segments: Vec<Referrer>,
    pub goals: Vec<SavedGoal>,
    pub alerts: Vec<AlertId>,
}

impl fmt::Display for UsedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uses = [
            (self.segments.len(), "other segment refers to it", "other segments refer to it"),
            (self.goals.len(), "goal names it", "goals name it"),
            (self.alerts.len(), "alert watches it", "alerts watch it"),
        ];
        let uses = uses.into_iter().filter(|(count, ..)| *count > 0);
        let uses: Vec<_> = uses.map(|(count, one, many)| counted(count as u64, one, many)).collect();
        f.write_str(&uses.join(", "))
    }
}

/// A segment that refers to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    pub key: SegmentKey,
    pub name: String,
}

/// Deletes a segment with its versions and overrides; with one shard, in one transaction. With several it is recorded and made
/// inactive, then emptied shard by shard, then gone; if the process ends in between, deleting it again goes on.
pub async fn delete(
    database: &Database,
    key: &SegmentKey,
    moment: Moment,
    audit: &Audit,
) -> Result<Deleted, DeleteError> {
    if database.shards() == Shards::ONE {
        return with_retry(|| delete_at_once(database, key, moment, audit)).await;
    }
    let Begun { entry, name, is_removed_by_sync } = with_retry(|| begin(database, key, moment, audit)).await?;
    let mut left = 0;
    for shard in database.shards().all() {
        left += with_retry(|| empty(database, shard, key, moment, audit)).await?;
    }
    let detail = audit.entry(moment.now, None, Some(json!({"name": name, "left": left}))).detail;
    with_retry(|| finish(database, key, entry, detail.clone())).await?;
    Ok(Deleted { left, is_removed_by_sync })
}

async fn delete_at_once(
    database: &Database,
    key: &SegmentKey,
    moment: Moment,
    audit: &Audit,
) -> Result<Deleted, DeleteError> {
    let (tx, changed_at) = begin_change(database, Shard::FIRST, moment).await?;
    let (segment, name) = find(&tx, key).await?;
    let is_removed_by_sync = syncs::may_have_remote(&tx, segment.id).await?;
    refuse_if_used(&tx, (segment.id, key), moment).await?;
    let left = segments::empty(&tx, segment.id, &audit.change_context(changed_at.now, Cause::SegmentDeleted)).await?;
    segments::delete(&tx, segment.id, key).await?;
    audit.record(&tx, moment.now, Some(segment_target(key)), Some(json!({"name": name, "left": left}))).await?;
    tx.commit().await?;
    Ok(Deleted { left, is_removed_by_sync })
}

/// A deletion in several transactions.
struct Begun {
    /// The number of the entry in the audit log.
    entry: i64,
    name: String,
    /// Whether there is a remote segment to remove.
    is_removed_by_sync: bool,
}

/// From now on nobody enters, and nothing can refer to it.
async fn begin(database: &Database, key: &SegmentKey, moment: Moment, audit: &Audit) -> Result<Begun, DeleteError> {
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    let (segment, name) = find(&tx, key).await?;
    refuse_if_used(&tx, (segment.id, key), moment).await?;
    segments::begin_deletion(&tx, segment.id).await?;
    let detail = json!({"name": name, "state": "started"});
    let entry = audit.entry(moment.now, Some(segment_target(key)), Some(detail));
    let entry = entries::record(&tx, &entry).await?;
    let is_removed_by_sync = syncs::may_have_remote(&tx, segment.id).await?;
    tx.commit().await?;
    Ok(Begun { entry, name, is_removed_by_sync })
}

async fn empty(
    database: &Database,
    shard: Shard,
    key: &SegmentKey,
    moment: Moment,
    audit: &Audit,
) -> Result<u64, DeleteError> {
    let (tx, changed_at) = begin_change(database, shard, moment).await?;
    let (segment, _) = find(&tx, key).await?;
    let left = segments::empty(&tx, segment.id, &audit.change_context(changed_at.now, Cause::SegmentDeleted)).await?;
    tx.commit().await?;
    Ok(left)
}

/// Somebody else may have deleted it too, and may have been faster.
async fn finish(database: &Database, key: &SegmentKey, entry: i64, detail: Option<Json>) -> Result<(), DeleteError> {
    let tx = database.begin_definition_change(Shard::FIRST).await?;
    if let Some((segment, _)) = find_stored(&tx, key).await? {
        segments::delete(&tx, segment.id, key).await?;
    }
    entries::set_detail(&tx, entry, detail).await?;
    tx.commit().await?;
    Ok(())
}

/// With its name. Also one of which a deletion was cut off.
async fn find(tx: &DefinitionTx, key: &SegmentKey) -> Result<(StoredSegment, String), DeleteError> {
    let found = find_stored(tx, key).await?;
    let (segment, definition) = found.ok_or_else(|| DeleteError::NotFound(key.clone()))?;
    Ok((segment, definition.name))
}

async fn refuse_if_used(
    tx: &DefinitionTx,
    (segment, key): (SegmentId, &SegmentKey),
    moment: Moment,
) -> Result<(), DeleteError> {
    let vocabulary = Vocabulary::load(tx, moment.zone).await?;
    let others = custom::all(tx).await?.into_iter();
    let referrers = others.filter(|other| vocabulary.references_of(other).contains(key));
    let segments = referrers.map(|other| Referrer { key: other.key, name: other.name }).collect();
    let (goals, alerts) = (goals::naming(tx, key).await?, rules::of_segment(&**tx, segment).await?);
    let used_by = UsedBy { segments, goals, alerts };
    if used_by == UsedBy::default() { Ok(()) } else { Err(DeleteError::InUse(used_by)) }
}

impl Failure for DeleteError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::InUse(_) => None,
        }
    }
}
