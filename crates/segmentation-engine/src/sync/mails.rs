//! Mails that the mail service reports about, and the broadcasts they belong to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::{AddressKey, EventState, MessageFact, SuppressionReason},
    shard::Shard,
};
use persistence::{
    ConnectionTrait, Database, DbErr, MembershipTx,
    sync::{
        addresses_of_users, broadcasts, contacts, destination,
        events::{self, Ending, Header},
        messages::{self, Reported},
        segments,
    },
};
use resend::{
    Error,
    event::{EmailEvent, EmailFact, Event, Received},
    ids::BroadcastId,
};

use super::{account, error::SyncError, session::Session};

/// The user who got the mail that an event is about. A mail to several people is nobody's: its events do not say whom they are about.
pub(super) async fn recipient(connection: &impl ConnectionTrait, event: &Event) -> Result<Option<UserNo>, DbErr> {
    let Event::Email(mail) = event else { return Ok(None) };
    let [recipient] = mail.to.as_slice() else { return Ok(None) };
    let Some(key) = AddressKey::of(recipient) else { return Ok(None) };
    Ok(messages::owners(connection, &[(&mail.email_id, &key)]).await?.remove(&mail.email_id))
}

/// An event that says what became of a mail to one person, and nothing about the person.
pub(super) struct Fact<'a> {
    event: &'a str,
    kind: &'a str,
    at: Instant,
    mail: &'a EmailEvent,
    key: AddressKey,
}

impl<'a> Fact<'a> {
    /// `None` if the event is about something else, or something more.
    pub(super) fn of(event: &'a str, said: &'a Received, at: Instant) -> Option<Self> {
        let Event::Email(mail) = &said.event else { return None };
        let [recipient] = mail.to.as_slice() else { return None };
        let key = AddressKey::of(recipient)?;
        suppresses(mail.fact).is_none().then_some(Self { event, kind: &said.kind, at, mail, key })
    }

    pub(super) fn email_id(&self) -> &'a str {
        &self.mail.email_id
    }
}

/// Why the person gets no more mail.
pub(super) fn suppresses(fact: EmailFact) -> Option<SuppressionReason> {
    match fact {
        EmailFact::Bounced { is_permanent: true } => Some(SuppressionReason::Bounced),
        EmailFact::Complained => Some(SuppressionReason::Complained),
        EmailFact::Sent
        | EmailFact::Delivered
        | EmailFact::Delayed
        | EmailFact::Opened
        | EmailFact::Clicked
        | EmailFact::Bounced { is_permanent: false }
        | EmailFact::Failed
        | EmailFact::Suppressed => None,
    }
}

/// Those of the addresses that a user has or had, or whose contacts we know.
pub(super) async fn known(
    connection: &impl ConnectionTrait,
    keys: &[AddressKey],
) -> Result<BTreeSet<AddressKey>, DbErr> {
    let mut known = addresses_of_users::of_somebody(connection, keys).await?;
    known.extend(contacts::find_many(connection, keys).await?.into_iter().map(|contact| contact.key));
    Ok(known)
}

/// A fact about a mail to a user. One about a mail to nobody here is ignored.
pub(super) type FactOf<'a> = (&'a Fact<'a>, Option<UserNo>, EventState);

/// By the shards of the users.
pub(super) async fn of_whom<'a>(
    database: &Database,
    facts: &'a [Fact<'a>],
) -> Result<BTreeMap<Shard, Vec<FactOf<'a>>>, DbErr> {
    let mut by_shard: BTreeMap<_, Vec<_>> = BTreeMap::new();
    if facts.is_empty() {
        return Ok(by_shard);
    }
    let keys: Vec<_> = facts.iter().map(|fact| fact.key.clone()).collect();
    let mails: Vec<_> = facts.iter().map(|fact| (fact.email_id(), &fact.key)).collect();
    let known = known(database.connection(), &keys).await?;
    let owners = messages::owners(database.connection(), &mails).await?;
    for fact in facts {
        let is_known = known.contains(&fact.key);
        let owner = owners.get(fact.email_id()).copied().filter(|_| is_known);
        let state = if is_known { EventState::Done } else { EventState::Ignored };
        let shard = owner.map_or(Shard::FIRST, |user| database.shards().of_erased(user));
        by_shard.entry(shard).or_default().push((fact, owner, state));
    }
    Ok(by_shard)
}

