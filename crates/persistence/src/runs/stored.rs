//! Reads stored runs.

use std::time::Duration;

use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunIssue, RunMode, RunState, RunTrigger},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{lease::LEASE, progress::Progress};
use crate::{
    database::{database_clock, values::from_json},
    entity::{enum_text::EnumText, segmentation_run as run},
};

#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    pub id: RunId,
    pub state: RunState,
    pub trigger: RunTrigger,
    pub mode: RunMode,
    pub as_of: Instant,
    pub started_at: Instant,
    pub finished_at: Option<Instant>,
    /// By the database's clock; of a running run, so far.
    pub duration: Duration,
    pub last_heard_of_at: Instant,
    /// `running`, but without a heartbeat for longer than its lease.
    pub is_overdue: bool,
    /// The process died: its lease expired, whether or not another run has taken over.
    pub has_died: bool,
    /// 0 until they are counted.
    pub users_total: i64,
    pub progress: Progress,
    /// The first 1,000.
    pub issues: Vec<RunIssue>,
    pub issue_count: u64,
    /// Why it failed or was abandoned.
    pub failure: Option<String>,
}

impl StoredRun {
    /// Rounded to a tenth, up to the last heartbeat. `None` if it has evaluated nobody.
    pub fn users_per_second(&self) -> Option<f64> {
        let seconds = (self.last_heard_of_at - self.started_at).as_seconds_f64();
        let users = self.progress.users_processed;
        (users > 0 && seconds > 0.0).then(|| (10.0 * users as f64 / seconds).round() / 10.0)
    }
}

/// Newest first.
pub async fn latest(connection: &impl ConnectionTrait, count: u64) -> Result<Vec<StoredRun>, DbErr> {
    latest_before(connection, RunId(i64::MAX), count).await
}

/// Newest first.
pub async fn latest_before(
    connection: &impl ConnectionTrait,
    before: RunId,
    count: u64,
) -> Result<Vec<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let earlier = run::Entity::find().filter(run::Column::Id.lt(before.0));
    let rows = earlier.order_by_desc(run::Column::Id).limit(count).all(connection).await?;
    rows.into_iter().map(|row| stored_run(row, now)).collect()
}

/// The latest run that reached its end.
pub async fn latest_success(connection: &impl ConnectionTrait) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let succeeded = run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Succeeded)));
    let row = succeeded.order_by_desc(run::Column::Id).limit(1).one(connection).await?;
    row.map(|row| stored_run(row, now)).transpose()
}

pub async fn find(connection: &impl ConnectionTrait, id: RunId) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    run::Entity::find_by_id(id.0).one(connection).await?.map(|row| stored_run(row, now)).transpose()
}

fn stored_run(row: run::Model, now: Instant) -> Result<StoredRun, DbErr> {
    let counted = |number: i64| u64::try_from(number).unwrap_or_default();
    let until = row.finished_at.unwrap_or(now);
    let state = row.state.0;
    let is_overdue = state == RunState::Running && row.lease_until <= now;
    let was_taken_over = state == RunState::Abandoned && row.finished_at.is_some_and(|at| at >= row.lease_until);
    Ok(StoredRun {
        id: RunId(row.id),
        // 0 for a run that started after the clock was read.
        duration: (until - row.started_at).to_std().unwrap_or_default(),
        // A run that ended was last heard of at its end; one that is running, or that was taken over, when it renewed
        // its lease.
        last_heard_of_at: row.finished_at.filter(|_| !was_taken_over).unwrap_or(row.lease_until - LEASE),
        is_overdue,
        has_died: is_overdue || was_taken_over,
        state,
        trigger: row.trigger.0,
        mode: row.mode.0,
        as_of: row.as_of,
        started_at: row.started_at,
        finished_at: row.finished_at,
        users_total: row.users_total,
        progress: Progress {
            users_processed: counted(row.users_processed),
            entered: counted(row.segments_created),
            left: counted(row.segments_removed),
            unknown_plans: counted(row.unknown_plans),
            attempts_without_provider: counted(row.attempts_without_provider),
        },
        issues: from_json(row.issues, "issues of a run")?,
        issue_count: counted(row.issue_count),
        failure: row.failure,
    })
}
