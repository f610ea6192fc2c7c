//! Runs as they are stored, for those who look at them.

use std::time::Duration;

use domain::{ids::RunId, instant::Instant};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value as Json;

use super::{LEASE, Progress, errors};
use crate::{database::database_clock, entity::segmentation_run as run};

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// Its id.
    pub id: RunId,
    /// `running`, `succeeded`, `failed` or `abandoned`.
    pub state: String,
    /// What started it.
    pub trigger: String,
    /// `full` or `incremental`.
    pub mode: String,
    /// The clock of its rules.
    pub as_of: Instant,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// How long it took; of one that is running, how long it has taken so far, by the database's clock.
    pub duration: Duration,
    /// When its process was last heard of, which is when it said how far it is.
    pub last_heard_of_at: Instant,
    /// Whether it is running, but its owner has not been heard of for longer than its lease.
    pub is_overdue: bool,
    /// Whether its process ended without a word: the lease ran out, whether or not another run took over since.
    pub has_died: bool,
    /// How many users it is to evaluate; 0 until they are counted.
    pub users_total: i64,
    /// How far it is.
    pub progress: Progress,
    /// Users and segments that could not be evaluated, so far.
    pub errors: Vec<String>,
    /// Why it failed, or was abandoned.
    pub failure: Option<String>,
}

impl StoredRun {
    /// How many users it evaluated in a second, to a tenth, until it was last heard of. Nothing can be said of a run that has
    /// evaluated nobody.
    pub fn users_per_second(&self) -> Option<f64> {
        let seconds = (self.last_heard_of_at - self.started_at).as_seconds_f64();
        let users = self.progress.users_processed;
        (users > 0 && seconds > 0.0).then(|| (10.0 * users as f64 / seconds).round() / 10.0)
    }

    /// How many users and segments could not be evaluated.
    pub fn error_count(&self) -> u64 {
        errors::count(&self.errors)
    }
}

/// The latest runs, newest first.
pub async fn latest(connection: &impl ConnectionTrait, count: u64) -> Result<Vec<StoredRun>, DbErr> {
    latest_before(connection, RunId(i64::MAX), count).await
}

/// The latest runs before another one, newest first.
pub async fn latest_before(
    connection: &impl ConnectionTrait,
    before: RunId,
    count: u64,
) -> Result<Vec<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let earlier = run::Entity::find().filter(run::Column::Id.lt(before.0));
    let rows = earlier.order_by_desc(run::Column::Id).limit(count).all(connection).await?;
    Ok(rows.into_iter().map(|row| stored_run(row, now)).collect())
}

/// The latest run that came to its end.
pub async fn latest_success(connection: &impl ConnectionTrait) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    let succeeded = run::Entity::find().filter(run::Column::State.eq("succeeded"));
    let row = succeeded.order_by_desc(run::Column::Id).limit(1).one(connection).await?;
    Ok(row.map(|row| stored_run(row, now)))
}

/// A run by its id.
pub async fn find(connection: &impl ConnectionTrait, id: RunId) -> Result<Option<StoredRun>, DbErr> {
    let now = database_clock(connection).await?;
    Ok(run::Entity::find_by_id(id.0).one(connection).await?.map(|row| stored_run(row, now)))
}

fn stored_run(row: run::Model, now: Instant) -> StoredRun {
    let counted = |number: i64| u64::try_from(number).unwrap_or_default();
    let until = row.finished_at.unwrap_or(now);
    let is_overdue = row.state == "running" && row.lease_until <= now;
    StoredRun {
        id: RunId(row.id),
        // One that began after the look at the clock has taken no time.
        duration: (until - row.started_at).to_std().unwrap_or_default(),
        last_heard_of_at: last_heard_of_at(&row),
        is_overdue,
        has_died: is_overdue || was_taken_over(&row),
        state: row.state,
        trigger: row.trigger,
        mode: row.mode,
        as_of: row.as_of,
        started_at: row.started_at,
        finished_at: row.finished_at,
        users_total: row.users_total,
        progress: Progress {
            users_processed: counted(row.users_processed),
            entered: counted(row.segments_created),
            left: counted(row.segments_removed),
            unknown_plans: counted(row.unknown_plans),
        },
        errors: row.errors.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect(),
        failure: row.failure,
    }
}

/// Its process was heard of when it ended. One that is running, or that another took over from, renewed its lease last.
fn last_heard_of_at(row: &run::Model) -> Instant {
    row.finished_at.filter(|_| !was_taken_over(row)).unwrap_or(row.lease_until - LEASE)
}

fn was_taken_over(row: &run::Model) -> bool {
    row.state == "abandoned" && row.finished_at.is_some_and(|finished| finished >= row.lease_until)
}
