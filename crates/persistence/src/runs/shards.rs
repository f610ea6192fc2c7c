//! Where a run stands in each shard. An engine takes a shard with a new fence and a lease, and every write of the shard
//! renews the lease in its own transaction. An engine that has lost the shard writes nothing more.

use std::collections::BTreeMap;

use domain::{
    ids::{RunId, SegmentId},
    instant::Instant,
    run::ShardStage,
    shard::{Shard, Shards},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, UpdateMany, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{error::LeaseError, fence::LEASE};
use crate::{
    database::{
        Transaction, database_clock,
        json_rows::{Type, parameter, rows, statement},
        values::from_json,
    },
    entity::{
        enum_text::EnumText,
        run_shard::{self as row, Column},
        segmentation_run as run,
    },
};

/// Entries and exits of one segment, as evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SegmentChanges {
    pub enter: u64,
    pub leave: u64,
}

/// What a run has done in a shard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShardProgress {
    /// Of an incremental run; of a full one the run itself has the number.
    pub users_total: u64,
    pub users_processed: u64,
    pub entered: u64,
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    pub changes: BTreeMap<SegmentId, SegmentChanges>,
    /// Members of each guarded segment who would leave because data changed.
    pub leaving: BTreeMap<SegmentId, u64>,
}

impl ShardProgress {
    /// The sum of two shards.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.users_total += other.users_total;
        self.users_processed += other.users_processed;
        self.entered += other.entered;
        self.left += other.left;
        self.unknown_plans += other.unknown_plans;
        for (segment, changes) in &other.changes {
            let sum = self.changes.entry(*segment).or_default();
            sum.enter += changes.enter;
            sum.leave += changes.leave;
        }
        for (segment, leaving) in &other.leaving {
            *self.leaving.entry(*segment).or_default() += leaving;
        }
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardOfRun {
    pub shard: Shard,
    pub stage: ShardStage,
    /// Unset before somebody has it.
    pub lease_until: Option<Instant>,
    pub fence: i64,
    pub progress: ShardProgress,
}

impl ShardOfRun {
    /// Whether an engine has it that is heard of.
    pub fn is_held(&self, now: Instant) -> bool {
        self.lease_until.is_some_and(|until| until > now)
    }
}

/// The right to write in a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardLease {
    pub run: RunId,
    pub shard: Shard,
    fence: i64,
}

