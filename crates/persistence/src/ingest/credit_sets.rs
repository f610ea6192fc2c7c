//! What each buyer was a member of at the time, kept with the purchase so that reports need not look it up.
//!
//! **Invariant:** it is kept only of purchases before the clock of a run that has begun, once every transaction that began before that
//! run has ended: no change of a membership is recorded before such a clock, so history up to it stays as it is.

use domain::{instant::Instant, shard::Shard};
use sea_orm::{ConnectionTrait, DbErr};

pub use super::events::EventKey;

use super::{erasure::count_locked, events};
use crate::{
    database::{
        DefinitionTx, MembershipTx,
        backend::Backend,
        json_rows::{count, statement, statement_in},
    },
    user_range::UserRange,
};

/// The segments in which the user of `user_event` was when it happened: ascending ids with spaces between.
fn member_of(backend: Backend) -> String {
    let ids = match backend {
        Backend::Sqlite => "group_concat(stay.segment_id, ' ' ORDER BY stay.segment_id)",
        Backend::Postgres => "string_agg(CAST(stay.segment_id AS text), ' ' ORDER BY stay.segment_id)",
    };
    let in_shard = backend.same_shard("stay", "user_event");
    format!(
        "(SELECT coalesce({ids}, '') FROM (SELECT stay.segment_id FROM user_segment AS stay \
         WHERE stay.user_no = user_event.user_no AND {in_shard} AND stay.removed_at IS NULL \
         AND stay.added_at <= user_event.occurred_at UNION ALL SELECT stay.segment_id FROM segment_event AS stay \
         WHERE stay.user_no = user_event.user_no AND {in_shard} AND NOT stay.entered \
         AND stay.since <= user_event.occurred_at AND stay.at > user_event.occurred_at) AS stay)"
    )
}

/// The shard's purchases and refunds before an instant that have nothing kept yet, the earliest first.
pub async fn lacking(
    connection: &impl ConnectionTrait,
    shard: Shard,
    before: Instant,
    limit: u32,
) -> Result<Vec<EventKey>, DbErr> {
    let sql = format!(
        "SELECT user_no, id FROM user_event WHERE amount IS NOT NULL AND member_of IS NULL AND occurred_at < $1 AND {in_shard} \
         ORDER BY occurred_at LIMIT {limit}",
        in_shard = Backend::of(connection).in_shard("user_event"),
    );
    let found = connection.query_all_raw(statement_in(connection, shard, sql, [before.into()])).await?;
    found.iter().map(events::key).collect()
}

/// Fills in those that still exist and are before the instant.
pub async fn keep(tx: &MembershipTx, keys: Vec<EventKey>, before: Instant) -> Result<(), DbErr> {
    let keys = events::lock(tx, keys).await?;
    let sql = format!(
        "UPDATE user_event SET member_of = {member_of} WHERE {among} AND amount IS NOT NULL AND occurred_at < $2",
        member_of = member_of(Backend::of(tx)),
        among = events::among(tx),
    );
    tx.execute_raw(tx.statement(sql, [events::keys_parameter(&keys), before.into()])).await.map(|_| ())
}

/// Looks it up again for all purchases of a range of users before an instant, and clears later ones.
pub async fn rebuild(tx: &MembershipTx, range: UserRange, before: Instant) -> Result<(), DbErr> {
    let backend = Backend::of(tx);
    let values = || vec![range.after.0.into(), range.through.0.into()];
    let among = format!(
        "user_no > $1 AND user_no <= $2 AND {in_shard} AND amount IS NOT NULL",
        in_shard = backend.in_shard("user_event"),
    );
    // In the order in which all others lock them.
    if backend == Backend::Postgres {
        let sql = format!("SELECT id FROM user_event WHERE {among} ORDER BY user_no, id FOR UPDATE");
        count_locked(tx, &sql, values()).await?;
    }
    let fresh = format!("CASE WHEN occurred_at < $3 THEN {} END", member_of(backend));
    let sql = format!("UPDATE user_event SET member_of = {fresh} WHERE {among} AND member_of IS DISTINCT FROM {fresh}");
    tx.execute_raw(tx.statement(sql, [values(), vec![before.into()]].concat())).await.map(|_| ())
}

/// Keeps nothing more of what happened at an instant or later, in all shards.
pub async fn forget_from(tx: &DefinitionTx, from: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE user_event SET member_of = NULL WHERE amount IS NOT NULL AND occurred_at >= $1";
    tx.execute_raw(statement(tx, sql, [from.into()])).await.map(|_| ())
}

/// About how many `verify` checks at most, from a sample of users.
const CHECKED: u64 = 10_000;

/// A `SELECT` of the places where something else is kept than follows from the history, of all or of a sample.
pub(crate) async fn differing(connection: &impl ConnectionTrait) -> Result<String, DbErr> {
    let kept = "amount IS NOT NULL AND member_of IS NOT NULL";
    let count = count(connection, format!("SELECT count(*) FROM user_event WHERE {kept}"), []).await?;
    Ok(format!(
        "SELECT 'user ' || CAST(user_no AS text) AS place FROM user_event WHERE {kept} AND user_no % {step} = 0 \
         AND member_of <> {member_of}",
        step = count.div_ceil(CHECKED).max(1),
        member_of = member_of(Backend::of(connection)),
    ))
}
