//! A run of the engine.

use chrono::{DateTime, Utc};
use domain::{
    ids::RunId,
    run::{RunIssue, RunMode, RunState, RunTrigger},
};
use persistence::runs::StoredRun;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The id of a run. Limited to 2^53 − 1, the largest integer that JavaScript represents exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct RunNumber(#[schemars(range(min = 1, max = 9_007_199_254_740_991_i64))] pub(crate) i64);

impl From<RunNumber> for RunId {
    fn from(number: RunNumber) -> Self {
        Self(number.0)
    }
}

/// The state of an active run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ActiveState {
    /// The run is in progress.
    Running,
}

/// A run of the engine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    /// The run's id. Increases over time.
    pub(crate) run_id: i64,
    /// The state of the run.
    pub(crate) state: RunState,
    /// What started the run.
    pub(crate) trigger: RunTrigger,
    /// Which users the run evaluates.
    pub(crate) mode: RunMode,
    /// The time at which the run evaluates rules.
    pub(crate) as_of: DateTime<Utc>,
    /// When the run started.
    pub(crate) started_at: DateTime<Utc>,
    /// When the run ended. Null while it is running.
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// Number of users to evaluate. 0 until they are counted.
    pub(crate) total_users: i64,
    /// Number of users evaluated so far.
    pub(crate) total_users_processed: u64,
    /// Number of memberships entered.
    pub(crate) segments_created: u64,
    /// Number of memberships left.
    pub(crate) segments_removed: u64,
    /// Number of users whose plan has no segment.
    pub(crate) unknown_plans: u64,
    /// Number of attempts whose certification is of no known provider, of all users. 0 until the run ends.
    pub(crate) attempts_without_provider: u64,
    /// Users and segments that the run left unchanged so far: the first 1,000.
    pub(crate) issues: Vec<RunIssue>,
    /// Number of all issues so far.
    pub(crate) issue_count: u64,
    /// Why the run failed. Null if it did not.
    pub(crate) failure: Option<String>,
    /// Whether the run is running but has sent no heartbeat for longer than its lease.
    pub(crate) overdue: bool,
    /// The last heartbeat of the run, when its progress was updated.
    pub(crate) last_heard_of_at: DateTime<Utc>,
    /// Duration in milliseconds. While running: so far.
    pub(crate) duration_ms: u64,
    /// Users evaluated per second, up to the last heartbeat. Null until a user has been evaluated.
    pub(crate) users_per_second: Option<f64>,
}

impl From<StoredRun> for Run {
    fn from(run: StoredRun) -> Self {
        Self {
            duration_ms: domain::period::millis(run.duration),
            users_per_second: run.users_per_second(),
            run_id: run.id.0,
            state: run.state,
            trigger: run.trigger,
            mode: run.mode,
            as_of: run.as_of,
            started_at: run.started_at,
            finished_at: run.finished_at,
            total_users: run.users_total,
            total_users_processed: run.progress.users_processed,
            segments_created: run.progress.entered,
            segments_removed: run.progress.left,
            unknown_plans: run.progress.unknown_plans,
            attempts_without_provider: run.progress.attempts_without_provider,
            issues: run.issues,
            issue_count: run.issue_count,
            failure: run.failure,
            overdue: run.is_overdue,
            last_heard_of_at: run.last_heard_of_at,
        }
    }
}