/// Makes the rows of a run, unless an earlier try has, and deletes those of earlier runs.
pub async fn prepare(tx: &Transaction, run: RunId, shards: Shards) -> Result<(), DbErr> {
    row::Entity::delete_many().filter(Column::RunId.lt(run.0)).exec(tx).await?;
    let sql = format!(
        "INSERT INTO run_shard (run_id, shard, stage) SELECT $2, shard, $3 FROM ({rows}) AS input WHERE true \
         ON CONFLICT (run_id, shard) DO NOTHING",
        rows = rows(tx, &[("shard", Type::Small)])
    );
    let shards = parameter(shards.all().map(|shard| json!([shard.number()])));
    let values = [shards, run.0.into(), ShardStage::Waiting.as_str().into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// In their order. None before the run is prepared.
pub async fn all(connection: &impl ConnectionTrait, run: RunId) -> Result<Vec<ShardOfRun>, DbErr> {
    let rows = row::Entity::find().filter(Column::RunId.eq(run.0)).order_by_asc(Column::Shard).all(connection).await?;
    rows.into_iter().map(ShardOfRun::try_from).collect()
}

/// Takes a shard as it was read, for a stage. `None` if another engine was faster or still has it, or if somebody has written there since. Counting starts over; changes that
/// are written stay counted.
pub async fn take(
    connection: &impl ConnectionTrait,
    run: RunId,
    read: &ShardOfRun,
    stage: ShardStage,
    owner: &str,
) -> Result<Option<ShardLease>, DbErr> {
    let now = database_clock(connection).await?;
    let mut update = row::Entity::update_many()
        .col_expr(Column::Stage, Expr::value(EnumText(stage)))
        .col_expr(Column::Fence, Expr::value(read.fence + 1))
        .col_expr(Column::Owner, Expr::value(owner))
        .col_expr(Column::LeaseUntil, Expr::value(now + LEASE));
    if stage == ShardStage::Counting {
        update = update
            .col_expr(Column::UsersProcessed, Expr::value(0_i64))
            .col_expr(Column::UnknownPlans, Expr::value(0_i64));
    }
    let taken = update
        .filter(Column::RunId.eq(run.0))
        .filter(Column::Shard.eq(number(read.shard)))
        .filter(Column::Fence.eq(read.fence))
        .filter(Column::Stage.eq(EnumText(read.stage)))
        .filter(is_free(now))
        // One whose lease ran out may have come further, and may have given it back since.
        .filter(read.lease_until.map_or(Column::LeaseUntil.is_null(), |until| Column::LeaseUntil.eq(until)))
        .exec(connection)
        .await?;
    Ok((taken.rows_affected > 0).then_some(ShardLease { run, shard: read.shard, fence: read.fence + 1 }))
}

/// Renews the lease and stores the progress. Fails if the shard is lost.
pub async fn renew(
    connection: &impl ConnectionTrait,
    lease: ShardLease,
    stage: ShardStage,
    progress: &ShardProgress,
) -> Result<(), LeaseError> {
    let until = database_clock(connection).await? + LEASE;
    store(connection, lease, stage, progress, until).await
}

/// Gives a shard back at once, for another engine to take.
pub async fn release(
    connection: &impl ConnectionTrait,
    lease: ShardLease,
    stage: ShardStage,
    progress: &ShardProgress,
) -> Result<(), LeaseError> {
    let now = database_clock(connection).await?;
    store(connection, lease, stage, progress, now).await
}

async fn store(
    connection: &impl ConnectionTrait,
    lease: ShardLease,
    stage: ShardStage,
    progress: &ShardProgress,
    until: Instant,
) -> Result<(), LeaseError> {
    let stored = |number| Expr::value(stored(number));
    let updated = row::Entity::update_many()
        .col_expr(Column::Stage, Expr::value(EnumText(stage)))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .col_expr(Column::UsersTotal, stored(progress.users_total))
        .col_expr(Column::UsersProcessed, stored(progress.users_processed))
        .col_expr(Column::MembershipsCreated, stored(progress.entered))
        .col_expr(Column::MembershipsRemoved, stored(progress.left))
        .col_expr(Column::UnknownPlans, stored(progress.unknown_plans))
        .col_expr(Column::Changes, Expr::value(json!(progress.changes)))
        .col_expr(Column::Leaving, Expr::value(json!(progress.leaving)))
        .filter(Column::RunId.eq(lease.run.0))
        .filter(Column::Shard.eq(number(lease.shard)))
        .filter(Column::Fence.eq(lease.fence))
        .filter(Column::Stage.is_not_in([ShardStage::Done, ShardStage::Lost].map(EnumText)))
        .exec(connection)
        .await?;
    // An earlier try may have been committed, and only the answer lost.
    let is_stored = updated.rows_affected > 0 || stage == ShardStage::Done && is_done(connection, lease).await?;
    if is_stored { Ok(()) } else { Err(LeaseError::Lost { run: lease.run }) }
}

/// Whether an engine has stored that its shard is done.
async fn is_done(connection: &impl ConnectionTrait, lease: ShardLease) -> Result<bool, DbErr> {
    let row = row::Entity::find_by_id((lease.run.0, number(lease.shard))).one(connection).await?;
    Ok(row.is_some_and(|row| row.fence == lease.fence && row.stage.0 == ShardStage::Done))
}

/// Takes the shards of a run away from engines that are not heard of, so that they write nothing more. `false` if another one
/// renewed its lease.
pub(super) async fn take_away(tx: &Transaction, run: RunId, now: Instant) -> Result<bool, DbErr> {
    lose(run).filter(is_free(now)).exec(tx).await?;
    let ended = [ShardStage::Done, ShardStage::Lost];
    Ok(all(tx, run).await?.iter().all(|shard| ended.contains(&shard.stage)))
}

/// Nobody has it who is heard of.
fn is_free(now: Instant) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now))
}

