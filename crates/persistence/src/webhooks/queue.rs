//! From the outbox to the messages of each webhook.

use std::collections::BTreeMap;

use domain::{instant::Instant, shard::Shard};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::{Value as Json, json};

use super::endpoints;
use crate::database::{
    Transaction,
    backend::Backend,
    json_rows::{self, Type, parameter, rows, statement, statement_in},
};

/// Messages that are copied in one transaction.
const TOGETHER: i64 = 200;

/// Any number that no other lock uses.
const QUEUE_LOCK: i64 = 0x77_65_62_68_6f_6f_6b_73;

/// Whether the outbox has something.
pub async fn has_news(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT CAST(count(*) AS bigint) FROM (SELECT 1 FROM webhook_outbox LIMIT 1) AS news";
    Ok(json_rows::count(connection, sql, []).await? > 0)
}

/// How many messages wait in the outbox.
pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    json_rows::count(connection, "SELECT count(*) FROM webhook_outbox", []).await
}

/// Moves what is in the outbox to the webhooks that ask for it, in its order. Returns whether there may be more.
///
/// One process at a time: the rows of a user become visible in the order of their numbers, and so every row is copied after those
/// that come before it.
pub async fn distribute(tx: &Transaction, now: Instant) -> Result<bool, DbErr> {
    if Backend::of(tx) == Backend::Postgres {
        tx.execute_raw(statement(tx, "SELECT pg_advisory_xact_lock($1)", [QUEUE_LOCK.into()])).await?;
    }
    let shard = match Backend::of(tx) {
        Backend::Sqlite => "0",
        Backend::Postgres => "shard",
    };
    let sql = format!(
        "SELECT no, CAST({shard} AS bigint), event, segment_id, segment, at, cause, run_id, version, alert_event_id, user_numbers \
         FROM webhook_outbox ORDER BY no LIMIT $1"
    );
    let found = tx.query_all_raw(statement(tx, sql, [TOGETHER.into()])).await?;
    if found.is_empty() {
        return Ok(false);
    }
    let messages = found.iter().map(message).collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<_> = found.iter().map(number).collect::<Result<_, DbErr>>()?;
    let has_more = messages.len() as i64 >= TOGETHER;
    // Nobody switches one off, or ends a message, until the new ones are seen.
    endpoints::lock_all(tx).await?;
    insert(tx, messages, now).await?;
    delete(tx, &numbers).await?;
    Ok(has_more)
}

fn number(row: &QueryResult) -> Result<(Shard, i64), DbErr> {
    let shard: i64 = row.try_get_by_index(1)?;
    let shard = u16::try_from(shard).ok().and_then(Shard::new);
    Ok((shard.ok_or_else(|| DbErr::Type("a shard".into()))?, row.try_get_by_index(0)?))
}

/// Each shard by itself.
async fn delete(tx: &Transaction, numbers: &[(Shard, i64)]) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM webhook_outbox WHERE no IN (SELECT no FROM ({rows}) AS input) AND {in_shard}",
        rows = rows(tx, &[("no", Type::Integer)]),
        in_shard = Backend::of(tx).in_shard("webhook_outbox"),
    );
    let mut by_shard: BTreeMap<Shard, Vec<Json>> = BTreeMap::new();
    for (shard, no) in numbers {
        by_shard.entry(*shard).or_default().push(json!([no]));
    }
    for (shard, numbers) in by_shard {
        tx.execute_raw(statement_in(tx, shard, sql.clone(), [parameter(numbers)])).await?;
    }
    Ok(())
}

fn message(row: &QueryResult) -> Result<Json, DbErr> {
    let users: String = row.try_get_by_index(10)?;
    let count = serde_json::from_str::<Vec<i64>>(&users).map_err(|_| DbErr::Type("users of a message".into()))?.len();
    Ok(json!([
        row.try_get_by_index::<i64>(0)?,
        row.try_get_by_index::<i64>(1)?,
        row.try_get_by_index::<String>(2)?,
        row.try_get_by_index::<i32>(3)?,
        row.try_get_by_index::<Option<String>>(4)?,
        json_rows::instant(row.try_get_by_index(5)?),
        row.try_get_by_index::<Option<String>>(6)?,
        row.try_get_by_index::<Option<i64>>(7)?,
        row.try_get_by_index::<Option<i32>>(8)?,
        row.try_get_by_index::<Option<i64>>(9)?,
        users,
        count,
    ]))
}

async fn insert(tx: &Transaction, messages: Vec<Json>, now: Instant) -> Result<(), DbErr> {
    const COLUMNS: [(&str, Type); 12] = [
        ("no", Type::Integer),
        ("shard", Type::Small),
        ("event", Type::Text),
        ("segment_id", Type::Small),
        ("segment", Type::Text),
        ("at", Type::Instant),
        ("cause", Type::Text),
        ("run_id", Type::Integer),
        ("version", Type::Small),
        ("alert_event_id", Type::Integer),
        ("user_numbers", Type::Text),
        ("user_count", Type::Small),
    ];
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let input: Vec<_> = names.iter().map(|name| format!("input.{name}")).collect();
    let sql = format!(
        "INSERT INTO webhook_delivery (webhook_id, {names}, state, next_at, queued_at) \
         SELECT asked.webhook_id, {input}, 'waiting', CASE WHEN row_number() OVER (\
         PARTITION BY asked.webhook_id, input.segment_id, input.shard ORDER BY input.no) > 1 \
         OR EXISTS (SELECT 1 FROM webhook_delivery AS before WHERE before.webhook_id = asked.webhook_id \
         AND before.segment_id = input.segment_id AND before.shard = input.shard AND before.state = 'waiting') \
         THEN NULL ELSE $2 END, $2 FROM ({rows}) AS input \
         JOIN webhook_interest AS asked ON asked.event = input.event AND asked.segment_id IN (0, input.segment_id) \
         AND input.no > asked.since_no WHERE true ON CONFLICT DO NOTHING",
        names = names.join(", "),
        input = input.join(", "),
        rows = rows(tx, &COLUMNS),
    );
    tx.execute_raw(statement(tx, sql, [parameter(messages), now.into()])).await.map(|_| ())
}
