//! One contact: found or made, and put into its remote segments.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    instant::{Clock, Instant, SystemClock},
    mail::{AddressKey, ContactOrigin, ContactState},
};
use persistence::sync::{
    contacts::{Names, StoredContact},
    erasures, suppressions,
};
use resend::{
    Client, Contact, Error, Failure, NewContact,
    ids::{ContactId, ContactRef, SegmentId as RemoteId},
};
use tokio::time;

use super::session::Session;
use crate::support::failpoints::point;

/// How far the service's clock may be behind ours.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(5);
/// How often a contact is looked for after the answer of its creation was lost.
const LOOKS: usize = 5;
/// When a contact that was just there is looked for again.
const LOOK_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

const ERASURE_WAITS: Failure = Failure { method: "GET", route: "/contacts/{contact}", status: Some(200), name: None };

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
    /// The remote segments that it is in now, of those that were asked for. If nothing is deferred, the rest is not wanted any more.
    pub(super) joined: Vec<RemoteId>,
    /// Those that a request of ours may have put it into.
    pub(super) tried: Vec<RemoteId>,
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
        Self { key: key.clone(), change, joined: Vec::new(), tried: Vec::new(), deferred: None }
    }

    fn deferred(key: &AddressKey, why: Error) -> Self {
        Self { deferred: Some(why), ..Self::new(key, Change::None) }
    }
}

/// Puts a contact into remote segments; makes it if it is not there.
pub(super) async fn join(session: &Session<'_>, work: &Work) -> Done {
    let Work { contact, .. } = work;
    match (contact.state, known_id(contact)) {
        (ContactState::Present, Some(id)) => join_known(session, work, &id).await,
        _ => look_up(session, work).await,
    }
}

pub(super) fn known_id(contact: &StoredContact) -> Option<ContactId> {
    contact.remote_id.clone().and_then(|id| id.try_into().ok())
}

/// It is made only if it was just asked for and not known: for a known address, the call would undo an opt-out.
async fn look_up(session: &Session<'_>, work: &Work) -> Done {
    let (client, contact) = (&session.client, &work.contact);
    let (mut failure, mut tried) = (None, Vec::new());
    for _ in 0..LOOKS {
        let (asked_at, looked_at) = (SystemClock.now(), time::Instant::now());
        match client.contact(ContactRef::Address(&contact.address)).await {
            Ok(found) => {
                let is_tried = !tried.is_empty() || !work.is_first_try;
                let may_be_ours = is_tried && contact.origin != ContactOrigin::Elsewhere;
                return join_found(session, work, (found, asked_at), may_be_ours).await;
            }
            Err(Error::NotFound(_)) => {}
            Err(error) => return Done { tried, ..failed(&contact.key, error) },
        }
        match is_unwanted(session, &contact.key).await {
            Ok(false) => {}
            Ok(true) => return Done { tried, ..Done::new(&contact.key, Change::None) },
            Err(error) => return Done { tried, ..Done::deferred(&contact.key, error) },
        }
        point("sync_before_request");
        let new = NewContact {
            email: &contact.address,
            first_name: work.names.first.as_deref(),
            last_name: work.names.last.as_deref(),
            segments: &work.segments,
        };
        match client.create_contact(new, looked_at).await {
            Ok(id) => {
                point("sync_after_request");
                let names = Some(work.names.clone());
                let change = Change::Present { id, origin: ContactOrigin::Here, names, is_new: true };
                return Done { joined: work.segments.clone(), ..Done::new(&contact.key, change) };
            }
            Err(error @ Error::AnswerLost(_)) => {
                tried = work.segments.clone();
                failure = Some(error);
            }
            // Every look came too late, so the service counts as unavailable.
            Err(Error::NotDone(why)) => failure = Some(Error::Unavailable(why)),
            Err(error) => {
                if error.may_have_had_effect() {
                    tried = work.segments.clone();
                }
                return Done { tried, ..failed(&contact.key, error) };
            }
        }
        time::sleep(LOOK_AGAIN[0]).await;
    }
    Done { tried, ..Done::deferred(&contact.key, failure.unwrap_or(Error::Stopped)) }
}

