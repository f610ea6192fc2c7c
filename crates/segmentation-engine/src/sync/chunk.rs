//! A chunk of operations: the intent in one transaction, then the requests, then the outcome in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::SegmentId,
    instant::Instant,
    mail::{AddressKey, ContactOrigin, ContactState, SuppressionOrigin, SuppressionReason, SyncIssue},
};
use futures_util::{StreamExt, stream};
use persistence::{
    Database, DbErr, Transaction,
    sync::{
        contacts::{self, Names, StoredContact},
        erasures,
        members::{self, Pair},
        plan::{self, Person},
        suppressions::{self, Statement},
    },
};
use resend::{Error, ids::SegmentId as RemoteId};

use super::{
    contact::{self, Change, Done, Work, sendable},
    error::SyncError,
    session::Session,
};
use crate::support::{failpoints::point, retry::with_retry};

/// Operations in a chunk.
pub(super) const SIZE: u32 = 100;
/// Once this many operations in a row get no answer, the sync gives up on the service.
const UNANSWERED: usize = 3;
/// A contact that is rejected in this many runs in a row counts as refused.
const REJECTED: u32 = 3;

pub(super) type Remote = BTreeMap<SegmentId, RemoteId>;

/// What became of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Settled {
    pub(super) deferred: u64,
}

/// People with these addresses, over all shards.
pub(super) async fn people(
    database: &Database,
    keys: &[AddressKey],
) -> Result<HashMap<AddressKey, Vec<Person>>, DbErr> {
    let mut people: HashMap<AddressKey, Vec<Person>> = HashMap::new();
    for shard in database.shards().all() {
        for (key, more) in plan::people(database.connection(), shard, keys).await? {
            people.entry(key).or_default().extend(more);
        }
    }
    people.values_mut().for_each(|people| people.sort_by_key(|person| person.user));
    Ok(people)
}

/// Those of the first person who has any.
pub(super) fn names_of(people: &[Person]) -> Names {
    let named = people.iter().map(|person| sendable(&person.names));
    named.into_iter().find(|names| *names != Names::default()).unwrap_or_default()
}

/// Puts contacts into remote segments, as far as that is still wanted.
pub(super) async fn join(session: &Session<'_>, remote: &Remote, pairs: &BTreeSet<Pair>) -> Result<Settled, SyncError> {
    let mut segments: BTreeMap<AddressKey, Vec<SegmentId>> = BTreeMap::new();
    for (key, segment) in pairs {
        segments.entry(key.clone()).or_default().push(*segment);
    }
    let keys: Vec<_> = segments.keys().cloned().collect();
    let people = people(session.database, &keys).await?;
    let begun = session.now();
    let known = begin(session, &people, pairs, begun).await?;
    point("sync_after_intent");
    let suppressed: BTreeSet<_> =
        suppressions::among(session.database.connection(), &keys).await?.into_iter().map(|(key, _)| key).collect();
    let (mut work, mut dropped) = (Vec::new(), Vec::new());
    for contact in known {
        let wanted = segments.remove(&contact.key).unwrap_or_default();
        let is_unwanted = suppressed.contains(&contact.key)
            || !people.contains_key(&contact.key)
            || matches!(contact.state, ContactState::Refused | ContactState::Gone);
        if is_unwanted {
            dropped.extend(wanted.into_iter().map(|segment| (contact.key.clone(), segment)));
        } else if contact.state != ContactState::Importing {
            let names = match session.sends_names {
                true => people.get(&contact.key).map(|people| names_of(people)).unwrap_or_default(),
                false => Names::default(),
            };
            let segments = wanted.iter().filter_map(|segment| remote.get(segment).cloned()).collect();
            let is_first_try = contact.tried_at == begun;
            work.push(Work { contact, names, segments, is_first_try });
        }
    }
    // The rows of erased people are gone.
    dropped
        .extend(segments.into_iter().flat_map(|(key, all)| all.into_iter().map(move |segment| (key.clone(), segment))));
    let joins: Vec<_> = work.iter().map(|work| contact::join(&session.client, work)).collect();
    let done: Vec<Done> = stream::iter(joins).buffer_unordered(session.at_once()).collect().await;
    point("sync_before_outcome");
    let settled = settle(session, remote, &people, &work, &done, &dropped, pairs.len()).await?;
    point("sync_after_outcome");
    stop_if_away(&done)?;
    Ok(settled)
}

