//! `adminAudience.resendWebhookDelivery`: sends a message again.

use schemars::JsonSchema;
use segmentation_engine::webhooks::resend;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{success::Success, webhook::MessageIdText},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResendWebhookDeliveryParams {
    /// The message's id. One that waits is sent at once, with as many attempts as a new one.
    message_id: MessageIdText,
}

pub(crate) struct ResendWebhookDelivery;

impl Method for ResendWebhookDelivery {
    const NAME: &'static str = "adminAudience.resendWebhookDelivery";
    const SUMMARY: &'static str = "Sends a message to a webhook again, with the same id and the time of the change";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("resend_webhook_delivery.example.json");
    type Params = ResendWebhookDeliveryParams;
    type Result = Success;

    async fn call(call: &Call, params: ResendWebhookDeliveryParams) -> Result<Success, MethodError> {
        resend(call.database(), &params.message_id.read()?, call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
