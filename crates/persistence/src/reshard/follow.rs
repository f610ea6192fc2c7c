//! What follows from the rows that are copied: sums of each shard, and the next numbers.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    Database,
    database::{
        MembershipTx,
        backend::{PLACES, SHARD},
        json_rows::statement,
    },
};

/// When each segment was counted in the source, as JSON.
pub async fn counted_at(source: &impl ConnectionTrait) -> Result<String, DbErr> {
    let sql = "SELECT CAST(coalesce(jsonb_agg(counted), '[]') AS text) FROM \
               (SELECT segment_id, max(counted_at) AS counted_at FROM segment_count GROUP BY segment_id) AS counted";
    let row = source.query_one_raw(statement(source, sql, [])).await?;
    row.map_or_else(|| Ok("[]".into()), |row| row.try_get_by_index(0))
}

/// Writes the sums of the shard of the transaction.
pub async fn follow(tx: &MembershipTx, counted_at: &str) -> Result<(), DbErr> {
    let and_value = tx.inserts().and_shard_value();
    let counts = format!(
        "INSERT INTO segment_count (segment_id, member_count, counted_at, shard) \
         SELECT input.segment_id, coalesce(member.members, 0), input.counted_at{and_value} \
         FROM {home}jsonb_to_recordset(CAST($1 AS jsonb)) AS input (segment_id integer, counted_at timestamptz) \
         LEFT JOIN (SELECT segment_id, shard, count(*) AS members FROM user_segment \
         WHERE user_segment.removed_at IS NULL AND user_segment.shard = {SHARD} GROUP BY segment_id, shard) AS member \
         ON member.segment_id = input.segment_id AND member.shard = {value} WHERE {is_home} ON CONFLICT DO NOTHING",
        value = and_value.trim_start_matches([',', ' ']),
        home = tx.inserts().home(),
        is_home = tx.inserts().is_home(),
    );
    tx.execute_raw(tx.statement(counts, [counted_at.into()])).await?;
    let flow = format!(
        "INSERT INTO segment_flow (segment_id, at, shard, entries, exits) SELECT segment_id, at, shard, \
         count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered) FROM segment_event \
         WHERE segment_event.shard = {SHARD} GROUP BY segment_id, at, shard ON CONFLICT DO NOTHING"
    );
    tx.execute_raw(tx.statement(flow, [])).await?;
    // The first shard has a row from the beginning.
    let total = format!(
        "INSERT INTO user_stats_total (without_provider, shard) SELECT CAST(sum(without_provider) AS bigint), shard \
         FROM user_stats WHERE user_stats.shard = {SHARD} GROUP BY shard \
         ON CONFLICT (shard) DO UPDATE SET without_provider = excluded.without_provider"
    );
    tx.execute_raw(tx.statement(total, [])).await.map(|_| ())
}

/// The versions of members are counted from the beginning again, so that each segment has to be compared once.
pub async fn forget_seen_versions(target: &Database) -> Result<(), DbErr> {
    let connection = target.connection();
    let sql = "UPDATE segment_sync SET seen_version = -1";
    connection.execute_raw(statement(connection, sql, [])).await.map(|_| ())
}

/// The columns that are numbered.
const NUMBERED: [(&str, &str); 9] = [
    ("users", "no"),
    ("user_dirty", "seq"),
    ("segment", "id"),
    EVENTS,
    ("segmentation_run", "id"),
    ("audit_log", "no"),
    ("sync_run", "id"),
    ("alert_event", "id"),
    MESSAGES,
];
const EVENTS: (&str, &str) = ("segment_event", "no");
const MESSAGES: (&str, &str) = ("webhook_outbox", "no");
/// On Citus, numbers are drawn in ranges.
const IN_RANGES: [(&str, &str); 2] = [EVENTS, MESSAGES];

/// The last number of each column that has one. Those of users who are erased count too.
pub async fn last_numbers(source: &Database) -> Result<Vec<(&'static str, &'static str, i64)>, DbErr> {
    let connection = source.connection();
    let mut numbers = Vec::new();
    for (table, column) in NUMBERED {
        let sql = "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence($1, $2) AS regclass))";
        let row = connection.query_one_raw(statement(connection, sql, [table.into(), column.into()])).await?;
        let last: Option<i64> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
        let Some(last) = last else { continue };
        let last =
            if IN_RANGES.contains(&(table, column)) && source.is_on_citus() { (last + 1) << PLACES } else { last };
        numbers.push((table, column, last));
    }
    Ok(numbers)
}

/// So that the next number is greater.
pub async fn set_last_numbers(target: &Database, numbers: &[(&'static str, &'static str, i64)]) -> Result<(), DbErr> {
    let connection = target.connection();
    for (table, column, last) in numbers {
        let is_drawn_in_ranges = IN_RANGES.contains(&(*table, *column)) && target.is_on_citus();
        let last = if is_drawn_in_ranges { last >> PLACES } else { *last };
        // The first range begins behind 0, which no sequence can have.
        let sql = "SELECT setval(CAST(pg_get_serial_sequence($1, $2) AS regclass), $3)";
        let values = [(*table).into(), (*column).into(), last.max(1).into()];
        connection.query_one_raw(statement(connection, sql, values)).await?;
    }
    Ok(())
}
