//! The past of a segment: counts of events by instant, and stays. A stay that has ended is in its leave in the ledger, since
//! the row of a membership is overwritten when the user enters again.

use std::collections::BTreeMap;

use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::{Value as Json, json};

use crate::database::{
    backend::Backend,
    json_rows::{self, Type, parameter, rows, statement},
};

/// Counts of events in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    pub entered: i64,
    pub left: i64,
}

impl Flow {
    /// Of a row, from the column with [`SUMS`] on.
    pub(crate) fn read(row: &QueryResult, column: usize) -> Result<Self, DbErr> {
        Ok(Self { entered: row.try_get_by_index(column)?, left: row.try_get_by_index(column + 1)? })
    }

    /// The change of the number of members.
    pub fn net(self) -> i64 {
        self.entered - self.left
    }
}

/// Entries and exits of the rows of `flow`.
pub(crate) const SUMS: &str =
    "CAST(coalesce(sum(flow.entries), 0) AS bigint), CAST(coalesce(sum(flow.exits), 0) AS bigint)";

/// Events after one instant, up to and including another.
pub async fn flow(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    after: Instant,
    up_to: Instant,
) -> Result<Flow, DbErr> {
    let sql = format!("SELECT {SUMS} FROM segment_flow AS flow WHERE segment_id = $1 AND at > $2 AND at <= $3");
    let values = [segment.0.into(), after.into(), up_to.into()];
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    row.map_or(Ok(Flow::default()), |row| Flow::read(&row, 0))
}

/// Entries minus exits after an instant.
pub async fn net_after(connection: &impl ConnectionTrait, segment: SegmentId, after: Instant) -> Result<i64, DbErr> {
    let sql = format!("SELECT {SUMS} FROM segment_flow AS flow WHERE segment_id = $1 AND at > $2");
    let row = connection.query_one_raw(statement(connection, sql, [segment.0.into(), after.into()])).await?;
    row.map_or(Ok(0), |row| Flow::read(&row, 0).map(Flow::net))
}

/// The same for all segments since each of two instants, the earlier one first. Of segments that have not changed since there is
/// nothing.
pub async fn net_after_of_all(
    connection: &impl ConnectionTrait,
    [earlier, later]: [Instant; 2],
) -> Result<BTreeMap<SegmentId, [i64; 2]>, DbErr> {
    let sql = "SELECT segment_id, CAST(sum(entries - exits) AS bigint), \
               CAST(coalesce(sum(entries - exits) FILTER (WHERE at > $2), 0) AS bigint) \
               FROM segment_flow AS flow WHERE at > $1 GROUP BY segment_id";
    let rows = connection.query_all_raw(statement(connection, sql, [earlier.into(), later.into()])).await?;
    let read = |row: &QueryResult| {
        Ok((SegmentId(row.try_get_by_index(0)?), [row.try_get_by_index(1)?, row.try_get_by_index(2)?]))
    };
    rows.iter().map(read).collect()
}

/// The events from each instant to just before the next: one flow less than there are instants.
pub async fn flows(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    bounds: &[Instant],
) -> Result<Vec<Flow>, DbErr> {
    let sql = format!(
        "SELECT input.place, {SUMS} FROM ({rows}) AS input LEFT JOIN segment_flow AS flow ON flow.segment_id = $2 \
         AND flow.at >= input.starts AND flow.at < input.ends GROUP BY input.place ORDER BY input.place",
        rows = rows(connection, &[("place", Type::Integer), ("starts", Type::Instant), ("ends", Type::Instant)])
    );
    let values = [parameter(spans(bounds)), segment.0.into()];
    let rows = connection.query_all_raw(statement(connection, sql, values)).await?;
    rows.iter().map(|row| Flow::read(row, 1)).collect()
}

