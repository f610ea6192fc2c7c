//! Sends a message again, because an admin asks for it.

use domain::{
    instant::Instant,
    webhook::{MessageId, WebhookState},
};
use persistence::{
    Database,
    webhooks::{endpoints, lease},
};
use serde_json::json;

use super::error::WebhookError;
use crate::{audit::Audit, support::retry::with_retry};

/// The message keeps its id and its time, so a receiver can tell that it is an old one.
pub async fn resend(database: &Database, id: &MessageId, now: Instant, audit: &Audit) -> Result<(), WebhookError> {
    with_retry(|| async {
        let tx = database.begin().await?;
        let webhook = endpoints::find(&tx, &id.webhook).await?;
        let webhook = webhook.ok_or_else(|| WebhookError::NotFound(id.webhook.clone()))?;
        if webhook.state == WebhookState::Off {
            return Err(WebhookError::Off);
        }
        if !lease::send_again(&tx, id, now).await? {
            return Err(WebhookError::NoSuchMessage(id.clone()));
        }
        let detail = json!({"message": id.to_string()});
        audit.record(&tx, now, Some(format!("webhook {}", id.webhook)), Some(detail)).await?;
        Ok(tx.commit().await?)
    })
    .await
}
