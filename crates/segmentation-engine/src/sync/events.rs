//! What the mail service says: who unsubscribed, complained, bounced, was deleted. Time decides, not arrival: events in any order,
//! and more than once, end in the same state.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    slice,
};

use chrono::TimeDelta;
use domain::{
    ids::UserNo,
    instant::Instant,
    mail::{AddressKey, ContactState, EventState, SuppressionOrigin, SuppressionReason},
    shard::{Shard, Shards},
};
pub use persistence::sync::events::Arrived;
use persistence::{
    Database, DbErr, MembershipTx, Transaction,
    sync::{
        addresses_of_users,
        contacts::{self, StoredContact},
        destination, dirty,
        events::{self, Ending, Header, WaitingEvent},
        members, messages, plan,
        suppressions::{self, Statement},
    },
};
use resend::event::{
    ContactChange, ContactEvent, EmailEvent, Event, Malformed, Received, SuppressionCause, SuppressionEvent, read,
};
use tracing::warn;

use super::{
    error::SyncError,
    mails::{self, Fact},
};
use crate::support::retry::with_retry;

/// Events that are read at once.
const PAGE: u32 = 200;
const OTHER: &str = "other";
/// An event that fails is tried again after so long: five times over ten minutes.
const PAUSES: [TimeDelta; 4] =
    [TimeDelta::seconds(10), TimeDelta::seconds(50), TimeDelta::minutes(3), TimeDelta::minutes(6)];

/// An event that waits, and what its body says.
struct Due {
    event: WaitingEvent,
    said: Result<Received, Malformed>,
}

/// Events that ended, by their kind and by what became of them. Kinds that are not used count as `other`.
pub type Ended = BTreeMap<(String, EventState), u64>;

/// Applies events that wait.
pub async fn apply_waiting(database: &Database, now: Instant) -> Result<Ended, SyncError> {
    let mut ended = Ended::new();
    loop {
        let due =
            with_retry(|| async { Ok::<_, SyncError>(events::due(database.connection(), now, PAGE).await?) }).await?;
        let is_last = due.len() < PAGE as usize;
        let due: Vec<_> = due.into_iter().map(Due::read).collect();
        let mut batches = batches(&due);
        while let Some(batch) = batches.pop_front() {
            match (apply(database, batch, now, &mut ended).await, batch) {
                (Ok(()), _) => {}
                (Err(error), [one]) => {
                    if !put_off(database, &one.event, &error, now).await? {
                        *ended.entry((OTHER.to_owned(), EventState::Failed)).or_default() += 1;
                    }
                }
                // One of them fails. It stands in nobody's way.
                (Err(_), several) => several.chunks(1).rev().for_each(|one| batches.push_front(one)),
            }
        }
        if is_last {
            return Ok(ended);
        }
    }
}

/// Facts about different mails that arrived one after the other are applied together, and every other event alone. So events are
/// applied in their order.
fn batches(mut due: &[Due]) -> VecDeque<&[Due]> {
    let mut batches = VecDeque::new();
    while !due.is_empty() {
        let mut mails = HashSet::new();
        let facts = due.iter().map_while(Due::fact).take_while(|fact| mails.insert(fact.email_id())).count();
        let (batch, later) = due.split_at(facts.max(1));
        batches.push_back(batch);
        due = later;
    }
    batches
}

async fn apply(database: &Database, batch: &[Due], now: Instant, ended: &mut Ended) -> Result<(), SyncError> {
    let facts: Vec<_> = batch.iter().filter_map(Due::fact).collect();
    for (shard, facts) in mails::of_whom(database, &facts).await? {
        for kind_and_state in with_retry(|| mails::apply(database, shard, &facts, now)).await? {
            *ended.entry(kind_and_state).or_default() += 1;
        }
    }
    if facts.is_empty() {
        for due in batch {
            if let Some(kind_and_state) = with_retry(|| apply_one(database, due, now)).await? {
                *ended.entry(kind_and_state).or_default() += 1;
            }
        }
    }
    Ok(())
}

impl Due {
    fn read(event: WaitingEvent) -> Self {
        let said = read(&event.body);
        Self { event, said }
    }

    /// An event without a time of its own is as old as its arrival.
    fn at(&self, said: &Received) -> Instant {
        said.at.unwrap_or(self.event.received_at)
    }

    fn fact(&self) -> Option<Fact<'_>> {
        let said = self.said.as_ref().ok()?;
        Fact::of(&self.event.id, said, self.at(said))
    }
}

