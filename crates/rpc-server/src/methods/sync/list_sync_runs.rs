//! `adminAudience.listSyncRuns`: the latest syncs.

use persistence::sync::runs::{SyncId, latest_before};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    params::default_of,
    wire::{run::RunNumber, sync::SyncRun},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListSyncRunsParams {
    /// Maximum number of results.
    #[serde(default = "default_of::<20>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only syncs older than the one with this id.
    before: Option<RunNumber>,
}

/// A list of syncs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListSyncRunsResult {
    /// Newest first.
    runs: Vec<SyncRun>,
}

pub(crate) struct ListSyncRuns;

impl Method for ListSyncRuns {
    const NAME: &'static str = "adminAudience.listSyncRuns";
    const SUMMARY: &'static str = "Lists the latest syncs, newest first";
    const EXAMPLE: &'static str = include_str!("list_sync_runs.example.json");
    type Params = ListSyncRunsParams;
    type Result = ListSyncRunsResult;

    async fn call(call: &Call, params: ListSyncRunsParams) -> Result<ListSyncRunsResult, MethodError> {
        let before = params.before.map_or(SyncId(i64::MAX), SyncId::from);
        let runs = latest_before(call.database().connection(), before, u64::from(params.limit)).await?;
        Ok(ListSyncRunsResult { runs: runs.into_iter().map(SyncRun::from).collect() })
    }
}
