//! Keeps who was active on each day, so that reports need not read every attempt and event. Reports are right without it.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::{
    calendar::{CalendarPeriod, CalendarUnit},
    period::Moment,
    shard::Shard,
};
use persistence::{Database, DbErr, reports::activity_days};

use crate::support::{alone::alone, deadline::shares, failpoints::point, retry::with_retry};

/// How many days are kept, of those that are over: as many as the longest report has.
const DAYS: i64 = 400;
/// A transaction goes on with the next day until it has lasted this long.
const TURN: Duration = Duration::from_millis(100);

/// Forgets days on which something changed, and keeps those that are lacking, the latest first. Past the deadline it begins no more,
/// and the next call goes on. Returns how many days of shards it kept.
pub async fn keep_up(database: &Database, moment: Moment, deadline: Option<Instant>) -> Result<u64, DbErr> {
    let days = over(database, moment).await?;
    let mut kept = 0;
    forget_dirty(database).await?;
    for (shard, until) in shares(database.shards(), deadline) {
        let lacking = activity_days::lacking(database.connection(), shard, &days).await?;
        kept += keep(database, shard, &lacking, until).await?;
    }
    Ok(kept)
}

/// Those since the first user was active, the latest first. They are the same in all shards: a report needs a day of all of them.
async fn over(database: &Database, Moment { now, zone }: Moment) -> Result<Vec<CalendarPeriod>, DbErr> {
    let mut first = now;
    for shard in database.shards().all() {
        let of_shard = activity_days::first_activity(database.connection(), shard).await?;
        first = of_shard.map_or(first, |at| at.min(first));
    }
    let days = CalendarUnit::Day.periods(first.max(now - TimeDelta::days(DAYS)), now, zone);
    Ok(days.into_iter().filter(|day| day.ends <= now).rev().collect())
}

/// If others write without a pause, the marks stay until the next time.
async fn forget_dirty(database: &Database) -> Result<(), DbErr> {
    for shard in activity_days::dirty_shards(database.connection()).await? {
        with_retry(|| async {
            let Some(tx) = alone(database, shard).await? else { return Ok(()) };
            activity_days::forget_dirty(&tx).await?;
            tx.commit().await
        })
        .await?;
    }
    Ok(())
}

async fn keep(
    database: &Database,
    shard: Shard,
    mut days: &[CalendarPeriod],
    until: Option<Instant>,
) -> Result<u64, DbErr> {
    let lacking = days.len();
    while !days.is_empty() && until.is_none_or(|until| Instant::now() < until) {
        let kept = with_retry(|| async {
            let (tx, begun) = (database.begin_membership_change(shard).await?, Instant::now());
            let mut kept = 0;
            for day in days {
                activity_days::keep(&tx, *day).await?;
                kept += 1;
                if begun.elapsed() >= TURN || until.is_some_and(|until| Instant::now() >= until) {
                    break;
                }
            }
            tx.commit().await?;
            Ok::<_, DbErr>(kept)
        });
        days = &days[kept.await?..];
        point("rebuild_after_commit");
    }
    Ok((lacking - days.len()) as u64)
}