/// Stores events that have just arrived, or were read back. Returns how many were not known.
pub async fn store(database: &Database, arrived: &[Arrived], now: Instant) -> Result<u64, DbErr> {
    with_retry(|| events::insert(database.connection(), arrived, now)).await
}

/// Returns `false` if it was tried often enough and is not tried again.
async fn put_off(
    database: &Database,
    event: &WaitingEvent,
    error: &SyncError,
    now: Instant,
) -> Result<bool, SyncError> {
    let failure = error.to_string();
    warn!(event = event.id, failure, "an event of the mail service could not be applied");
    let connection = database.connection();
    Ok(match PAUSES.get(event.tries as usize) {
        Some(pause) => events::put_off(connection, &event.id, &failure, now + *pause).await.map(|()| true)?,
        None => {
            events::end(connection, &[failed(&event.id, &failure)]).await?;
            false
        }
    })
}

fn failed<'a>(id: &'a str, failure: &'a str) -> Ending<'a> {
    Ending { id, header: Header::default(), state: EventState::Failed, failure: Some(failure) }
}

/// Returns the kind and what became of it. `None` if somebody else has applied it.
async fn apply_one(database: &Database, due: &Due, now: Instant) -> Result<Option<(String, EventState)>, DbErr> {
    let id = due.event.id.as_str();
    let received = match &due.said {
        Ok(received) => received,
        Err(malformed) => {
            let ended = events::end(database.connection(), &[failed(id, &malformed.to_string())]).await?;
            return Ok((!ended.is_empty()).then(|| (OTHER.to_owned(), EventState::Failed)));
        }
    };
    let at = due.at(received);
    let recipient = mails::recipient(database.connection(), &received.event).await?;
    let shards = database.shards();
    let tx = database.begin_membership_change(recipient.map_or(Shard::FIRST, |user| shards.of_erased(user))).await?;
    let heard = Heard { tx: &tx, shards, recipient, at, now };
    let state = if heard.take_in(received).await? { EventState::Done } else { EventState::Ignored };
    let header = Header { kind: Some(kind_of(received)), at: Some(at) };
    if events::end(&*tx, &[Ending { id, header, state, failure: None }]).await?.is_empty() {
        tx.rollback().await?;
        return Ok(None);
    }
    destination::note_event(&*tx, at).await?;
    tx.commit().await?;
    let is_used = !matches!(received.event, Event::Other);
    Ok(Some((if is_used { received.kind.clone() } else { OTHER.to_owned() }, state)))
}

/// A kind that is not used may be any text.
fn kind_of(received: &Received) -> String {
    let is_word = |kind: &str| {
        kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
    };
    if is_word(&received.kind) { received.kind.clone() } else { OTHER.to_owned() }
}

/// Takes in what is said about one address. An opt-out goes along with the people who had the address before.
pub(super) async fn take_in_statement(
    tx: &Transaction,
    shards: Shards,
    said: &Statement,
    now: Instant,
) -> Result<(), DbErr> {
    let goes_along = said.is_set && said.reason.is_of_the_person();
    if goes_along {
        // A change of address that runs now either commits first or sees this statement.
        for shard in shards.all() {
            plan::hold(tx, shard, slice::from_ref(&said.key)).await?;
        }
    }
    suppressions::state(tx, said).await?;
    if said.is_set && said.reason == SuppressionReason::Unsubscribed {
        let known = suppressions::find(tx, &said.key, said.reason).await?;
        let lifted_at = known.and_then(|(_, suppression)| suppression.lifted_at);
        messages::unsubscribed(tx, shards, (&said.key, said.at), lifted_at).await?;
    }
    if goes_along {
        for key in addresses_of_users::now_of_former(tx, &said.key).await? {
            suppressions::carry(tx, &key, said.reason, now).await?;
        }
    }
    Ok(())
}

/// An event that is being applied.
struct Heard<'a> {
    tx: &'a MembershipTx,
    shards: Shards,
    /// Of the mail that it is about, if it is about one.
    recipient: Option<UserNo>,
    /// When it happened, by the clock of the service.
    at: Instant,
    now: Instant,
}