/// Looked at right before a request: the plan may be hours old.
async fn is_unwanted(session: &Session<'_>, key: &AddressKey) -> Result<bool, Error> {
    // The database failed. The write of the outcome fails the same way and reports it.
    suppressions::holds(session.database.connection(), key).await.map_err(|_| Error::Stopped)
}

/// Whether our own call made it, whose answer is not known: it was not there before we tried.
pub(super) fn is_made_here(found: &Contact, tried_at: Instant) -> bool {
    found.created_at.is_some_and(|created| created >= tried_at - CLOCKS_APART)
}

async fn join_found(
    session: &Session<'_>,
    work: &Work,
    (found, asked_at): (Contact, Instant),
    may_be_ours: bool,
) -> Done {
    let key = &work.contact.key;
    match erasures::waits(session.database.connection(), found.id.as_str()).await {
        Ok(false) => {}
        // It is somebody else's who was erased and had the address before. The next sync deletes it first.
        Ok(true) => return Done::deferred(key, Error::NotDone(ERASURE_WAITS)),
        Err(_) => return Done::deferred(key, Error::Stopped),
    }
    if found.unsubscribed {
        return Done::new(key, Change::Unsubscribed { id: found.id, at: asked_at });
    }
    let is_ours = may_be_ours && is_made_here(&found, work.contact.tried_at);
    let origin = if is_ours { ContactOrigin::Here } else { ContactOrigin::Elsewhere };
    let names = is_ours.then(|| Names { first: found.first_name.clone(), last: found.last_name.clone() });
    let change = Change::Present { id: found.id.clone(), origin, names, is_new: is_ours };
    let joined = join_known(session, work, &found.id).await;
    match joined.change {
        Change::None => Done { change, ..joined },
        Change::Present { .. }
        | Change::Unsubscribed { .. }
        | Change::Gone { .. }
        | Change::Refused { .. }
        | Change::Rejected { .. } => joined,
    }
}

async fn join_known(session: &Session<'_>, work: &Work, id: &ContactId) -> Done {
    let (client, key) = (&session.client, &work.contact.key);
    let mut done = Done::new(key, Change::None);
    for segment in &work.segments {
        match is_unwanted(session, key).await {
            Ok(false) => {}
            Ok(true) => return done,
            Err(error) => return Done { deferred: Some(error), ..done },
        }
        point("sync_before_request");
        let added = client.add_to_segment(id, segment).await;
        if added.as_ref().err().is_none_or(Error::may_have_had_effect) {
            done.tried.push(segment.clone());
        }
        match added {
            Ok(()) => done.joined.push(segment.clone()),
            Err(Error::NotFound(_)) => match look_again(client, id, segment).await {
                Ok(true) => done.joined.push(segment.clone()),
                // Its remote segments went with it.
                Ok(false) => return Done::new(key, Change::Gone { at: SystemClock.now() }),
                Err(error) => return Done { deferred: Some(error), ..done },
            },
            Err(error) => {
                let failure = failed(key, error);
                return Done { joined: done.joined, tried: done.tried, ..failure };
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
        time::sleep(pause).await;
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
        _ => Done::deferred(key, error),
    }
}

/// Takes a contact out of a remote segment. One of which no id is known is looked up: a call about it may have had its effect.
/// Returns `false` if there is no contact.
pub(super) async fn leave(client: &Client, contact: &StoredContact, segment: &RemoteId) -> Result<bool, Error> {
    let id = match known_id(contact) {
        Some(id) => id,
        None => match client.contact(ContactRef::Address(&contact.address)).await {
            Ok(found) => found.id,
            // There is none with an address that the service does not accept.
            Err(Error::NotFound(_) | Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        },
    };
    point("sync_before_request");
    client.remove_from_segment(&id, segment).await?;
    point("sync_after_request");
    Ok(true)
}

/// What is sent of names: no control characters, at most 200 characters.
pub(super) fn sendable(names: &Names) -> Names {
    let cut = |name: &Option<String>| {
        let name: String = name.as_ref()?.chars().filter(|character| !character.is_control()).take(200).collect();
        (!name.trim().is_empty()).then_some(name)
    };
    Names { first: cut(&names.first), last: cut(&names.last) }
}
