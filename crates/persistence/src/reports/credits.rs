//! Purchases and refunds with the segments that they are credited to.

use domain::{
    event::Money,
    ids::{SegmentId, UserNo},
    instant::Instant,
    report::{
        overlap::Mask,
        revenue::{Credited, ErasedSum},
    },
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{
    payments::{currency, paid},
    stays::{self, CHOSEN, chosen},
};
use crate::database::{
    backend::Backend,
    json_rows::{rows, statement},
};

/// With the segments that the user was a member of. The segments are in the order of their ids.
pub async fn by_membership(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    [from, before, horizon]: [Instant; 3],
) -> Result<Vec<Credited>, DbErr> {
    let backend = Backend::of(connection);
    const PAYMENT: &str = "paid.user_no, paid.id, paid.occurred_at, paid.amount, paid.currency";
    // The stays of each purchase are looked up by the keys of the user. All parts are one list, since databases without statistics
    // would compare a join of the parts pair by pair.
    let stays = |since: &str, table: &str, holds: &str| {
        format!(
            "SELECT {PAYMENT}, chosen.bit, {since} FROM paid {join} {table} AS stay ON stay.user_no = paid.user_no \
             AND {same_shard} AND {holds} JOIN chosen ON chosen.segment_id = stay.segment_id",
            join = backend.join_in_order(),
            same_shard = backend.same_shard("stay", "paid"),
        )
    };
    let sql = format!(
        "WITH chosen AS ({chosen}), paid AS ({paid}) \
         SELECT {PAYMENT}, CAST(NULL AS bigint) AS bit, {no_instant} AS since FROM paid UNION ALL {open} UNION ALL {closed} \
         ORDER BY user_no, occurred_at, id, bit",
        chosen = rows(connection, &CHOSEN),
        paid = paid(backend, ["$2", "$3", "$4"]),
        no_instant = stays::no_instant(backend),
        open = stays("stay.added_at", "user_segment", "stay.removed_at IS NULL AND stay.added_at <= paid.credited_at"),
        closed = stays(
            "stay.since",
            "segment_event",
            "NOT stay.entered AND stay.at > paid.credited_at AND stay.since <= paid.credited_at"
        ),
    );
    let values = [chosen(segments), from.into(), before.into(), horizon.into()];
    let mut credited = Vec::<(String, Credited)>::new();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let (user, id) = (UserNo(row.try_get_by_index(0)?), row.try_get_by_index::<String>(1)?);
        if credited.last().is_none_or(|(last, one)| (*last != id) || one.user != user) {
            let money = Money { minor: row.try_get_by_index(3)?, currency: currency(&row, 4)? };
            credited.push((id, Credited { user, at: row.try_get_by_index(2)?, money, segments: Vec::new() }));
        }
        if let (Some(bit), Some((_, last))) = (row.try_get_by_index::<Option<i64>>(5)?, credited.last_mut()) {
            let since = row.try_get_by_index(6)?;
            last.segments.extend(Mask(bit.unsigned_abs()).places().map(|place| (place, since)));
        }
    }
    Ok(credited.into_iter().map(|(_, one)| one).collect())
}

/// Sums of erased users by day.
pub async fn erased(connection: &impl ConnectionTrait) -> Result<Vec<ErasedSum>, DbErr> {
    let day = match Backend::of(connection) {
        Backend::Sqlite => "day",
        Backend::Postgres => "to_char(day, 'YYYY-MM-DD')",
    };
    let sql = format!("SELECT {day}, currency, gross, refunded FROM erased_event WHERE currency <> ''");
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    let sum = |row: &QueryResult| {
        let day = row.try_get_by_index::<String>(0)?.parse::<chrono::NaiveDate>();
        let day = day.map_err(|_| DbErr::Type("erased_event has an invalid day".into()))?;
        Ok(ErasedSum {
            at: day.and_time(chrono::NaiveTime::MIN).and_utc(),
            currency: currency(row, 1)?,
            gross: row.try_get_by_index(2)?,
            refunded: row.try_get_by_index(3)?,
        })
    };
    found.iter().map(sum).collect()
}
