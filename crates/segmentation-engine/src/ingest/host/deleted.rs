//! The query `[deleted]`: ids of users deleted in the host application. Every pull reads all of them. Users who are
//! no longer among them stay deleted until the query `[users]` has a row for them.
//!
//! Too many deletions, by this query or by the column `deletedAt`, are refused.

use std::collections::HashSet;

use domain::{
    ids::{UserId, UserNo},
    profile::{DELETION, UserChange},
    shard::Shard,
};
use persistence::{
    host::{IdQuery, Window},
    ingest::{
        attempts::Origin,
        gone::{self, Reported},
        users,
    },
};

use super::{
    PullError, Pulling, Stream,
    ask::{ask, check},
    batch::Batch,
};
use crate::{
    ingest::deletions::are_too_many,
    support::{failpoints::point, retry::with_retry},
};

/// Users per transaction.
const TOGETHER: usize = 5_000;

impl Pulling<'_> {
    pub(super) async fn deleted_query(&self, faults: &mut Vec<String>) -> Result<Option<IdQuery>, PullError> {
        let Some(text) = &self.options.config.deleted else { return Ok(None) };
        check("deleted", faults, || self.host.id_query(text)).await
    }

    pub(super) async fn read_deleted(&mut self, query: Option<&IdQuery>) -> Result<(), PullError> {
        let Some(query) = query else { return Ok(()) };
        self.deleted.clear();
        let (limit, mut above) = (self.options.config.batch_rows.get(), String::new());
        loop {
            let page = ask(|| self.host.ids(query, &above, limit)).await?;
            let Some(last) = page.last() else { return Ok(()) };
            above.clone_from(last);
            self.deleted.extend(page.iter().map(|id| id.trim().to_owned()));
        }
    }

    pub(super) async fn report_deleted(&mut self) -> Result<(), PullError> {
        let mut ids: Vec<_> = self.deleted.iter().cloned().map(UserId).collect();
        ids.sort_unstable();
        if !self.options.allow_shrink {
            let mut found = HashSet::new();
            for ids in ids.chunks(TOGETHER) {
                found.extend(self.present(ids.iter()).await?);
            }
            self.refuse_too_many(&found)?;
        }
        for ids in ids.chunks(TOGETHER) {
            for (shard, ids) in self.database.shards().divide(ids, |id| id) {
                let gone = with_retry(|| self.try_report(shard, &ids)).await?;
                self.gone.extend(gone);
            }
        }
        Ok(())
    }

    async fn try_report(&self, shard: Shard, ids: &[&UserId]) -> Result<Vec<UserNo>, PullError> {
        let tx = self.database.begin_membership_change(shard).await?;
        let mut users: Vec<UserNo> = users::find_many(&tx, ids.iter().copied()).await?.into_values().collect();
        users.sort_unstable();
        let gone = gone::report(&tx, Reported::All(&users), self.now).await?;
        point("pull_before_commit");
        if self.options.dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(gone)
    }

    /// Before a round of users writes anything: the users that it would delete by the column.
    pub(super) async fn refuse_too_many_by_column(&self, stream: Option<&Stream>) -> Result<(), PullError> {
        let Some(stream) = stream.filter(|stream| stream.has_deletions()) else { return Ok(()) };
        let round = stream.progress.round.as_ref();
        let ceiling = stream.ahead.map(|(_, through)| through).or(round.map(|round| round.ceiling));
        let Some(ceiling) = ceiling.filter(|_| !self.options.allow_shrink) else { return Ok(()) };
        let from = stream.progress.settled.map(|settled| settled.saturating_sub(stream.overlap));
        let limit = self.options.config.batch_rows.get();
        let (mut found, mut at) = (HashSet::new(), round.and_then(|round| round.at.clone()));
        loop {
            let window = Window { from, after: at.as_ref(), ceiling, among: None, limit };
            let rows = ask(|| self.host.page_with(&stream.query, &window, DELETION)).await?;
            let batch = Batch::<UserChange>::read(&stream.query, &rows, Origin::Host(&stream.key.source));
            found.extend(self.present(batch.deleted_users(self.now)).await?);
            self.refuse_too_many(&found)?;
            if rows.len() < limit as usize {
                return Ok(());
            }
            at = rows.last().map(|row| row.position.clone());
        }
    }

    async fn present(&self, ids: impl Iterator<Item = &UserId> + Clone) -> Result<Vec<UserNo>, PullError> {
        let connection = self.database.connection();
        with_retry(|| async { Ok(gone::present_among(connection, ids.clone()).await?) }).await
    }

    fn refuse_too_many(&self, found: &HashSet<UserNo>) -> Result<(), PullError> {
        let (deleted, users) = (self.gone.union(found).count() as u64, self.users);
        if are_too_many(deleted, users) { Err(PullError::TooManyDeleted { deleted, users }) } else { Ok(()) }
    }
}

impl Stream {
    pub(super) fn has_deletions(&self) -> bool {
        self.query.columns().contains(&DELETION)
    }
}
