//! `adminAudience.runAutoSegmentation`: starts a run, or returns the active one.

use domain::{
    ids::RunId,
    run::{RunMode, RunTrigger},
};
use persistence::runs::LeaseError;
use schemars::JsonSchema;
use segmentation_engine::run::{self, NoObserver, RunError, RunOptions};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{error, info};

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunAutoSegmentationParams {
    /// Which users to evaluate.
    #[serde(default)]
    mode: RunMode,
    /// Whether a segment with more than 100 members may lose more than half of them. If not allowed, such a segment is
    /// left unchanged and listed in the run's issues.
    #[serde(default)]
    allow_shrink: bool,
}

/// The active run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunAutoSegmentationResult {
    /// The run's id, for `getRun`.
    run_id: i64,
    /// The run is in progress.
    state: ActiveState,
}

/// The state of an active run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ActiveState {
    /// The run is in progress.
    Running,
}

pub(crate) struct RunAutoSegmentation;

impl Method for RunAutoSegmentation {
    const NAME: &'static str = "adminAudience.runAutoSegmentation";
    const SUMMARY: &'static str = "Starts a run, or returns the active one";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("run_auto_segmentation.example.json");
    type Params = RunAutoSegmentationParams;
    type Result = RunAutoSegmentationResult;

    async fn call(call: &Call, params: RunAutoSegmentationParams) -> Result<RunAutoSegmentationResult, MethodError> {
        let options = RunOptions {
            mode: params.mode,
            as_of_is_given: false,
            allow_shrink: params.allow_shrink,
            zone: call.context.zone,
            trigger: RunTrigger::Admin,
            stop: call.context.background.stop(),
            ..RunOptions::at(call.context.now())
        };
        let entry =
            audited::entry::<Self>(call, None, Some(json!({"mode": params.mode, "allowShrink": params.allow_shrink})));
        let run = match run::begin(call.database(), &options, Some(entry)).await {
            Ok(begun) => {
                let (id, database) = (begun.id(), call.database().clone());
                let work = async move {
                    // How it ended is in its row. The log notes only failures.
                    match begun.execute(&database, &options, &NoObserver).await {
                        Ok(_) => {}
                        Err(RunError::Stopped { .. }) => {
                            info!(run = id.0, "a run stopped at shutdown; the next one continues it")
                        }
                        Err(_) => error!(run = id.0, "a run that an admin started failed"),
                    }
                };
                call.context.background.spawn(work);
                id
            }
            Err(RunError::Lease(LeaseError::Active { run })) => run,
            Err(refused) => return Err(refusal(refused)),
        };
        Ok(RunAutoSegmentationResult { run_id: run.0, state: ActiveState::Running })
    }
}

fn refusal(refused: RunError) -> MethodError {
    match refused {
        RunError::Lease(LeaseError::Backwards { as_of, run, latest }) => MethodError::Conflict {
            message: "The latest run is dated later than the current time: check the server's clock".into(),
            data: json!({"now": as_of, "runId": run, "asOf": latest}),
        },
        RunError::Lease(LeaseError::BehindChange { as_of, latest }) => MethodError::Conflict {
            message: "The latest change is dated later than the current time: check the server's clock".into(),
            data: json!({"now": as_of, "changedAt": latest}),
        },
        RunError::Lease(LeaseError::Active { run: RunId(run) } | LeaseError::Lost { run: RunId(run) }) => {
            MethodError::Conflict { message: "A run is active".into(), data: json!({"runId": run}) }
        }
        RunError::Stopped { .. } => MethodError::TryAgain,
        RunError::Lease(LeaseError::Statement(cause)) | RunError::Statement(cause) => cause.into(),
    }
}
