//! Runs of the engine: lease, progress and outcome.
//!
//! **Invariant:** at most one run is `running`; a unique index enforces it. Its id is the fence: every write of a run
//! includes a [`heartbeat`], which fails once another run has taken over.

mod clock;
mod erasure;
mod issues;
mod stored;

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunMode, RunState, RunTrigger},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::Expr,
};
use serde_json::json;

pub use self::clock::{latest_clock, set_clock};
pub(crate) use self::erasure::forget_user;
pub use self::issues::Issues;
pub use self::stored::{StoredRun, find, latest, latest_before, latest_success};
pub use crate::database::database_clock;
use crate::{
    database::{Database, Transaction, json_rows::statement, words},
    entity::segmentation_run as run,
    ops::audit::{self, AuditEntry},
};

/// How long the lease lasts after a heartbeat. A run sends one about every second; thirty tolerate a busy machine.
pub const LEASE: Duration = Duration::from_secs(30);

/// How far the clocks of machines may differ. A run that is behind by no more than this takes the later time.
const APART: TimeDelta = TimeDelta::minutes(1);

#[derive(Debug, Clone)]
pub struct NewRun {
    pub trigger: RunTrigger,
    pub mode: RunMode,
    pub as_of: Instant,
    /// Whether the caller asked for this clock. A clock that was read from the machine is moved up to that of an
    /// earlier run that is slightly ahead: on another machine, or while this run waited.
    pub as_of_is_given: bool,
    pub owner: String,
}

/// Why a run cannot start or continue.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    #[error("run {run} is active")]
    Active { run: RunId },
    /// The clock is behind that of an earlier run.
    #[error("as_of {as_of} is earlier than that of run {run}, {latest}: history cannot run backwards")]
    Backwards {
        as_of: String,
        /// The run with the later clock.
        run: RunId,
        latest: String,
    },
    /// The clock is behind a change by an admin or by `run-user`.
    #[error("as_of {as_of} is earlier than a change at {latest}: history cannot run backwards")]
    BehindChange {
        as_of: String,
        /// The time of that change.
        latest: String,
    },
    /// The given clock is ahead of the database's.
    #[error("--as-of is in the future: the database's clock says {now}. Only a dry run may use a future time")]
    Ahead {
        /// The database's clock.
        now: String,
    },
    /// Another run has taken over. Nothing may be written.
    #[error("run {run} lost its lease: another run has taken over")]
    Lost { run: RunId },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub users_processed: u64,
    pub entered: u64,
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub id: RunId,
    /// The requested clock, or slightly later.
    pub as_of: Instant,
}

/// Takes the lease, also from a run whose lease has expired.
pub async fn begin(database: &Database, new: &NewRun) -> Result<Begun, LeaseError> {
    begin_audited(database, new, None).await
}

/// The same, with an audit entry whose target is the run.
pub async fn begin_audited(database: &Database, new: &NewRun, entry: Option<AuditEntry>) -> Result<Begun, LeaseError> {
    loop {
        if let Some(begun) = try_begin(database, new, entry.as_ref()).await? {
            return Ok(begun);
        }
    }
}

