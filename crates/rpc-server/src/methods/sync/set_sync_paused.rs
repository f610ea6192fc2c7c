//! `adminAudience.setSyncPaused`: stops all syncs for a time.

use schemars::JsonSchema;
use segmentation_engine::sync::switch;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSyncPausedParams {
    /// While true, syncs only delete contacts of erased people and remove segments that are switched off.
    paused: bool,
}

/// Whether syncs are paused now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetSyncPausedResult {
    /// As sent.
    paused: bool,
}

pub(crate) struct SetSyncPaused;

impl Method for SetSyncPaused {
    const NAME: &'static str = "adminAudience.setSyncPaused";
    const SUMMARY: &'static str = "Pauses or resumes all syncs with the mail service";
    const EXAMPLE: &'static str = include_str!("set_sync_paused.example.json");
    type Params = SetSyncPausedParams;
    type Result = SetSyncPausedResult;

    async fn call(call: &Call, params: SetSyncPausedParams) -> Result<SetSyncPausedResult, MethodError> {
        switch::pause_all(call.database(), params.paused, call.context.now(), &call.audit).await?;
        Ok(SetSyncPausedResult { paused: params.paused })
    }
}
