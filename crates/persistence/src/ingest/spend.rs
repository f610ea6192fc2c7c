//! `user_spend` and the purchases in `user_stats`, which every write of events updates in its own transaction.

use std::collections::HashMap;

use domain::{
    event::{Currency, Money, Spend},
    ids::UserNo,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::user_stats;
use crate::{
    database::{MembershipTx, backend::Backend, json_rows::rows},
    user_range::UserRange,
};

/// Sums below it can take what one call or file adds, without a look at what is stored.
const NEAR: i64 = 1 << 62;

/// What these users spent, of those who spent so much that more may not fit.
pub(super) async fn near_the_limit(
    tx: &MembershipTx,
    users: &[UserNo],
) -> Result<HashMap<(UserNo, Currency), Spend>, DbErr> {
    let sql = format!(
        "SELECT user_no, currency, gross, refunded FROM user_spend WHERE user_no IN (SELECT user_no FROM ({rows}) AS input) \
         AND {in_shard} AND (gross > {NEAR} OR refunded < -{NEAR})",
        rows = rows(tx, &user_stats::USER_NO),
        in_shard = Backend::of(tx).in_shard("user_spend"),
    );
    let mut distinct = users.to_vec();
    distinct.dedup();
    let found = tx.query_all_raw(tx.statement(sql, [user_stats::numbers(&distinct)])).await?;
    let mut spent = HashMap::new();
    for row in found {
        let code: String = row.try_get_by_index(1)?;
        let currency = Currency::parse(&code).ok_or_else(|| DbErr::Type("a stored currency".into()))?;
        let spend = Spend { gross: row.try_get_by_index(2)?, refunded: row.try_get_by_index(3)? };
        spent.insert((UserNo(row.try_get_by_index(0)?), currency), spend);
    }
    Ok(spent)
}

/// Sums of users while events are added to them. What an event replaces still counts, which matters only near the limit.
pub(super) struct Totals {
    spent: HashMap<(UserNo, Currency), Spend>,
}

impl Totals {
    pub(super) fn of(near_the_limit: HashMap<(UserNo, Currency), Spend>) -> Self {
        Self { spent: near_the_limit }
    }

    /// Whether a sum stays within 64 bits with this amount. If not, it is not added.
    pub(super) fn add(&mut self, user: UserNo, money: Money) -> bool {
        let unknown = Spend { gross: NEAR, refunded: -NEAR };
        let spend = self.spent.entry((user, money.currency)).or_insert(unknown);
        let sum = if money.minor >= 0 { &mut spend.gross } else { &mut spend.refunded };
        match sum.checked_add(money.minor) {
            Some(more) => {
                *sum = more;
                true
            }
            None => false,
        }
    }
}

/// What is summed of a user and currency.
pub(crate) const SUMS: [&str; 6] =
    ["purchase_count", "refund_count", "gross", "refunded", "first_purchase_at", "last_purchase_at"];

/// A `SELECT` of what users in the scope spent, by currency, in the order of [`SUMS`].
pub(crate) fn from_events(backend: Backend, scope: &str) -> String {
    let shard = match backend {
        Backend::Sqlite => "",
        Backend::Postgres => ", user_event.shard",
    };
    let sum = |condition: &str| {
        format!("CAST(coalesce(sum(user_event.amount) FILTER (WHERE user_event.amount {condition} 0), 0) AS bigint)")
    };
    format!(
        "SELECT user_event.user_no, user_event.currency{shard}, \
         count(*) FILTER (WHERE user_event.amount >= 0) AS purchase_count, \
         count(*) FILTER (WHERE user_event.amount < 0) AS refund_count, {gross} AS gross, {refunded} AS refunded, \
         min(user_event.occurred_at) FILTER (WHERE user_event.amount >= 0) AS first_purchase_at, \
         max(user_event.occurred_at) FILTER (WHERE user_event.amount >= 0) AS last_purchase_at \
         FROM user_event WHERE user_event.amount IS NOT NULL AND {scope} \
         GROUP BY user_event.user_no, user_event.currency{shard}",
        gross = sum(">="),
        refunded = sum("<"),
    )
}

/// A `SELECT` of the purchases of users in all currencies, in a scope of `user_spend`.
pub(crate) fn over_currencies(backend: Backend, scope: &str) -> String {
    let shard = backend.and_shard();
    format!(
        "SELECT user_no{shard}, CAST(sum(purchase_count) AS bigint) AS purchase_count, \
         min(first_purchase_at) AS first_purchase_at, max(last_purchase_at) AS last_purchase_at \
         FROM user_spend WHERE {scope} GROUP BY user_no{shard}"
    )
}

/// Adds up again what the users of a range spent, all of the shard.
pub async fn rebuild(tx: &MembershipTx, range: UserRange) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT user_no FROM user_stats WHERE user_no > $1 AND user_no <= $2 AND {in_shard} ORDER BY user_no",
        in_shard = Backend::of(tx).in_shard("user_stats"),
    );
    let users = tx.query_all_raw(tx.statement(sql, [range.after.0.into(), range.through.0.into()])).await?;
    let users = users.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<Vec<_>, _>>()?;
    let users = user_stats::lock(tx, &users).await?;
    refresh(tx, &users).await
}

