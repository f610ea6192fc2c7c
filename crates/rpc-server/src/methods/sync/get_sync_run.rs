//! `adminAudience.getSyncRun`: the progress or the outcome of a sync.

use persistence::sync::runs::{SyncId, find};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{run::RunNumber, sync::SyncRun},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSyncRunParams {
    /// The sync's id.
    run_id: RunNumber,
}

pub(crate) struct GetSyncRun;

impl Method for GetSyncRun {
    const NAME: &'static str = "adminAudience.getSyncRun";
    const SUMMARY: &'static str = "Shows the progress or the outcome of a sync";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_sync_run.example.json");
    type Params = GetSyncRunParams;
    type Result = SyncRun;

    async fn call(call: &Call, params: GetSyncRunParams) -> Result<SyncRun, MethodError> {
        let id = SyncId::from(params.run_id);
        let run = find(call.database().connection(), id).await?;
        run.map(SyncRun::from).ok_or_else(|| MethodError::NotFound(format!("run {}", id.0)))
    }
}
