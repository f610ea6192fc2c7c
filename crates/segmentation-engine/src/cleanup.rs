//! Old memberships are deleted for good; decisions and history stay.

use chrono::TimeDelta;
use domain::instant::Instant;
use persistence::{Database, DbErr, membership};

/// How long a membership that ended is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// Deletes the rows of memberships that ended more than 90 days ago; says how many. Overrides and the ledger stay.
pub async fn cleanup_old_segments(database: &Database, now: Instant) -> Result<u64, DbErr> {
    let tx = database.begin_membership_change().await?;
    let deleted = membership::delete_ended_before(&tx, now - KEPT).await?;
    tx.commit().await?;
    Ok(deleted)
}
