//! `adminAudience.getAlerts`: all rules that watch segments, with where they stand.

use schemars::JsonSchema;
use segmentation_engine::alerts::status;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method, wire::alert::Alert};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetAlertsParams {}

/// All alerts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAlertsResult {
    /// In the order in which they were made.
    alerts: Vec<Alert>,
}

pub(crate) struct GetAlerts;

impl Method for GetAlerts {
    const NAME: &'static str = "adminAudience.getAlerts";
    const SUMMARY: &'static str = "Lists alerts with where they stand";
    const EXAMPLE: &'static str = include_str!("get_alerts.example.json");
    type Params = GetAlertsParams;
    type Result = GetAlertsResult;

    async fn call(call: &Call, _: GetAlertsParams) -> Result<GetAlertsResult, MethodError> {
        let alerts = status(call.database().connection()).await?;
        Ok(GetAlertsResult { alerts: alerts.into_iter().map(Into::into).collect() })
    }
}