impl Heard<'_> {
    /// Returns whether it is about somebody here.
    async fn take_in(&self, received: &Received) -> Result<bool, DbErr> {
        match &received.event {
            Event::Contact(contact) => self.of_contact(contact).await,
            Event::Suppression(suppression) => self.of_suppression(suppression).await,
            Event::Email(email) => self.of_email(email).await,
            // The service itself keeps to what a person chose.
            Event::Topics | Event::Other => Ok(false),
        }
    }

    /// The address, if a user has or had it, or we know its contact.
    async fn known(&self, email: &str) -> Result<Option<AddressKey>, DbErr> {
        let Some(key) = AddressKey::of(email) else { return Ok(None) };
        let is_known = !mails::known(&**self.tx, slice::from_ref(&key)).await?.is_empty();
        Ok(is_known.then_some(key))
    }

    async fn say(&self, key: &AddressKey, reason: SuppressionReason, is_set: bool) -> Result<(), DbErr> {
        let said = Statement { key: key.clone(), reason, origin: SuppressionOrigin::Webhook, is_set, at: self.at };
        take_in_statement(self.tx, self.shards, &said, self.now).await
    }

    async fn of_contact(&self, event: &ContactEvent) -> Result<bool, DbErr> {
        let Some(key) = self.known(&event.email).await? else { return Ok(false) };
        let contact = contacts::find(self.tx, &key).await?;
        match event.change {
            ContactChange::Created | ContactChange::Updated => {
                if event.change == ContactChange::Created {
                    self.say(&key, SuppressionReason::Deleted, false).await?;
                }
                if contact.is_some_and(|contact| self.is_other(event, &contact)) && !self.is_deleted(&key).await? {
                    // It was made anew.
                    contacts::look_up_again(self.tx, &key, self.at).await?;
                    members::left_all(self.tx, &key).await?;
                    dirty::mark(self.tx, &[key.clone()].into()).await?;
                }
                if let Some(is_unsubscribed) = event.unsubscribed {
                    self.say(&key, SuppressionReason::Unsubscribed, is_unsubscribed).await?;
                }
            }
            ContactChange::Deleted => {
                // One that is not known was deleted by an erasure, or is none of ours.
                let Some(mut contact) = contact.filter(|contact| self.is_same(event, contact)) else {
                    return Ok(false);
                };
                self.say(&key, SuppressionReason::Deleted, true).await?;
                if self.is_deleted(&key).await? {
                    (contact.state, contact.remote_id) = (ContactState::Gone, None);
                    contacts::update(self.tx, &contact).await?;
                    members::left_all(self.tx, &key).await?;
                }
            }
        }
        Ok(true)
    }

    /// Whether the contact that we know is not there any more, and another one has its address.
    fn is_other(&self, event: &ContactEvent, contact: &StoredContact) -> bool {
        match contact.state {
            // An event from before we knew ours is about the one that was there before.
            ContactState::Present => contact.remote_id.as_deref() != Some(&event.id) && contact.tried_at < self.at,
            ContactState::Gone => true,
            ContactState::Creating | ContactState::Importing | ContactState::Refused => false,
        }
    }

    /// Whether the event is about the contact that we know, or about one that others made in its place since. A contact that was there
    /// before may have been deleted before we tried.
    fn is_same(&self, event: &ContactEvent, contact: &StoredContact) -> bool {
        contact.remote_id.as_ref() == Some(&event.id) || contact.tried_at < self.at
    }

    async fn is_deleted(&self, key: &AddressKey) -> Result<bool, DbErr> {
        let found = suppressions::find(self.tx, key, SuppressionReason::Deleted).await?;
        Ok(found.is_some_and(|(_, suppression)| suppression.is_active()))
    }

    async fn of_suppression(&self, event: &SuppressionEvent) -> Result<bool, DbErr> {
        let Some(key) = self.known(&event.email).await? else { return Ok(false) };
        self.say(&key, reason_of(event.cause), event.is_added).await?;
        Ok(true)
    }

    /// A mail to several people says nothing about one of them.
    async fn of_email(&self, event: &EmailEvent) -> Result<bool, DbErr> {
        let [recipient] = event.to.as_slice() else { return Ok(false) };
        let Some(key) = self.known(recipient).await? else { return Ok(false) };
        if let Some(reason) = mails::suppresses(event.fact) {
            self.say(&key, reason, true).await?;
        }
        if let Some(user) = self.recipient {
            mails::take_in(self.tx, user, event, self.at, self.now).await?;
        }
        Ok(true)
    }
}

pub(super) fn reason_of(cause: SuppressionCause) -> SuppressionReason {
    match cause {
        SuppressionCause::Bounce => SuppressionReason::Bounced,
        SuppressionCause::Complaint => SuppressionReason::Complained,
        SuppressionCause::Manual => SuppressionReason::Manual,
    }
}