/// `None` if another run started at the same moment and has ended since.
async fn try_begin(database: &Database, new: &NewRun, entry: Option<&AuditEntry>) -> Result<Option<Begun>, LeaseError> {
    let tx = database.begin().await?;
    let now = database_clock(&tx).await?;
    if let Some(active) = run::Entity::find().filter(run::Column::State.eq(RunState::Running.as_str())).one(&tx).await?
    {
        let run = RunId(active.id);
        if active.lease_until > now || !abandon(&tx, run, now).await? {
            return Err(LeaseError::Active { run });
        }
    }
    let after_runs = match after_runs(&tx, new).await {
        Ok(as_of) => as_of,
        // On PostgreSQL another run with a slightly later clock may have started since the check for an active one.
        Err(refused) => return Err(active(&tx).await?.map_or(refused, |run| LeaseError::Active { run })),
    };
    let as_of = after_changes(&tx, after_runs).await?;
    let row = run::ActiveModel {
        state: Set(RunState::Running.as_str().into()),
        trigger: Set(new.trigger.as_str().into()),
        mode: Set(new.mode.as_str().into()),
        as_of: Set(as_of),
        started_at: Set(now),
        lease_until: Set(now + LEASE),
        owner: Set(new.owner.clone()),
        users_total: Set(0),
        users_processed: Set(0),
        segments_created: Set(0),
        segments_removed: Set(0),
        unknown_plans: Set(0),
        issues: Set(json!([])),
        issue_count: Set(0),
        ..Default::default()
    };
    match run::Entity::insert(row).exec(&tx).await {
        Ok(inserted) => {
            if let Some(entry) = entry {
                let target = Some(format!("run {}", inserted.last_insert_id));
                audit::record(&tx, &AuditEntry { target, ..entry.clone() }).await?;
            }
            tx.commit().await?;
            Ok(Some(Begun { id: RunId(inserted.last_insert_id), as_of }))
        }
        // Another process was faster.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            tx.rollback().await?;
            active(database.connection()).await?.map_or(Ok(None), |run| Err(LeaseError::Active { run }))
        }
        Err(error) => Err(error.into()),
    }
}

/// `false` if its owner has sent a heartbeat since it was read.
async fn abandon(tx: &Transaction, id: RunId, now: Instant) -> Result<bool, DbErr> {
    let abandoned = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(RunState::Abandoned.as_str()))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Failure, Expr::value("its process was not heard of for longer than its lease"))
        .filter(run::Column::Id.eq(id.0))
        .filter(run::Column::State.eq(RunState::Running.as_str()))
        .filter(run::Column::LeaseUntil.lte(now))
        .exec(tx)
        .await?;
    Ok(abandoned.rows_affected > 0)
}

/// Refuses a clock that is behind that of an earlier run. Failed and abandoned runs count, since they too have written
/// history.
pub async fn refuse_backwards(connection: &impl ConnectionTrait, as_of: Instant) -> Result<(), LeaseError> {
    let latest = run::Entity::find().order_by_desc(run::Column::AsOf).order_by_desc(run::Column::Id);
    match latest.limit(1).one(connection).await? {
        Some(latest) if latest.as_of > as_of => Err(LeaseError::Backwards {
            as_of: domain::instant::format_instant(as_of),
            run: RunId(latest.id),
            latest: domain::instant::format_instant(latest.as_of),
        }),
        _ => Ok(()),
    }
}

/// The clock, or that of the latest run if it is slightly ahead.
async fn after_runs(tx: &Transaction, new: &NewRun) -> Result<Instant, LeaseError> {
    let after_runs = not_before_runs(tx, new.as_of).await?;
    if new.as_of_is_given || after_runs > new.as_of + APART {
        refuse_backwards(tx, new.as_of).await?;
    }
    Ok(after_runs)
}

/// The clock, or the time of the latest change if it is slightly ahead. A larger difference is an error.
async fn after_changes(tx: &Transaction, as_of: Instant) -> Result<Instant, LeaseError> {
    // The index has the events of each segment in order of time.
    let sql = "SELECT max(latest) FROM (SELECT (SELECT max(at) FROM segment_event WHERE segment_id = segment.id) AS latest \
               FROM segment) AS latest_of_each";
    let latest: Option<Instant> = match tx.query_one_raw(statement(tx, sql, [])).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    match latest {
        Some(latest) if latest > as_of + APART => Err(LeaseError::BehindChange {
            as_of: domain::instant::format_instant(as_of),
            latest: domain::instant::format_instant(latest),
        }),
        Some(latest) => Ok(latest.max(as_of)),
        None => Ok(as_of),
    }
}

