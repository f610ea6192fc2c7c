//! `adminAudience.getRun`: how far a run of the engine is, or how it ended.

use persistence::runs;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::run::{Run, RunNumber},
};

/// Which run.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetRunParams {
    /// Its id.
    run_id: RunNumber,
}

pub(crate) struct GetRun;

impl Method for GetRun {
    const NAME: &'static str = "adminAudience.getRun";
    const SUMMARY: &'static str = "Shows how far a run of the engine is, or how it ended";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    type Params = GetRunParams;
    type Result = Run;

    fn example() -> (Json, Json) {
        (json!({"runId": 12}), example_run())
    }

    async fn call(call: &Call, params: GetRunParams) -> Result<Run, MethodError> {
        let id = params.run_id.into();
        let run = runs::find(call.database().connection(), id).await?;
        run.map(Run::from).ok_or_else(|| MethodError::NotFound(format!("run {id}")))
    }
}

/// A run that went well.
pub(super) fn example_run() -> Json {
    json!({
        "runId": 12, "state": "succeeded", "trigger": "admin", "mode": "full", "asOf": "2014-10-15T00:00:00Z",
        "startedAt": "2014-10-15T00:00:00Z", "finishedAt": "2014-10-15T00:00:02.150Z", "totalUsers": 28785,
        "totalUsersProcessed": 28785, "segmentsCreated": 312, "segmentsRemoved": 298, "unknownPlans": 0, "errors": [],
        "failure": null, "overdue": false, "lastHeardOfAt": "2014-10-15T00:00:02.150Z", "durationMs": 2150, "usersPerSecond": 13388.4,
    })
}
