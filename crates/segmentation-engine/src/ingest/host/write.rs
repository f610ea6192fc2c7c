//! Writes rows of the host's database, and that they were read.

use std::collections::HashSet;

use domain::{
    ids::{UserId, UserNo},
    shard::{Shard, Shards},
};
use persistence::{
    DbErr, MembershipTx, Transaction,
    host::HostRow,
    ingest::{attempts::Origin, gone},
    ops::pulls::{self, Progress},
};

use super::{
    super::{
        by_shard::{Outcomes, divide},
        record::Record,
        report::{Outcome, RecordKind},
    },
    Covers, PullError, Pulling, Stream,
    batch::Batch,
};
use crate::support::{failpoints::point, retry::with_retry};

impl Pulling<'_> {
    /// Writes rows, and that they are covered. Returns the new progress.
    pub(super) async fn write<T: Record>(
        &mut self,
        stream: &mut Stream,
        rows: &[HostRow],
        covers: Covers<'_>,
    ) -> Result<Progress, PullError> {
        let mut batch = Batch::<T>::read(&stream.query, rows, Origin::Host(&stream.key.source));
        let passed_over = batch.keep_deleted(&self.deleted);
        (0..passed_over).for_each(|_| stream.counts.add(&Outcome::Unchanged));
        let (outcomes, progress) = match self.database.shards() {
            Shards::ONE => {
                let written = with_retry(|| self.write_and_cover::<T>(stream, &batch, &covers)).await?;
                self.gone.extend(written.gone);
                (written.outcomes, written.progress)
            }
            _ => self.write_then_cover::<T>(stream, &batch, &covers).await?,
        };
        let partial = batch.partial(&outcomes);
        stream.counts.partial += partial.len() as u64;
        partial.iter().for_each(|record| self.observer.partial(record));
        stream.counts.add_refused(batch.refused.len() as u64);
        for (place, mut outcome) in outcomes.into_iter().enumerate() {
            let user = batch.records[place].user();
            if self.options.dry_run && outcome == Outcome::WithoutUser && self.created.contains(user) {
                outcome = Outcome::Recorded;
            }
            if self.options.dry_run && outcome == Outcome::Created {
                self.created.insert(user.clone());
            }
            stream.counts.add(&outcome);
            batch.refuse(place, outcome.faults());
        }
        batch.refused.iter().for_each(|record| self.observer.refused(record));
        self.observer.progress(T::KIND.name(), stream.counts.read);
        Ok(progress)
    }

    /// One shard: rows and what they cover are one transaction.
    async fn write_and_cover<T: Record>(
        &self,
        stream: &Stream,
        batch: &Batch<T>,
        covers: &Covers<'_>,
    ) -> Result<WrittenBatch, PullError> {
        let tx = self.database.begin_membership_change(Shard::FIRST).await?;
        let gone = gone::present_among(&tx, batch.deleted_users(self.now)).await?;
        let outcomes = T::write(&tx, &batch.records, Origin::Host(&stream.key.source), self.now).await?;
        let stored = cover::<T>(&tx, stream, &missing(&batch.records, &outcomes), covers).await?;
        self.end(tx).await?;
        let progress = if self.options.dry_run { covers.progress_of(stream) } else { stored };
        Ok(WrittenBatch { outcomes, gone, progress })
    }

    /// A dry run changes nothing.
    async fn end(&self, tx: MembershipTx) -> Result<(), DbErr> {
        point("pull_before_commit");
        if self.options.dry_run {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        point("pull_after_commit");
        Ok(())
    }

    /// Several shards: each has a transaction of its own. What they cover follows, so that a pull that is killed in between reads
    /// the rows again.
    async fn write_then_cover<T: Record>(
        &mut self,
        stream: &Stream,
        batch: &Batch<T>,
        covers: &Covers<'_>,
    ) -> Result<(Vec<Outcome>, Progress), PullError> {
        let (now, origin) = (self.now, Origin::Host(&stream.key.source));
        let connection = self.database.connection();
        let present = || gone::present_among(connection, batch.deleted_users(now));
        self.gone.extend(with_retry(present).await?);
        let mut outcomes = Outcomes::of(batch.records.len());
        for of_shard in divide(self.database.shards(), &batch.records) {
            let written = with_retry(|| async {
                let tx = self.database.begin_membership_change(of_shard.shard).await?;
                let written = T::write(&tx, &of_shard.records, origin, now).await?;
                self.end(tx).await?;
                Ok::<_, DbErr>(written)
            });
            outcomes.set(&of_shard, written.await?);
        }
        let mut outcomes = outcomes.all();
        let dry_run = self.options.dry_run;
        T::take_from_other_shards(self.database, &batch.records, &mut outcomes, origin, dry_run).await?;
        let missing = missing(&batch.records, &outcomes);
        let progress = with_retry(|| async {
            let tx = self.database.begin().await?;
            let stored = cover::<T>(&tx, stream, &missing, covers).await?;
            if self.options.dry_run {
                tx.rollback().await?;
                return Ok(covers.progress_of(stream));
            }
            tx.commit().await?;
            Ok::<_, PullError>(stored)
        });
        Ok((outcomes, progress.await?))
    }
}

struct WrittenBatch {
    outcomes: Vec<Outcome>,
    gone: Vec<UserNo>,
    progress: Progress,
}

/// The users of records that were not written because these users do not exist.
fn missing<'a, T: Record>(records: &'a [T], outcomes: &[Outcome]) -> HashSet<&'a UserId> {
    let is_missing = |outcome: &Outcome| *outcome == Outcome::WithoutUser;
    records.iter().zip(outcomes).filter(|(_, outcome)| is_missing(outcome)).map(|(record, _)| record.user()).collect()
}

/// Stores what is complete once rows are written, and who is missing. Returns the new progress.
async fn cover<T: Record>(
    tx: &Transaction,
    stream: &Stream,
    missing: &HashSet<&UserId>,
    covers: &Covers<'_>,
) -> Result<Progress, PullError> {
    if let Covers::Progress(next) = covers
        && T::KIND != RecordKind::Users
    {
        pulls::forget_users_of_former_query(tx, &stream.key, &next.query_hash).await?;
    }
    if !missing.is_empty() {
        // Theirs are read again once they exist.
        pulls::wait_for_users(tx, &stream.key, missing.iter().copied()).await?;
    }
    point("pull_after_write");
    match covers {
        Covers::Progress(next) => {
            let mut progress = next.clone();
            pulls::save(tx, &stream.key, &mut progress).await?;
            return Ok(progress);
        }
        Covers::Arrived(users) => pulls::stop_waiting_for(tx, &stream.key, users).await?,
        Covers::Nothing => {}
    }
    Ok(stream.progress.clone())
}
