//! What a full sync would do: the plan of our database, with what the lists of the mail service say. Only `GET`s are sent, and nothing is
//! written.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    ids::SegmentId,
    mail::{AddressKey, SyncMode},
};
use persistence::{Database, DbErr};
use resend::{Client, Error, Gate};

use super::{
    account::{self, remote_id},
    compare::delivered,
    error::SyncError,
    lists,
    options::SyncOptions,
    plan::{self, Planned, PlannedDrift, PlannedSegment, Synced, Work},
    session::is_asked,
    settings::SyncSettings,
};

/// Addresses that are looked up at once.
const TOGETHER: usize = 1_000;

/// Takes no lease. People whom the lists would let get mail again are not counted: a list alone lifts nothing that is recent.
pub async fn plan_full(
    database: &Database,
    settings: &SyncSettings,
    options: &SyncOptions,
) -> Result<Planned, SyncError> {
    let config = settings.client.as_ref().ok_or(SyncError::NotConfigured)?;
    let client = Client::new(config, Arc::new(Gate::open())).map_err(|_| SyncError::NoTls)?;
    let client = client.with_patience(settings.patience);
    tokio::select! {
        planned = look(database, &client, options) => planned,
        () = is_asked(&options.stop) => Err(Error::Stopped.into()),
    }
}

async fn look(database: &Database, client: &Client, options: &SyncOptions) -> Result<Planned, SyncError> {
    let connection = database.connection();
    let synced = plan::synced(connection, options).await?;
    if synced.is_empty() {
        return Ok(Planned { segments: Vec::new() });
    }
    account::look(database, client, SyncMode::Full).await?;
    let work = plan::gather(database, SyncMode::Full, &synced, &plan::marks(connection).await?).await?;
    let lists = Lists::read(client, &synced).await?;
    let mut segments = Vec::new();
    for one in &synced {
        segments.push(planned(database, one, &work, &lists).await?);
    }
    Ok(Planned { segments })
}

/// What the mail service has.
struct Lists {
    /// Who is in the remote segments. One that is gone is not among them.
    there: BTreeMap<SegmentId, BTreeSet<AddressKey>>,
    /// Who must not get mail.
    opted_out: BTreeSet<AddressKey>,
}

impl Lists {
    async fn read(client: &Client, synced: &[Synced]) -> Result<Self, SyncError> {
        let suppressed = lists::whole(|after| async move { client.suppressions(after.as_deref()).await }).await?;
        let mut opted_out: BTreeSet<_> = suppressed.iter().filter_map(|one| AddressKey::of(&one.email)).collect();
        let mut there = BTreeMap::new();
        for one in synced.iter().filter(|one| one.is_live) {
            let Some(id) = remote_id(&one.sync) else { continue };
            let id = &id;
            let listed = lists::whole(|after| async move { client.segment_contacts(id, after.as_deref()).await }).await;
            let listed = match listed {
                Err(SyncError::Remote(Error::NotFound(_))) => continue,
                listed => listed?,
            };
            let of_contact = |contact: &resend::Contact| AddressKey::of(&contact.email);
            opted_out.extend(listed.iter().filter(|contact| contact.unsubscribed).filter_map(of_contact));
            there.insert(one.id(), listed.iter().filter_map(of_contact).collect());
        }
        Ok(Self { there, opted_out })
    }
}

async fn planned(database: &Database, one: &Synced, work: &Work, lists: &Lists) -> Result<PlannedSegment, SyncError> {
    let (id, key) = (one.id(), one.sync.key.clone());
    let delivered = delivered(database.connection(), id).await?;
    if one.is_live && one.sync.remote_id.is_some() && !lists.there.contains_key(&id) {
        // Nothing is sent until an admin decides.
        let drift = PlannedDrift { missing: delivered.len() as u64, extra: 0 };
        return Ok(PlannedSegment { key, joining: 0, leaving: 0, drift: Some(drift) });
    }
    let leaving: BTreeSet<_> =
        work.leaving.get(&id).iter().flat_map(|leaving| &leaving.pairs).map(|(key, _)| key).collect();
    let opted_out = delivered.iter().filter(|key| lists.opted_out.contains(key) && !leaving.contains(key)).count();
    let mut planned = PlannedSegment {
        key,
        joining: work.joining(id),
        leaving: (leaving.len() + opted_out) as u64,
        drift: Some(PlannedDrift { missing: 0, extra: 0 }),
    };
    if let Some(there) = lists.there.get(&id) {
        let missing = delivered.difference(there);
        let again = missing.clone().filter(|key| !leaving.contains(key) && !lists.opted_out.contains(key)).count();
        let extra: Vec<_> = there.difference(&delivered).cloned().collect();
        let wanted = count_joining(database, id, &extra).await?;
        planned.joining += again as u64;
        planned.drift = Some(PlannedDrift { missing: missing.count() as u64, extra: extra.len() as u64 - wanted });
    }
    let unwanted: Vec<_> = lists.opted_out.iter().cloned().collect();
    planned.joining = planned.joining.saturating_sub(count_joining(database, id, &unwanted).await?);
    Ok(planned)
}

/// How many of these addresses are to be put in.
async fn count_joining(database: &Database, segment: SegmentId, keys: &[AddressKey]) -> Result<u64, DbErr> {
    let mut count = 0;
    for keys in keys.chunks(TOGETHER) {
        count += plan::joining_among(database, &[segment], keys).await?.len() as u64;
    }
    Ok(count)
}
