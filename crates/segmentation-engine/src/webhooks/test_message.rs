//! A message by which an admin tries an endpoint.

use domain::{
    instant::Instant,
    webhook::{MessageBody, WebhookId, WebhookState},
};
use persistence::{
    Database,
    webhooks::{endpoints, lease::Attempt},
};
use serde_json::json;
use webhooks::{Endpoint, Message, Sender};

use super::{
    attempt::{attempt_of, secrets},
    error::WebhookError,
    settings::WebhookSettings,
    verdict::is_good,
};
use crate::{audit::Audit, support::retry::with_retry};

/// Sent once, at once, also to a webhook that is off. It is not among the deliveries.
pub async fn send_test(
    database: &Database,
    settings: &WebhookSettings,
    id: &WebhookId,
    message: &str,
    now: Instant,
    audit: &Audit,
) -> Result<Attempt, WebhookError> {
    let webhook = endpoints::find(database.connection(), id).await?;
    let webhook = webhook.ok_or_else(|| WebhookError::NotFound(id.clone()))?;
    let endpoint = Endpoint::parse(&webhook.url, settings.reach).map_err(WebhookError::NotAllowed)?;
    let sender = Sender::new(settings.reach, settings.timeout)?;
    let body = MessageBody::test(now).to_json().map_err(|_| persistence::DbErr::Json("a test".into()))?;
    let secrets = secrets(&webhook, now);
    let sent = sender.send(&endpoint, Message { id: message, at: now, body: &body, secrets: &secrets }).await;
    let attempt = attempt_of(sent);
    if is_good(attempt) && webhook.state == WebhookState::On {
        with_retry(|| async {
            let tx = database.begin().await?;
            endpoints::succeeded(&tx, id, now).await?;
            tx.commit().await
        })
        .await?;
    }
    let detail = json!({"outcome": attempt.outcome, "answer": attempt.answer});
    audit.record_alone(database, now, Some(format!("webhook {id}")), detail).await?;
    Ok(attempt)
}
