//! What the mail service says: who unsubscribed, complained, bounced, was deleted. Time decides, not arrival: events in any order,
//! and more than once, end in the same state.

use std::collections::BTreeMap;

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
        events::{self, Header, WaitingEvent},
        members, messages, plan,
        suppressions::{self, Statement},
    },
};
use resend::event::{
    ContactChange, ContactEvent, EmailEvent, EmailFact, Event, Received, SuppressionCause, SuppressionEvent, read,
};
use tracing::warn;

use super::{error::SyncError, mails};
use crate::support::retry::with_retry;

/// Events that are read at once.
const PAGE: u32 = 200;
const OTHER: &str = "other";
/// An event that fails is tried again after so long: five times over ten minutes.
const PAUSES: [TimeDelta; 4] =
    [TimeDelta::seconds(10), TimeDelta::seconds(50), TimeDelta::minutes(3), TimeDelta::minutes(6)];

/// Events that ended, by their kind and by what became of them. Kinds that are not used count as `other`.
pub type Ended = BTreeMap<(String, EventState), u64>;

/// Applies events that wait.
pub async fn apply_waiting(database: &Database, now: Instant) -> Result<Ended, SyncError> {
    let mut ended = Ended::new();
    loop {
        let due =
            with_retry(|| async { Ok::<_, SyncError>(events::due(database.connection(), now, PAGE).await?) }).await?;
        for event in &due {
            match with_retry(|| async { Ok::<_, SyncError>(apply(database, event, now).await?) }).await {
                Ok(Some(outcome)) => *ended.entry(outcome).or_default() += 1,
                Ok(None) => {}
                Err(error) => {
                    if !put_off(database, event, &error, now).await? {
                        *ended.entry((OTHER.to_owned(), EventState::Failed)).or_default() += 1;
                    }
                }
            }
        }
        if due.len() < PAGE as usize {
            return Ok(ended);
        }
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
            events::end(connection, &event.id, &Header::default(), EventState::Failed, Some(&failure)).await?;
            false
        }
    })
}

/// Returns the kind and what became of it. `None` if somebody else has applied it.
async fn apply(database: &Database, event: &WaitingEvent, now: Instant) -> Result<Option<(String, EventState)>, DbErr> {
    let received = match read(&event.body) {
        Ok(received) => received,
        Err(malformed) => {
            let failure = malformed.to_string();
            let header = Header::default();
            let is_ours =
                events::end(database.connection(), &event.id, &header, EventState::Failed, Some(&failure)).await?;
            return Ok(is_ours.then(|| (OTHER.to_owned(), EventState::Failed)));
        }
    };
    // An event without a time of its own is as old as its arrival.
    let at = received.at.unwrap_or(event.received_at);
    let recipient = mails::recipient(database.connection(), &received.event).await?;
    let shards = database.shards();
    let tx = database.begin_membership_change(recipient.map_or(Shard::FIRST, |user| shards.of_erased(user))).await?;
    let heard = Heard { tx: &tx, shards, recipient, at, now };
    let state = if heard.take_in(&received).await? { EventState::Done } else { EventState::Ignored };
    let header = Header { kind: Some(kind_of(&received)), at: Some(at) };
    if !events::end(&tx, &event.id, &header, state, None).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let last = destination::read(&tx).await?.last_event_at;
    if last.is_none_or(|last| last < at) {
        destination::set_last_event(&tx, at).await?;
    }
    tx.commit().await?;
    let is_used = !matches!(received.event, Event::Other);
    Ok(Some((if is_used { received.kind } else { OTHER.to_owned() }, state)))
}

/// A kind that is not used may be any text.
fn kind_of(received: &Received) -> String {
    let is_word = |kind: &str| {
        kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
    };
    if is_word(&received.kind) { received.kind.clone() } else { "other".into() }
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
            plan::hold(tx, shard, std::slice::from_ref(&said.key)).await?;
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
        let is_known =
            addresses_of_users::is_of_somebody(self.tx, &key).await? || contacts::find(self.tx, &key).await?.is_some();
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
                    contacts::look_up_again(self.tx, &key, self.now).await?;
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

    /// Whether the event is about the contact that we know. One of which we know no id may be one that was deleted before we tried.
    fn is_same(&self, event: &ContactEvent, contact: &StoredContact) -> bool {
        match &contact.remote_id {
            Some(id) => *id == event.id,
            None => contact.tried_at < self.at,
        }
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
        match event.fact {
            EmailFact::Bounced { is_permanent: true } => self.say(&key, SuppressionReason::Bounced, true).await?,
            EmailFact::Complained => self.say(&key, SuppressionReason::Complained, true).await?,
            EmailFact::Sent
            | EmailFact::Delivered
            | EmailFact::Delayed
            | EmailFact::Opened
            | EmailFact::Clicked
            | EmailFact::Bounced { is_permanent: false }
            | EmailFact::Failed
            | EmailFact::Suppressed => {}
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
