//! Purchases and refunds.

use domain::{
    event::{Currency, Money},
    ids::UserNo,
    instant::Instant,
    user_set::UserSet,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{among, stays::and_shard};
use crate::database::{backend::Backend, json_rows::statement};

/// A purchase or a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    pub user: UserNo,
    pub at: Instant,
    pub money: Money,
    /// Of a refund, the time of the purchase that it refunds, if that is known. Otherwise its own.
    pub credited_at: Instant,
}

/// A condition: an event is a purchase or a refund.
pub(super) fn has_amount(table: &str) -> String {
    format!("{table}.name_no IN (SELECT no FROM event_name WHERE kind = 'purchase')")
}

/// A `SELECT` of these columns of what users paid and got back in a range. A refund is credited like its purchase, if that is known
/// by the horizon: `credited_at` and `member_of` are then those of the purchase. The instants are names of parameters.
pub(super) fn paid(backend: Backend, columns: &str, [from, before, horizon]: [&str; 3]) -> String {
    let shard = and_shard(backend, "paid");
    let amounts = format!(
        "paid.amount IS NOT NULL AND paid.occurred_at >= {from} AND paid.occurred_at < {before} AND paid.refund_of"
    );
    // Refunds of a purchase are few: apart, what is bought needs no join.
    format!(
        "SELECT {columns} FROM (SELECT paid.user_no{shard}, paid.id, paid.occurred_at, paid.amount, paid.currency, paid.member_of, \
         paid.occurred_at AS credited_at FROM user_event AS paid WHERE {amounts} IS NULL UNION ALL \
         SELECT paid.user_no{shard}, paid.id, paid.occurred_at, paid.amount, paid.currency, \
         CASE WHEN origin.id IS NULL THEN paid.member_of ELSE origin.member_of END, \
         coalesce(origin.occurred_at, paid.occurred_at) FROM user_event AS paid \
         LEFT JOIN user_event AS origin ON origin.user_no = paid.user_no AND {same_shard} AND origin.id = paid.refund_of \
         AND origin.amount IS NOT NULL AND origin.occurred_at <= {horizon} WHERE {amounts} IS NOT NULL) AS paid",
        same_shard = backend.same_shard("origin", "paid"),
    )
}

/// In the order of user and time.
pub async fn payments(
    connection: &impl ConnectionTrait,
    [from, before, horizon]: [Instant; 3],
) -> Result<Vec<Paid>, DbErr> {
    let sql = format!(
        "{paid} ORDER BY user_no, occurred_at, id",
        paid = paid(Backend::of(connection), "user_no, occurred_at, amount, currency, credited_at", ["$1", "$2", "$3"]),
    );
    let found =
        connection.query_all_raw(statement(connection, sql, [from.into(), before.into(), horizon.into()])).await?;
    let payment = |row: &QueryResult| {
        Ok(Paid {
            user: UserNo(row.try_get_by_index(0)?),
            at: row.try_get_by_index(1)?,
            money: Money { minor: row.try_get_by_index(2)?, currency: currency(row, 3)? },
            credited_at: row.try_get_by_index(4)?,
        })
    };
    found.iter().map(payment).collect()
}

/// Of some users, after an instant, up to and including another.
pub async fn amounts(
    connection: &impl ConnectionTrait,
    users: &UserSet,
    after: Instant,
    through: Instant,
) -> Result<Vec<(UserNo, Instant, Money)>, DbErr> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT user_no, occurred_at, amount, currency FROM user_event \
         WHERE {has_amount} AND occurred_at > $2 AND occurred_at <= $3 AND {among}",
        has_amount = has_amount("user_event"),
        among = among::condition(connection, "user_no"),
    );
    let values = [among::parameter(users), after.into(), through.into()];
    let found = connection.query_all_raw(statement(connection, sql, values)).await?;
    let amount = |row: &QueryResult| {
        let money = Money { minor: row.try_get_by_index(2)?, currency: currency(row, 3)? };
        Ok((UserNo(row.try_get_by_index(0)?), row.try_get_by_index(1)?, money))
    };
    found.iter().map(amount).collect()
}

pub(super) fn currency(row: &QueryResult, column: usize) -> Result<Currency, DbErr> {
    let code = row.try_get_by_index::<String>(column)?;
    Currency::parse(&code).ok_or_else(|| DbErr::Type("an amount has an unknown currency".into()))
}
