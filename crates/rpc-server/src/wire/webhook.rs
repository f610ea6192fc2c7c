//! Webhooks, as the API shows them. Secrets are shown by `saveWebhook` alone.

use chrono::{DateTime, Utc};
use domain::webhook::{MessageId, OffReason, WebhookEvent, WebhookId, WebhookState};
use schemars::JsonSchema;
use segmentation_engine::webhooks::status::WebhookStatus;
use serde::{Deserialize, Serialize};

use crate::{auth::Role, errors::MethodError};

/// The id of a webhook.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct WebhookIdText(#[schemars(length(max = 27), regex(pattern = "^wh_[0-9a-f]{24}$"))] String);

impl From<WebhookIdText> for WebhookId {
    fn from(text: WebhookIdText) -> Self {
        Self(text.0)
    }
}

/// The id of a message to a webhook: its `webhook-id`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct MessageIdText(
    #[schemars(length(max = 68), regex(pattern = "^msg_[0-9]{19}_[0-9]{1,16}_wh_[0-9a-f]{24}$"))] String,
);

impl MessageIdText {
    pub(crate) fn read(&self) -> Result<MessageId, MethodError> {
        self.0.parse().map_err(|_| MethodError::NotFound("message".into()))
    }
}

/// An endpoint of another system that receives changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Webhook {
    /// The webhook's id.
    webhook_id: String,
    /// Where messages are posted to. For a caller who is no SUPERADMIN, only scheme and host, since the rest may be a secret of the
    /// receiver.
    url: String,
    /// The events that are sent.
    events: Vec<WebhookEvent>,
    /// The ids of the segments whose events are sent, such as `plan:pro`. Null for all.
    segments: Option<Vec<String>>,
    /// Whether messages include email addresses and names, not only user ids.
    personal: bool,
    /// Whether messages are sent.
    state: WebhookState,
    /// Why it is off. Null if it is on.
    off_reason: Option<OffReason>,
    /// Since when no message could be delivered. Null if the last one was.
    failing_since: Option<DateTime<Utc>>,
    /// When a message was last delivered.
    delivered_at: Option<DateTime<Utc>>,
    /// How many messages wait.
    waiting: u64,
    /// Since when the oldest of them waits.
    oldest_waiting_since: Option<DateTime<Utc>>,
    /// Until when messages are signed with the former secret too.
    former_secret_until: Option<DateTime<Utc>>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Who saved it last.
    changed_by: String,
    /// When it was last saved.
    changed_at: DateTime<Utc>,
}

impl Webhook {
    pub(crate) fn new(status: WebhookStatus, (role, now): (Role, DateTime<Utc>)) -> Self {
        let url = if role >= Role::Superadmin { status.webhook.url.clone() } else { status.origin() };
        let WebhookStatus { webhook, waiting, oldest } = status;
        Self {
            webhook_id: webhook.id.0,
            url,
            events: webhook.events,
            segments: webhook.segments.map(|keys| keys.iter().map(ToString::to_string).collect()),
            personal: webhook.is_personal,
            state: webhook.state,
            off_reason: webhook.off_reason,
            failing_since: webhook.failing_since,
            delivered_at: webhook.delivered_at,
            waiting,
            oldest_waiting_since: oldest,
            former_secret_until: webhook.former.map(|(_, until)| until).filter(|until| *until > now),
            created_at: webhook.created_at,
            changed_by: webhook.changed_by,
            changed_at: webhook.changed_at,
        }
    }
}
