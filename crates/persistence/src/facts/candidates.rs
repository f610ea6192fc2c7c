//! The users that an incremental run evaluates: an index range for each date that has passed, and the marks of change.

use std::collections::BTreeSet;

use domain::{
    criteria::{Crossing, Dated},
    ids::UserNo,
    instant::Instant,
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr, IdenStatic};

use super::table::{self, Column};
use crate::{
    database::{backend::Backend, json_rows::statement_in},
    entity::users::GONE,
};

/// Users of a shard present in the host application who are marked as changed, who have a date in one of the crossings, or whose
/// override expired between the two instants; each once, in the order of their keys.
pub async fn find(
    connection: &impl ConnectionTrait,
    shard: Shard,
    crossings: &BTreeSet<Crossing>,
    (from, to): (Instant, Instant),
) -> Result<Vec<UserNo>, DbErr> {
    let backend = Backend::of(connection);
    let users = async |sql: String, values| {
        let rows = connection.query_all_raw(statement_in(connection, shard, sql, values)).await?;
        rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<Vec<_>, DbErr>>()
    };
    // By key, since the key is the index that has a shard together.
    let marked = format!(
        "SELECT user_no FROM user_dirty WHERE user_no > $1 AND user_no <= $2 AND {}",
        backend.in_shard("user_dirty")
    );
    let mut found = users(marked, [shard.start().0.into(), shard.end().0.into()]).await?;
    let expired = format!(
        "SELECT user_no FROM segment_override WHERE expires_at BETWEEN $1 AND $2 AND {}",
        backend.in_shard("segment_override")
    );
    found.extend(users(expired, [from.into(), to.into()]).await?);
    for Crossing { dated, from, to } in crossings {
        found.extend(users(within(*dated, backend), [(*from).into(), (*to).into()]).await?);
    }
    found.sort_unstable();
    found.dedup();
    // Asked for an order, SQLite would read all users by key.
    let sql = format!("SELECT no FROM users WHERE {GONE} AND {}", backend.in_shard("users"));
    let rows = connection.query_all_raw(statement_in(connection, shard, sql, [])).await?;
    let mut gone = rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<Vec<_>, DbErr>>()?;
    gone.sort_unstable();
    found.retain(|user| gone.binary_search(user).is_err());
    Ok(found)
}

/// Each column needs an index, or an incremental run reads all users.
fn within(dated: Dated, backend: Backend) -> String {
    let (users, table, column) = match dated {
        Dated::User(field) => match table::date(field) {
            Column::User(column) => ("no", "users", column.as_str()),
            Column::Stats(column) => ("user_no", "user_stats", column.as_str()),
        },
        Dated::Attempt => ("DISTINCT user_no", "quiz_attempts", "completed_at"),
    };
    format!("SELECT {users} FROM {table} WHERE {column} BETWEEN $1 AND $2 AND {}", backend.in_shard(table))
}
