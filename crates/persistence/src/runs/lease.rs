//! Who may run: one at a time, and for as long as it sends heartbeats.

use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunMode, RunState, RunTrigger},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr, sea_query::Expr,
};
use serde_json::json;

use super::{
    clock::{after_changes, after_runs},
    error::LeaseError,
    fence::LEASE,
    shards::{self, with_sums},
};
use crate::{
    database::{Database, Transaction, database_clock},
    entity::{enum_text::EnumText, segmentation_run as run},
    ops::audit::{self, AuditEntry},
    webhooks::outbox,
};

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
    if let Some(active) =
        run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Running))).one(&tx).await?
    {
        let run = RunId(active.id);
        let lease_until = shards::sum(&tx, run).await?.lease_until.max(Some(active.lease_until));
        if lease_until > Some(now) || !abandon(&tx, run, now).await? {
            return Err(LeaseError::Active { run });
        }
    }
    let after_runs = match after_runs(&tx, new.as_of, new.as_of_is_given).await {
        Ok(as_of) => as_of,
        // On PostgreSQL another run with a slightly later clock may have started since the check for an active one.
        Err(refused) => return Err(active(&tx).await?.map_or(refused, |run| LeaseError::Active { run })),
    };
    let as_of = after_changes(&tx, after_runs).await?;
    let row = run::ActiveModel {
        state: Set(EnumText(RunState::Running)),
        trigger: Set(EnumText(new.trigger)),
        mode: Set(EnumText(new.mode)),
        as_of: Set(as_of),
        started_at: Set(now),
        lease_until: Set(now + LEASE),
        owner: Set(new.owner.clone()),
        users_total: Set(0),
        users_processed: Set(0),
        segments_created: Set(0),
        segments_removed: Set(0),
        unknown_plans: Set(0),
        attempts_without_provider: Set(0),
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

/// `false` if an engine has renewed a lease since it was read.
async fn abandon(tx: &Transaction, id: RunId, now: Instant) -> Result<bool, DbErr> {
    if !shards::take_away(tx, id, now).await? {
        return Ok(false);
    }
    let summed = shards::sum(tx, id).await?;
    let mut update = with_sums(run::Entity::update_many(), &summed);
    if let Some(until) = summed.lease_until {
        // It was heard of until then.
        update = update.col_expr(run::Column::LeaseUntil, Expr::value(until));
    }
    let abandoned = update
        .col_expr(run::Column::State, Expr::value(EnumText(RunState::Abandoned)))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Failure, Expr::value("its process was not heard of for longer than its lease"))
        .filter(run::Column::Id.eq(id.0))
        .filter(run::Column::State.eq(EnumText(RunState::Running)))
        .filter(run::Column::LeaseUntil.lte(now))
        .exec(tx)
        .await?;
    if abandoned.rows_affected > 0 {
        outbox::put_failed_run(tx, id, now).await?;
    }
    Ok(abandoned.rows_affected > 0)
}

/// The run that is running, whether or not it is heard of.
pub async fn active(connection: &impl ConnectionTrait) -> Result<Option<RunId>, DbErr> {
    let active = run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Running))).one(connection).await?;
    Ok(active.map(|run| RunId(run.id)))
}

/// True also if the process of the run died.
pub async fn is_running(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(active(connection).await?.is_some())
}