/// How much segments have grown from each of ascending instants to just before the next: one number less than there are
/// instants. Of segments that have not changed there may be nothing.
pub async fn growth_of_all(
    connection: &impl ConnectionTrait,
    bounds: &[Instant],
) -> Result<BTreeMap<SegmentId, Vec<i64>>, DbErr> {
    let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else { return Ok(BTreeMap::new()) };
    // Both databases read every row once, by its key or all of them.
    let statement = match Backend::of(connection) {
        Backend::Sqlite => {
            let sql = format!(
                "SELECT segment.id, input.place, (SELECT coalesce(sum(flow.entries - flow.exits), 0) \
                 FROM segment_flow AS flow WHERE flow.segment_id = segment.id \
                 AND flow.at >= input.starts AND flow.at < input.ends) FROM ({rows}) AS input CROSS JOIN segment",
                rows =
                    rows(connection, &[("place", Type::Integer), ("starts", Type::Instant), ("ends", Type::Instant)])
            );
            statement(connection, sql, [parameter(spans(bounds))])
        }
        Backend::Postgres => {
            let sql = "SELECT segment_id, CAST(width_bucket(at, CAST($1 AS timestamptz[])) - 1 AS bigint) AS place, \
                       CAST(sum(entries - exits) AS bigint) FROM segment_flow AS flow WHERE at >= $2 AND at < $3 \
                       GROUP BY segment_id, place";
            let texts: Vec<_> = bounds.iter().map(|bound| bound.to_rfc3339()).collect();
            statement(connection, sql, [format!("{{{}}}", texts.join(",")).into(), (*first).into(), (*last).into()])
        }
    };
    let mut grown = BTreeMap::new();
    for row in connection.query_all_raw(statement).await? {
        let place: i64 = row.try_get_by_index(1)?;
        let of_segment = grown.entry(SegmentId(row.try_get_by_index(0)?)).or_insert_with(|| vec![0; bounds.len() - 1]);
        if let Some(growth) = usize::try_from(place).ok().and_then(|place| of_segment.get_mut(place)) {
            *growth = row.try_get_by_index(2)?;
        }
    }
    Ok(grown)
}

/// Position, instant, and the next instant.
pub(super) fn spans(bounds: &[Instant]) -> impl Iterator<Item = Json> {
    bounds.windows(2).enumerate().filter_map(|(place, span)| match span {
        [starts, ends] => Some(json!([place, json_rows::instant(*starts), json_rows::instant(*ends)])),
        _ => None,
    })
}

/// Up to `limit` users above a key who were members at an instant, in the order of our keys. Users who were erased
/// since, or deleted in the host application, are left out.
pub async fn members_at(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    at: Instant,
    above: UserNo,
    limit: u64,
) -> Result<Vec<(UserNo, UserId)>, DbErr> {
    // Stays do not overlap: one is present, or a later leave ended it. Each branch has a limit of its own, so that the
    // database need not sort all members for one page.
    let backend = Backend::of(connection);
    let sql = format!(
        "SELECT no, id FROM ({present} UNION ALL {ended}) AS member ORDER BY no LIMIT $4",
        present = page(
            backend,
            "user_segment AS stay",
            "stay.segment_id = $1 AND stay.removed_at IS NULL AND stay.added_at <= $2"
        ),
        ended = page(
            backend,
            "segment_event AS stay",
            "stay.segment_id = $1 AND NOT stay.entered AND stay.at > $2 AND stay.since <= $2"
        ),
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [segment.0.into(), at.into(), above.0.into(), limit.into()];
    connection
        .query_all_raw(statement(connection, sql, values))
        .await?
        .iter()
        .map(|row| Ok((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?))))
        .collect()
}

/// The first users with a stay.
fn page(backend: Backend, stays: &str, condition: &str) -> String {
    format!(
        "SELECT no, id FROM (SELECT users.no, users.id FROM {stays} JOIN users ON users.no = stay.user_no AND {same_shard} \
         AND users.deleted_at IS NULL WHERE {condition} AND stay.user_no > $3 ORDER BY stay.user_no LIMIT $4) AS page",
        same_shard = backend.same_shard("users", "stay"),
    )
}
