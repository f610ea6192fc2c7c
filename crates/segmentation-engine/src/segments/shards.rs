//! A save with several shards. It is stored and recorded in a transaction that also updates the members in the first shard. Then the
//! other shards follow, each in a transaction of its own. If the process ends in between, the next run goes on: it evaluates
//! everyone, since the segment is not settled by its present rule.

use domain::{
    period::Moment,
    shard::{Shard, Shards},
};
use persistence::{
    Database, DefinitionTx,
    ops::audit as entries,
    segments::{
        self, StoredSegment,
        custom::{Draft, StoredDefinition},
    },
};
use serde_json::Value as Json;

use super::{
    change::begin_change,
    definition::{self, find_custom},
    error::SaveError,
    follow::Followed,
    saved::{SavedSegment, apply},
};
use crate::{
    audit::{Audit, segment_target},
    support::retry::with_retry,
};

/// Who saves, when, and what the audit log says about it.
pub(super) struct Save<'a> {
    pub(super) moment: Moment,
    pub(super) audit: &'a Audit,
    pub(super) detail: &'a (dyn Fn(&SavedSegment) -> Json + Send + Sync),
}

/// What the first transaction has saved.
pub(super) struct Committed {
    saved: SavedSegment,
    /// The number of the entry in the audit log.
    entry: Option<i64>,
}

impl Save<'_> {
    /// `first` is the transaction that saves, in the first shard.
    pub(super) async fn complete<F>(
        &self,
        database: &Database,
        first: impl Fn() -> F,
    ) -> Result<SavedSegment, SaveError>
    where
        F: Future<Output = Result<Committed, SaveError>>,
    {
        let Committed { mut saved, entry } = with_retry(first).await?;
        if database.shards() == Shards::ONE || !saved.segment.is_active {
            return Ok(saved);
        }
        for shard in database.shards().all().filter(|shard| *shard != Shard::FIRST) {
            saved.followed.add(with_retry(|| self.follow_in(database, shard, &saved)).await?);
        }
        if let Some(entry) = entry {
            with_retry(|| self.record_all(database, entry, &saved)).await?;
        }
        let key = saved.segment.key.clone();
        SavedSegment::read(database.connection(), &key, saved.followed, self.moment.zone).await
    }

    /// If a definition comes back by which the segment is settled, it must not count as settled before all shards follow.
    pub(super) async fn unsettle(
        &self,
        database: &Database,
        tx: &DefinitionTx,
        (segment, stored): &(StoredSegment, StoredDefinition),
        draft: &Draft,
    ) -> Result<(), SaveError> {
        if database.shards() != Shards::ONE && stored.definition != draft.criteria.to_json() {
            segments::unsettle(tx, segment.id).await?;
        }
        Ok(())
    }

    /// Ends the first transaction.
    pub(super) async fn commit(&self, tx: DefinitionTx, saved: SavedSegment) -> Result<Committed, SaveError> {
        let target = segment_target(&saved.segment.key);
        let entry = self.audit.entry(self.moment.now, Some(target), Some((self.detail)(&saved)));
        let entry = entries::record(&tx, &entry).await?;
        tx.commit().await?;
        Ok(Committed { saved, entry: Some(entry) })
    }

    /// Ends the first transaction if an earlier try has saved already.
    pub(super) async fn repeat(&self, tx: DefinitionTx, saved: SavedSegment) -> Result<Committed, SaveError> {
        tx.rollback().await?;
        Ok(Committed { saved, entry: None })
    }

    /// Updates the members in another shard, as long as the segment is the one that was saved: the next save does the same for its
    /// version.
    async fn follow_in(&self, database: &Database, shard: Shard, saved: &SavedSegment) -> Result<Followed, SaveError> {
        let (tx, moment) = begin_change(database, shard, self.moment).await?;
        let present = find_custom(&tx, &saved.segment.key)
            .await?
            .filter(|(segment, definition)| segment.is_active && definition.version == saved.definition.version);
        let Some((segment, definition)) = present else {
            tx.rollback().await?;
            return Ok(Followed::default());
        };
        let criteria = definition::read(&tx, &definition.definition, moment.zone).await;
        let criteria = criteria.map_err(|error| SaveError::from(error).of_stored())?;
        let followed = apply(&tx, segment.id, &criteria, moment, self.audit).await?;
        tx.commit().await?;
        Ok(followed)
    }

    async fn record_all(&self, database: &Database, entry: i64, saved: &SavedSegment) -> Result<(), SaveError> {
        let detail = self.audit.entry(self.moment.now, None, Some((self.detail)(saved))).detail;
        let tx = database.begin().await?;
        entries::set_detail(&tx, entry, detail).await?;
        Ok(tx.commit().await?)
    }
}
