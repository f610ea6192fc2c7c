//! Syncs on record: one at a time, for as long as its process sends heartbeats.
//!
//! **Invariant:** at most one sync is `running`; a unique index enforces it. Its id is the fence: every write of a sync
//! [renews](renew) its lease in the same transaction, which fails once another one has taken over.

use std::time::Duration;

use domain::{
    ids::UserId,
    instant::Instant,
    mail::{SyncCounts, SyncIssue, SyncMode},
    run::{RunState, RunTrigger},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::Expr,
};
use serde_json::json;

use crate::{
    database::{Database, Transaction, database_clock, values::from_json},
    entity::{enum_text::EnumText, sync_run as run},
    ops::audit::{self, AuditEntry},
    runs::{LEASE, issues_of},
};

/// Identifies a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SyncId(pub i64);

#[derive(Debug, Clone)]
pub struct NewSync {
    pub trigger: RunTrigger,
    pub mode: SyncMode,
    pub owner: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredSyncRun {
    pub id: SyncId,
    pub state: RunState,
    pub trigger: RunTrigger,
    pub mode: SyncMode,
    pub started_at: Instant,
    pub finished_at: Option<Instant>,
    pub last_heard_of_at: Instant,
    /// `running`, but without a heartbeat for longer than its lease.
    pub is_overdue: bool,
    pub counts: SyncCounts,
    /// The first 1,000.
    pub issues: Vec<SyncIssue>,
    pub issue_count: u64,
    /// Why it failed or was abandoned.
    pub failure: Option<String>,
}

impl StoredSyncRun {
    /// Running, with a heartbeat.
    pub fn is_active(&self) -> bool {
        self.state == RunState::Running && !self.is_overdue
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SyncLeaseError {
    /// Another sync is active.
    #[error("another sync is active: {}", .0.0)]
    Active(SyncId),
    /// Another sync has taken over.
    #[error("sync {} has lost its lease", .0.0)]
    Lost(SyncId),
    #[error(transparent)]
    Statement(#[from] DbErr),
}

/// Takes the lease, also from a sync whose lease has expired.
pub async fn begin(database: &Database, new: &NewSync, entry: Option<AuditEntry>) -> Result<SyncId, SyncLeaseError> {
    loop {
        if let Some(begun) = try_begin(database, new, entry.as_ref()).await? {
            return Ok(begun);
        }
    }
}

/// `None` if another sync began at the same moment and has ended since.
async fn try_begin(
    database: &Database,
    new: &NewSync,
    entry: Option<&AuditEntry>,
) -> Result<Option<SyncId>, SyncLeaseError> {
    let tx = database.begin().await?;
    let now = database_clock(&tx).await?;
    if let Some(active) = running(&tx).await?
        && (active.lease_until > now || !abandon(&tx, active.id, now).await?)
    {
        return Err(SyncLeaseError::Active(SyncId(active.id)));
    }
    let row = run::ActiveModel {
        state: Set(EnumText(RunState::Running)),
        trigger: Set(EnumText(new.trigger)),
        mode: Set(EnumText(new.mode)),
        started_at: Set(now),
        lease_until: Set(now + LEASE),
        owner: Set(new.owner.clone()),
        counts: Set(json!(SyncCounts::default())),
        issues: Set(json!([])),
        issue_count: Set(0),
        ..Default::default()
    };
    match run::Entity::insert(row).exec(&tx).await {
        Ok(inserted) => {
            if let Some(entry) = entry {
                let target = Some(format!("sync {}", inserted.last_insert_id));
                audit::record(&tx, &AuditEntry { target, ..entry.clone() }).await?;
            }
            tx.commit().await?;
            Ok(Some(SyncId(inserted.last_insert_id)))
        }
        // Another process was faster.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            tx.rollback().await?;
            let active = running(database.connection()).await?;
            active.map_or(Ok(None), |active| Err(SyncLeaseError::Active(SyncId(active.id))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn running(connection: &impl ConnectionTrait) -> Result<Option<run::Model>, DbErr> {
    run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Running))).one(connection).await
}

/// `false` if its process has renewed the lease since it was read.
async fn abandon(tx: &Transaction, id: i64, now: Instant) -> Result<bool, DbErr> {
    let abandoned = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(EnumText(RunState::Abandoned)))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::Failure, Expr::value("its process was not heard of for longer than its lease"))
        .filter(run::Column::Id.eq(id))
        .filter(run::Column::State.eq(EnumText(RunState::Running)))
        .filter(run::Column::LeaseUntil.lte(now))
        .exec(tx)
        .await?;
    Ok(abandoned.rows_affected > 0)
}

/// Renews the lease and stores the progress. Fails if the lease is lost; then the transaction must not be committed.
pub async fn renew(tx: &Transaction, id: SyncId, counts: &SyncCounts) -> Result<(), SyncLeaseError> {
    let until = database_clock(tx).await? + LEASE;
    let update = run::Entity::update_many()
        .col_expr(run::Column::LeaseUntil, Expr::value(until))
        .col_expr(run::Column::Counts, Expr::value(json!(counts)));
    fenced(tx, id, update).await
}

async fn fenced(tx: &Transaction, id: SyncId, update: sea_orm::UpdateMany<run::Entity>) -> Result<(), SyncLeaseError> {
    let updated = update
        .filter(run::Column::Id.eq(id.0))
        .filter(run::Column::State.eq(EnumText(RunState::Running)))
        .exec(tx)
        .await?;
    if updated.rows_affected == 0 { Err(SyncLeaseError::Lost(id)) } else { Ok(()) }
}

/// How a sync ended.
#[derive(Debug, Clone)]
pub struct Ending<'a> {
    pub state: RunState,
    pub counts: SyncCounts,
    pub issues: &'a [SyncIssue],
    pub issue_count: u64,
    pub failure: Option<String>,
}

pub async fn finish(tx: &Transaction, id: SyncId, ending: Ending<'_>) -> Result<(), SyncLeaseError> {
    let now = database_clock(tx).await?;
    let update = run::Entity::update_many()
        .col_expr(run::Column::State, Expr::value(EnumText(ending.state)))
        .col_expr(run::Column::FinishedAt, Expr::value(now))
        .col_expr(run::Column::LeaseUntil, Expr::value(now + LEASE))
        .col_expr(run::Column::Counts, Expr::value(json!(ending.counts)))
        .col_expr(run::Column::Issues, Expr::value(json!(ending.issues)))
        .col_expr(run::Column::IssueCount, Expr::value(i64::try_from(ending.issue_count).unwrap_or(i64::MAX)))
        .col_expr(run::Column::Failure, Expr::value(ending.failure));
    fenced(tx, id, update).await
}

/// Takes a user's id out of the issues of all syncs. Until the end of the transaction, one that is running cannot finish.
pub(crate) async fn forget_user(tx: &Transaction, id: &UserId) -> Result<(), DbErr> {
    for (run, issues) in issues_of::<SyncIssue>(tx, "sync_run", id).await? {
        let kept: Vec<_> = issues.iter().filter(|issue| issue.user() != Some(id)).collect();
        if kept.len() < issues.len() {
            run::Entity::update_many()
                .col_expr(run::Column::Issues, Expr::value(json!(kept)))
                .filter(run::Column::Id.eq(run))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

pub async fn find(connection: &impl ConnectionTrait, id: SyncId) -> Result<Option<StoredSyncRun>, DbErr> {
    let now = database_clock(connection).await?;
    run::Entity::find_by_id(id.0).one(connection).await?.map(|row| stored(row, now)).transpose()
}

/// Newest first.
pub async fn latest_before(
    connection: &impl ConnectionTrait,
    before: SyncId,
    count: u64,
) -> Result<Vec<StoredSyncRun>, DbErr> {
    let now = database_clock(connection).await?;
    let earlier = run::Entity::find().filter(run::Column::Id.lt(before.0));
    let rows = earlier.order_by_desc(run::Column::Id).limit(count).all(connection).await?;
    rows.into_iter().map(|row| stored(row, now)).collect()
}

/// The latest one that reached its end.
pub async fn latest_success(connection: &impl ConnectionTrait) -> Result<Option<StoredSyncRun>, DbErr> {
    let now = database_clock(connection).await?;
    let succeeded = run::Entity::find().filter(run::Column::State.eq(EnumText(RunState::Succeeded)));
    let row = succeeded.order_by_desc(run::Column::Id).one(connection).await?;
    row.map(|row| stored(row, now)).transpose()
}

/// Deletes those that ended before an instant.
pub async fn delete_before(connection: &impl ConnectionTrait, before: Instant) -> Result<u64, DbErr> {
    let ended = run::Entity::delete_many().filter(run::Column::FinishedAt.lt(before)).exec(connection).await?;
    Ok(ended.rows_affected)
}

fn stored(row: run::Model, now: Instant) -> Result<StoredSyncRun, DbErr> {
    let is_running = row.state.0 == RunState::Running;
    let lease = chrono::TimeDelta::from_std(LEASE).unwrap_or_default();
    Ok(StoredSyncRun {
        id: SyncId(row.id),
        state: row.state.0,
        trigger: row.trigger.0,
        mode: row.mode.0,
        started_at: row.started_at,
        finished_at: row.finished_at,
        last_heard_of_at: row.finished_at.unwrap_or(row.lease_until - lease),
        is_overdue: is_running && row.lease_until <= now,
        counts: from_json(row.counts, "counts of a sync")?,
        issues: from_json(row.issues, "issues of a sync")?,
        issue_count: row.issue_count.unsigned_abs(),
        failure: row.failure,
    })
}

/// How much of a lease must be left for a request to begin, so that it ends before the lease does.
pub const REQUEST_MARGIN: Duration = Duration::from_secs(17);
