//! Stays of users in segments. A stay that has ended is in its leave; one that lasts is a current membership.

use domain::{ids::SegmentId, instant::Instant};
use sea_orm::Value;
use serde_json::json;

use crate::database::{
    backend::Backend,
    json_rows::{Type, parameter},
};

/// Chosen segments, each with the bit of its place: the rows of parameter `$1`.
pub(super) const CHOSEN: [(&str, Type); 2] = [("segment_id", Type::Small), ("bit", Type::Integer)];

/// The parameter with up to 62 segments.
pub(super) fn chosen(segments: &[SegmentId]) -> Value {
    parameter(segments.iter().enumerate().map(|(place, segment)| json!([segment, 1_i64 << place])))
}

/// Whose stays to select.
#[derive(Debug, Clone, Copy)]
pub(super) enum StaysIn {
    /// In the segments of a table `chosen`, made of [`CHOSEN`]. Each stay has the `bit` of its segment.
    Chosen,
    /// In the segment of parameter `$1`. How many rows it has is known to PostgreSQL only if no table stands between.
    One,
}

/// A `SELECT` of the stays that begin by one instant and last past another: `user_no`, `shard` where there is one, `since`, and `until`,
/// which is NULL while the stay lasts. The instants are names of parameters.
pub(super) fn overlapping(backend: Backend, stays: StaysIn, begins_by: &str, lasts_past: &str) -> String {
    let (bit, from, segment) = match stays {
        StaysIn::Chosen => (", chosen.bit", "chosen, ", "chosen.segment_id"),
        StaysIn::One => ("", "", "$1"),
    };
    let shard = and_shard(backend, "stay");
    let no_end = no_instant(backend);
    format!(
        "SELECT stay.user_no{shard}{bit}, stay.added_at AS since, {no_end} AS until FROM {from}user_segment AS stay \
         WHERE stay.segment_id = {segment} AND stay.removed_at IS NULL AND stay.added_at <= {begins_by} \
         UNION ALL SELECT stay.user_no{shard}{bit}, stay.since, stay.at AS until FROM {from}segment_event AS stay \
         WHERE stay.segment_id = {segment} AND NOT stay.entered AND stay.at > {lasts_past} AND stay.since <= {begins_by}"
    )
}

/// The same of stays that begin from one instant on, before another.
pub(super) fn beginning(backend: Backend, stays: StaysIn, from: &str, before: &str) -> String {
    format!(
        "SELECT * FROM ({stays}) AS stay WHERE stay.since >= {from} AND stay.since < {before} \
         AND (stay.until IS NULL OR stay.since < stay.until)",
        stays = overlapping(backend, stays, before, from),
    )
}

/// NULL where else an instant stands. PostgreSQL has no type for a bare NULL.
pub(super) fn no_instant(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "NULL",
        Backend::Postgres => "CAST(NULL AS timestamptz)",
    }
}

/// The shard of a table, after others of a list. Grouped by it too, every node of Citus counts its own users.
pub(super) fn and_shard(backend: Backend, table: &str) -> String {
    match backend {
        Backend::Sqlite => String::new(),
        Backend::Postgres => format!(", {table}.shard"),
    }
}

/// A condition: the host application had the user of `users` at an instant. `at` is the name of a parameter.
pub(super) fn is_there(at: &str) -> String {
    format!("users.created_at <= {at} AND (users.deleted_at IS NULL OR users.deleted_at > {at})")
}

/// A number of rows.
pub(super) fn count(row: &sea_orm::QueryResult, place: usize) -> Result<u64, sea_orm::DbErr> {
    row.try_get_by_index::<i64>(place).map(|count| u64::try_from(count).unwrap_or_default())
}

/// Names of parameters from a number on, with their values.
pub(super) fn instants(first: usize, instants: &[Instant]) -> (Vec<String>, Vec<Value>) {
    let names = (first..).map(|number| format!("${number}")).take(instants.len()).collect();
    (names, instants.iter().map(|instant| (*instant).into()).collect())
}
