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
        dirty, erasures,
        members::{self, Pair},
        plan::{self, Person},
        suppressions::{self, Statement},
    },
};
use resend::{Error, ids::SegmentId as RemoteId};

use super::{
    contact::{self, Change, Done, Work, sendable},
    error::SyncError,
    events,
    session::Session,
};
use crate::support::{failpoints::point, retry::with_retry};

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
    let connection = session.database.connection();
    // The contact of somebody who was erased goes first.
    let waiting = erasures::addresses(connection).await?;
    let mut segments: BTreeMap<AddressKey, Vec<SegmentId>> = BTreeMap::new();
    for (key, segment) in pairs.iter().filter(|(key, _)| !waiting.contains(key)) {
        segments.entry(key.clone()).or_default().push(*segment);
    }
    let keys: Vec<_> = segments.keys().cloned().collect();
    let people = people(session.database, &keys).await?;
    let begun = session.now();
    let Begun { known, fresh } = begin(session, &people, pairs, begun).await?;
    point("sync_after_intent");
    let suppressed: BTreeSet<_> =
        suppressions::among(connection, &keys).await?.into_iter().map(|(key, _)| key).collect();
    let (mut work, mut unwanted) = (Vec::new(), Vec::new());
    for contact in known {
        let wanted = segments.remove(&contact.key).unwrap_or_default();
        let is_unwanted = suppressed.contains(&contact.key)
            || !people.contains_key(&contact.key)
            || matches!(contact.state, ContactState::Refused | ContactState::Gone);
        if is_unwanted {
            unwanted.extend(wanted.into_iter().map(|segment| (contact.key.clone(), segment)));
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
    unwanted
        .extend(segments.into_iter().flat_map(|(key, all)| all.into_iter().map(move |segment| (key.clone(), segment))));
    let joins: Vec<_> = work.iter().map(|work| contact::join(session, work)).collect();
    let done: Vec<Done> = stream::iter(joins).buffer_unordered(session.at_once()).collect().await;
    point("sync_before_outcome");
    let outcome = Outcome::of(remote, &fresh, unwanted, &work, &done);
    settle(session, &people, &work, &done, &outcome).await?;
    let deferred = outcome.count(session, pairs.len(), &done);
    point("sync_after_outcome");
    stop_if_away(&done)?;
    Ok(Settled { deferred })
}

struct Begun {
    known: Vec<StoredContact>,
    /// Pairs of which nothing was known before.
    fresh: BTreeSet<Pair>,
}

/// Writes the intent. Returns the contacts.
async fn begin(
    session: &Session<'_>,
    people: &HashMap<AddressKey, Vec<Person>>,
    pairs: &BTreeSet<Pair>,
    now: Instant,
) -> Result<Begun, SyncError> {
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
        let mut fresh: BTreeSet<_> = pairs.iter().filter(|(key, _)| held.contains(key)).cloned().collect();
        let pairs: Vec<_> = fresh.iter().cloned().collect();
        let held: Vec<_> = held.into_iter().collect();
        for (pair, _) in members::of_contacts(&tx, &held).await? {
            fresh.remove(&pair);
        }
        contacts::begin(&tx, &addresses, now).await?;
        members::joining(&tx, &pairs, now).await?;
        let known = contacts::find_many(&tx, &held).await?;
        point("sync_before_intent");
        session.commit(tx).await?;
        Ok::<_, SyncError>(Begun { known, fresh })
    })
    .await
}

/// What a chunk of joins came to, by contact and segment.
struct Outcome {
    joined: Vec<Pair>,
    /// Not wanted any more, and never asked for.
    dropped: Vec<Pair>,
    /// Not wanted any more, but a request may have put them in.
    leaving: Vec<Pair>,
    /// Wanted, but nothing was sent: the intent is taken back, so that nobody whom others put in later is taken for ours.
    unsent: Vec<Pair>,
    /// Contacts that were unknown, and about which nothing was sent.
    unknown: Vec<AddressKey>,
    /// How many went with contacts that somebody deleted.
    gone: usize,
}

