//! When users were active, from all attempts, events and [`user_seen`](crate::ingest). Reports about whole days ask
//! [`activity_days`](super::activity_days).

use chrono::TimeDelta;
use domain::{ids::UserNo, instant::Instant, report::activity::ActivityKind, shard::Shard, user_set::UserSet};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::arrays;
use crate::database::backend::Backend;

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
    let rows = match parts.as_slice() {
        [only] => format!("SELECT DISTINCT user_no FROM ({only}) AS active"),
        several => several.join(" UNION "),
    };
    arrays::read(connection, (&["user_no"], &rows), [from.into(), before.into()], arrays::set).await
}

/// Those of them who are in a shard, by one kind.
pub(super) async fn active_in(
    connection: &impl ConnectionTrait,
    shard: Shard,
    kind: ActivityKind,
    [from, before]: [Instant; 2],
) -> Result<UserSet, DbErr> {
    let occurrences = occurrences(kind, "DISTINCT user_no");
    let rows = format!("{occurrences} AND {}", Backend::of(connection).in_shard(table(kind)));
    arrays::read_in(connection, shard, (&["user_no"], &rows), [from.into(), before.into()], arrays::set).await
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
        let rows = occurrences(*kind, &format!("user_no, {} AS at", instant(*kind)));
        for slice in arrays::slices([from, before]) {
            let values = slice.map(Value::from);
            found.extend(arrays::read(connection, (&["user_no", "at"], &rows), values, arrays::users_at).await?);
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
    let quizzes = occurrences(ActivityKind::Quizzes, "user_no, count(*) AS quizzes");
    let rows = format!("{quizzes} GROUP BY user_no");
    arrays::read(connection, (&["user_no", "quizzes"], &rows), [from.into(), before.into()], |arrays| {
        Some(arrays::users(arrays)?.zip(arrays.take::<i64>()?.into_iter().map(i64::unsigned_abs)).collect())
    })
    .await
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