/// Writes the intent. Returns the contacts.
async fn begin(
    session: &Session<'_>,
    people: &HashMap<AddressKey, Vec<Person>>,
    pairs: &BTreeSet<Pair>,
    now: Instant,
) -> Result<Vec<StoredContact>, SyncError> {
    let addresses: Vec<_> = people
        .iter()
        .filter_map(|(key, people)| Some((key.clone(), people.first()?.email.trim_matches(' ').to_owned())))
        .collect();
    let keys: Vec<_> = people.keys().cloned().collect();
    with_retry(|| async {
        let tx = session.begin().await?;
        let mut held = BTreeSet::new();
        for shard in session.database.shards().all() {
            held.extend(plan::hold(&tx, shard, &keys).await?);
        }
        let addresses: Vec<_> = addresses.iter().filter(|(key, _)| held.contains(key)).cloned().collect();
        let pairs: Vec<_> = pairs.iter().filter(|(key, _)| held.contains(key)).cloned().collect();
        contacts::begin(&tx, &addresses, now).await?;
        members::joining(&tx, &pairs, now).await?;
        let held: Vec<_> = held.into_iter().collect();
        let known = contacts::find_many(&tx, &held).await?;
        point("sync_before_intent");
        session.commit(tx).await?;
        Ok::<_, SyncError>(known)
    })
    .await
}

/// Writes the outcome.
async fn settle(
    session: &Session<'_>,
    remote: &Remote,
    people: &HashMap<AddressKey, Vec<Person>>,
    work: &[Work],
    done: &[Done],
    dropped: &[Pair],
    planned: usize,
) -> Result<Settled, SyncError> {
    let ours: HashMap<_, _> = remote.iter().map(|(segment, remote)| (remote, *segment)).collect();
    let joined: Vec<Pair> = done
        .iter()
        .flat_map(|done| done.joined.iter().filter_map(|remote| Some((done.key.clone(), *ours.get(remote)?))))
        .collect();
    let by_key: HashMap<_, _> = work.iter().map(|work| (&work.contact.key, work)).collect();
    let refusals: Vec<_> = with_retry(|| async {
        let tx = session.begin().await?;
        let mut refusals = Vec::new();
        for done in done {
            if let Some(work) = by_key.get(&done.key) {
                refusals.extend(write_change(&tx, &work.contact, &done.change, session).await?);
            }
        }
        members::joined(&tx, &joined, session.now()).await?;
        members::left(&tx, dropped).await?;
        session.commit(tx).await?;
        Ok::<_, SyncError>(refusals)
    })
    .await?;
    for (key, reason) in &refusals {
        for person in people.get(key).into_iter().flatten() {
            session.issue(SyncIssue::Refused { user: person.id.clone(), reason: reason.clone() });
        }
    }
    let created = done.iter().filter(|done| matches!(done.change, Change::Present { is_new: true, .. })).count();
    let settled_otherwise: usize = done
        .iter()
        .filter(|done| done.deferred.is_none())
        .map(|done| by_key.get(&done.key).map_or(0, |work| work.segments.len()) - done.joined.len())
        .sum();
    let deferred = planned.saturating_sub(joined.len() + dropped.len() + settled_otherwise);
    session.count(|counts| {
        counts.done += joined.len() as u64;
        counts.joined += joined.len() as u64;
        counts.created += created as u64;
        counts.dropped += (dropped.len() + settled_otherwise) as u64;
        counts.deferred += deferred as u64;
    });
    for (_, segment) in &joined {
        session.of_segment(*segment, |changes| changes.joined += 1);
    }
    Ok(Settled { deferred: deferred as u64 })
}

