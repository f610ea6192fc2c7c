//! `adminAudience.getRun`: the progress or the outcome of a run.

use persistence::runs;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::run::{Run, RunNumber},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetRunParams {
    /// The run's id.
    run_id: RunNumber,
}

pub(crate) struct GetRun;

impl Method for GetRun {
    const NAME: &'static str = "adminAudience.getRun";
    const SUMMARY: &'static str = "Shows the progress or the outcome of a run";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_run.example.json");
    type Params = GetRunParams;
    type Result = Run;

    async fn call(call: &Call, params: GetRunParams) -> Result<Run, MethodError> {
        let id = params.run_id.into();
        let run = runs::find(call.database().connection(), id).await?;
        run.map(Run::from).ok_or_else(|| MethodError::NotFound(format!("run {id}")))
    }
}
