//! The key may belong to another account. Then nothing is believed that the mail service says about our contacts and segments, and
//! nothing is sent.

use domain::mail::{SyncMode, SyncState};
use persistence::{
    Database,
    sync::{
        members,
        segments::{self, StoredSync},
    },
};
use resend::{Client, Error, ids::SegmentId as RemoteId};

use super::{
    error::SyncError,
    lists,
    session::{Account, Session},
};

/// If a segment with this many delivered contacts is missing, the key belongs to another account.
const TELLING: u64 = 100;

/// Looks once, before anything is asked about our contacts and segments.
pub(super) async fn check<'a>(session: &'a Session<'_>) -> Result<&'a Account, SyncError> {
    let mode = session.options.mode;
    session.account.get_or_try_init(|| look(session.database, &session.client, mode)).await
}

pub(super) fn remote_id(sync: &StoredSync) -> Option<RemoteId> {
    sync.remote_id.clone().and_then(|id| id.try_into().ok())
}

/// Asks for our remote segments until one is there. If several are known, or one with many contacts, and none of them is there, the
/// key belongs to another account.
pub(super) async fn look(database: &Database, client: &Client, mode: SyncMode) -> Result<Account, SyncError> {
    let connection = database.connection();
    let syncs = segments::all(connection).await?;
    let known: Vec<_> = syncs
        .iter()
        .filter(|sync| sync.state != SyncState::Gone)
        .filter_map(|sync| Some((sync.segment, remote_id(sync)?)))
        .collect();
    let mut account = Account::default();
    if mode == SyncMode::Full {
        let all = lists::whole(|after| async move { client.segments(after.as_deref()).await }).await?;
        account.there = all.iter().map(|segment| segment.id.clone()).collect();
        account.listed = Some(all);
    }
    if known.iter().any(|(_, id)| account.there.contains(id)) {
        return Ok(account);
    }
    for (_, id) in &known {
        match client.segment(id).await {
            Ok(_) => {
                account.there.insert(id.clone());
                return Ok(account);
            }
            Err(Error::NotFound(_) | Error::Refused(_) | Error::Rejected(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut delivered = 0;
    for (segment, _) in &known {
        delivered = delivered.max(members::count_delivered(connection, *segment).await?);
    }
    if known.len() >= 2 || delivered >= TELLING { Err(SyncError::AnotherAccount) } else { Ok(account) }
}