/// Takes all shards of a run away, which ends.
pub(super) async fn end(tx: &Transaction, run: RunId) -> Result<(), DbErr> {
    lose(run).exec(tx).await.map(|_| ())
}

fn lose(run: RunId) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .col_expr(Column::Stage, Expr::value(EnumText(ShardStage::Lost)))
        .filter(Column::RunId.eq(run.0))
        .filter(Column::Stage.ne(EnumText(ShardStage::Done)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub users_processed: u64,
    pub entered: u64,
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// Attempts whose certification is of no known provider, of all users. 0 until the run ends.
    pub attempts_without_provider: u64,
}

/// The sums of all shards, and the latest lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summed {
    /// Of an incremental run.
    pub users_total: u64,
    pub progress: Progress,
    pub lease_until: Option<Instant>,
}

pub async fn sum(connection: &impl ConnectionTrait, run: RunId) -> Result<Summed, DbErr> {
    let sum = |column: &str| format!("CAST(coalesce(sum({column}), 0) AS bigint)");
    let sums =
        ["users_total", "users_processed", "memberships_created", "memberships_removed", "unknown_plans"].map(sum);
    let sql = format!("SELECT {}, max(lease_until) FROM run_shard WHERE run_id = $1", sums.join(", "));
    let Some(row) = connection.query_one_raw(statement(connection, sql, [run.0.into()])).await? else {
        return Ok(Summed::default());
    };
    let counted = |place| row.try_get_by_index::<i64>(place).map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Summed {
        users_total: counted(0)?,
        progress: Progress {
            users_processed: counted(1)?,
            entered: counted(2)?,
            left: counted(3)?,
            unknown_plans: counted(4)?,
            attempts_without_provider: 0,
        },
        lease_until: row.try_get_by_index(5)?,
    })
}

/// Writes the sums in the row of the run.
pub(super) fn with_sums(update: UpdateMany<run::Entity>, summed: &Summed) -> UpdateMany<run::Entity> {
    let Summed { users_total, progress, .. } = summed;
    let update = update
        .col_expr(run::Column::UsersProcessed, Expr::value(stored(progress.users_processed)))
        .col_expr(run::Column::SegmentsCreated, Expr::value(stored(progress.entered)))
        .col_expr(run::Column::SegmentsRemoved, Expr::value(stored(progress.left)))
        .col_expr(run::Column::UnknownPlans, Expr::value(stored(progress.unknown_plans)));
    match users_total {
        // A full run has its number already.
        0 => update,
        users_total => update.col_expr(run::Column::UsersTotal, Expr::value(stored(*users_total))),
    }
}

/// A count as a column has it.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(shard: Shard) -> i16 {
    i16::try_from(shard.number()).unwrap_or(i16::MAX)
}

impl TryFrom<row::Model> for ShardOfRun {
    type Error = DbErr;

    fn try_from(row: row::Model) -> Result<Self, DbErr> {
        let counted = |number: i64| u64::try_from(number).unwrap_or_default();
        let shard = u16::try_from(row.shard).ok().and_then(Shard::new);
        Ok(Self {
            shard: shard.ok_or_else(|| DbErr::Type(format!("shard {}", row.shard)))?,
            stage: row.stage.0,
            lease_until: row.lease_until,
            fence: row.fence,
            progress: ShardProgress {
                users_total: counted(row.users_total),
                users_processed: counted(row.users_processed),
                entered: counted(row.memberships_created),
                left: counted(row.memberships_removed),
                unknown_plans: counted(row.unknown_plans),
                changes: from_json(row.changes, "changes of a run")?,
                leaving: from_json(row.leaving, "leaves of a run")?,
            },
        })
    }
}
