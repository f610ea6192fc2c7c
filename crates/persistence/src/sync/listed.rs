//! What a comparison with the lists of the mail service found: people in a remote segment whom we did not put there.

use domain::{ids::SegmentId, instant::Instant};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::json_rows::{Type, parameter, rows, statement};

/// A contact in a remote segment whom we did not put there.
#[derive(Clone, PartialEq, Eq)]
pub struct Extra {
    pub remote_id: String,
    pub address: String,
    pub since: Instant,
}

/// Logs and panics have no address.
impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extra").field("remote_id", &self.remote_id).finish_non_exhaustive()
    }
}

/// Replaces what the comparison before has found. Those found again keep their time.
pub async fn replace(connection: &impl ConnectionTrait, segment: SegmentId, found: &[Extra]) -> Result<(), DbErr> {
    let input = rows(connection, &[("remote_id", Type::Text), ("address", Type::Text), ("since", Type::Text)]);
    let extras = || parameter(found.iter().map(|extra| json!([extra.remote_id, extra.address])));
    let sql = format!(
        "DELETE FROM sync_extra WHERE segment_id = $2 AND remote_id NOT IN (SELECT remote_id FROM ({input}) AS input)"
    );
    connection.execute_raw(statement(connection, sql, [extras(), segment.0.into()])).await?;
    let Some(since) = found.first().map(|extra| extra.since) else { return Ok(()) };
    let sql = format!(
        "INSERT INTO sync_extra (segment_id, remote_id, address, since) SELECT $2, remote_id, address, $3 \
         FROM ({input}) AS input WHERE true ON CONFLICT DO NOTHING"
    );
    connection.execute_raw(statement(connection, sql, [extras(), segment.0.into(), since.into()])).await.map(|_| ())
}

/// In the order of ids, behind one of them.
pub async fn page(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    after: &str,
    limit: u32,
) -> Result<Vec<Extra>, DbErr> {
    let sql = "SELECT remote_id, address, since FROM sync_extra WHERE segment_id = $1 AND remote_id > $2 \
               ORDER BY remote_id LIMIT $3";
    let values = [segment.0.into(), after.into(), i64::from(limit).into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    found
        .iter()
        .map(|row| {
            Ok(Extra {
                remote_id: row.try_get_by_index(0)?,
                address: row.try_get_by_index(1)?,
                since: row.try_get_by_index(2)?,
            })
        })
        .collect()
}
