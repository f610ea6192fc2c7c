//! Marks days in UTC on which it may have changed who was active. Every write of attempts, events or `user_seen` marks its days in
//! its own transaction, so that no report takes what [`activity_days`](crate::reports::activity_days) has of them.

use std::collections::BTreeSet;

use domain::{ids::UserNo, instant::Instant, report::activity::ActivityKind};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::{
    database::{
        MembershipTx,
        backend::Backend,
        json_rows::{self, Type, parameter, rows},
    },
    reports::activity,
};

/// Marks the days of instants. Others who mark a day for the first time are waited for, so rows of users are locked before.
pub(super) async fn mark(tx: &MembershipTx, instants: impl IntoIterator<Item = Instant>) -> Result<(), DbErr> {
    // In the order of the key.
    let days: BTreeSet<_> = instants.into_iter().map(|at| at.date_naive()).collect();
    if days.is_empty() {
        return Ok(());
    }
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let day = match backend {
        Backend::Sqlite => "day",
        Backend::Postgres => "CAST(day AS date)",
    };
    let sql = format!(
        "INSERT INTO activity_dirty (day{and_shard}) SELECT {day}{and_value} FROM {home}({rows}) AS input WHERE {is_home} \
         ON CONFLICT (day{and_shard}) DO NOTHING",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &[("day", Type::Text)]),
    );
    let days = parameter(days.iter().map(|day| json!([day])));
    tx.execute_raw(tx.statement(sql, [days])).await.map(|_| ())
}

/// The stored times of attempts or events, by their ids, that get other ones. Nobody needs to be locked out meanwhile: what others
/// write before their transactions end, they mark, and no mark is taken away while this one lasts.
pub(super) async fn times_that_change<'a>(
    tx: &MembershipTx,
    kind: ActivityKind,
    written: impl IntoIterator<Item = (UserNo, &'a str, Instant)>,
) -> Result<Vec<Instant>, DbErr> {
    const COLUMNS: [(&str, Type); 3] = [("user_no", Type::Integer), ("id", Type::Text), ("at", Type::Instant)];
    let (table, at) = (activity::table(kind), activity::instant(kind));
    let sql = format!(
        "SELECT DISTINCT stored.{at} FROM ({rows}) AS input \
         JOIN {table} AS stored ON stored.user_no = input.user_no AND stored.id = input.id AND {in_shard} \
         WHERE stored.{at} <> input.at",
        rows = rows(tx, &COLUMNS),
        in_shard = Backend::of(tx).in_shard("stored"),
    );
    let written = written.into_iter().map(|(user, id, at)| json!([user, id, json_rows::instant(at)]));
    let found = tx.query_all_raw(tx.statement(sql, [parameter(written)])).await?;
    found.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Marks all days on which a user was active, before the user is erased.
pub(super) async fn mark_all_of(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    let backend = Backend::of(tx);
    let shard = backend.and_shard();
    let days = ActivityKind::ALL.iter().map(|kind| {
        let (table, at) = (activity::table(*kind), activity::instant(*kind));
        let day = match backend {
            Backend::Sqlite => format!("substr({at}, 1, 10)"),
            Backend::Postgres => format!("CAST({at} AT TIME ZONE 'UTC' AS date)"),
        };
        format!("SELECT {day} AS day{shard} FROM {table} WHERE user_no = $1 AND {}", backend.in_shard(table))
    });
    let sql = format!(
        "INSERT INTO activity_dirty (day{shard}) SELECT day{shard} FROM ({days}) AS active WHERE true ORDER BY day \
         ON CONFLICT (day{shard}) DO NOTHING",
        days = days.collect::<Vec<_>>().join(" UNION "),
    );
    tx.execute_raw(tx.statement(sql, [user.0.into()])).await.map(|_| ())
}
