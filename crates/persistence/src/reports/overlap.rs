//! How many users were in exactly which of some segments at an instant. One pass over memberships, whatever the number of segments.

use domain::{
    ids::SegmentId,
    instant::Instant,
    report::overlap::{Combination, Mask},
};
use sea_orm::{ConnectionTrait, DbErr};

use super::stays::{self, CHOSEN, and_shard, chosen, count, is_there};
use crate::database::{
    backend::Backend,
    json_rows::{self, rows, statement},
};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Those with users.
    pub combinations: Vec<Combination>,
    /// Users in none of the segments.
    pub none: u64,
}

/// Of up to 62 segments.
pub async fn combinations(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    at: Instant,
) -> Result<Counted, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}), member AS (\
         SELECT stay.user_no{shard}, CAST(sum(stay.bit) AS bigint) AS mask FROM stay GROUP BY stay.user_no{shard}) \
         SELECT member.mask, count(*), count(*) FILTER (WHERE {is_there}) FROM member \
         LEFT JOIN users ON users.no = member.user_no AND {same_shard} GROUP BY member.mask",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$2", "$2"),
        shard = and_shard(backend, "stay"),
        is_there = is_there("$2"),
        same_shard = backend.same_shard("users", "member"),
    );
    let found = connection.query_all_raw(statement(connection, sql, [chosen(segments), at.into()])).await?;
    let (mut counted, mut members_there) = (Counted::default(), 0);
    for row in &found {
        let mask = Mask(row.try_get_by_index::<i64>(0)?.unsigned_abs());
        counted.combinations.push(Combination { mask, users: count(row, 1)? });
        members_there += count(row, 2)?;
    }
    let sql = format!("SELECT count(*) FROM users WHERE {}", is_there("$1"));
    counted.none = json_rows::count(connection, sql, [at.into()]).await?.saturating_sub(members_there);
    Ok(counted)
}
