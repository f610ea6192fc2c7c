//! One contact: found or made, and put into its remote segments.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    instant::{Clock, Instant, SystemClock},
    mail::{AddressKey, ContactOrigin, ContactState},
};
use persistence::sync::contacts::{Names, StoredContact};
use resend::{
    Client, Contact, Error, NewContact,
    ids::{ContactId, ContactRef, SegmentId as RemoteId},
};
use tokio::time::sleep;

use crate::support::failpoints::point;

/// How far the service's clock may be behind ours.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(5);
/// How often a contact is looked for after the answer of its creation was lost.
const LOOKS: usize = 5;
/// When a contact that was just there is looked for again.
const LOOK_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// What is to be done with one contact.
pub(super) struct Work {
    pub(super) contact: StoredContact,
    /// To be sent with a new contact.
    pub(super) names: Names,
    pub(super) segments: Vec<RemoteId>,
    /// Whether no sync before this one can have sent a call that makes it.
    pub(super) is_first_try: bool,
}

/// What became of it.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) key: AddressKey,
    pub(super) change: Change,
    /// The remote segments that it is in now, of those that were asked for.
    pub(super) joined: Vec<RemoteId>,
    /// Why the rest has to wait.
    pub(super) deferred: Option<Error>,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    None,
    /// It exists.
    Present {
        id: ContactId,
        origin: ContactOrigin,
        names: Option<Names>,
        is_new: bool,
    },
    /// It exists, and the person gets no mail.
    Unsubscribed {
        id: ContactId,
        at: Instant,
    },
    /// It was there, and somebody deleted it.
    Gone {
        at: Instant,
    },
    /// The service does not accept the address.
    Refused {
        name: String,
    },
    /// A refusal that may pass. The third one in a row counts.
    Rejected {
        name: String,
    },
}

impl Done {
    fn new(key: &AddressKey, change: Change) -> Self {
        Self { key: key.clone(), change, joined: Vec::new(), deferred: None }
    }
}

/// Puts a contact into remote segments; makes it if it is not there.
pub(super) async fn join(client: &Client, work: &Work) -> Done {
    let Work { contact, .. } = work;
    match (contact.state, known_id(contact)) {
        (ContactState::Present, Some(id)) => join_known(client, work, &id).await,
        _ => look_up(client, work).await,
    }
}

pub(super) fn known_id(contact: &StoredContact) -> Option<ContactId> {
    contact.remote_id.clone().and_then(|id| id.try_into().ok())
}

/// It is made only if it was just asked for and not known: for a known address, the call would undo an opt-out.
async fn look_up(client: &Client, work: &Work) -> Done {
    let contact = &work.contact;
    let mut lost = None;
    for _ in 0..LOOKS {
        let asked_at = SystemClock.now();
        match client.contact(ContactRef::Address(&contact.address)).await {
            Ok(found) => {
                let may_be_ours = lost.is_some() || !work.is_first_try;
                return join_found(client, work, (found, asked_at), may_be_ours).await;
            }
            Err(Error::NotFound(_)) => {}
            Err(error) => return failed(&contact.key, error),
        }
        point("sync_before_request");
        let new = NewContact {
            email: &contact.address,
            first_name: work.names.first.as_deref(),
            last_name: work.names.last.as_deref(),
            segments: &work.segments,
        };
        match client.create_contact(new).await {
            Ok(id) => {
                point("sync_after_request");
                let names = Some(work.names.clone());
                let change = Change::Present { id, origin: ContactOrigin::Here, names, is_new: true };
                return Done { joined: work.segments.clone(), ..Done::new(&contact.key, change) };
            }
            Err(error @ Error::AnswerLost(_)) => lost = Some(error),
            Err(error) => return failed(&contact.key, error),
        }
        sleep(LOOK_AGAIN[0]).await;
    }
    let deferred = lost.unwrap_or(Error::Stopped);
    Done { deferred: Some(deferred), ..Done::new(&contact.key, Change::None) }
}

