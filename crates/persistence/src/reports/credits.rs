//! Purchases and refunds with the segments that they are credited to.

use std::{collections::HashMap, sync::Arc};

use domain::{
    event::{Currency, Money},
    ids::{SegmentId, UserNo},
    instant::Instant,
    report::{
        overlap::Mask,
        revenue::{CreditModel, Credited, ErasedSum},
    },
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{
    arrays,
    payments::{currency, paid},
    stays::{self, CHOSEN, chosen},
};
use crate::database::{
    array_row::ArrayRow,
    backend::Backend,
    json_rows::{rows, statement},
};

/// Which purchases and refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    /// Those of which it is not [kept](crate::ingest::credit_sets) what the user was a member of.
    NotKept,
}

/// With the segments that the user was a member of, as they are looked up in the history. The segments are in the order of their
/// ids.
pub async fn by_membership(
    connection: &impl ConnectionTrait,
    model: CreditModel,
    segments: &[SegmentId],
    [from, before, horizon]: [Instant; 3],
    which: Which,
) -> Result<Vec<Credited>, DbErr> {
    let backend = Backend::of(connection);
    const COLUMNS: &str = "paid.user_no, paid.id, paid.occurred_at, paid.amount, paid.currency";
    // The stays of each purchase are looked up by the keys of the user. All parts are one list, since databases without statistics
    // would compare a join of the parts pair by pair.
    let stays = |since: &str, table: &str, holds: &str| {
        format!(
            "SELECT {COLUMNS}, chosen.bit, {since} FROM paid {join} {table} AS stay ON stay.user_no = paid.user_no \
             AND {same_shard} AND {holds} JOIN chosen ON chosen.segment_id = stay.segment_id",
            join = backend.join_in_order(),
            same_shard = backend.same_shard("stay", "paid"),
        )
    };
    let of_which = match which {
        Which::All => "",
        Which::NotKept => " WHERE member_of IS NULL",
    };
    let sql = format!(
        "WITH chosen AS ({chosen}), paid AS ({paid}{of_which}) \
         SELECT {COLUMNS}, CAST(NULL AS bigint) AS bit, {no_instant} AS since FROM paid UNION ALL {open} UNION ALL {closed} \
         ORDER BY user_no, occurred_at, id, bit",
        chosen = rows(connection, &CHOSEN),
        paid = paid(backend, "*", ["$2", "$3", "$4"]),
        no_instant = stays::no_instant(backend),
        open = stays("stay.added_at", "user_segment", "stay.removed_at IS NULL AND stay.added_at <= paid.credited_at"),
        closed = stays(
            "stay.since",
            "segment_event",
            "NOT stay.entered AND stay.at > paid.credited_at AND stay.since <= paid.credited_at"
        ),
    );
    let values = [chosen(segments), from.into(), before.into(), horizon.into()];
    let mut found = Vec::<Payment>::new();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        let (user, id) = (UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?);
        if found.last().is_none_or(|last| (last.user, &last.id) != (user, &id)) {
            let money = Money { minor: row.try_get_by_index(3)?, currency: currency(&row, 4)? };
            found.push(Payment { user, id, at: row.try_get_by_index(2)?, money, entered: Vec::new() });
        }
        if let (Some(bit), Some(last)) = (row.try_get_by_index::<Option<i64>>(5)?, found.last_mut()) {
            let since = row.try_get_by_index(6)?;
            last.entered.extend(Mask(bit.unsigned_abs()).places().map(|place| (place, since)));
        }
    }
    let credited =
        |Payment { user, at, money, entered, .. }| Credited { user, at, money, segments: model.credited(&entered) };
    Ok(found.into_iter().map(credited).collect())
}

/// A purchase or a refund, while its rows are read.
struct Payment {
    user: UserNo,
    id: String,
    at: Instant,
    money: Money,
    /// The segments that the user was in, by their places, and when each was entered.
    entered: Vec<(usize, Instant)>,
}

/// Purchases whose segments are [stored](crate::ingest::credit_sets). When each segment was entered is not, so
/// [`CreditModel::Last`] cannot use them.
pub async fn kept(
    connection: &impl ConnectionTrait,
    segments: &[SegmentId],
    [from, before, horizon]: [Instant; 3],
) -> Result<Vec<Credited>, DbErr> {
    let backend = Backend::of(connection);
    let columns = ["user_no", "occurred_at", "amount", "currency", "member_of"];
    let paid = paid(backend, &columns.join(", "), ["$1", "$2", "$3"]);
    let rows = format!("{paid} WHERE member_of IS NOT NULL");
    let (mut credited, mut sets) = (Vec::new(), HashMap::new());
    for [from, before] in arrays::slices([from, before]) {
        let values = [from.into(), before.into(), horizon.into()];
        arrays::read(connection, (&columns, &rows), values, |arrays| {
            read_kept(arrays, segments, &mut sets, &mut credited)
        })
        .await?;
    }
    Ok(credited)
}

/// The places of the chosen segments, by the segments that a user was in.
type Sets = HashMap<String, Arc<[usize]>>;

fn read_kept(
    arrays: &mut ArrayRow<'_>,
    segments: &[SegmentId],
    sets: &mut Sets,
    credited: &mut Vec<Credited>,
) -> Option<()> {
    let payments = arrays::users_at(arrays)?.into_iter().zip(arrays.take::<i64>()?);
    let credits = arrays.take::<String>()?.into_iter().zip(arrays.take::<String>()?);
    for (((user, at), minor), (code, member_of)) in payments.zip(credits) {
        let places = match sets.get(&member_of) {
            Some(places) => places.clone(),
            None => {
                let ids = member_of.split_ascii_whitespace().map(|id| id.parse().map(SegmentId));
                let ids = ids.collect::<Result<Vec<_>, _>>().ok()?;
                let is_member = |place: &usize| ids.contains(&segments[*place]);
                let places = (0..segments.len()).filter(is_member).collect::<Arc<[usize]>>();
                sets.entry(member_of).or_insert(places).clone()
            }
        };
        let money = Money { minor, currency: Currency::parse(&code)? };
        credited.push(Credited { user, at, money, segments: places });
    }
    Some(())
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
