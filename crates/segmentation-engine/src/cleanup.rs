//! Deletes old memberships, and what is kept of syncs and webhooks for a time. Overrides, the ledger and suppressions stay.

use chrono::TimeDelta;
use domain::{instant::Instant, shard::Shard};
use persistence::{
    Database, DbErr, membership,
    sync::{broadcasts, events, messages, runs},
    webhooks::{deliveries, people},
};
use serde_json::json;

use crate::audit::Audit;

/// How long an ended membership is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);
/// How long a user deleted in the host application stays, unless `cleanup` is given another time.
pub const GONE_KEPT: TimeDelta = TimeDelta::days(30);

/// How long the ids of events of the mail service are kept. It sends an event again for 30 days at most.
pub const EVENTS_KEPT: TimeDelta = TimeDelta::days(90);
/// How long syncs stay on record.
pub const SYNCS_KEPT: TimeDelta = TimeDelta::days(400);

/// How long messages to webhooks stay on record, and can be sent again.
pub const MESSAGES_KEPT: TimeDelta = TimeDelta::days(30);

/// Returns how many messages to webhooks were deleted. Those that wait stay.
pub async fn cleanup_messages(database: &Database, now: Instant) -> Result<u64, DbErr> {
    let deleted = deliveries::delete_before(database.connection(), now - MESSAGES_KEPT).await?;
    people::forget_erased(database.connection()).await?;
    Ok(deleted)
}

/// How many rows of each kind were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeletedOfSync {
    pub events: u64,
    pub syncs: u64,
    pub mails: u64,
}

/// `mails_before`: mails that were sent before.
pub async fn cleanup_syncs(database: &Database, now: Instant, mails_before: Instant) -> Result<DeletedOfSync, DbErr> {
    let connection = database.connection();
    let mut mails = 0;
    for shard in database.shards().all() {
        let tx = database.begin_membership_change(shard).await?;
        mails += messages::delete_before(&tx, mails_before).await?;
        tx.commit().await?;
    }
    broadcasts::delete_before(connection, mails_before).await?;
    Ok(DeletedOfSync {
        events: events::delete_before(connection, now - EVENTS_KEPT).await?,
        syncs: runs::delete_before(connection, now - SYNCS_KEPT).await?,
        mails,
    })
}

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
