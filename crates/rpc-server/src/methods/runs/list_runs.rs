//! `adminAudience.listRuns`: the latest runs.

use domain::{
    ids::RunId,
    run::{RunMode, RunState},
};
use persistence::runs::{self, WhichRuns};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    params::default_of,
    wire::run::{Run, RunNumber},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListRunsParams {
    /// Maximum number of results.
    #[serde(default = "default_of::<20>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only runs older than the one with this id.
    before: Option<RunNumber>,
    /// Only runs in this state.
    state: Option<RunState>,
    /// Only runs that evaluate these users.
    mode: Option<RunMode>,
}

/// A list of runs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListRunsResult {
    /// Newest first.
    runs: Vec<Run>,
}

pub(crate) struct ListRuns;

impl Method for ListRuns {
    const NAME: &'static str = "adminAudience.listRuns";
    const SUMMARY: &'static str = "Lists the latest runs, newest first";
    const EXAMPLE: &'static str = include_str!("list_runs.example.json");
    type Params = ListRunsParams;
    type Result = ListRunsResult;

    async fn call(call: &Call, params: ListRunsParams) -> Result<ListRunsResult, MethodError> {
        let before = params.before.map_or(RunId(i64::MAX), RunId::from);
        let which = WhichRuns { state: params.state, mode: params.mode };
        let runs = runs::latest_before(call.database().connection(), before, which, u64::from(params.limit)).await?;
        Ok(ListRunsResult { runs: runs.into_iter().map(Run::from).collect() })
    }
}
