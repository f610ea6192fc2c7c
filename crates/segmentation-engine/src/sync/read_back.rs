//! Events of the mail service that did not arrive are read back from the webhook of this installation.

use chrono::TimeDelta;
use domain::{instant::Instant, mail::SyncIssue};
use persistence::sync::{
    destination,
    events::{self as stored_events, Arrived},
};
use resend::{Error, Webhook};

use super::{error::SyncError, events, lists, session::Session};

/// Events are read back to an hour before the last one that was.
const OVERLAP: TimeDelta = TimeDelta::hours(1);
/// Resend keeps events for so long.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The path of our endpoint, unless a proxy gives it another one.
const PATH: &str = "/api/webhooks/resend";

/// If our webhook is registered.
pub(super) async fn read_back(session: &Session<'_>) -> Result<(), SyncError> {
    let client = &session.client;
    let all = lists::whole(|after| async move { client.webhooks(after.as_deref()).await }).await;
    let all = match all {
        Ok(all) => all,
        Err(SyncError::Remote(Error::NotFound(_) | Error::Rejected(_) | Error::Refused(_))) => return Ok(()),
        Err(error) => return Err(error),
    };
    let connection = session.database.connection();
    let Some(webhook) = ours(session, all).await? else {
        return Ok(destination::set_events_read(connection, None, None).await?);
    };
    if webhook.status == "disabled" {
        session.issue(SyncIssue::WebhookOff);
    }
    let began = session.now();
    let read_to = destination::read(connection).await?.events_read_to;
    let since = read_to.map_or(began - KEPT, |read_to| read_to - OVERLAP);
    read_events(session, &webhook, since).await?;
    Ok(destination::set_events_read(connection, Some(began), Some(webhook.status)).await?)
}

/// The one that signs with our secret, or else one whose URL ends as ours: installations that share the account may have webhooks
/// with the same path. Those with our path are asked first, so that mostly one request is enough.
async fn ours(session: &Session<'_>, mut all: Vec<Webhook>) -> Result<Option<Webhook>, SyncError> {
    all.sort_by_key(|webhook| !has_our_path(webhook));
    if let Some(secrets) = &session.secrets {
        for webhook in &all {
            match session.client.signing_secret(&webhook.id).await {
                Ok(Some(secret)) if secrets.contain(&secret) => {
                    return Ok(Some(webhook.clone()));
                }
                Ok(_) | Err(Error::NotFound(_) | Error::Rejected(_) | Error::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(all.into_iter().find(has_our_path))
}

fn has_our_path(webhook: &Webhook) -> bool {
    webhook.url.trim_end_matches('/').ends_with(PATH)
}

/// Newest first.
async fn read_events(session: &Session<'_>, webhook: &Webhook, since: Instant) -> Result<(), SyncError> {
    let mut after = None;
    loop {
        let page = session.client.events(&webhook.id, after.as_deref()).await?;
        for event in &page.items {
            if event.created_at.is_some_and(|created| created < since) {
                return Ok(());
            }
            if stored_events::is_known(session.database.connection(), event.id.as_str()).await? {
                continue;
            }
            let body = session.client.event_body(&webhook.id, &event.id).await?;
            let arrived = Arrived { id: event.id.as_str().to_owned(), body };
            if events::store(session.database, &[arrived], session.now()).await? > 0 {
                session.count(|counts| counts.events_read += 1);
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}