/// The instant, or the clock of the latest run if that is later, so that no change is recorded before a run that
/// preceded it.
pub async fn not_before_runs(connection: &impl ConnectionTrait, instant: Instant) -> Result<Instant, DbErr> {
    let latest = run::Entity::find().order_by_desc(run::Column::AsOf).limit(1).one(connection).await?;
    Ok(latest.map_or(instant, |latest| latest.as_of.max(instant)))
}

/// Renews the lease and stores the progress, in the transaction that makes it. Fails if the lease is lost.
pub async fn heartbeat(tx: &Transaction, id: RunId, progress: Progress) -> Result<(), LeaseError> {
    let now = database_clock(tx).await?;
    let update = with_progress(progress).col_expr(run::Column::LeaseUntil, Expr::value(now + LEASE));
    fenced(tx, id, update).await
}

pub async fn set_users_total(tx: &Transaction, id: RunId, users_total: u64) -> Result<(), LeaseError> {
    let update = run::Entity::update_many().col_expr(run::Column::UsersTotal, Expr::value(stored(users_total)));
    fenced(tx, id, update).await
}

pub async fn set_issues(tx: &Transaction, id: RunId, issues: &Issues) -> Result<(), LeaseError> {
    fenced(tx, id, with_issues(run::Entity::update_many(), issues)).await?;
    Ok(erasure::forget_erased(tx, id, issues).await?)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Reached its end.
    Succeeded,
    /// The failure.
    Failed(String),
    /// Ended early without a failure; the reason.
    Abandoned(String),
}

#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    pub progress: Progress,
    pub issues: &'a Issues,
    pub ending: Ending,
}

/// Fails if the lease is lost.
pub async fn finish(tx: &Transaction, id: RunId, outcome: &Outcome<'_>) -> Result<(), LeaseError> {
    let now = database_clock(tx).await?;
    let (state, failure) = match &outcome.ending {
        Ending::Succeeded => (RunState::Succeeded, None),
        Ending::Failed(why) => (RunState::Failed, Some(why.clone())),
        Ending::Abandoned(why) => (RunState::Abandoned, Some(why.clone())),
    };
    let update = with_progress(outcome.progress)
        .col_expr(run::Column::State, Expr::value(state.as_str()))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Failure, Expr::value(failure));
    fenced(tx, id, with_issues(update, outcome.issues)).await?;
    Ok(erasure::forget_erased(tx, id, outcome.issues).await?)
}

fn with_issues(update: sea_orm::UpdateMany<run::Entity>, issues: &Issues) -> sea_orm::UpdateMany<run::Entity> {
    update
        .col_expr(run::Column::Issues, Expr::value(json!(issues.listed())))
        .col_expr(run::Column::IssueCount, Expr::value(stored(issues.count())))
}

fn with_progress(progress: Progress) -> sea_orm::UpdateMany<run::Entity> {
    run::Entity::update_many()
        .col_expr(run::Column::UsersProcessed, Expr::value(stored(progress.users_processed)))
        .col_expr(run::Column::SegmentsCreated, Expr::value(stored(progress.entered)))
        .col_expr(run::Column::SegmentsRemoved, Expr::value(stored(progress.left)))
        .col_expr(run::Column::UnknownPlans, Expr::value(stored(progress.unknown_plans)))
}

async fn fenced(tx: &Transaction, id: RunId, update: sea_orm::UpdateMany<run::Entity>) -> Result<(), LeaseError> {
    let updated = update
        .filter(run::Column::Id.eq(id.0))
        .filter(run::Column::State.eq(RunState::Running.as_str()))
        .exec(tx)
        .await?;
    match updated.rows_affected {
        0 => Err(LeaseError::Lost { run: id }),
        _ => Ok(()),
    }
}

async fn active(connection: &impl ConnectionTrait) -> Result<Option<RunId>, DbErr> {
    let active = run::Entity::find().filter(run::Column::State.eq(RunState::Running.as_str())).one(connection).await?;
    Ok(active.map(|run| RunId(run.id)))
}

/// True also if the process of the run died.
pub async fn is_running(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(active(connection).await?.is_some())
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