/// Facts about different mails to users of one shard, in one transaction. Returns kinds and states of those that nobody else has
/// applied.
pub(super) async fn apply(
    database: &Database,
    shard: Shard,
    facts: &[FactOf<'_>],
    now: Instant,
) -> Result<Vec<(String, EventState)>, DbErr> {
    let tx = database.begin_membership_change(shard).await?;
    let endings: Vec<_> = facts
        .iter()
        .map(|(fact, _, state)| {
            let header = Header { kind: Some(fact.kind.to_owned()), at: Some(fact.at) };
            Ending { id: fact.event, header, state: *state, failure: None }
        })
        .collect();
    let ended = events::end(&*tx, &endings).await?;
    let ours: Vec<_> = facts.iter().filter(|(fact, ..)| ended.contains(fact.event)).collect();
    let reported = ours.iter().filter_map(|(fact, owner, _)| Some(((*owner)?, reported(fact.mail, fact.at))));
    note(&tx, &reported.collect::<Vec<_>>(), now).await?;
    if let Some(last) = ours.iter().map(|(fact, ..)| fact.at).max() {
        destination::note_event(&*tx, last).await?;
    }
    tx.commit().await?;
    Ok(ours.into_iter().map(|(fact, _, state)| (fact.kind.to_owned(), *state)).collect())
}

pub(super) async fn take_in(
    tx: &MembershipTx,
    user: UserNo,
    mail: &EmailEvent,
    at: Instant,
    now: Instant,
) -> Result<(), DbErr> {
    note(tx, &[(user, reported(mail, at))], now).await
}

fn reported(mail: &EmailEvent, at: Instant) -> Reported {
    let sent_is_exact = mail.fact == EmailFact::Sent;
    Reported {
        email_id: mail.email_id.clone(),
        broadcast_id: mail.broadcast_id.clone(),
        sent_at: mail.created_at.filter(|_| !sent_is_exact).unwrap_or(at),
        sent_is_exact,
        fact: fact(mail.fact),
    }
}

async fn note(tx: &MembershipTx, reported: &[(UserNo, Reported)], now: Instant) -> Result<(), DbErr> {
    messages::add(tx, reported).await?;
    let broadcasts: BTreeSet<_> = reported.iter().filter_map(|(_, mail)| mail.broadcast_id.as_deref()).collect();
    for broadcast in broadcasts {
        broadcasts::note(&**tx, broadcast, now).await?;
    }
    Ok(())
}

fn fact(fact: EmailFact) -> MessageFact {
    match fact {
        EmailFact::Sent => MessageFact::Sent,
        EmailFact::Delivered => MessageFact::Delivered,
        EmailFact::Delayed => MessageFact::Delayed,
        EmailFact::Opened => MessageFact::Opened,
        EmailFact::Clicked => MessageFact::Clicked,
        EmailFact::Bounced { .. } => MessageFact::Bounced,
        EmailFact::Complained => MessageFact::Complained,
        EmailFact::Failed => MessageFact::Failed,
        EmailFact::Suppressed => MessageFact::Suppressed,
    }
}

/// Asks once for each broadcast which segment it went to.
pub(super) async fn ask_about_broadcasts(session: &Session<'_>) -> Result<(), SyncError> {
    let connection = session.database.connection();
    let unread = broadcasts::unread(connection).await?;
    if unread.is_empty() {
        return Ok(());
    }
    account::check(session).await?;
    let all = segments::all(connection).await?;
    let by_remote: HashMap<_, _> =
        all.iter().filter_map(|sync| Some((account::remote_id(sync)?, sync.segment))).collect();
    for id in unread {
        let remote = match BroadcastId::try_from(id.clone()) {
            Ok(broadcast) => session.client.broadcast_segment(&broadcast).await,
            Err(_) => Ok(None),
        };
        let segment = match remote {
            Ok(remote) => remote.and_then(|remote| by_remote.get(&remote).copied()),
            Err(Error::NotFound(_) | Error::Refused(_) | Error::Rejected(_) | Error::Unreadable(_)) => None,
            // The next sync asks again.
            Err(Error::Unavailable(_) | Error::AnswerLost(_) | Error::NotDone(_)) => continue,
            Err(error @ (Error::Key(_) | Error::Quota(_) | Error::Stopped | Error::Interrupted)) => {
                return Err(error.into());
            }
        };
        store(session, &id, segment).await?;
    }
    Ok(())
}

async fn store(session: &Session<'_>, broadcast: &str, segment: Option<SegmentId>) -> Result<(), SyncError> {
    let tx = session.begin().await?;
    broadcasts::read(&tx, broadcast, segment, session.now()).await?;
    session.commit(tx).await
}