impl Outcome {
    fn of(remote: &Remote, fresh: &BTreeSet<Pair>, unwanted: Vec<Pair>, work: &[Work], done: &[Done]) -> Self {
        let ours: HashMap<_, _> = remote.iter().map(|(segment, remote)| (remote, *segment)).collect();
        let pair = |done: &Done, remote| Some((done.key.clone(), *ours.get(remote)?));
        let joined = done.iter().flat_map(|done| done.joined.iter().filter_map(|remote| pair(done, remote))).collect();
        let tried: BTreeSet<_> =
            done.iter().flat_map(|done| done.tried.iter().filter_map(|remote| pair(done, remote))).collect();
        let by_key: HashMap<_, _> = work.iter().map(|work| (&work.contact.key, work)).collect();
        let wanted = |done: &Done| by_key.get(&done.key).map_or(&[][..], |work| work.segments.as_slice());
        let (gone, ended): (Vec<_>, Vec<_>) = done
            .iter()
            .filter(|done| done.deferred.is_none())
            .partition(|done| matches!(done.change, Change::Gone { .. }));
        let left_over = ended.into_iter().flat_map(|done| {
            wanted(done).iter().filter(|remote| !done.joined.contains(remote)).filter_map(|remote| pair(done, remote))
        });
        let unwanted = unwanted.into_iter().chain(left_over);
        let is_untouched = |pair: &Pair| fresh.contains(pair) && !tried.contains(pair);
        let (dropped, leaving) = unwanted.partition(is_untouched);
        let deferred: Vec<_> = done.iter().filter(|done| done.deferred.is_some()).collect();
        let unsent = |done: &Done| {
            let waiting = wanted(done).iter().filter(|remote| !done.joined.contains(remote));
            waiting.filter_map(|remote| pair(done, remote)).filter(is_untouched).collect::<Vec<_>>()
        };
        let is_unknown = |done: &Done| {
            let is_new = by_key.get(&done.key).is_some_and(|work| work.is_first_try);
            is_new && matches!(done.change, Change::None) && unsent(done).len() == wanted(done).len()
        };
        Self {
            joined,
            dropped,
            leaving,
            unsent: deferred.iter().flat_map(|done| unsent(done)).collect(),
            unknown: deferred.iter().filter(|done| is_unknown(done)).map(|done| done.key.clone()).collect(),
            gone: gone.into_iter().map(|done| wanted(done).len()).sum(),
        }
    }

    /// Returns how many are left to the next sync.
    fn count(&self, session: &Session<'_>, planned: usize, done: &[Done]) -> u64 {
        let created = done.iter().filter(|done| matches!(done.change, Change::Present { is_new: true, .. })).count();
        let dropped = self.dropped.len() + self.leaving.len() + self.gone;
        let deferred = planned.saturating_sub(self.joined.len() + dropped) as u64;
        session.count(|counts| {
            counts.done += self.joined.len() as u64;
            counts.joined += self.joined.len() as u64;
            counts.created += created as u64;
            counts.dropped += dropped as u64;
            counts.deferred += deferred;
        });
        for (_, segment) in &self.joined {
            session.of_segment(*segment, |changes| changes.joined += 1);
        }
        deferred
    }
}

/// Writes the outcome.
async fn settle(
    session: &Session<'_>,
    people: &HashMap<AddressKey, Vec<Person>>,
    work: &[Work],
    done: &[Done],
    outcome: &Outcome,
) -> Result<(), SyncError> {
    let by_key: HashMap<_, _> = work.iter().map(|work| (&work.contact.key, work)).collect();
    let changes = done.iter().filter_map(|done| Some((&by_key.get(&done.key)?.contact, &done.change)));
    let changes: Vec<_> = changes.collect();
    let present: Vec<_> = changes.iter().filter_map(|(before, change)| present(before, change)).collect();
    let refusals: Vec<_> = with_retry(|| async {
        let tx = session.begin().await?;
        let known = contacts::note_present(&tx, &present).await?;
        for contact in present.iter().filter(|contact| !known.contains(&contact.key)) {
            note_erased(&tx, contact, session.now()).await?;
        }
        let mut refusals = Vec::new();
        for (before, change) in &changes {
            refusals.extend(write_change(&tx, before, change, &known, session).await?);
        }
        members::joined(&tx, &outcome.joined, session.now()).await?;
        members::left(&tx, &outcome.dropped).await?;
        members::left(&tx, &outcome.unsent).await?;
        for key in &outcome.unknown {
            contacts::forget(&tx, key).await?;
        }
        members::leaving(&tx, &outcome.leaving, session.now()).await?;
        // The next sync takes them out.
        dirty::mark(&tx, &outcome.leaving.iter().map(|(key, _)| key.clone()).collect()).await?;
        session.commit(tx).await?;
        Ok::<_, SyncError>(refusals)
    })
    .await?;
    for (key, reason) in &refusals {
        for person in people.get(key).into_iter().flatten() {
            session.issue(SyncIssue::Refused { user: person.id.clone(), reason: reason.clone() });
        }
    }
    Ok(())
}

