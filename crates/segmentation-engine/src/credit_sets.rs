//! Keeps with each purchase what its buyer was a member of, once history can no longer change it. Reports are right without it.

use std::time::Instant as Stopwatch;

use domain::{instant::Instant, shard::Shard};
use persistence::{Database, DbErr, ingest::credit_sets};

use crate::support::{alone::alone, failpoints::point, retry::with_retry};

/// Purchases of a transaction.
const CHUNK: u32 = 2_000;

/// Goes on with what lacks it of the time before the clock of a run, which must have begun. Past the deadline it begins no more.
pub async fn keep_up(database: &Database, run_at: Instant, deadline: Option<Stopwatch>) -> Result<u64, DbErr> {
    let mut kept = 0;
    for shard in database.shards().all() {
        kept += of_shard(database, shard, run_at, deadline).await?;
    }
    Ok(kept)
}

async fn of_shard(
    database: &Database,
    shard: Shard,
    before: Instant,
    deadline: Option<Stopwatch>,
) -> Result<u64, DbErr> {
    let (mut kept, mut is_history_closed) = (0, false);
    while deadline.is_none_or(|deadline| Stopwatch::now() < deadline) {
        let keys = credit_sets::lacking(database.connection(), shard, before, CHUNK).await?;
        if keys.is_empty() {
            break;
        }
        // Who began before the run may still write with an earlier time.
        if !is_history_closed {
            let nobody_writes = with_retry(|| async {
                let Some(tx) = alone(database, shard).await? else { return Ok(false) };
                tx.commit().await.map(|()| true)
            });
            is_history_closed = nobody_writes.await?;
            if !is_history_closed {
                break;
            }
        }
        with_retry(|| async {
            let tx = database.begin_membership_change(shard).await?;
            credit_sets::keep(&tx, keys.clone(), before).await?;
            tx.commit().await
        })
        .await?;
        kept += keys.len() as u64;
        point("rebuild_after_commit");
    }
    Ok(kept)
}
