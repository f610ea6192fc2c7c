//! When users were active, from all attempts, events and [`user_seen`](crate::ingest). Reports about whole days ask
//! [`activity_days`](super::activity_days).

use chrono::TimeDelta;
use domain::{ids::UserNo, instant::Instant, report::activity::ActivityKind, shard::Shard, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::database::{
    backend::Backend,
    json_rows::{statement, statement_in},
};

/// A condition on `user_event`: it shows that the user was active. Refunds never do.
pub(super) const IS_ACTIVITY: &str =
    "name_no IN (SELECT no FROM event_name WHERE is_activity) AND (amount IS NULL OR amount >= 0)";

/// Who was active from an instant on, before another.
pub async fn active(
    connection: &impl ConnectionTrait,
    kinds: &[ActivityKind],
    from: Instant,
    before: Instant,
) -> Result<UserSet, DbErr> {
    // No duplicates, and no columns besides: of most kinds an index has all that is read.
    let parts: Vec<_> = kinds.iter().map(|kind| occurrences(*kind, "user_no")).collect();
    if parts.is_empty() || from >= before {
        return Ok(UserSet::default());
    }
    let sql = match parts.as_slice() {
        [only] => format!("SELECT DISTINCT user_no FROM ({only}) AS active"),
        several => several.join(" UNION "),
    };
    let found = connection.query_all_raw(statement(connection, sql, [from.into(), before.into()])).await?;
    users(&found)
}

/// Those of them who are in a shard, by one kind.
pub(super) async fn active_in(
    connection: &impl ConnectionTrait,
    shard: Shard,
    kind: ActivityKind,
    [from, before]: [Instant; 2],
) -> Result<UserSet, DbErr> {
    let occurrences = occurrences(kind, "DISTINCT user_no");
    let sql = format!("{occurrences} AND {}", Backend::of(connection).in_shard(table(kind)));
    let values = [from.into(), before.into()];
    users(&connection.query_all_raw(statement_in(connection, shard, sql, values)).await?)
}

fn users(rows: &[QueryResult]) -> Result<UserSet, DbErr> {
    rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}

/// Each time somebody was active, from an instant on, before another.
pub async fn instants(
    connection: &impl ConnectionTrait,
    kinds: &[ActivityKind],
    from: Instant,
    before: Instant,
) -> Result<Vec<(UserNo, Instant)>, DbErr> {
    let mut found = Vec::new();
    for kind in kinds {
        let sql = occurrences(*kind, &format!("user_no, {}", instant(*kind)));
        let rows = connection.query_all_raw(statement(connection, sql, [from.into(), before.into()])).await?;
        for row in rows {
            found.push((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?));
        }
    }
    Ok(found)
}

/// How many quizzes each user completed from an instant on, before another.
pub async fn quizzes(
    connection: &impl ConnectionTrait,
    from: Instant,
    before: Instant,
) -> Result<Vec<(UserNo, u64)>, DbErr> {
    let quizzes = occurrences(ActivityKind::Quizzes, "user_no, count(*)");
    let sql = format!("{quizzes} GROUP BY user_no");
    let found = connection.query_all_raw(statement(connection, sql, [from.into(), before.into()])).await?;
    let count = |row: &QueryResult| {
        let count = row.try_get_by_index::<i64>(1)?;
        Ok((UserNo(row.try_get_by_index(0)?), count.unsigned_abs()))
    };
    found.iter().map(count).collect()
}

/// A `SELECT` of columns, from `$1` on, before `$2`.
fn occurrences(kind: ActivityKind, columns: &str) -> String {
    let condition = match kind {
        ActivityKind::Events => format!(" AND {IS_ACTIVITY}"),
        ActivityKind::Quizzes | ActivityKind::Seen => String::new(),
    };
    let (table, at) = (table(kind), instant(kind));
    format!("SELECT {columns} FROM {table} WHERE {at} >= $1 AND {at} < $2{condition}")
}

pub(crate) fn table(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Quizzes => "quiz_attempts",
        ActivityKind::Events => "user_event",
        ActivityKind::Seen => "user_seen",
    }
}

/// The column of the time.
pub(crate) fn instant(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Quizzes => "completed_at",
        ActivityKind::Events => "occurred_at",
        ActivityKind::Seen => "at",
    }
}

/// The first instant that does not count if nothing after a horizon does.
pub fn after(horizon: Instant) -> Instant {
    horizon + TimeDelta::microseconds(1)
}