/// What is known of a contact that exists.
fn present(before: &StoredContact, change: &Change) -> Option<StoredContact> {
    let (id, origin, names) = match change {
        Change::Present { id, origin, names, .. } => (id, *origin, names.as_ref()),
        Change::Unsubscribed { id, .. } => (id, ContactOrigin::Elsewhere, None),
        Change::None | Change::Gone { .. } | Change::Refused { .. } | Change::Rejected { .. } => return None,
    };
    Some(StoredContact {
        state: ContactState::Present,
        remote_id: Some(id.as_str().into()),
        origin,
        names: names.unwrap_or(&before.names).clone(),
        ..before.clone()
    })
}

/// The person was erased while the request was on its way.
async fn note_erased(tx: &Transaction, contact: &StoredContact, now: Instant) -> Result<(), DbErr> {
    match &contact.remote_id {
        Some(id) => erasures::add(tx, id, now).await,
        None => Ok(()),
    }
}

/// All but what is known of those that are there. Returns the address with the reason if the contact counts as refused from now on.
async fn write_change(
    tx: &Transaction,
    before: &StoredContact,
    change: &Change,
    known: &BTreeSet<AddressKey>,
    session: &Session<'_>,
) -> Result<Option<(AddressKey, String)>, DbErr> {
    let (key, now) = (before.key.clone(), session.now());
    let say = async |reason, at| {
        let said = Statement { key: key.clone(), reason, origin: SuppressionOrigin::Listing, is_set: true, at };
        events::take_in_statement(tx, session.database.shards(), &said, now).await
    };
    let after = match change {
        Change::None | Change::Present { .. } => return Ok(None),
        Change::Unsubscribed { at, .. } => {
            if known.contains(&key) {
                say(SuppressionReason::Unsubscribed, *at).await?;
            }
            return Ok(None);
        }
        Change::Gone { .. } => {
            StoredContact { state: ContactState::Gone, remote_id: None, failures: 0, ..before.clone() }
        }
        Change::Refused { name } => refused(before, name, now),
        Change::Rejected { name } => {
            let again = StoredContact { failures: before.failures + 1, ..before.clone() };
            if again.failures >= REJECTED { refused(&again, name, now) } else { again }
        }
    };
    if !contacts::update(tx, &after).await? {
        note_erased(tx, &after, now).await?;
        return Ok(None);
    }
    if let Change::Gone { at } = change {
        members::left_all(tx, &key).await?;
        say(SuppressionReason::Deleted, *at).await?;
    }
    let refusal = after.refused.filter(|_| after.state == ContactState::Refused).map(|(name, _)| (key.clone(), name));
    if refusal.is_some() {
        // It may be in other segments, and leaves them.
        dirty::mark(tx, &BTreeSet::from([key])).await?;
    }
    Ok(refusal)
}

fn refused(before: &StoredContact, name: &str, now: Instant) -> StoredContact {
    StoredContact { state: ContactState::Refused, refused: Some((name.into(), now)), ..before.clone() }
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
            Error::NotFound(_)
            | Error::Refused(_)
            | Error::Rejected(_)
            | Error::NotDone(_)
            | Error::Unreadable(_)
            | Error::Stopped
            | Error::Interrupted => {}
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
    let asked_with = |is_wanted: fn(&Result<bool, Error>) -> bool| {
        asked.iter().filter(move |(_, left)| is_wanted(left)).map(|(pair, _)| (*pair).clone())
    };
    left.extend(asked_with(Result::is_ok));
    let taken_out: Vec<_> = asked_with(|left| matches!(left, Ok(true))).collect();
    point("sync_before_outcome");
    with_retry(|| async {
        let tx = session.begin().await?;
        members::left(&tx, &left).await?;
        members::note_taken_out(&tx, &taken_out).await?;
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
