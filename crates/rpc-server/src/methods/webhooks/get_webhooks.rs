//! `adminAudience.getWebhooks`: all webhooks, with where they stand.

use schemars::JsonSchema;
use segmentation_engine::webhooks::status::status;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method, wire::webhook::Webhook};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetWebhooksParams {}

/// All webhooks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetWebhooksResult {
    /// In the order in which they were made.
    webhooks: Vec<Webhook>,
}

pub(crate) struct GetWebhooks;

impl Method for GetWebhooks {
    const NAME: &'static str = "adminAudience.getWebhooks";
    const SUMMARY: &'static str = "Lists webhooks with where they stand";
    const EXAMPLE: &'static str = include_str!("get_webhooks.example.json");
    type Params = GetWebhooksParams;
    type Result = GetWebhooksResult;

    async fn call(call: &Call, _: GetWebhooksParams) -> Result<GetWebhooksResult, MethodError> {
        let shown_to = (call.role, call.context.now());
        let webhooks = status(call.database().connection()).await?;
        Ok(GetWebhooksResult { webhooks: webhooks.into_iter().map(|one| Webhook::new(one, shown_to)).collect() })
    }
}
