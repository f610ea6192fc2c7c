//! Admins' overrides of one user and one segment. An expired override has no effect.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    overrides::OverrideKind,
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::{
    database::{MembershipTx, backend::Backend, json_rows::statement_in},
    ingest::user_stats,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub user: UserNo,
    pub segment: SegmentId,
    pub kind: OverrideKind,
    pub actor: String,
    pub reason: Option<String>,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
}

/// SQL of a condition: the override in a row of `table` has not expired `at` a time, which is SQL too.
pub(crate) fn in_effect(table: &str, at: &str) -> String {
    format!("({table}.expires_at IS NULL OR {table}.expires_at > {at})")
}

/// SQL of a kind.
pub(crate) fn literal(kind: OverrideKind) -> String {
    format!("'{kind}'")
}

/// When an override ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    pub user: UserNo,
    pub segment: SegmentId,
    pub at: Instant,
}

/// The overrides of a shard's users that expire after an instant, up to another, in the order in which they do.
pub async fn expiring(
    connection: &impl ConnectionTrait,
    shard: Shard,
    [after, through]: [Instant; 2],
) -> Result<Vec<Expiry>, DbErr> {
    let sql = format!(
        "SELECT user_no, segment_id, expires_at FROM segment_override WHERE expires_at > $1 AND expires_at <= $2 AND {in_shard} \
         ORDER BY expires_at, user_no, segment_id",
        in_shard = Backend::of(connection).in_shard("segment_override"),
    );
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [after.into(), through.into()])).await?;
    let expiry = |row: &QueryResult| {
        Ok(Expiry {
            user: UserNo(row.try_get_by_index(0)?),
            segment: SegmentId(row.try_get_by_index(1)?),
            at: row.try_get_by_index(2)?,
        })
    };
    found.iter().map(expiry).collect()
}

/// Replaces any earlier override. Memberships follow by [`apply`](crate::membership::apply) in the same transaction, or
/// with the next run.
pub async fn set(tx: &MembershipTx, new: &Override, now: Instant) -> Result<(), DbErr> {
    user_stats::lock(tx, &[new.user]).await?;
    let backend = Backend::of(tx);
    let sql = format!(
        "INSERT INTO segment_override (user_no, segment_id, decision, actor, reason, created_at, expires_at{and_shard}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7{and_value}) \
         ON CONFLICT (user_no, segment_id{and_shard}) DO UPDATE SET decision = excluded.decision, \
         actor = excluded.actor, reason = excluded.reason, created_at = excluded.created_at, \
         expires_at = excluded.expires_at",
        and_shard = backend.and_shard(),
        and_value = backend.and_shard_value(),
    );
    let values = [
        new.user.0.into(),
        new.segment.0.into(),
        new.kind.as_str().into(),
        new.actor.clone().into(),
        new.reason.clone().into(),
        now.into(),
        new.expires_at.into(),
    ];
    tx.execute_raw(tx.statement(sql, values)).await?;
    user_stats::mark_for_evaluation(tx, &[new.user]).await
}

/// Returns `false` if there was none.
pub async fn clear(tx: &MembershipTx, user: UserNo, segment: SegmentId) -> Result<bool, DbErr> {
    user_stats::lock(tx, &[user]).await?;
    let sql = format!(
        "DELETE FROM segment_override WHERE user_no = $1 AND segment_id = $2 AND {in_shard}",
        in_shard = Backend::of(tx).in_shard("segment_override"),
    );
    let deleted = tx.execute_raw(tx.statement(sql, [user.0.into(), segment.0.into()])).await?;
    user_stats::mark_for_evaluation(tx, &[user]).await?;
    Ok(deleted.rows_affected() > 0)
}

/// Removes all overrides of a user.
pub(crate) async fn clear_all(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    user_stats::lock(tx, &[user]).await?;
    let sql = format!(
        "DELETE FROM segment_override WHERE user_no = $1 AND {in_shard}",
        in_shard = Backend::of(tx).in_shard("segment_override"),
    );
    tx.execute_raw(tx.statement(sql, [user.0.into()])).await.map(|_| ())
}
