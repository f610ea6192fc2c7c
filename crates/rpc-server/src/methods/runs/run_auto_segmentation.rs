//! `adminAudience.runAutoSegmentation`: starts a run, or returns the active one.

use domain::run::{RunMode, RunTrigger};
use persistence::{Database, runs::LeaseError};
use schemars::JsonSchema;
use segmentation_engine::run::{self, MayShrink, NoObserver, RunError, RunOptions, StartedRun};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{error, info};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{key::SegmentIdText, run::ActiveState},
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
    /// The ids of segments that may do so, such as `plan:pro`, where not all may.
    #[serde(default)]
    #[schemars(length(max = 1_000))]
    allow_shrink_in: Vec<SegmentIdText>,
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

pub(crate) struct RunAutoSegmentation;

impl Method for RunAutoSegmentation {
    const NAME: &'static str = "adminAudience.runAutoSegmentation";
    const SUMMARY: &'static str = "Starts a run, or returns the active one";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("run_auto_segmentation.example.json");
    type Params = RunAutoSegmentationParams;
    type Result = RunAutoSegmentationResult;

    async fn call(call: &Call, params: RunAutoSegmentationParams) -> Result<RunAutoSegmentationResult, MethodError> {
        let keys = params.allow_shrink_in.iter().map(SegmentIdText::key).collect::<Result<Vec<_>, _>>()?;
        let may_shrink = MayShrink::of(params.allow_shrink, keys);
        let detail = json!({"mode": params.mode, "allowShrink": may_shrink.on_record()});
        let options = RunOptions { mode: params.mode, may_shrink, ..call.context.run_options(RunTrigger::Admin) };
        let run = match run::start(call.database(), &options, (&call.audit, call.context.now()), detail).await {
            Ok(started) => {
                let run = started.id();
                call.context.background.spawn(execute(started, call.database().clone()));
                run
            }
            Err(RunError::Lease(LeaseError::Active { run })) => run,
            Err(refused) => return Err(refused.into()),
        };
        Ok(RunAutoSegmentationResult { run_id: run.0, state: ActiveState::Running })
    }
}

/// How it ended is in its row. The log notes only failures.
async fn execute(started: StartedRun, database: Database) {
    let run = started.id().0;
    match started.execute(&database, &NoObserver).await {
        Ok(_) => {}
        Err(RunError::Stopped { .. }) => info!(run, "a run stopped at shutdown; the next one continues it"),
        Err(_) => error!(run, "a run that an admin started failed"),
    }
}
