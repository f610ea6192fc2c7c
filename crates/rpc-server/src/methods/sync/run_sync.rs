//! `adminAudience.runSync`: starts a sync, or returns the active one.

use domain::{mail::SyncMode, run::RunTrigger, segment::SegmentKey};
use persistence::{Database, sync::runs::SyncLeaseError};
use schemars::JsonSchema;
use segmentation_engine::sync::{NoSyncObserver, StartedSync, SyncError, SyncOptions, start, status::of_segment};
use serde::{Deserialize, Serialize};
use tracing::error;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentIdText, find_segment},
        run::ActiveState,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunSyncParams {
    /// The id of a segment to sync alone, such as `plan:pro`. Default: all that are synced.
    segment: Option<SegmentIdText>,
    /// Whether to compare with the lists of the mail service, and to read back events that did not arrive.
    #[serde(default)]
    full: bool,
    /// Whether more than half of more than 100 contacts may be taken out of a segment. If not allowed, the segment is left
    /// unchanged and listed in the sync's issues.
    #[serde(default)]
    allow_shrink: bool,
}

/// The active sync.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunSyncResult {
    /// The sync's id, for `getSyncRun`.
    run_id: i64,
    /// The sync is in progress.
    state: ActiveState,
}

pub(crate) struct RunSync;

impl Method for RunSync {
    const NAME: &'static str = "adminAudience.runSync";
    const SUMMARY: &'static str = "Starts a sync with the mail service, or returns the active one";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("run_sync.example.json");
    type Params = RunSyncParams;
    type Result = RunSyncResult;

    async fn call(call: &Call, params: RunSyncParams) -> Result<RunSyncResult, MethodError> {
        let no_segment = |id: &SegmentIdText| MethodError::NotFound(format!("synced segment {}", id.0));
        let segment = params.segment.map(|id| id.0.parse::<SegmentKey>().map_err(|_| no_segment(&id))).transpose()?;
        if let Some(key) = &segment {
            let connection = call.database().connection();
            let id = find_segment(connection, key).await?.id;
            of_segment(connection, id).await?.ok_or_else(|| MethodError::NotFound(format!("synced segment {key}")))?;
        }
        let options = SyncOptions {
            mode: if params.full { SyncMode::Full } else { SyncMode::Delta },
            segments: segment.map(|key| vec![key]),
            allow_shrink: params.allow_shrink,
            max_requests: None,
            trigger: RunTrigger::Admin,
            stop: call.context.background.stop(),
        };
        let moment = (&call.audit, call.context.now());
        let run = match start(call.database(), &call.context.sync, options, moment).await {
            Ok(started) => {
                let run = started.id();
                call.context.background.spawn(execute(started, call.database().clone()));
                run
            }
            Err(SyncError::Lease(SyncLeaseError::Active(run))) => run,
            Err(refused) => return Err(refused.into()),
        };
        Ok(RunSyncResult { run_id: run.0, state: ActiveState::Running })
    }
}

/// How it ended is in its row. The log notes only failures.
async fn execute(started: StartedSync, database: Database) {
    let run = started.id().0;
    if started.execute(&database, &NoSyncObserver).await.is_err() {
        error!(run, "a sync that an admin started failed");
    }
}
