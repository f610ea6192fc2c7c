//! The members of one segment at two instants.

use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
    report::overlap::Mask,
};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::stays::{self, CHOSEN, and_shard, chosen, count};
use crate::database::{
    backend::Backend,
    json_rows::{rows, statement},
};

/// In which of two instants users were members: a set of [`A`] and [`B`].
pub const A: Mask = Mask(1);
pub const B: Mask = Mask(2);
pub const BOTH: Mask = Mask(3);

/// How many users were members at exactly these instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub mask: Mask,
    pub users: u64,
    /// Of these, users who are erased by now.
    pub erased: u64,
}

/// One segment at two instants, in any order.
#[derive(Debug, Clone, Copy)]
pub struct AtTwoInstants {
    pub segment: SegmentId,
    pub a: Instant,
    pub b: Instant,
}

impl AtTwoInstants {
    /// Begins a statement: `member` has the users who were members at either instant, with `mask`.
    fn with_members(&self, connection: &impl ConnectionTrait) -> (String, Vec<Value>) {
        let backend = Backend::of(connection);
        let is_member = |at: &str| {
            format!("max(CASE WHEN stay.since <= {at} AND (stay.until IS NULL OR stay.until > {at}) THEN 1 ELSE 0 END)")
        };
        let sql = format!(
            "WITH chosen AS ({chosen}), stay AS ({stays}), member AS (\
             SELECT stay.user_no{shard}, CAST({in_a} + 2 * {in_b} AS bigint) AS mask FROM stay GROUP BY stay.user_no{shard})",
            chosen = rows(connection, &CHOSEN),
            stays = stays::overlapping(backend, "chosen", "$3", "$2"),
            shard = and_shard(backend, "stay"),
            in_a = is_member("$4"),
            in_b = is_member("$5"),
        );
        let Self { segment, a, b } = *self;
        let (first, last) = (a.min(b), a.max(b));
        (sql, vec![chosen(&[segment]), first.into(), last.into(), a.into(), b.into()])
    }

    pub async fn count(&self, connection: &impl ConnectionTrait) -> Result<Vec<Counted>, DbErr> {
        let (with_members, values) = self.with_members(connection);
        let sql = format!(
            "{with_members} SELECT member.mask, count(*), count(erased_user.user_no) FROM member \
             LEFT JOIN erased_user ON erased_user.user_no = member.user_no AND {same_shard} \
             WHERE member.mask > 0 GROUP BY member.mask",
            same_shard = Backend::of(connection).same_shard("erased_user", "member"),
        );
        let found = connection.query_all_raw(statement(connection, sql, values)).await?;
        let counted = found.iter().map(|row| {
            let mask = Mask(row.try_get_by_index::<i64>(0)?.unsigned_abs());
            Ok(Counted { mask, users: count(row, 1)?, erased: count(row, 2)? })
        });
        counted.collect()
    }

    /// Up to `limit` users above a key who were members at exactly these instants, in the order of our keys. Users who were erased
    /// since, or deleted in the host application, are left out.
    pub async fn users(
        &self,
        connection: &impl ConnectionTrait,
        mask: Mask,
        above: UserNo,
        limit: u64,
    ) -> Result<Vec<(UserNo, UserId)>, DbErr> {
        let (with_members, mut values) = self.with_members(connection);
        let sql = format!(
            "{with_members} SELECT users.no, users.id FROM member JOIN users ON users.no = member.user_no AND {same_shard} \
             AND users.deleted_at IS NULL WHERE member.mask = $6 AND member.user_no > $7 ORDER BY users.no LIMIT $8",
            same_shard = Backend::of(connection).same_shard("users", "member"),
        );
        let [mask, limit] = [mask.0, limit].map(|number| Value::from(i64::try_from(number).unwrap_or(i64::MAX)));
        values.extend([mask, above.0.into(), limit]);
        let found = connection.query_all_raw(statement(connection, sql, values)).await?;
        found.iter().map(|row| Ok((UserNo(row.try_get_by_index(0)?), UserId(row.try_get_by_index(1)?)))).collect()
    }
}
