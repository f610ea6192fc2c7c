//! Where webhooks stand.

use domain::{
    instant::Instant,
    webhook::{OffReason, WebhookState},
};
use persistence::{
    ConnectionTrait, DbErr,
    webhooks::{
        deliveries,
        endpoints::{self, StoredWebhook},
    },
};
use webhooks::{Endpoint, Reach};

/// A webhook, with what waits for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookStatus {
    pub webhook: StoredWebhook,
    pub waiting: u64,
    /// Since when the oldest message waits.
    pub oldest: Option<Instant>,
}

impl WebhookStatus {
    /// Whether somebody has to look after it.
    pub fn needs_attention(&self) -> bool {
        let is_failing = self.webhook.state == WebhookState::On && self.webhook.failing_since.is_some();
        is_failing || self.is_off_by_itself()
    }

    /// Scheme and host of its URL. The rest may be a secret of the receiver.
    pub fn origin(&self) -> String {
        Endpoint::parse(&self.webhook.url, Reach::Private).map(|endpoint| endpoint.origin()).unwrap_or_default()
    }

    /// Whether it was switched off, and not by an admin.
    pub fn is_off_by_itself(&self) -> bool {
        matches!(self.webhook.off_reason, Some(OffReason::Failing | OffReason::Gone))
    }
}

/// Of one webhook.
pub async fn of_webhook(connection: &impl ConnectionTrait, webhook: StoredWebhook) -> Result<WebhookStatus, DbErr> {
    let (waiting, oldest) = deliveries::waiting(connection).await?.remove(&webhook.id).unzip();
    Ok(WebhookStatus { webhook, waiting: waiting.unwrap_or_default(), oldest })
}

pub async fn status(connection: &impl ConnectionTrait) -> Result<Vec<WebhookStatus>, DbErr> {
    let webhooks = endpoints::all(connection).await?;
    if webhooks.is_empty() {
        return Ok(Vec::new());
    }
    let mut waiting = deliveries::waiting(connection).await?;
    let with_waiting = |webhook: StoredWebhook| {
        let (count, oldest) = waiting.remove(&webhook.id).unzip();
        WebhookStatus { webhook, waiting: count.unwrap_or_default(), oldest }
    };
    Ok(webhooks.into_iter().map(with_waiting).collect())
}
