//! Everybody else at the times of those who entered a segment: users of each random bucket at the instant of the bucket.

use std::collections::HashMap;

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use super::stays::{self, is_there};
use crate::database::{
    backend::Backend,
    json_rows::{self, Type, parameter, rows, statement},
};

const BUCKETS: [(&str, Type); 2] = [("bucket", Type::Small), ("at", Type::Instant)];

/// Users at the instants of their buckets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Controls {
    /// How many were there, members and those who entered included.
    pub all: u64,
    /// Who was a member then, or entered within the range.
    pub excluded: UserSet,
}

/// The rows of `input`, of the parameter with the buckets. Materialized, SQLite makes an index of them; else it would read all of
/// them for each user.
fn with_input(connection: &impl ConnectionTrait) -> String {
    format!("WITH input AS MATERIALIZED ({})", rows(connection, &BUCKETS))
}

fn buckets(instants: &[Instant]) -> Value {
    parameter(instants.iter().enumerate().map(|(bucket, at)| json!([bucket, json_rows::instant(*at)])))
}

fn is_in_bucket() -> String {
    format!("users.random_bucket = input.bucket AND {}", is_there("input.at"))
}

pub async fn controls(
    connection: &impl ConnectionTrait,
    segment: SegmentId,
    [from, before]: [Instant; 2],
    instants: &[Instant],
) -> Result<Controls, DbErr> {
    let (backend, with_input, is_in_bucket) = (Backend::of(connection), with_input(connection), is_in_bucket());
    let join = backend.join_in_order();
    let sql = format!("{with_input} SELECT count(*) FROM users {join} input ON {is_in_bucket}");
    let all = json_rows::count(connection, sql, [buckets(instants)]).await?;
    // The segment is not among the rows of `$1`: here these are the buckets.
    let stays = stays::overlapping(backend, "(SELECT CAST($2 AS integer) AS segment_id, 1 AS bit)", "$4", "$3");
    let sql = format!(
        "{with_input} SELECT DISTINCT stay.user_no FROM ({stays}) AS stay {join} users ON users.no = stay.user_no AND {same_shard} \
         {join} input ON {is_in_bucket} \
         WHERE (stay.since >= $3 AND stay.since < $4 AND (stay.until IS NULL OR stay.since < stay.until)) \
         OR (stay.since <= input.at AND (stay.until IS NULL OR stay.until > input.at))",
        same_shard = backend.same_shard("users", "stay"),
    );
    let values = [buckets(instants), segment.0.into(), from.into(), before.into()];
    let excluded = connection.query_all_raw(statement(connection, sql, values)).await?;
    let excluded = excluded.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<_, _>>()?;
    Ok(Controls { all, excluded })
}

/// The instant of each user who was there then.
pub async fn looked_at(
    connection: &impl ConnectionTrait,
    instants: &[Instant],
) -> Result<HashMap<UserNo, Instant>, DbErr> {
    let sql = format!(
        "{with_input} SELECT users.no, input.at FROM users {join} input ON {is_in_bucket}",
        with_input = with_input(connection),
        join = Backend::of(connection).join_in_order(),
        is_in_bucket = is_in_bucket(),
    );
    let found = connection.query_all_raw(statement(connection, sql, [buckets(instants)])).await?;
    found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}
