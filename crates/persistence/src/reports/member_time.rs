//! How long the members of a segment were in it, all together.

use domain::{
    ids::SegmentId,
    instant::{Instant, micros},
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::{backend::Backend, json_rows::statement};

/// In microseconds, from an instant until another, excluding erased users. It follows from how many entered and left, so that
/// present members need not be read.
pub async fn member_time(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    [from, to]: [Instant; 2],
) -> Result<i128, DbErr> {
    let backend = Backend::of(connection);
    let sql = "SELECT at, CAST(entries - exits AS bigint) FROM (SELECT at, sum(entries) AS entries, sum(exits) AS exits \
               FROM segment_flow WHERE segment_id = $1 AND at > $2 AND at < $3 GROUP BY at) AS flow \
               UNION ALL SELECT $2, CAST(coalesce(sum(entries - exits), 0) AS bigint) FROM segment_flow \
               WHERE segment_id = $1 AND at <= $2";
    let values = [segment.0.into(), from.into(), to.into()];
    let mut time = 0;
    for row in connection.query_all_raw(statement(connection, sql, values.clone())).await? {
        let (at, change): (Instant, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        time += i128::from(change) * micros(to - at);
    }
    // Erasing a user ends all of their stays, so only leaves remain.
    let sql = format!(
        "SELECT stay.since, stay.at FROM erased_user {join} segment_event AS stay ON stay.user_no = erased_user.user_no \
         AND {same_shard} AND stay.segment_id = $1 AND NOT stay.entered AND stay.at > $2 AND stay.since < $3",
        join = backend.join_in_order(),
        same_shard = backend.same_shard("stay", "erased_user"),
    );
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let (since, until): (Instant, Instant) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        time -= micros(until.min(to) - since.max(from));
    }
    Ok(time)
}
