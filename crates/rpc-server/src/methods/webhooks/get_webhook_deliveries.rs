//! `adminAudience.getWebhookDeliveries`: the messages to a webhook.

use chrono::{DateTime, Utc};
use domain::webhook::{DeliveryOutcome, DeliveryState, WebhookEvent, WebhookId};
use persistence::webhooks::{
    deliveries::{Delivery, page},
    endpoints::find,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    params::default_of,
    wire::{
        cursor,
        webhook::{MessageIdText, WebhookIdText},
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetWebhookDeliveriesParams {
    /// The webhook's id.
    webhook_id: WebhookIdText,
    /// Only these.
    state: Option<DeliveryState>,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 500))]
    limit: u32,
    /// The `nextCursor` of an earlier response.
    cursor: Option<MessageIdText>,
}

/// A page of messages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetWebhookDeliveriesResult {
    /// Newest first. They are kept for 30 days.
    deliveries: Vec<WebhookDelivery>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A message to a webhook.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookDelivery {
    /// The message's id: its `webhook-id`.
    message_id: String,
    /// What it tells.
    event: WebhookEvent,
    /// The id of the segment that it is about.
    segment: Option<String>,
    /// The run that it comes from.
    run_id: Option<i64>,
    /// When that happened.
    at: DateTime<Utc>,
    /// How many users it names.
    users: u32,
    /// Where it stands.
    state: DeliveryState,
    /// How often it was sent.
    attempts: u32,
    /// How the last attempt ended.
    outcome: Option<DeliveryOutcome>,
    /// The code of the last answer.
    answer: Option<u16>,
    /// When it was last sent.
    attempted_at: Option<DateTime<Utc>>,
    /// When it is sent next. Only while it waits.
    next_at: Option<DateTime<Utc>>,
}

impl From<Delivery> for WebhookDelivery {
    fn from(delivery: Delivery) -> Self {
        Self {
            message_id: delivery.id.to_string(),
            event: delivery.event,
            segment: delivery.segment,
            run_id: delivery.run.map(|run| run.0),
            at: delivery.at,
            users: delivery.users,
            state: delivery.state,
            attempts: delivery.attempts,
            outcome: delivery.outcome,
            answer: delivery.answer,
            attempted_at: delivery.attempted_at,
            next_at: delivery.next_at,
        }
    }
}

pub(crate) struct GetWebhookDeliveries;

impl Method for GetWebhookDeliveries {
    const NAME: &'static str = "adminAudience.getWebhookDeliveries";
    const SUMMARY: &'static str = "Lists the messages to a webhook, with the answers";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_webhook_deliveries.example.json");
    type Params = GetWebhookDeliveriesParams;
    type Result = GetWebhookDeliveriesResult;

    async fn call(call: &Call, params: GetWebhookDeliveriesParams) -> Result<GetWebhookDeliveriesResult, MethodError> {
        let (connection, id) = (call.database().connection(), WebhookId::from(params.webhook_id));
        let before = params.cursor.map(|given| given.read()).transpose()?.map(|last| last.no);
        find(connection, &id).await?.ok_or_else(|| MethodError::NotFound(format!("webhook {id}")))?;
        let mut found = page(connection, &id, params.state, before, params.limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |last| last.id.to_string());
        Ok(GetWebhookDeliveriesResult { deliveries: found.into_iter().map(Into::into).collect(), next_cursor })
    }
}
