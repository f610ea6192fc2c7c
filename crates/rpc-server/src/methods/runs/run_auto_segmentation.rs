//! `adminAudience.runAutoSegmentation`: starts a run of the engine, or points to the one that is active.

use domain::ids::RunId;
use persistence::runs::{LeaseError, Mode, Trigger};
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

/// What kind of run.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunAutoSegmentationParams {
    /// Which users it looks at.
    #[serde(default)]
    mode: RunMode,
    /// Whether a segment of more than 100 members may lose more than half of them. Otherwise it stays as it is, and the run
    /// names it in its errors.
    #[serde(default)]
    allow_shrink: bool,
}

/// Which users a run looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunMode {
    /// All of them.
    #[default]
    Full,
    /// Those whose data changed or whose dates were passed since the last run that came to its end; all of them, if a
    /// definition is new.
    Incremental,
}

impl From<RunMode> for Mode {
    fn from(mode: RunMode) -> Self {
        match mode {
            RunMode::Full => Self::Full,
            RunMode::Incremental => Self::Incremental,
        }
    }
}

/// The run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunAutoSegmentationResult {
    /// Its id, by which `getRun` follows it.
    run_id: i64,
    /// It is under way.
    state: ActiveState,
}

/// The state of a run that is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ActiveState {
    /// It is under way.
    Running,
}

pub(crate) struct RunAutoSegmentation;

impl Method for RunAutoSegmentation {
    const NAME: &'static str = "adminAudience.runAutoSegmentation";
    const SUMMARY: &'static str = "Starts a run of the engine, or answers the one that is active";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("run_auto_segmentation.example.json");
    type Params = RunAutoSegmentationParams;
    type Result = RunAutoSegmentationResult;

    async fn call(call: &Call, params: RunAutoSegmentationParams) -> Result<RunAutoSegmentationResult, MethodError> {
        let options = RunOptions {
            mode: params.mode.into(),
            as_of_is_given: false,
            allow_shrink: params.allow_shrink,
            zone: call.context.zone,
            trigger: Trigger::Admin,
            stop: call.context.background.stop(),
            ..RunOptions::at(call.context.now())
        };
        let entry =
            audited::entry::<Self>(call, None, Some(json!({"mode": params.mode, "allowShrink": params.allow_shrink})));
        let run = match run::begin(call.database(), &options, Some(entry)).await {
            Ok(begun) => {
                let (id, database) = (begun.id(), call.database().clone());
                let work = async move {
                    // Its row says how it ended; the log only that it did not end well.
                    match begun.go_on(&database, &options, &NoObserver).await {
                        Ok(_) => {}
                        Err(RunError::Stopped { .. }) => info!(run = id.0, "a run was left to the next one"),
                        Err(_) => error!(run = id.0, "a run that an admin started did not come to its end"),
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
            message: "A run has had a later time than it is now: history cannot run backwards".into(),
            data: json!({"now": as_of, "runId": run, "asOf": latest}),
        },
        RunError::Lease(LeaseError::BehindChange { as_of, latest }) => MethodError::Conflict {
            message: "A change has had a later time than it is now: history cannot run backwards".into(),
            data: json!({"now": as_of, "changedAt": latest}),
        },
        RunError::Lease(LeaseError::Active { run: RunId(run) } | LeaseError::Lost { run: RunId(run) }) => {
            MethodError::Conflict { message: "A run is active".into(), data: json!({"runId": run}) }
        }
        RunError::Stopped { .. } => MethodError::TryAgain,
        RunError::Lease(LeaseError::Statement(cause)) | RunError::Statement(cause) => cause.into(),
    }
}
