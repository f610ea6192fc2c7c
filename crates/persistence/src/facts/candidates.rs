//! The users that an incremental run evaluates: an index range for each date that has passed, and the marks of change.

use std::collections::BTreeSet;

use domain::{
    attribute::{AttributeKey, sortable_date},
    criteria::{Crossing, Date, Dated, DatedEvents},
    event::EventKind,
    ids::UserNo,
    instant::{EARLIEST, Instant, LAST_SECOND},
    shard::Shard,
};
use sea_orm::{ConnectionTrait, DbErr, IdenStatic, Value};

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
    let users = async |sql: String, values: Vec<Value>| {
        let rows = connection.query_all_raw(statement_in(connection, shard, sql, values)).await?;
        rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<Vec<_>, DbErr>>()
    };
    // By key, since the key is the index that has a shard together.
    let marked = format!(
        "SELECT user_no FROM user_dirty WHERE user_no > $1 AND user_no <= $2 AND {}",
        backend.in_shard("user_dirty")
    );
    let mut found = users(marked, vec![shard.start().0.into(), shard.end().0.into()]).await?;
    let expired = format!(
        "SELECT user_no FROM segment_override WHERE expires_at BETWEEN $1 AND $2 AND {}",
        backend.in_shard("segment_override")
    );
    found.extend(users(expired, vec![from.into(), to.into()]).await?);
    for crossing in crossings {
        for (sql, values) in within(crossing, backend) {
            found.extend(users(sql, values).await?);
        }
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

/// Statements with their parameters. Each column needs an index, or an incremental run reads all users.
fn within(Crossing { dated, from, to }: &Crossing, backend: Backend) -> Vec<(String, Vec<Value>)> {
    let (users, table, column) = match dated {
        Dated::User(field) => match table::date(*field) {
            Column::User(column) => ("no", "users", column.as_str()),
            Column::Stats(column) => ("user_no", "user_stats", column.as_str()),
        },
        Dated::Attribute(key) => return attribute_within(key, (*from, *to), backend),
        Dated::Attempt => ("DISTINCT user_no", "quiz_attempts", "completed_at"),
        Dated::Events(which) => return vec![events_within(which, (*from, *to), backend)],
    };
    let in_shard = backend.in_shard(table);
    let sql = format!("SELECT {users} FROM {table} WHERE {column} BETWEEN $1 AND $2 AND {in_shard}");
    vec![(sql, vec![(*from).into(), (*to).into()])]
}

fn events_within(which: &DatedEvents, (from, to): (Instant, Instant), backend: Backend) -> (String, Vec<Value>) {
    let (is_one, value) = match which {
        DatedEvents::Named(name) => ("name = $3", name.as_str()),
        DatedEvents::Purchases => ("kind = $3", EventKind::Purchase.as_str()),
    };
    let sql = format!(
        "SELECT DISTINCT user_no FROM user_event WHERE name_no IN (SELECT no FROM event_name WHERE {is_one}) \
         AND occurred_at BETWEEN $1 AND $2 AND {}",
        backend.in_shard("user_event")
    );
    (sql, vec![from.into(), to.into(), value.into()])
}

/// Instants, and days that begin in the range in any zone. Both are texts, of which those of one length compare like time.
fn attribute_within(key: &AttributeKey, (from, to): (Instant, Instant), backend: Backend) -> Vec<(String, Vec<Value>)> {
    let in_shard = backend.in_shard("user_attribute_date");
    let statement = |length: &str, [from, to]: [Date; 2]| {
        let sql = format!(
            "SELECT user_no FROM user_attribute_date WHERE attribute = $1 AND at BETWEEN $2 AND $3 \
             AND length(at) {length} AND {in_shard}"
        );
        (sql, vec![key.as_str().into(), sortable_date(from).into(), sortable_date(to).into()])
    };
    let (first, last) = (EARLIEST.date_naive(), LAST_SECOND.date_naive());
    let (from_day, to_day) = (from.date_naive(), to.date_naive());
    let days = [from_day.pred_opt().unwrap_or(first), to_day.succ_opt().unwrap_or(last)];
    let days = days.map(|day| Date::Day(day.clamp(first, last)));
    vec![statement("> 10", [Date::At(from), Date::At(to)]), statement("= 10", days)]
}
