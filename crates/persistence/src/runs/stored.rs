//! Reads stored runs.

use std::time::Duration;

use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunIssue, RunMode, RunState, RunTrigger},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value as Json;

use super::{
    fence::LEASE,
    shards::{self, Progress, stored},
};
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

/// Which runs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WhichRuns {
    pub state: Option<RunState>,
    pub mode: Option<RunMode>,
}

/// Newest first.
pub async fn latest(connection: &impl ConnectionTrait, count: u64) -> Result<Vec<StoredRun>, DbErr> {
    latest_before(connection, RunId(i64::MAX), WhichRuns::default(), count).await
}

/// Newest first.
pub async fn latest_before(
    connection: &impl ConnectionTrait,
    before: RunId,
    which: WhichRuns,
    count: u64,
) -> Result<Vec<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let mut earlier = run::Entity::find().filter(run::Column::Id.lt(before.0));
    if let Some(state) = which.state {
        earlier = earlier.filter(run::Column::State.eq(EnumText(state)));
    }
    if let Some(mode) = which.mode {
        earlier = earlier.filter(run::Column::Mode.eq(EnumText(mode)));
    }
    let rows = earlier.order_by_desc(run::Column::Id).limit(count).all(connection).await?;
    let mut runs = Vec::with_capacity(rows.len());
    for row in rows {
        runs.push(stored_run(with_shards(connection, row).await?, now)?);
    }
    Ok(runs)
}

/// The latest run that reached its end.
pub async fn latest_success(connection: &impl ConnectionTrait) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let succeeded = run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Succeeded)));
    let row = succeeded.order_by_desc(run::Column::Id).limit(1).one(connection).await?;
    row.map(|row| stored_run(row, now)).transpose()
}

/// The run that is running and that engines can join, with what they keep to. `None` also if it is not heard of.
pub async fn joinable(connection: &impl ConnectionTrait) -> Result<Option<(StoredRun, Json)>, DbErr> {
    let now = database_clock(connection).await?;
    let running = run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Running)));
    let Some(row) = running.one(connection).await? else { return Ok(None) };
    let Some(plan) = row.plan.clone() else { return Ok(None) };
    let stored = stored_run(with_shards(connection, row).await?, now)?;
    Ok((!stored.is_overdue).then_some((stored, plan)))
}

pub async fn find(connection: &impl ConnectionTrait, id: RunId) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    match run::Entity::find_by_id(id.0).one(connection).await? {
        Some(row) => stored_run(with_shards(connection, row).await?, now).map(Some),
        None => Ok(None),
    }
}

/// Of a running run, how far its shards are: its row learns that when it ends.
async fn with_shards(connection: &impl ConnectionTrait, row: run::Model) -> Result<run::Model, DbErr> {
    if row.state.0 != RunState::Running {
        return Ok(row);
    }
    let summed = shards::sum(connection, RunId(row.id)).await?;
    Ok(run::Model {
        users_total: row.users_total.max(stored(summed.users_total)),
        users_processed: row.users_processed.max(stored(summed.progress.users_processed)),
        segments_created: stored(summed.progress.entered),
        segments_removed: stored(summed.progress.left),
        unknown_plans: stored(summed.progress.unknown_plans),
        lease_until: summed.lease_until.map_or(row.lease_until, |until| until.max(row.lease_until)),
        ..row
    })
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
