//! `adminAudience.deleteAlert`: deletes a rule that watches a segment.

use schemars::JsonSchema;
use segmentation_engine::alerts::delete;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{alert::AlertIdText, success::Success},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeleteAlertParams {
    /// The alert's id.
    alert_id: AlertIdText,
}

pub(crate) struct DeleteAlert;

impl Method for DeleteAlert {
    const NAME: &'static str = "adminAudience.deleteAlert";
    const SUMMARY: &'static str = "Deletes an alert. If it fires, it is over. Its events stay on record";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("delete_alert.example.json");
    type Params = DeleteAlertParams;
    type Result = Success;

    async fn call(call: &Call, params: DeleteAlertParams) -> Result<Success, MethodError> {
        delete(call.database(), &params.alert_id.into(), call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