/// Recomputes what users spent whose events changed. They must be [locked](user_stats::lock).
pub(super) async fn refresh(tx: &MembershipTx, users: &[UserNo]) -> Result<(), DbErr> {
    if users.is_empty() {
        return Ok(());
    }
    let backend = Backend::of(tx);
    let input = rows(tx, &user_stats::USER_NO);
    let among = |table: &str| {
        format!("{table}.user_no IN (SELECT user_no FROM ({input}) AS input) AND {}", backend.in_shard(table))
    };
    let sets: Vec<_> = SUMS.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let differs: Vec<_> =
        SUMS.iter().map(|name| format!("user_spend.{name} IS DISTINCT FROM excluded.{name}")).collect();
    let write = format!(
        "INSERT INTO user_spend (user_no, currency{and_shard}, {sums}) {from_events} \
         ON CONFLICT (user_no, currency{and_shard}) DO UPDATE SET {sets} WHERE {differs}",
        and_shard = backend.and_shard(),
        sums = SUMS.join(", "),
        from_events = from_events(backend, &among("user_event")),
        sets = sets.join(", "),
        differs = differs.join(" OR "),
    );
    let delete = format!(
        "DELETE FROM user_spend WHERE {among} AND NOT EXISTS (SELECT 1 FROM user_event \
         WHERE user_event.user_no = user_spend.user_no AND user_event.currency = user_spend.currency AND {in_shard})",
        among = among("user_spend"),
        in_shard = backend.in_shard("user_event"),
    );
    let add_up = format!(
        "WITH input AS ({input}) UPDATE user_stats SET purchase_count = coalesce(fresh.purchase_count, 0), \
         first_purchase_at = fresh.first_purchase_at, last_purchase_at = fresh.last_purchase_at \
         FROM input LEFT JOIN ({fresh}) AS fresh ON fresh.user_no = input.user_no \
         WHERE user_stats.user_no = input.user_no AND {in_shard} \
         AND (user_stats.purchase_count <> coalesce(fresh.purchase_count, 0) \
         OR user_stats.first_purchase_at IS DISTINCT FROM fresh.first_purchase_at \
         OR user_stats.last_purchase_at IS DISTINCT FROM fresh.last_purchase_at)",
        fresh = over_currencies(
            backend,
            &format!("user_no IN (SELECT user_no FROM input) AND {}", backend.in_shard("user_spend"))
        ),
        in_shard = backend.in_shard("user_stats"),
    );
    for sql in [write, delete, add_up] {
        tx.execute_raw(tx.statement(sql, [user_stats::numbers(users)])).await?;
    }
    Ok(())
}
