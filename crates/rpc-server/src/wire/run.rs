//! A run of the engine as callers see it.

use chrono::{DateTime, Utc};
use domain::ids::RunId;
use persistence::runs::StoredRun;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The id of a run. JavaScript keeps whole numbers up to 2^53 − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct RunNumber(#[schemars(range(min = 1, max = 9_007_199_254_740_991_i64))] pub(crate) i64);

impl From<RunNumber> for RunId {
    fn from(number: RunNumber) -> Self {
        Self(number.0)
    }
}

/// A run of the engine.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    /// Ascending with time.
    pub(crate) run_id: i64,
    /// `running`, `succeeded`, `failed` or `abandoned`.
    pub(crate) state: String,
    /// What started it: `command_line`, `cron` or `admin`.
    pub(crate) trigger: String,
    /// `full` or `incremental`.
    pub(crate) mode: String,
    /// The clock of its rules.
    pub(crate) as_of: DateTime<Utc>,
    /// When it began.
    pub(crate) started_at: DateTime<Utc>,
    /// When it ended.
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// How many users it is to evaluate; 0 until they are counted.
    pub(crate) total_users: i64,
    /// How many it has evaluated.
    pub(crate) total_users_processed: u64,
    /// Memberships entered.
    pub(crate) segments_created: u64,
    /// Memberships left.
    pub(crate) segments_removed: u64,
    /// Users whose plan has no segment.
    pub(crate) unknown_plans: u64,
    /// Users and segments that could not be evaluated, by id, so far.
    pub(crate) errors: Vec<String>,
    /// Why it failed.
    pub(crate) failure: Option<String>,
    /// Whether it is running, but has not been heard of for longer than its lease.
    pub(crate) overdue: bool,
    /// When its process was last heard of, which is when it said how far it is.
    pub(crate) last_heard_of_at: DateTime<Utc>,
    /// How long it took, or has taken so far while it is running, in milliseconds.
    pub(crate) duration_ms: u64,
    /// How many users it evaluated in a second, until it was last heard of; null while it has evaluated nobody.
    pub(crate) users_per_second: Option<f64>,
}

impl From<StoredRun> for Run {
    fn from(run: StoredRun) -> Self {
        Self {
            duration_ms: u64::try_from(run.duration.as_millis()).unwrap_or(u64::MAX),
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
            errors: run.errors,
            failure: run.failure,
            overdue: run.is_overdue,
            last_heard_of_at: run.last_heard_of_at,
        }
    }
}
