//! Large first syncs: contacts that are not at the mail service are imported, since asking for each of a hundred thousand takes
//! half a day. An import says how many it took and not which, so the remote segments are read afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::{AddressKey, ContactOrigin, ContactState, SuppressionOrigin, SuppressionReason},
};
use persistence::sync::{
    addresses_of_users,
    contacts::{self, Names, StoredContact},
    imports::{self, StoredImport},
    members::{self, Pair},
    plan as differences,
    suppressions::Statement,
};
use resend::{
    Contact, Error, ImportRow, ImportState, ListError,
    ids::{ImportId, SegmentId as RemoteId},
};
use tokio::time;

use super::{
    account,
    chunk::{self, Remote, names_of},
    contact::is_made_here,
    error::SyncError,
    events, lists, plan,
    session::Session,
};
use crate::support::{failpoints::point, retry::with_retry};

/// Fewer unknown contacts go one by one.
const FEW: u64 = 200;
/// Contacts with the same segments, of which fewer go one by one.
const SMALL: usize = 100;
/// Rows of one import. With the longest addresses and names that is less than the service takes.
const ROWS: usize = 50_000;
/// Requests that an import takes beside the lists: its own, polls.
const OVERHEAD: u64 = 20;
/// Contacts on a page of the mail service.
const ON_A_PAGE: u64 = 100;
/// Members that are read at once.
const PAGE: u32 = 5_000;
/// Between two looks at an import.
const POLLS: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(30)];
/// An import that takes longer is left to the next sync.
const LONGEST: Duration = Duration::from_secs(2 * 3600);

/// Ends imports that are in hand, and imports what is worth it of the segments that somebody joins. Returns whether one is still in
/// hand.
pub(super) async fn carry_over(
    session: &Session<'_>,
    remote: &Remote,
    whole: &[SegmentId],
    joining: &[SegmentId],
) -> Result<bool, SyncError> {
    if !follow(session, remote, whole).await? {
        return Ok(true);
    }
    if joining.is_empty() || session.is_stopping() || !look_first(session, joining).await? {
        return Ok(false);
    }
    if post_all(session, remote, joining).await? {
        return Ok(!follow(session, remote, whole).await?);
    }
    Ok(false)
}

/// Reads all contacts of the account if that takes fewer requests than asking one by one. Returns whether it has.
async fn look_first(session: &Session<'_>, joining: &[SegmentId]) -> Result<bool, SyncError> {
    let (mut unknown, mut members) = (0, 0);
    for shard in session.database.shards().all() {
        let connection = session.database.connection();
        unknown += differences::count_unknown(connection, shard, joining).await?;
        members += differences::count_joining(connection, shard, joining).await?.values().sum::<u64>();
    }
    let of_segments = members.div_ceil(ON_A_PAGE) + joining.len() as u64;
    let Some(most) = (2 * unknown).checked_sub(of_segments + OVERHEAD).filter(|_| unknown >= FEW) else {
        return Ok(false);
    };
    match session.client.contact_usage().await {
        Ok((Some(used), _)) if used.div_ceil(ON_A_PAGE) >= most => return Ok(false),
        Ok(_) => {}
        Err(error @ (Error::Key(_) | Error::Quota(_) | Error::Stopped | Error::Interrupted)) => {
            return Err(error.into());
        }
        // Without it, reading ends where it no longer pays.
        Err(_) => {}
    }
    let mut after = None;
    for _ in 0..most {
        let asked_at = session.now();
        let page = match session.client.contacts(after.as_deref()).await {
            Ok(page) => page,
            // What was read is used, and nothing is concluded from the rest.
            Err(ListError::Cursor) => return Ok(false),
            Err(ListError::Call(error)) => return Err(error.into()),
        };
        take_in(session, &page.items, asked_at).await?;
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(true),
        }
    }
    Ok(false)
}

