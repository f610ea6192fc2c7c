//! `adminAudience.saveWebhook`: creates or changes a webhook.

use std::fmt;

use domain::webhook::{WebhookEvent, WebhookState};
use schemars::JsonSchema;
use segmentation_engine::webhooks::{Random, WantedSegments, WantedWebhook, save, status::of_webhook};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::SegmentIdText,
        webhook::{Webhook, WebhookIdText},
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveWebhookParams {
    /// The webhook to change. What is left out stays as it is. Default: a new one.
    webhook_id: Option<WebhookIdText>,
    /// Where messages are posted to: https, or http to this machine. Redirects are not followed. A new webhook needs it.
    url: Option<WebhookUrl>,
    /// The events to send. A new webhook needs them.
    #[schemars(length(min = 1, max = 10))]
    events: Option<Vec<WebhookEvent>>,
    /// The ids of the segments to send events about, such as `plan:pro`. Null for all, including those created later. Default of a
    /// new one: null.
    #[serde(default, deserialize_with = "given")]
    #[schemars(length(min = 1, max = 200))]
    segments: Option<Option<Vec<SegmentIdText>>>,
    /// Whether messages include email addresses and names, not only user ids. Default of a new one: false.
    personal: Option<bool>,
    /// Whether messages are sent. Switching a webhook off discards its waiting messages. Default of a new one: `on`.
    state: Option<WebhookState>,
    /// Whether it gets a new secret. Messages are signed with both for 24 hours, and until then it gets no other one.
    #[serde(default)]
    rotate_secret: bool,
}

/// Null is a value here, and not the same as none.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// It may hold a token of the receiver.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct WebhookUrl(#[schemars(length(max = 2000))] String);

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl")
    }
}

/// The webhook as it is now.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaveWebhookResult {
    /// The webhook.
    webhook: Webhook,
    /// With which the receiver checks signatures. Only if it is new: it is not shown again.
    secret: Option<String>,
}

pub(crate) struct SaveWebhook;

impl Method for SaveWebhook {
    const NAME: &'static str = "adminAudience.saveWebhook";
    const SUMMARY: &'static str = "Creates or changes a webhook";
    const ROLE: Role = Role::Superadmin;
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("save_webhook.example.json");
    type Params = SaveWebhookParams;
    type Result = SaveWebhookResult;

    async fn call(call: &Call, params: SaveWebhookParams) -> Result<SaveWebhookResult, MethodError> {
        let segments = match params.segments {
            None => None,
            Some(None) => Some(WantedSegments::All),
            Some(Some(ids)) => {
                Some(WantedSegments::Only(ids.iter().map(SegmentIdText::key).collect::<Result<_, _>>()?))
            }
        };
        let wanted = WantedWebhook {
            id: params.webhook_id.map(Into::into),
            url: params.url.map(|url| url.0),
            events: params.events,
            segments,
            is_personal: params.personal,
            state: params.state,
            rotates_secret: params.rotate_secret,
        };
        let (reach, now) = (call.context.webhooks.reach, call.context.now());
        let saved = save(call.database(), &wanted, reach, &random(), now, &call.audit).await?;
        let status = of_webhook(call.database().connection(), saved.webhook).await?;
        let secret = saved.secret.map(|secret| secret.expose().to_owned());
        Ok(SaveWebhookResult { webhook: Webhook::new(status, (call.role, now)), secret })
    }
}

/// A UUID has 122 random bits, so the secret has 244, as our tokens.
fn random() -> Random {
    let [id, first, second] = [(); 3].map(|()| Uuid::new_v4().into_bytes());
    let mut random = Random { id: [0; 12], secret: [0; 32] };
    random.id.iter_mut().zip(id).for_each(|(to, from)| *to = from);
    random.secret.iter_mut().zip(first.into_iter().chain(second)).for_each(|(to, from)| *to = from);
    random
}
