//! Where sync stands, from our database alone.

use domain::{ids::SegmentId, mail::SuppressionReason};
use persistence::{
    ConnectionTrait, Database, DbErr,
    sync::{
        contacts,
        destination::{self, Destination},
        erasures, events,
        figures::{self, Standings},
        runs::{self, StoredSyncRun, SyncId},
        segments::{self, StoredSync},
        suppressions,
    },
};

/// All that is known.
#[derive(Debug, Clone)]
pub struct SyncStatus {
    pub destination: Destination,
    pub segments: Vec<SyncedSegment>,
    pub events: events::Counts,
    pub erasures: erasures::Pending,
    pub contacts: contacts::Counts,
    /// Addresses.
    pub suppressed: Vec<(SuppressionReason, u64)>,
    pub active: Option<StoredSyncRun>,
    /// The latest one that has ended.
    pub last: Option<StoredSyncRun>,
    pub last_success: Option<StoredSyncRun>,
}

/// A segment that is synced, with where its members stand.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncedSegment {
    pub sync: StoredSync,
    pub standings: Standings,
}

/// In one state of the database.
pub async fn status(database: &Database) -> Result<SyncStatus, DbErr> {
    let tx = database.begin_snapshot().await?;
    let newest = runs::latest_before(&tx, SyncId(i64::MAX), 2).await?;
    let (active, ended): (Vec<_>, Vec<_>) = newest.into_iter().partition(StoredSyncRun::is_active);
    let status = SyncStatus {
        destination: destination::read(&tx).await?,
        segments: synced(&tx).await?,
        events: events::count(&tx).await?,
        erasures: erasures::pending(&tx).await?,
        contacts: contacts::count(&tx).await?,
        suppressed: suppressions::count(&tx).await?,
        active: active.into_iter().next(),
        last: ended.into_iter().next(),
        last_success: runs::latest_success(&tx).await?,
    };
    tx.close().await?;
    Ok(status)
}

/// `None` if the segment is not synced.
pub async fn of_segment(connection: &impl ConnectionTrait, segment: SegmentId) -> Result<Option<SyncedSegment>, DbErr> {
    let Some(sync) = segments::find(connection, segment).await? else { return Ok(None) };
    let standings = figures::standings(connection, &[segment]).await?.remove(&segment).unwrap_or_default();
    Ok(Some(SyncedSegment { sync, standings }))
}

/// In the order of segments.
pub async fn synced(connection: &impl ConnectionTrait) -> Result<Vec<SyncedSegment>, DbErr> {
    let syncs = segments::all(connection).await?;
    let ids: Vec<_> = syncs.iter().map(|sync| sync.segment).collect();
    let mut standings = figures::standings(connection, &ids).await?;
    let of = |sync: StoredSync| {
        let standings = standings.remove(&sync.segment).unwrap_or_default();
        SyncedSegment { sync, standings }
    };
    Ok(syncs.into_iter().map(of).collect())
}
