//! One attempt to deliver a message.

use domain::{
    instant::{Clock, Instant},
    webhook::{DeliveryOutcome, WebhookState},
};
use persistence::{
    Database, DbErr,
    webhooks::{
        endpoints::{self, StoredWebhook},
        lease::{self, Attempt, Taken, Then},
    },
};
use tracing::warn;
use webhooks::{Endpoint, Message, Secret, Sender, Sent};

use super::{
    body::body,
    settings::WebhookSettings,
    verdict::{Verdict, is_good, verdict},
};
use crate::support::{failpoints::point, retry::with_retry};

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Delivered,
    /// It is tried again.
    Failed,
    GivenUp,
    /// There was nothing to send, or it is somebody else's by now.
    Nothing,
}

pub(super) struct Attempting<'a> {
    pub(super) database: &'a Database,
    pub(super) sender: &'a Sender,
    pub(super) settings: &'a WebhookSettings,
    pub(super) clock: &'a dyn Clock,
}

impl Attempting<'_> {
    pub(super) async fn attempt(&self, taken: &Taken) -> Result<Came, DbErr> {
        let found = endpoints::find(self.database.connection(), &taken.id.webhook).await?;
        let Some(webhook) = found.filter(|webhook| webhook.state == WebhookState::On) else {
            return Ok(Came::Nothing);
        };
        let Some(body) = body(self.database.connection(), taken, webhook.is_personal).await? else {
            self.end(taken, None, Then::Delivered).await?;
            return Ok(Came::Nothing);
        };
        point("deliver_before_request");
        let attempt = self.send(&webhook, taken, &body).await;
        point("deliver_after_request");
        let came = with_retry(|| self.conclude(taken, &webhook, attempt)).await?;
        point("deliver_after_outcome");
        Ok(came)
    }

    async fn send(&self, webhook: &StoredWebhook, taken: &Taken, body: &str) -> Attempt {
        let Ok(endpoint) = Endpoint::parse(&webhook.url, self.settings.reach) else {
            return Attempt { outcome: DeliveryOutcome::NotAllowed, answer: None };
        };
        let at = self.clock.now();
        let (id, secrets) = (taken.id.to_string(), secrets(webhook, at));
        attempt_of(self.sender.send(&endpoint, Message { id: &id, at, body, secrets: &secrets }).await)
    }

    async fn end(&self, taken: &Taken, attempt: Option<Attempt>, then: Then) -> Result<(), DbErr> {
        with_retry(|| async {
            let tx = self.database.begin().await?;
            if lease::is_held(&tx, taken).await? {
                lease::end(&tx, taken, attempt, then, self.clock.now()).await?;
            }
            tx.commit().await
        })
        .await
    }

    async fn conclude(&self, taken: &Taken, asked: &StoredWebhook, attempt: Attempt) -> Result<Came, DbErr> {
        let (now, id) = (self.clock.now(), &taken.id.webhook);
        let tx = self.database.begin().await?;
        if !lease::is_held(&tx, taken).await? {
            tx.rollback().await?;
            return Ok(Came::Nothing);
        }
        let current = endpoints::find(&tx, id).await?;
        let is_changed = current.is_none_or(|current| current.changed_at != asked.changed_at);
        let came = if is_good(attempt) {
            endpoints::succeeded(&tx, id, now).await?;
            lease::end(&tx, taken, Some(attempt), Then::Delivered, now).await?;
            Came::Delivered
        } else if is_changed {
            // What an endpoint of before answered says nothing about the present one.
            lease::end(&tx, taken, Some(attempt), Then::Again { at: now }, now).await?;
            Came::Failed
        } else {
            let failing_since = endpoints::failed(&tx, id, now).await?;
            match verdict(attempt, taken.attempts, failing_since, (now, (self.settings.dice)())) {
                Verdict::Message(then) => {
                    lease::end(&tx, taken, Some(attempt), then, now).await?;
                    if then == Then::GivenUp { Came::GivenUp } else { Came::Failed }
                }
                Verdict::Off(reason) => {
                    lease::end(&tx, taken, Some(attempt), Then::GivenUp, now).await?;
                    endpoints::switch_off(&tx, id, reason).await?;
                    warn!(webhook = %id, reason = %reason, "a webhook was switched off");
                    Came::GivenUp
                }
            }
        };
        tx.commit().await?;
        Ok(came)
    }
}

/// Those that hold, the newest first.
pub(super) fn secrets(webhook: &StoredWebhook, now: Instant) -> Vec<Secret> {
    let former = webhook.former.as_ref().filter(|(_, until)| *until > now).map(|(secret, _)| secret);
    // What is stored was made here. One that cannot be read signs nothing, and the message is not sent.
    [Some(&webhook.secret), former].into_iter().flatten().filter_map(|secret| Secret::parse(secret).ok()).collect()
}

pub(super) fn attempt_of(sent: Sent) -> Attempt {
    let (outcome, answer) = match sent {
        Sent::Answered(code) => (DeliveryOutcome::Answered, Some(code)),
        Sent::NotConnected => (DeliveryOutcome::NotConnected, None),
        Sent::NotAllowed => (DeliveryOutcome::NotAllowed, None),
        Sent::TimedOut => (DeliveryOutcome::TimedOut, None),
        Sent::NoAnswer => (DeliveryOutcome::NoAnswer, None),
    };
    Attempt { outcome, answer }
}
