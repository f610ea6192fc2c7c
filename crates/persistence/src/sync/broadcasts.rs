//! Broadcasts of which mails were reported, and the segments they went to. The mail service is asked once for each.

use domain::{ids::SegmentId, instant::Instant};
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::json_rows::statement;

/// Notes that there is such a broadcast.
pub async fn note(connection: &impl ConnectionTrait, id: &str, now: Instant) -> Result<(), DbErr> {
    let sql = "INSERT INTO broadcast (id, first_heard_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    connection.execute_raw(statement(connection, sql, [id.into(), now.into()])).await.map(|_| ())
}

/// Those the mail service has not been asked about.
pub async fn unread(connection: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT id FROM broadcast WHERE read_at IS NULL ORDER BY id";
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Stores the answer. `None` if the broadcast went to no segment that is synced, or the mail service does not tell.
pub async fn read(
    connection: &impl ConnectionTrait,
    id: &str,
    segment: Option<SegmentId>,
    now: Instant,
) -> Result<(), DbErr> {
    let sql = "UPDATE broadcast SET segment_id = $2, read_at = $3 WHERE id = $1";
    let values = [id.into(), segment.map(|segment| segment.0).into(), now.into()];
    connection.execute_raw(statement(connection, sql, values)).await.map(|_| ())
}

/// Deletes broadcasts that were first heard of before an instant.
pub async fn delete_before(connection: &impl ConnectionTrait, before: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM broadcast WHERE first_heard_at < $1";
    Ok(connection.execute_raw(statement(connection, sql, [before.into()])).await?.rows_affected())
}
