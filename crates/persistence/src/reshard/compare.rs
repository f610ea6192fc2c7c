//! What must be the same in both databases.

use domain::ids::UserNo;
use sea_orm::{ConnectionTrait, DbErr};

use super::tables::{COPIED, Table};
use crate::{
    Snapshot,
    database::json_rows::{count, statement},
};

/// Counts of rows, and checksums that neither numbers of users nor shards change.
pub async fn summary(snapshot: &Snapshot) -> Result<Vec<(&'static str, String)>, DbErr> {
    let mut summary = Vec::new();
    for Table { name, .. } in COPIED {
        let rows = count(snapshot, format!("SELECT count(*) FROM {name}"), []).await?;
        summary.push((name, rows.to_string()));
    }
    for (what, sum) in [
        ("members, by the counts", "SELECT sum(member_count) FROM segment_count"),
        ("entries, by the flow", "SELECT sum(entries) FROM segment_flow"),
        ("exits, by the flow", "SELECT sum(exits) FROM segment_flow"),
        ("attempts without provider", "SELECT sum(without_provider) FROM user_stats_total"),
        ("checksum of memberships", &checksum(MEMBERSHIPS)),
        ("checksum of the ledger", &checksum(&ledger())),
    ] {
        let sql = format!("SELECT CAST(coalesce(({sum}), 0) AS text)");
        let row = snapshot.query_one_raw(statement(snapshot, sql, [])).await?;
        summary.push((what, row.map_or_else(|| Ok(String::new()), |row| row.try_get_by_index(0))?));
    }
    Ok(summary)
}

/// The sum of a hash of each row does not depend on their order.
fn checksum(rows: &str) -> String {
    format!(
        "SELECT sum(CAST(CAST('x' || left(md5(CAST(content AS text)), 16) AS bit(64)) AS bigint)) FROM ({rows}) AS rows"
    )
}

const MEMBERSHIPS: &str = "SELECT jsonb_build_array(users.id, segment.segment_type, segment.segment_value, \
     user_segment.added_at AT TIME ZONE 'UTC', user_segment.removed_at AT TIME ZONE 'UTC') AS content FROM user_segment \
     JOIN users ON users.no = user_segment.user_no AND users.shard = user_segment.shard \
     JOIN segment ON segment.id = user_segment.segment_id";

/// An erased user has nothing but the count in the number. The ledger outlives segments.
fn ledger() -> String {
    format!(
        "SELECT jsonb_build_array(coalesce(users.id, CAST(event.user_no & {counted} AS text)), event.no, event.segment_id, \
         segment.segment_type, segment.segment_value, event.entered, event.at AT TIME ZONE 'UTC', event.cause, event.run_id, \
         {actor}, event.since AT TIME ZONE 'UTC') AS content FROM segment_event AS event \
         LEFT JOIN users ON users.no = event.user_no AND users.shard = event.shard \
         LEFT JOIN segment ON segment.id = event.segment_id",
        counted = UserNo::COUNTED,
        // An erased user who has changed something gets another number there too.
        actor = "CASE WHEN event.actor ~ '^user number [0-9]+$' THEN 'an erased user' ELSE event.actor END",
    )
}
