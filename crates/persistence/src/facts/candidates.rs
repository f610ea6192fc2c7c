//! Whom an incremental run has to look at: an index range for each date that was passed, and the marks of change.

use std::collections::BTreeSet;

use domain::{
    criteria::{Crossing, DateField, Dated},
    ids::UserNo,
    instant::Instant,
};
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::database::json_rows::statement;

/// Users who are marked as changed, who have a date in one of the crossings, or about whom a decision expired from one
/// instant to the other; each once, in the order of their keys.
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
    Ok(found)
}

fn within(dated: Dated) -> &'static str {
    match dated {
        Dated::User(DateField::CreatedAt) => "SELECT no FROM users WHERE created_at BETWEEN $1 AND $2",
        Dated::User(DateField::LastActivityAt) => "SELECT no FROM users WHERE last_activity_at BETWEEN $1 AND $2",
        Dated::User(DateField::LastQuizAt) => "SELECT user_no FROM user_stats WHERE last_quiz_at BETWEEN $1 AND $2",
        Dated::Attempt => "SELECT DISTINCT user_no FROM quiz_attempts WHERE completed_at BETWEEN $1 AND $2",
    }
}

async fn users(
    connection: &impl ConnectionTrait,
    sql: &'static str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<UserNo>, DbErr> {
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect()
}