/// Contacts that are there, of users whom we know.
async fn take_in(session: &Session<'_>, there: &[Contact], asked_at: Instant) -> Result<(), SyncError> {
    let by_key: BTreeMap<_, _> =
        there.iter().filter_map(|contact| Some((AddressKey::of(&contact.email)?, contact))).collect();
    let keys: Vec<_> = by_key.keys().cloned().collect();
    let tx = session.begin().await?;
    let ours = addresses_of_users::first(&tx, &keys).await?;
    let known: BTreeSet<_> = contacts::find_many(&tx, &keys).await?.into_iter().map(|contact| contact.key).collect();
    for (key, contact) in by_key.into_iter().filter(|(key, _)| ours.contains_key(key) && !known.contains(key)) {
        let found = StoredContact {
            key: key.clone(),
            address: contact.email.clone(),
            remote_id: Some(contact.id.as_str().into()),
            origin: ContactOrigin::Elsewhere,
            state: ContactState::Present,
            tried_at: asked_at,
            names: Names::default(),
            refused: None,
            failures: 0,
        };
        contacts::put(&tx, &found).await?;
        if contact.unsubscribed {
            let (reason, origin) = (SuppressionReason::Unsubscribed, SuppressionOrigin::Listing);
            let said = Statement { key, reason, origin, is_set: true, at: asked_at };
            events::take_in_statement(&tx, session.database.shards(), &said, session.now()).await?;
        }
    }
    session.commit(tx).await
}

/// Imports contacts of whom nothing is known, those with the same segments together. Returns whether there were any.
async fn post_all(session: &Session<'_>, remote: &Remote, whole: &[SegmentId]) -> Result<bool, SyncError> {
    let mut has_posted = false;
    // All segments of each address, by whichever user, over all shards.
    let mut batch: BTreeMap<AddressKey, BTreeSet<SegmentId>> = BTreeMap::new();
    for shard in session.database.shards().all() {
        let (mut after, mut is_last) = (UserNo(i64::MIN), false);
        while !is_last {
            let connection = session.database.connection();
            let mut page = differences::page_unknown(connection, shard, whole, after, PAGE).await?;
            is_last = page.len() < PAGE as usize;
            if !is_last && let Some((last, _)) = page.last().cloned() {
                // Its segments may go on.
                page.retain(|(user, _)| *user != last);
            }
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (_, (key, segment)) in page {
                batch.entry(key).or_default().insert(segment);
            }
            if batch.len() >= ROWS {
                has_posted |= post_batch(session, remote, whole, std::mem::take(&mut batch)).await?;
            }
        }
    }
    Ok(has_posted | post_batch(session, remote, whole, batch).await?)
}

async fn post_batch(
    session: &Session<'_>,
    remote: &Remote,
    whole: &[SegmentId],
    mut batch: BTreeMap<AddressKey, BTreeSet<SegmentId>>,
) -> Result<bool, SyncError> {
    let keys: Vec<_> = batch.keys().cloned().collect();
    for keys in keys.chunks(1_000) {
        for (key, segment) in plan::joining_among(session.database, whole, keys).await? {
            batch.entry(key).or_default().insert(segment);
        }
    }
    let mut groups: BTreeMap<BTreeSet<SegmentId>, Vec<AddressKey>> = BTreeMap::new();
    for (key, segments) in batch {
        groups.entry(segments).or_default().push(key);
    }
    let mut has_posted = false;
    let large = groups.into_iter().filter(|(segments, keys)| !segments.is_empty() && keys.len() >= SMALL);
    for (segments, keys) in large {
        if session.is_stopping() {
            break;
        }
        post(session, remote, &segments, &keys).await?;
        has_posted = true;
    }
    Ok(has_posted)
}

