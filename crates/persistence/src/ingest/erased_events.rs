//! What the events of a user leave when the user is erased: for each day in UTC, name and currency a count and sums.

use domain::ids::UserNo;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::{Value as Json, json};

use crate::database::{
    MembershipTx,
    backend::Backend,
    json_rows::{Type, parameter, rows, statement},
};

const COLUMNS: [(&str, Type); 6] = [
    ("day", Type::Text),
    ("name_no", Type::Small),
    ("currency", Type::Text),
    ("events", Type::Integer),
    ("gross", Type::Integer),
    ("refunded", Type::Integer),
];

/// Adds up what the user did, before it is deleted. No id, number or time of day remains.
pub(super) async fn add_up(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    let (day, as_day) = match Backend::of(tx) {
        Backend::Sqlite => ("substr(occurred_at, 1, 10)", "day"),
        Backend::Postgres => ("to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", "CAST(day AS date)"),
    };
    let sum = |test: &str| format!("CAST(coalesce(sum(amount) FILTER (WHERE amount {test} 0), 0) AS bigint)");
    let sql = format!(
        "SELECT {day} AS day, CAST(name_no AS bigint), coalesce(currency, '') AS money, count(*), {gross}, {refunded} \
         FROM user_event WHERE user_no = $1 AND {in_shard} GROUP BY day, name_no, money",
        gross = sum(">="),
        refunded = sum("<"),
        in_shard = Backend::of(tx).in_shard("user_event"),
    );
    let sums = tx.query_all_raw(tx.statement(sql, [user.0.into()])).await?;
    // Erasures in two shards meet at these rows, so both take them in one order.
    let mut sums = sums.iter().map(cells).collect::<Result<Vec<_>, _>>()?;
    sums.sort_by_cached_key(ToString::to_string);
    if sums.is_empty() {
        return Ok(());
    }
    // An erasure never fails: a sum that 64 bits cannot hold stays at their end.
    let add = |name: &str| {
        format!(
            "{name} = CASE WHEN excluded.{name} > 0 AND erased_event.{name} > {most} - excluded.{name} THEN {most} \
             WHEN excluded.{name} < 0 AND erased_event.{name} < -{most} - excluded.{name} THEN -{most} \
             ELSE erased_event.{name} + excluded.{name} END",
            most = i64::MAX
        )
    };
    let sql = format!(
        "INSERT INTO erased_event (day, name_no, currency, events, gross, refunded) \
         SELECT {as_day}, name_no, currency, events, gross, refunded FROM ({rows}) AS input WHERE true \
         ON CONFLICT (day, name_no, currency) DO UPDATE SET {sets}",
        rows = rows(tx, &COLUMNS),
        sets = ["events", "gross", "refunded"].map(add).join(", "),
    );
    tx.execute_raw(statement(tx, sql, [parameter(sums)])).await.map(|_| ())
}

fn cells(row: &QueryResult) -> Result<Json, DbErr> {
    let (day, currency): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(2)?);
    let number = |place| row.try_get_by_index::<i64>(place);
    Ok(json!([day, number(1)?, currency, number(3)?, number(4)?, number(5)?]))
}
