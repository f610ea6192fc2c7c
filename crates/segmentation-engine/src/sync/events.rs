//! What the mail service says: who unsubscribed, complained, bounced, was deleted. Time decides, not arrival: events in any order,
//! and more than once, end in the same state.

use chrono::TimeDelta;
use domain::{
    instant::Instant,
    mail::{AddressKey, ContactState, EventState, SuppressionOrigin, SuppressionReason},
};
pub use persistence::sync::events::Arrived;
use persistence::{
    Database, DbErr, Transaction,
    sync::{
        addresses_of_users, contacts, destination,
        events::{self, Header, WaitingEvent},
        members,
        suppressions::{self, Statement},
    },
};
use resend::event::{
    ContactChange, ContactEvent, EmailEvent, EmailFact, Event, Received, SuppressionCause, SuppressionEvent, read,
};
use tracing::warn;

use super::error::SyncError;
use crate::support::retry::with_retry;

/// Events that are read at once.
const PAGE: u32 = 200;
/// An event that fails is tried again after so long: five times over ten minutes.
const PAUSES: [TimeDelta; 4] =
    [TimeDelta::seconds(10), TimeDelta::seconds(50), TimeDelta::minutes(3), TimeDelta::minutes(6)];

/// Applies events that wait. Returns how many ended.
pub async fn apply_waiting(database: &Database, now: Instant) -> Result<u64, SyncError> {
    let mut ended = 0;
    loop {
        let due =
            with_retry(|| async { Ok::<_, SyncError>(events::due(database.connection(), now, PAGE).await?) }).await?;
        for event in &due {
            match with_retry(|| async { Ok::<_, SyncError>(apply(database, event).await?) }).await {
                Ok(()) => ended += 1,
                Err(error) => put_off(database, event, &error, now).await?,
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

async fn put_off(database: &Database, event: &WaitingEvent, error: &SyncError, now: Instant) -> Result<(), SyncError> {
    let failure = error.to_string();
    warn!(event = event.id, failure, "an event of the mail service could not be applied");
    let connection = database.connection();
    match PAUSES.get(event.tries as usize) {
        Some(pause) => events::put_off(connection, &event.id, &failure, now + *pause).await?,
        None => {
            events::end(connection, &event.id, &Header::default(), EventState::Failed, Some(&failure)).await?;
        }
    }
    Ok(())
}

async fn apply(database: &Database, event: &WaitingEvent) -> Result<(), DbErr> {
    let received = match read(&event.body) {
        Ok(received) => received,
        Err(malformed) => {
            let failure = malformed.to_string();
            let header = Header::default();
            events::end(database.connection(), &event.id, &header, EventState::Failed, Some(&failure)).await?;
            return Ok(());
        }
    };
    // An event without a time of its own is as old as its arrival.
    let at = received.at.unwrap_or(event.received_at);
    let tx = database.begin().await?;
    let state = if take_in(&tx, &received, at).await? { EventState::Done } else { EventState::Ignored };
    let header = Header { kind: Some(kind_of(&received)), at: Some(at) };
    if !events::end(&tx, &event.id, &header, state, None).await? {
        // Somebody else has applied it.
        return tx.rollback().await;
    }
    let last = destination::read(&tx).await?.last_event_at;
    if last.is_none_or(|last| last < at) {
        destination::set_last_event(&tx, at).await?;
    }
    tx.commit().await
}

/// A kind that is not used may be any text.
fn kind_of(received: &Received) -> String {
    let is_word = |kind: &str| {
        kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
    };
    if is_word(&received.kind) { received.kind.clone() } else { "other".into() }
}

/// Returns whether it is about somebody here.
async fn take_in(tx: &Transaction, received: &Received, at: Instant) -> Result<bool, DbErr> {
    match &received.event {
        Event::Contact(contact) => of_contact(tx, contact, at).await,
        Event::Suppression(suppression) => of_suppression(tx, suppression, at).await,
        Event::Email(email) => of_email(tx, email, at).await,
        // The service itself keeps to what a person chose.
        Event::Topics | Event::Other => Ok(false),
    }
}

/// The address, if a user has it, or we know its contact.
async fn known(tx: &Transaction, email: &str) -> Result<Option<AddressKey>, DbErr> {
    let Some(key) = AddressKey::of(email) else { return Ok(None) };
    let is_known = addresses_of_users::exists(tx, &key).await? || contacts::find(tx, &key).await?.is_some();
    Ok(is_known.then_some(key))
}

async fn say(
    tx: &Transaction,
    key: &AddressKey,
    reason: SuppressionReason,
    is_set: bool,
    at: Instant,
) -> Result<(), DbErr> {
    let said = Statement { key: key.clone(), reason, origin: SuppressionOrigin::Webhook, is_set, at };
    suppressions::state(tx, &said).await?;
    if is_set && reason.is_of_the_person() {
        // Users who had the address before are the same people.
        for key in addresses_of_users::now_of_former(tx, key).await? {
            let said = Statement { key, reason, origin: SuppressionOrigin::Carried, is_set, at };
            suppressions::state(tx, &said).await?;
        }
    }
    Ok(())
}

async fn of_contact(tx: &Transaction, event: &ContactEvent, at: Instant) -> Result<bool, DbErr> {
    let Some(key) = known(tx, &event.email).await? else { return Ok(false) };
    let contact = contacts::find(tx, &key).await?;
    match event.change {
        ContactChange::Created | ContactChange::Updated => {
            if event.change == ContactChange::Created {
                say(tx, &key, SuppressionReason::Deleted, false, at).await?;
            }
            let is_other = contact.is_some_and(|contact| match contact.state {
                ContactState::Present => contact.remote_id.as_deref() != Some(event.id.as_str()),
                ContactState::Gone => true,
                ContactState::Creating | ContactState::Importing | ContactState::Refused => false,
            });
            if is_other && !is_deleted(tx, &key).await? {
                // It was made anew, so it is looked up when it is wanted.
                forget(tx, &key).await?;
            }
            if let Some(is_unsubscribed) = event.unsubscribed {
                say(tx, &key, SuppressionReason::Unsubscribed, is_unsubscribed, at).await?;
            }
        }
        ContactChange::Deleted => {
            // One that is not known was deleted by an erasure, or is none of ours.
            let Some(mut contact) = contact else { return Ok(false) };
            say(tx, &key, SuppressionReason::Deleted, true, at).await?;
            if is_deleted(tx, &key).await? {
                (contact.state, contact.remote_id) = (ContactState::Gone, None);
                contacts::update(tx, &contact).await?;
                members::left_all(tx, &key).await?;
            }
        }
    }
    Ok(true)
}

async fn is_deleted(tx: &Transaction, key: &AddressKey) -> Result<bool, DbErr> {
    let found = suppressions::find(tx, key, SuppressionReason::Deleted).await?;
    Ok(found.is_some_and(|(_, suppression)| suppression.is_active()))
}

async fn forget(tx: &Transaction, key: &AddressKey) -> Result<(), DbErr> {
    contacts::forget(tx, key).await?;
    members::left_all(tx, key).await?;
    persistence::sync::dirty::mark(tx, &[key.clone()].into()).await
}

async fn of_suppression(tx: &Transaction, event: &SuppressionEvent, at: Instant) -> Result<bool, DbErr> {
    let Some(key) = known(tx, &event.email).await? else { return Ok(false) };
    say(tx, &key, reason_of(event.cause), event.is_added, at).await?;
    Ok(true)
}

pub(super) fn reason_of(cause: SuppressionCause) -> SuppressionReason {
    match cause {
        SuppressionCause::Bounce => SuppressionReason::Bounced,
        SuppressionCause::Complaint => SuppressionReason::Complained,
        SuppressionCause::Manual => SuppressionReason::Manual,
    }
}

/// A mail to several people says nothing about one of them.
async fn of_email(tx: &Transaction, event: &EmailEvent, at: Instant) -> Result<bool, DbErr> {
    let [recipient] = event.to.as_slice() else { return Ok(false) };
    let Some(key) = known(tx, recipient).await? else { return Ok(false) };
    match event.fact {
        EmailFact::Bounced { is_permanent: true } => say(tx, &key, SuppressionReason::Bounced, true, at).await?,
        EmailFact::Complained => say(tx, &key, SuppressionReason::Complained, true, at).await?,
        EmailFact::Sent
        | EmailFact::Delivered
        | EmailFact::Delayed
        | EmailFact::Opened
        | EmailFact::Clicked
        | EmailFact::Bounced { is_permanent: false }
        | EmailFact::Failed
        | EmailFact::Suppressed => {}
    }
    Ok(true)
}