/// Writes the intent, and posts one import.
async fn post(
    session: &Session<'_>,
    remote: &Remote,
    segments: &BTreeSet<SegmentId>,
    keys: &[AddressKey],
) -> Result<(), SyncError> {
    let mut rows: BTreeMap<AddressKey, ImportRow> = BTreeMap::new();
    for keys in keys.chunks(1_000) {
        for (key, people) in chunk::people(session.database, keys).await? {
            let Some(first) = people.first() else { continue };
            let names = if session.sends_names { names_of(&people) } else { Names::default() };
            let email = first.email.trim_matches(' ').to_owned();
            rows.insert(key, ImportRow { email, first_name: names.first, last_name: names.last });
        }
    }
    let now = session.now();
    let no = with_retry(|| async {
        let tx = session.begin().await?;
        let mut begun = BTreeSet::new();
        for keys in keys.chunks(1_000) {
            let mut held = BTreeSet::new();
            for shard in session.database.shards().all() {
                held.extend(differences::hold(&tx, shard, keys).await?);
            }
            let addresses = held.into_iter().filter_map(|key| Some((key.clone(), rows.get(&key)?.email.clone())));
            begun.extend(contacts::begin_import(&tx, &addresses.collect::<Vec<_>>(), now).await?);
        }
        let pairs: Vec<Pair> =
            begun.iter().flat_map(|key| segments.iter().map(move |segment| (key.clone(), *segment))).collect();
        for pairs in pairs.chunks(5_000) {
            members::joining(&tx, pairs, now).await?;
        }
        let no = imports::begin(&tx, now).await?;
        session.commit(tx).await?;
        Ok::<_, SyncError>((no, begun))
    })
    .await?;
    let (no, begun) = no;
    rows.retain(|key, _| begun.contains(key));
    let rows: Vec<_> = rows.into_values().collect();
    let into: Vec<_> = segments.iter().filter_map(|segment| remote.get(segment).cloned()).collect();
    point("sync_before_request");
    let posted = session.client.import_contacts(&rows, &into).await;
    point("sync_after_import_posted");
    let tx = session.begin().await?;
    match &posted {
        Ok(id) => imports::posted(&tx, no, id.as_str()).await?,
        // It may be there.
        Err(Error::AnswerLost(_)) => {}
        Err(_) => imports::done(&tx, no).await?,
    }
    session.commit(tx).await?;
    match posted {
        // What was not imported goes one by one.
        Ok(_) | Err(Error::AnswerLost(_) | Error::Refused(_) | Error::Rejected(_) | Error::Unreadable(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits for imports that are in hand, and reads what they made. After one that failed, those who are not there are imported once
/// more, and then go one by one. Returns `false` if one takes too long.
async fn follow(session: &Session<'_>, remote: &Remote, whole: &[SegmentId]) -> Result<bool, SyncError> {
    let connection = session.database.connection();
    if imports::is_empty(connection).await? && !contacts::any_importing(connection).await? {
        return Ok(true);
    }
    account::check(session).await?;
    let Some(ended) = ends(session).await? else { return Ok(false) };
    read_all_back(session, remote).await?;
    if ended.contains(&ImportState::Failed) && !session.is_stopping() {
        let again = contacts::importing(connection).await?.into_iter().map(|key| (key, BTreeSet::new())).collect();
        if post_batch(session, remote, whole, again).await? {
            let Some(_) = ends(session).await? else { return Ok(false) };
            read_all_back(session, remote).await?;
        }
    }
    let tx = session.begin().await?;
    contacts::end_imports(&tx).await?;
    imports::all_done(&tx).await?;
    session.commit(tx).await?;
    Ok(true)
}

/// How the imports that are in hand ended. `None` if one takes too long.
async fn ends(session: &Session<'_>) -> Result<Option<Vec<ImportState>>, SyncError> {
    let (began, mut ended) = (time::Instant::now(), Vec::new());
    for (place, import) in imports::all(session.database.connection()).await?.iter().enumerate() {
        let mut polls = POLLS.iter().chain(std::iter::repeat(&POLLS[POLLS.len() - 1]));
        loop {
            if let Some(end) = end(session, import).await? {
                ended.push(end);
                break;
            }
            if session.is_stopping() || began.elapsed() >= LONGEST {
                return Ok(None);
            }
            // Imports that were posted after the first one have had time meanwhile.
            let pause = polls.next().copied().unwrap_or(POLLS[0]);
            time::sleep(if place == 0 { pause } else { pause / 2 }).await;
        }
    }
    Ok(Some(ended))
}

/// `None` while it is under way.
async fn end(session: &Session<'_>, import: &StoredImport) -> Result<Option<ImportState>, SyncError> {
    match import.remote_id.clone().and_then(|id| ImportId::try_from(id).ok()) {
        Some(id) => match session.client.import(&id).await {
            Ok(import) => Ok(import.status.has_ended().then_some(import.status)),
            // It is not known any more.
            Err(Error::NotFound(_)) => Ok(Some(ImportState::Other)),
            Err(error) => Err(error.into()),
        },
        // Nobody knows which one it is, so all of the account have to end.
        None => {
            for status in [ImportState::Queued, ImportState::InProgress] {
                let client = &session.client;
                let list = lists::whole(|after| async move { client.imports(status, after.as_deref()).await });
                if !list.await?.is_empty() {
                    return Ok(None);
                }
            }
            Ok(Some(ImportState::Other))
        }
    }
}

async fn read_all_back(session: &Session<'_>, remote: &Remote) -> Result<(), SyncError> {
    for (segment, remote) in remote {
        read_back(session, *segment, remote).await?;
    }
    Ok(())
}

/// Who is in the remote segment by an import.
async fn read_back(session: &Session<'_>, segment: SegmentId, remote: &RemoteId) -> Result<(), SyncError> {
    let asked_at = session.now();
    let client = &session.client;
    let listed = lists::whole(|after| async move { client.segment_contacts(remote, after.as_deref()).await }).await?;
    let there: BTreeMap<_, _> =
        listed.iter().filter_map(|contact| Some((AddressKey::of(&contact.email)?, contact))).collect();
    let keys: Vec<_> = there.keys().cloned().collect();
    for keys in keys.chunks(1_000) {
        let tx = session.begin().await?;
        let (mut joined, mut present, mut created) = (Vec::new(), Vec::new(), 0);
        let ours: BTreeSet<_> = members::of_contacts(&tx, keys)
            .await?
            .into_iter()
            .map(|(pair, _)| pair)
            .filter(|pair| pair.1 == segment)
            .collect();
        for stored in contacts::find_many(&tx, keys).await? {
            let Some(contact) = there.get(&stored.key) else { continue };
            if stored.state == ContactState::Importing {
                let is_ours = is_made_here(contact, stored.tried_at);
                created += u64::from(is_ours);
                let names = Names { first: contact.first_name.clone(), last: contact.last_name.clone() };
                present.push(StoredContact {
                    state: ContactState::Present,
                    remote_id: Some(contact.id.as_str().into()),
                    origin: if is_ours { ContactOrigin::Here } else { ContactOrigin::Elsewhere },
                    names: if is_ours { names } else { Names::default() },
                    ..stored.clone()
                });
            }
            if contact.unsubscribed {
                let (reason, origin) = (SuppressionReason::Unsubscribed, SuppressionOrigin::Listing);
                let said = Statement { key: stored.key.clone(), reason, origin, is_set: true, at: asked_at };
                events::take_in_statement(&tx, session.database.shards(), &said, session.now()).await?;
            }
            let pair = (stored.key, segment);
            if ours.contains(&pair) {
                joined.push(pair);
            }
        }
        contacts::note_present(&tx, &present).await?;
        let joined = members::joined(&tx, &joined, session.now()).await?;
        session.count(|counts| {
            counts.done += joined;
            counts.joined += joined;
            counts.created += created;
        });
        session.of_segment(segment, |changes| changes.joined += joined);
        session.commit(tx).await?;
    }
    Ok(())
}
