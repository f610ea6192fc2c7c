//! Deletes the contacts of erased people at the mail service, including contacts that others made. Every sync does this first.

use chrono::TimeDelta;
use domain::{
    instant::{Clock, SystemClock},
    mail::SyncIssue,
};
use persistence::sync::{
    erasures::{self, Target},
    imports,
};
use resend::{
    Error, Failure,
    ids::{ContactId, ContactRef},
};

use super::{account, error::SyncError, session::Session};

/// An erasure that waits for longer needs a person.
pub(super) const OVERDUE: TimeDelta = TimeDelta::hours(24);

const STILL_THERE: Failure = Failure { method: "GET", route: "/contacts/{contact}", status: Some(200), name: None };

pub(super) async fn carry_over(session: &Session<'_>) -> Result<(), SyncError> {
    let targets = erasures::all(session.database.connection()).await?;
    if targets.is_empty() {
        return Ok(());
    }
    // To another account every contact is unknown.
    if let Err(error) = account::check(session).await {
        note_overdue(session).await?;
        return Err(error);
    }
    for target in targets {
        match delete(session, &target).await {
            Ok(()) => {}
            Err(
                error @ (Error::Key(_) | Error::Quota(_) | Error::Unavailable(_) | Error::Stopped | Error::Interrupted),
            ) => {
                note_overdue(session).await?;
                return Err(error.into());
            }
            // The next sync tries again.
            Err(_) => continue,
        }
        if matches!(target, Target::Address(_)) && !imports::is_empty(session.database.connection()).await? {
            // An import that is on its way may still make the contact.
            continue;
        }
        session.count(|counts| counts.erased += 1);
        let tx = session.begin().await?;
        erasures::done(&tx, &target).await?;
        session.commit(tx).await?;
    }
    note_overdue(session).await
}

async fn note_overdue(session: &Session<'_>) -> Result<(), SyncError> {
    let pending = erasures::pending(session.database.connection()).await?;
    if pending.oldest.is_some_and(|oldest| SystemClock.now() - oldest > OVERDUE) {
        session.issue(SyncIssue::ErasureWaits { pending: pending.count });
    }
    Ok(())
}

/// Done only when the service says that there is no such contact.
async fn delete(session: &Session<'_>, target: &Target) -> Result<(), Error> {
    let id;
    let contact = match target {
        Target::Id(text) => match ContactId::try_from(text.clone()) {
            Ok(known) => {
                id = known;
                ContactRef::Id(&id)
            }
            Err(_) => return Ok(()),
        },
        Target::Address(address) => ContactRef::Address(address),
    };
    session.client.delete_contact(contact.clone()).await?;
    match session.client.contact(contact).await {
        Err(Error::NotFound(_)) => Ok(()),
        // It lags behind. The next sync looks again.
        Ok(_) => Err(Error::Rejected(STILL_THERE)),
        Err(error) => Err(error),
    }
}
