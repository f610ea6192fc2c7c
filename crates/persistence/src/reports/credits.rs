//! Purchases and refunds with the segments that they are credited to.

use domain::{
    event::{Currency, Money},
    ids::{SegmentId, UserNo},
    instant::Instant,
    report::{
        overlap::Mask,
        revenue::{Credited, ErasedSum},
    },
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::stays::{self, CHOSEN, and_shard, chosen};
use crate::database::{
    backend::Backend,
    json_rows::{rows, statement},
};

/// A purchase or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    pub user: UserNo,
    pub at: Instant,
    pub money: Money,
    /// Of a refund, the time of the purchase that it refunds, if that is known. Otherwise its own.
    pub credited_at: Instant,
}

/// What is credited: purchases of a range, and refunds of purchases up to a horizon.
const PAID: &str = "SELECT paid.user_no{shard}, paid.id, paid.occurred_at, paid.amount, paid.currency, \
     coalesce(origin.occurred_at, paid.occurred_at) AS credited_at FROM user_event AS paid \
     LEFT JOIN user_event AS origin ON origin.user_no = paid.user_no AND {same_shard} AND origin.id = paid.refund_of \
     AND origin.amount IS NOT NULL AND origin.occurred_at <= {horizon} \
     WHERE paid.name_no IN (SELECT no FROM event_name WHERE kind = 'purchase') \
     AND paid.occurred_at >= {from} AND paid.occurred_at < {before}";

fn paid(backend: Backend, [from, before, horizon]: [&str; 3]) -> String {
    PAID.replace("{shard}", &and_shard(backend, "paid"))
        .replace("{same_shard}", &backend.same_shard("origin", "paid"))
        .replace("{from}", from)
        .replace("{before}", before)
        .replace("{horizon}", horizon)
}

/// In the order of user and time.
pub async fn payments(
    connection: &impl ConnectionTrait,
    [from, before, horizon]: [Instant; 3],
) -> Result<Vec<Paid>, DbErr> {
    let sql = format!(
        "SELECT user_no, occurred_at, amount, currency, credited_at FROM ({paid}) AS paid ORDER BY user_no, occurred_at, id",
        paid = paid(Backend::of(connection), ["$1", "$2", "$3"]),
    );
    let found =
        connection.query_all_raw(statement(connection, sql, [from.into(), before.into(), horizon.into()])).await?;
    found.iter().map(payment).collect()
}

fn payment(row: &QueryResult) -> Result<Paid, DbErr> {
    Ok(Paid {
        user: UserNo(row.try_get_by_index(0)?),
        at: row.try_get_by_index(1)?,
        money: Money { minor: row.try_get_by_index(2)?, currency: currency(row, 3)? },
        credited_at: row.try_get_by_index(4)?,
    })
}

fn currency(row: &QueryResult, column: usize) -> Result<Currency, DbErr> {
    let code = row.try_get_by_index::<String>(column)?;
    Currency::parse(&code).ok_or_else(|| DbErr::Type("an amount has an unknown currency".into()))
}

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
        let day = day.map_err(|_| DbErr::Type("a day of erased events is none".into()))?;
        Ok(ErasedSum {
            at: day.and_time(chrono::NaiveTime::MIN).and_utc(),
            currency: currency(row, 1)?,
            gross: row.try_get_by_index(2)?,
            refunded: row.try_get_by_index(3)?,
        })
    };
    found.iter().map(sum).collect()
}

/// How long users were in each of the segments from an instant on, before another, together, in microseconds. Of users who are not
/// erased.
pub async fn member_times(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    [from, to]: [Instant; 2],
) -> Result<Vec<i128>, DbErr> {
    let backend = Backend::of(connection);
    let sql = format!(
        "WITH chosen AS ({chosen}), stay AS ({stays}) SELECT stay.bit, stay.since, stay.until FROM stay \
         JOIN users ON users.no = stay.user_no AND {same_shard}",
        chosen = rows(connection, &CHOSEN),
        stays = stays::overlapping(backend, "chosen", "$3", "$2"),
        same_shard = backend.same_shard("users", "stay"),
    );
    let values = [chosen(segments), from.into(), to.into()];
    let mut times = vec![0; segments.len()];
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let since = row.try_get_by_index::<Instant>(1)?.max(from);
        let until = row.try_get_by_index::<Option<Instant>>(2)?.unwrap_or(to).min(to);
        let time = (until - since).num_microseconds().unwrap_or(i64::MAX).max(0);
        for place in Mask(row.try_get_by_index::<i64>(0)?.unsigned_abs()).places() {
            times[place] += i128::from(time);
        }
    }
    Ok(times)
}
