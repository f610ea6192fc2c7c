//! `adminAudience.testWebhook`: sends a message by which one sees whether an endpoint works.

use domain::webhook::DeliveryOutcome;
use schemars::JsonSchema;
use segmentation_engine::webhooks::{is_good, send_test};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::webhook::WebhookIdText,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestWebhookParams {
    /// The webhook's id.
    webhook_id: WebhookIdText,
}

/// What the endpoint answered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestWebhookResult {
    /// Whether the endpoint has taken the message: it answered with a code from 200 to 299.
    delivered: bool,
    /// How the attempt ended.
    outcome: DeliveryOutcome,
    /// The code of the answer. Null without one.
    answer: Option<u16>,
}

pub(crate) struct TestWebhook;

impl Method for TestWebhook {
    const NAME: &'static str = "adminAudience.testWebhook";
    const SUMMARY: &'static str =
        "Sends a message of the type `webhook.test` to a webhook, once, and returns the answer";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("test_webhook.example.json");
    type Params = TestWebhookParams;
    type Result = TestWebhookResult;

    async fn call(call: &Call, params: TestWebhookParams) -> Result<TestWebhookResult, MethodError> {
        let message = format!("msg_test_{}", Uuid::new_v4().simple());
        let (settings, now) = (&call.context.webhooks, call.context.now());
        let id = params.webhook_id.into();
        let attempt = send_test(call.database(), settings, &id, &message, now, &call.audit).await?;
        Ok(TestWebhookResult { delivered: is_good(attempt), outcome: attempt.outcome, answer: attempt.answer })
    }
}
