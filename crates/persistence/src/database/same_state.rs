//! Two snapshots of the same state of an SQLite database, so that two cores read it. SQLite cannot open a second snapshot
//! of a given state, so two are opened one after the other, and a third connection tells whether anything was committed
//! in between.

use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sqlx::{SqliteConnection, query_scalar};
use tokio::time::timeout_at;

use super::{errors::of_the_driver, transaction::Snapshot};

/// Opening both takes less than a millisecond, so several commits in a row in that time are rare.
const ATTEMPTS: usize = 5;

/// `pool` has two connections. Without a second snapshot if none of the `others` is free for watching by the deadline, or
/// if there was a commit each time.
pub(super) async fn begin(
    pool: &DatabaseConnection,
    others: &DatabaseConnection,
    deadline: Instant,
) -> Result<(Snapshot, Option<Snapshot>), DbErr> {
    let watcher = timeout_at(deadline.into(), others.get_sqlite_connection_pool().acquire());
    if let Ok(watcher) = watcher.await {
        let mut watcher = watcher.map_err(of_the_driver)?;
        for _ in 0..ATTEMPTS {
            let before = data_version(&mut watcher).await?;
            let (first, second) = (opened(pool).await?, opened(pool).await?);
            if data_version(&mut watcher).await? == before {
                return Ok((first, Some(second)));
            }
            first.close().await?;
            second.close().await?;
        }
    }
    Ok((Snapshot::begin(pool).await?, None))
}

/// Differs from the value before if another connection has committed since.
async fn data_version(watcher: &mut SqliteConnection) -> Result<i64, DbErr> {
    query_scalar("PRAGMA data_version").fetch_one(watcher).await.map_err(of_the_driver)
}

/// A transaction of SQLite has no snapshot until it reads.
async fn opened(pool: &DatabaseConnection) -> Result<Snapshot, DbErr> {
    let snapshot = Snapshot::begin(pool).await?;
    snapshot.execute_unprepared("SELECT 1 FROM users LIMIT 1").await?;
    Ok(snapshot)
}
