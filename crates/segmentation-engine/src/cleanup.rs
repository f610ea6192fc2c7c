//! Deletes old memberships. Overrides and the ledger stay.

use chrono::TimeDelta;
use domain::{instant::Instant, shard::Shard};
use persistence::{Database, DbErr, membership};
use serde_json::json;

use crate::audit::Audit;

/// How long an ended membership is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);
/// How long a user deleted in the host application stays, unless `cleanup` is given another time.
pub const GONE_KEPT: TimeDelta = TimeDelta::days(30);

/// Returns how many rows were deleted.
pub async fn cleanup_old_segments(database: &Database, now: Instant, audit: &Audit) -> Result<u64, DbErr> {
    let mut deleted = 0;
    // The first shard has all others before it, so that its transaction can record the sum.
    for shard in database.shards().all().rev() {
        let tx = database.begin_membership_change(shard).await?;
        deleted += membership::delete_ended_before(&tx, now - KEPT).await?;
        if shard == Shard::FIRST {
            audit.record(&tx, now, None, Some(json!({"deleted": deleted}))).await?;
        }
        tx.commit().await?;
    }
    Ok(deleted)
}
