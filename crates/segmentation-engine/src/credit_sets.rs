//! Keeps with each purchase what its buyer was a member of, once history can no longer change it. Reports are right without it.

use std::time::Instant as Stopwatch;

use domain::{
    instant::{EARLIEST, Instant},
    shard::Shard,
};
use persistence::{Database, DbErr, ingest::credit_sets, runs};

use crate::support::{alone::alone, deadline::shares, failpoints::point, retry::with_retry};

/// Purchases of a transaction.
const CHUNK: u32 = 2_000;

/// Fills in purchases from before the clock of a run that has begun. Starts nothing new after the deadline.
pub async fn keep_up(database: &Database, run_at: Instant, deadline: Option<Stopwatch>) -> Result<u64, DbErr> {
    let (mut kept, mut is_history_closed) = (0, false);
    for (shard, until) in shares(database.shards(), deadline) {
        while until.is_none_or(|until| Stopwatch::now() < until) {
            let keys = credit_sets::lacking(database.connection(), shard, run_at, CHUNK).await?;
            if keys.is_empty() {
                break;
            }
            // Who began before the run may still write with an earlier time, in whatever shard.
            is_history_closed = is_history_closed || nobody_writes(database).await?;
            if !is_history_closed || !keep(database, shard, &keys, run_at).await? {
                return Ok(kept);
            }
            kept += keys.len() as u64;
            point("rebuild_after_commit");
        }
    }
    Ok(kept)
}

async fn nobody_writes(database: &Database) -> Result<bool, DbErr> {
    with_retry(|| async {
        let Some(tx) = alone(database, Shard::FIRST).await? else { return Ok(false) };
        tx.commit().await.map(|()| true)
    })
    .await
}

/// Whether the clock of the run still stands. It may have been taken back, and then nothing is kept.
async fn keep(
    database: &Database,
    shard: Shard,
    keys: &[credit_sets::EventKey],
    run_at: Instant,
) -> Result<bool, DbErr> {
    with_retry(|| async {
        let tx = database.begin_membership_change(shard).await?;
        if runs::not_before_runs(&tx, EARLIEST).await? < run_at {
            return Ok(false);
        }
        credit_sets::keep(&tx, keys.to_vec(), run_at).await?;
        tx.commit().await.map(|()| true)
    })
    .await
}