/// One that our own call made, whose answer was lost, was not there before we tried.
async fn join_found(client: &Client, work: &Work, (found, asked_at): (Contact, Instant), may_be_ours: bool) -> Done {
    let key = &work.contact.key;
    if found.unsubscribed {
        return Done::new(key, Change::Unsubscribed { id: found.id, at: asked_at });
    }
    let is_ours =
        may_be_ours && found.created_at.is_some_and(|created| created >= work.contact.tried_at - CLOCKS_APART);
    let origin = if is_ours { ContactOrigin::Here } else { ContactOrigin::Elsewhere };
    let names = is_ours.then(|| Names { first: found.first_name.clone(), last: found.last_name.clone() });
    let change = Change::Present { id: found.id.clone(), origin, names, is_new: is_ours };
    let joined = join_known(client, work, &found.id).await;
    match joined.change {
        Change::None => Done { change, ..joined },
        Change::Present { .. }
        | Change::Unsubscribed { .. }
        | Change::Gone { .. }
        | Change::Refused { .. }
        | Change::Rejected { .. } => joined,
    }
}

async fn join_known(client: &Client, work: &Work, id: &ContactId) -> Done {
    let mut done = Done::new(&work.contact.key, Change::None);
    for segment in &work.segments {
        point("sync_before_request");
        match client.add_to_segment(id, segment).await {
            Ok(()) => done.joined.push(segment.clone()),
            Err(Error::NotFound(_)) => match look_again(client, id, segment).await {
                Ok(true) => done.joined.push(segment.clone()),
                // Its remote segments went with it.
                Ok(false) => return Done::new(&work.contact.key, Change::Gone { at: SystemClock.now() }),
                Err(error) => return Done { deferred: Some(error), ..done },
            },
            Err(error) => {
                let failure = failed(&work.contact.key, error);
                return Done { joined: done.joined, ..failure };
            }
        }
        point("sync_after_request");
    }
    done
}

/// The remote segment is there, so it is the contact that is missing: perhaps only for a moment. Returns whether it is in the
/// segment now.
async fn look_again(client: &Client, id: &ContactId, segment: &RemoteId) -> Result<bool, Error> {
    for pause in LOOK_AGAIN {
        sleep(pause).await;
        match client.contact(ContactRef::Id(id)).await {
            Ok(_) => return client.add_to_segment(id, segment).await.map(|()| true),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

fn failed(key: &AddressKey, error: Error) -> Done {
    match &error {
        Error::Refused(failure) => {
            Done::new(key, Change::Refused { name: failure.name.clone().unwrap_or_else(|| "refused".into()) })
        }
        Error::Rejected(failure) => {
            let name = failure.name.clone().unwrap_or_else(|| "rejected".into());
            Done { deferred: Some(error), ..Done::new(key, Change::Rejected { name }) }
        }
        _ => Done { deferred: Some(error), ..Done::new(key, Change::None) },
    }
}

/// Takes a contact out of a remote segment. One of which no id is known is looked up: a call about it may have had its effect.
pub(super) async fn leave(client: &Client, contact: &StoredContact, segment: &RemoteId) -> Result<(), Error> {
    let id = match known_id(contact) {
        Some(id) => id,
        None => match client.contact(ContactRef::Address(&contact.address)).await {
            Ok(found) => found.id,
            Err(Error::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        },
    };
    point("sync_before_request");
    client.remove_from_segment(&id, segment).await?;
    point("sync_after_request");
    Ok(())
}

/// What is sent of names: no control characters, at most 200 characters.
pub(super) fn sendable(names: &Names) -> Names {
    let cut = |name: &Option<String>| {
        let name: String = name.as_ref()?.chars().filter(|character| !character.is_control()).take(200).collect();
        (!name.trim().is_empty()).then_some(name)
    };
    Names { first: cut(&names.first), last: cut(&names.last) }
}
