//! `adminAudience.deleteWebhook`: deletes a webhook.

use schemars::JsonSchema;
use segmentation_engine::webhooks::delete;
use serde::Deserialize;

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{success::Success, webhook::WebhookIdText},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeleteWebhookParams {
    /// The webhook's id.
    webhook_id: WebhookIdText,
}

pub(crate) struct DeleteWebhook;

impl Method for DeleteWebhook {
    const NAME: &'static str = "adminAudience.deleteWebhook";
    const SUMMARY: &'static str = "Deletes a webhook with its messages, also those that wait";
    const ROLE: Role = Role::Superadmin;
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("delete_webhook.example.json");
    type Params = DeleteWebhookParams;
    type Result = Success;

    async fn call(call: &Call, params: DeleteWebhookParams) -> Result<Success, MethodError> {
        delete(call.database(), &params.webhook_id.into(), call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