/// Returns the address with the reason if the contact counts as refused from now on.
async fn write_change(
    tx: &Transaction,
    before: &StoredContact,
    change: &Change,
    session: &Session<'_>,
) -> Result<Option<(AddressKey, String)>, DbErr> {
    let key = &before.key;
    let mut contact = StoredContact { failures: 0, ..before.clone() };
    let mut refusal = None;
    match change {
        Change::None => return Ok(None),
        Change::Present { id, origin, names, .. } => {
            (contact.state, contact.remote_id) = (ContactState::Present, Some(id.as_str().into()));
            contact.origin = *origin;
            if let Some(names) = names {
                contact.names = names.clone();
            }
        }
        Change::Unsubscribed { id, .. } => {
            (contact.state, contact.remote_id) = (ContactState::Present, Some(id.as_str().into()));
            contact.origin = ContactOrigin::Elsewhere;
        }
        Change::Gone { .. } => (contact.state, contact.remote_id) = (ContactState::Gone, None),
        Change::Refused { name } => {
            refusal = Some((key.clone(), name.clone()));
        }
        Change::Rejected { name } => {
            contact.failures = before.failures + 1;
            refusal = (contact.failures >= REJECTED).then(|| (key.clone(), name.clone()));
        }
    }
    if let Some((_, name)) = &refusal {
        (contact.state, contact.refused) = (ContactState::Refused, Some((name.clone(), session.now())));
    }
    if !contacts::update(tx, &contact).await? {
        // The person was erased while the request was on its way.
        if let Some(id) = contact.remote_id {
            erasures::add(tx, &id, session.now()).await?;
        }
        return Ok(None);
    }
    let (reason, at) = match change {
        Change::Unsubscribed { at, .. } => (SuppressionReason::Unsubscribed, *at),
        Change::Gone { at } => (SuppressionReason::Deleted, *at),
        Change::None | Change::Present { .. } | Change::Refused { .. } | Change::Rejected { .. } => {
            if refusal.is_some() {
                members::left_all(tx, key).await?;
            }
            return Ok(refusal);
        }
    };
    members::left_all(tx, key).await?;
    let said = Statement { key: key.clone(), reason, origin: SuppressionOrigin::Listing, is_set: true, at };
    suppressions::state(tx, &said).await?;
    Ok(None)
}

/// Errors that end the sync: the key, the quota, or a service that does not answer.
fn stop_if_away(done: &[Done]) -> Result<(), SyncError> {
    let errors = done.iter().filter_map(|done| done.deferred.as_ref());
    stop_on(errors)
}

fn stop_on<'a>(errors: impl Iterator<Item = &'a Error>) -> Result<(), SyncError> {
    let mut unanswered = 0;
    for error in errors {
        match error {
            Error::Key(_) | Error::Quota(_) => return Err(error.clone().into()),
            Error::Unavailable(_) | Error::AnswerLost(_) => {
                unanswered += 1;
                if unanswered >= UNANSWERED {
                    return Err(error.clone().into());
                }
            }
            Error::NotFound(_) | Error::Refused(_) | Error::Rejected(_) | Error::Unreadable(_) | Error::Stopped => {}
        }
    }
    Ok(())
}

/// Takes contacts out of remote segments.
pub(super) async fn leave(session: &Session<'_>, remote: &Remote, pairs: &[Pair]) -> Result<Settled, SyncError> {
    let keys: Vec<_> = pairs.iter().map(|(key, _)| key.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let known = with_retry(|| async {
        let tx = session.begin().await?;
        members::leaving(&tx, pairs, session.now()).await?;
        let known = contacts::find_many(&tx, &keys).await?;
        session.commit(tx).await?;
        Ok::<_, SyncError>(known)
    })
    .await?;
    point("sync_after_intent");
    let by_key: HashMap<_, _> = known.iter().map(|contact| (&contact.key, contact)).collect();
    let (mut left, mut work) = (Vec::new(), Vec::new());
    for pair in pairs {
        match (by_key.get(&pair.0), remote.get(&pair.1)) {
            (Some(contact), Some(segment)) => work.push((pair, *contact, segment)),
            // Without a contact there is nothing to take out.
            (None, _) => left.push(pair.clone()),
            (Some(_), None) => {}
        }
    }
    let leaves: Vec<_> = work
        .iter()
        .map(|(pair, contact, segment)| async move { (*pair, contact::leave(&session.client, contact, segment).await) })
        .collect();
    let asked: Vec<_> = stream::iter(leaves).buffer_unordered(session.at_once()).collect().await;
    left.extend(asked.iter().filter(|(_, left)| left.is_ok()).map(|(pair, _)| (*pair).clone()));
    point("sync_before_outcome");
    with_retry(|| async {
        let tx = session.begin().await?;
        members::left(&tx, &left).await?;
        session.commit(tx).await
    })
    .await?;
    let deferred = pairs.len() - left.len();
    session.count(|counts| {
        counts.done += left.len() as u64;
        counts.left += left.len() as u64;
        counts.deferred += deferred as u64;
    });
    for (_, segment) in &left {
        session.of_segment(*segment, |changes| changes.left += 1);
    }
    stop_on(asked.iter().filter_map(|(_, left)| left.as_ref().err()))?;
    Ok(Settled { deferred: deferred as u64 })
}
