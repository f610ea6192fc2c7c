//! Where sync stands, from our database alone.

use domain::{
    ids::{SegmentId, UserNo},
    mail::{AddressKey, ContactState, Suppression, SuppressionOrigin, SuppressionReason, SyncState},
};
use persistence::{
    ConnectionTrait, Database, DbErr,
    ingest::users,
    sync::{
        contacts,
        destination::{self, Destination},
        dirty, erasures, events,
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
    let found = segments::find(connection, segment).await?.into_iter().collect();
    Ok(with_standings(connection, found).await?.pop())
}

/// In the order of segments.
pub async fn synced(connection: &impl ConnectionTrait) -> Result<Vec<SyncedSegment>, DbErr> {
    let all = segments::all(connection).await?;
    with_standings(connection, all).await
}

/// Members are read only where something is left to do.
async fn with_standings(
    connection: &impl ConnectionTrait,
    syncs: Vec<StoredSync>,
) -> Result<Vec<SyncedSegment>, DbErr> {
    if syncs.is_empty() {
        return Ok(Vec::new());
    }
    let versions = segments::versions(connection).await?;
    let is_quiet = dirty::is_empty(connection).await?;
    let is_at_rest = |sync: &&StoredSync| {
        let version = versions.get(&sync.segment).copied().unwrap_or_default();
        is_quiet && sync.state == SyncState::On && sync.made_here && sync.seen_version == version
    };
    let (at_rest, others): (Vec<_>, Vec<_>) = syncs.iter().partition(is_at_rest);
    let ids = |syncs: Vec<&StoredSync>| syncs.into_iter().map(|sync| sync.segment).collect::<Vec<_>>();
    let mut standings = figures::at_rest(connection, &ids(at_rest)).await?;
    standings.extend(figures::standings(connection, &ids(others)).await?);
    let of = |sync: StoredSync| {
        let standings = standings.remove(&sync.segment).unwrap_or_default();
        SyncedSegment { sync, standings }
    };
    Ok(syncs.into_iter().map(of).collect())
}

/// Whether mail may reach a user, and what holds it back.
#[derive(Debug, Clone, PartialEq)]
pub struct MailOfUser {
    pub has_address: bool,
    /// The name of the mail service's error, if it refused the address.
    pub refused: Option<String>,
    pub suppressions: Vec<(SuppressionReason, SuppressionOrigin, Suppression)>,
}

impl MailOfUser {
    pub fn is_reachable(&self) -> bool {
        self.has_address && self.refused.is_none() && self.suppressions.is_empty()
    }
}

pub async fn of_user(connection: &impl ConnectionTrait, user: UserNo) -> Result<MailOfUser, DbErr> {
    let Some(key) = AddressKey::of(&users::email(connection, user).await?) else {
        return Ok(MailOfUser { has_address: false, refused: None, suppressions: Vec::new() });
    };
    let contact = contacts::find(connection, &key).await?;
    let refused = contact.filter(|contact| contact.state == ContactState::Refused).and_then(|contact| contact.refused);
    Ok(MailOfUser {
        has_address: true,
        refused: refused.map(|(name, _)| name),
        suppressions: suppressions::of_address(connection, &key).await?,
    })
}
