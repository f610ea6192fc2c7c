//! The users that an incremental run evaluates: an index range for each date that has passed, and the marks of change.

use std::collections::BTreeSet;

use domain::{
    criteria::{Crossing, Dated},
    ids::UserNo,
    instant::Instant,
};
use sea_orm::{ConnectionTrait, DbErr, IdenStatic, Value};

use super::table::{self, Column};
use crate::{database::json_rows::statement, entity::users::GONE};

/// Users present in the host application who are marked as changed, who have a date in one of the crossings, or whose
/// override expired between the two instants; each once, in the order of their keys.
pub async fn find(
    connection: &impl ConnectionTrait,
    crossings: &BTreeSet<Crossing>,
    (from, to): (Instant, Instant),
) -> Result<Vec<UserNo>, DbErr> {
    let mut found = users(connection, "SELECT user_no FROM user_dirty", []).await?;
    let expired = "SELECT user_no FROM segment_override WHERE expires_at BETWEEN $1 AND $2";
    found.extend(users(connection, expired, [from.into(), to.into()]).await?);
    for Crossing { dated, from, to } in crossings {
        found.extend(users(connection, within(*dated), [(*from).into(), (*to).into()]).await?);
    }
    found.sort_unstable();
    found.dedup();
    // Asked for an order, SQLite would read all users by key.
    let mut gone = users(connection, format!("SELECT no FROM users WHERE {GONE}"), []).await?;
    gone.sort_unstable();
    found.retain(|user| gone.binary_search(user).is_err());
    Ok(found)
}

/// Each column needs an index, or an incremental run reads all users.
fn within(dated: Dated) -> String {
    let (users, column) = match dated {
        Dated::User(field) => match table::date(field) {
            Column::User(column) => ("no FROM users", column.as_str()),
            Column::Stats(column) => ("user_no FROM user_stats", column.as_str()),
        },
        Dated::Attempt => ("DISTINCT user_no FROM quiz_attempts", "completed_at"),
    };
    format!("SELECT {users} WHERE {column} BETWEEN $1 AND $2")
}

async fn users(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<UserNo>, DbErr> {
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}
