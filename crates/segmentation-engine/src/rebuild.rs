//! Makes anew what reports read and what follows from the ledger, events and attempts: the flow of segments, what users spent and
//! what they were members of when they bought, and who was active on each day. Every transaction leaves what is right, so a process
//! that is killed can begin again.

use domain::{
    instant::{EARLIEST, Instant},
    period::Moment,
    shard::Shard,
};
use persistence::{
    Database, DbErr,
    ingest::{credit_sets, spend},
    membership::ledger,
    reports::activity_days,
    runs,
    user_range::UserRange,
};

use crate::{
    activity_days::keep_up,
    support::{failpoints::point, retry::with_retry},
};

/// Users of a transaction.
const USERS: u64 = 1_000;

/// What was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Segments whose flow was counted.
    pub segments: u64,
    /// Users whose purchases were looked at.
    pub users: u64,
    /// Days of shards on which it was looked who was active.
    pub days: u64,
}

pub async fn rebuild(database: &Database, moment: Moment) -> Result<Rebuilt, DbErr> {
    let run_at = closed_history(database, moment).await?;
    let segments = flow(database).await?;
    let mut users = 0;
    for shard in database.shards().all() {
        users += of_users(database, shard, run_at).await?;
        forget_days(database, shard).await?;
    }
    let days = keep_up(database, moment, None).await?;
    Ok(Rebuilt { segments, users, days })
}

/// The clock of the latest run, once every transaction that began before it has ended: no change before that clock comes any more.
async fn closed_history(database: &Database, moment: Moment) -> Result<Option<Instant>, DbErr> {
    let run_at = runs::latest_clock(database.connection(), moment.now).await?;
    with_retry(|| async { database.begin_definition_change(Shard::FIRST).await?.commit().await }).await?;
    Ok(run_at)
}

/// A transaction for each segment and shard, in which nobody else changes memberships.
async fn flow(database: &Database) -> Result<u64, DbErr> {
    let segments = ledger::segments(database.connection()).await?;
    for segment in &segments {
        for shard in database.shards().all() {
            with_retry(|| async {
                let tx = database.begin_definition_change(shard).await?;
                ledger::count_flow_again(&tx, *segment).await?;
                tx.commit().await
            })
            .await?;
            point("rebuild_after_commit");
        }
    }
    Ok(segments.len() as u64)
}

/// What users bought and spent.
async fn of_users(database: &Database, shard: Shard, run_at: Option<Instant>) -> Result<u64, DbErr> {
    let (mut rest, mut all) = (UserRange::of_shard(shard), 0);
    while let Some((range, users)) = rest.first(database.connection(), USERS).await? {
        rest.after = range.through;
        all += users;
        with_retry(|| async {
            let tx = database.begin_membership_change(shard).await?;
            // Nothing is kept without a run.
            credit_sets::rebuild(&tx, range, run_at.unwrap_or(EARLIEST)).await?;
            spend::rebuild(&tx, range).await?;
            tx.commit().await
        })
        .await?;
        point("rebuild_after_commit");
    }
    Ok(all)
}

async fn forget_days(database: &Database, shard: Shard) -> Result<(), DbErr> {
    with_retry(|| async {
        let tx = database.begin_membership_change(shard).await?;
        activity_days::forget_all(&tx).await?;
        tx.commit().await
    })
    .await?;
    point("rebuild_after_commit");
    Ok(())
}
