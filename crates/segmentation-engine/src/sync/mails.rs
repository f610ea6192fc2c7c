//! Mails that the mail service reports about, and the broadcasts they belong to.

use std::collections::HashMap;

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    mail::{AddressKey, MessageFact},
};
use persistence::{
    ConnectionTrait, DbErr, MembershipTx,
    sync::{
        broadcasts,
        messages::{self, Reported},
        segments,
    },
};
use resend::{
    Error,
    event::{EmailEvent, EmailFact, Event},
    ids::BroadcastId,
};

use super::{account, error::SyncError, session::Session};

/// The user who got the mail that an event is about. A mail to several people is nobody's: its events do not say whom they are about.
pub(super) async fn recipient(connection: &impl ConnectionTrait, event: &Event) -> Result<Option<UserNo>, DbErr> {
    let Event::Email(mail) = event else { return Ok(None) };
    let [recipient] = mail.to.as_slice() else { return Ok(None) };
    let Some(key) = AddressKey::of(recipient) else { return Ok(None) };
    messages::owner(connection, &mail.email_id, &key).await
}

pub(super) async fn take_in(
    tx: &MembershipTx,
    user: UserNo,
    mail: &EmailEvent,
    at: Instant,
    now: Instant,
) -> Result<(), DbErr> {
    let sent_is_exact = mail.fact == EmailFact::Sent;
    let reported = Reported {
        email_id: mail.email_id.clone(),
        broadcast_id: mail.broadcast_id.clone(),
        sent_at: mail.created_at.filter(|_| !sent_is_exact).unwrap_or(at),
        sent_is_exact,
        fact: fact(mail.fact),
    };
    messages::add(tx, user, &reported).await?;
    match &reported.broadcast_id {
        Some(id) => broadcasts::note(&**tx, id, now).await,
        None => Ok(()),
    }
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
            Err(error @ (Error::Key(_) | Error::Quota(_) | Error::Stopped)) => return Err(error.into()),
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
