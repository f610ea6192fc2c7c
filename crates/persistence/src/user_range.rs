//! Which users: a range of our keys, or a list.

use domain::{
    ids::UserNo,
    shard::{Shard, Shards},
};
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, IntoColumnRef},
};

use crate::database::{
    backend::Backend,
    json_rows::{statement, statement_in},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserRange {
    /// Exclusive.
    pub after: UserNo,
    /// Inclusive.
    pub through: UserNo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserSelection {
    Range(UserRange),
    /// In the order of their keys.
    List(Vec<UserNo>),
}

impl UserSelection {
    /// The shard that it begins in. A statement reads no other.
    pub(crate) fn shard(&self) -> Shard {
        match self {
            Self::Range(range) => range.shard(),
            Self::List(users) => users.first().map_or(Shard::FIRST, |user| user.shard()),
        }
    }
}

impl UserRange {
    pub const ALL: Self = Self { after: UserNo(0), through: UserNo(i64::MAX) };

    /// The ranges that have all users: of one shard, from the first user to the last; of several, up to the last number that was
    /// drawn. None if there are no users.
    pub async fn bounds(connection: &impl ConnectionTrait, shards: Shards) -> Result<Vec<Self>, DbErr> {
        let sql = match shards {
            Shards::ONE => "SELECT min(no), max(no) FROM users",
            // All shards draw from one sequence. Without users it was not called.
            _ => {
                "SELECT CASE WHEN is_called THEN CAST(1 AS bigint) END, CASE WHEN is_called THEN last_value END FROM users_no_seq"
            }
        };
        let row = connection.query_one_raw(statement(connection, sql, [])).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the first and the last key".into()))?;
        let [first, last]: [Option<i64>; 2] = [row.try_get_by_index(0)?, row.try_get_by_index(1)?];
        let Some((first, last)) = first.zip(last) else { return Ok(Vec::new()) };
        let of_shard = |shard: Shard| Self { after: shard.user(first - 1), through: shard.user(last) };
        Ok(shards.all().map(of_shard).collect())
    }

    /// All users of a shard.
    pub fn of_shard(shard: Shard) -> Self {
        Self { after: shard.start(), through: shard.end() }
    }

    /// The shard that it begins in.
    pub fn shard(self) -> Shard {
        self.after.shard()
    }

    /// The part of the range in each shard that it reaches into.
    pub fn divide(self, shards: Shards) -> impl DoubleEndedIterator<Item = Self> {
        let of_shard = move |shard: Shard| Self {
            after: Ord::max(self.after, shard.start()),
            through: Ord::min(self.through, shard.end()),
        };
        shards.all().map(of_shard).filter(|part| part.after < part.through)
    }

    /// The range of the first `count` users of the shard that it begins in, and how many it has; `None` if there are none.
    pub async fn first(self, connection: &impl ConnectionTrait, count: u64) -> Result<Option<(Self, u64)>, DbErr> {
        let sql = format!(
            "SELECT max(no), count(*) FROM (SELECT no FROM users WHERE no > $1 AND no <= $2 AND {in_shard} ORDER BY no LIMIT $3) \
             AS range",
            in_shard = Backend::of(connection).in_shard("users"),
        );
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let values = [self.after.0.into(), self.through.0.into(), count.into()];
        let row = connection.query_one_raw(statement_in(connection, self.shard(), sql, values)).await?;
        let Some(row) = row else { return Ok(None) };
        let users = row.try_get_by_index::<i64>(1)?.unsigned_abs();
        let last = row.try_get_by_index::<Option<i64>>(0)?;
        Ok(last.map(|last| (Self { through: UserNo(last), ..self }, users)))
    }

    /// How many keys it has, whether or not a user has them.
    pub fn keys(self) -> u64 {
        self.through.0.abs_diff(self.after.0)
    }

    /// Divides it into parts of this many keys, the last of which may have fewer, and returns one by its number.
    pub fn part(self, number: u64, keys: u64) -> Self {
        let after = self.after.0.saturating_add_unsigned(number * keys);
        Self { after: UserNo(after), through: UserNo(Ord::min(after.saturating_add_unsigned(keys), self.through.0)) }
    }

    /// A condition on a column of keys. Every joined table needs it: joined by key alone, PostgreSQL would read the
    /// table from its beginning.
    pub(crate) fn hold(self, column: impl IntoColumnRef) -> Expr {
        let column = column.into_column_ref();
        Expr::col(column.clone()).gt(self.after.0).and(Expr::col(column).lte(self.through.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_is_divided_at_the_bounds_of_shards() {
        let shards = Shards::new(4).expect("4 shards");
        let of_shard: Vec<_> = shards.all().map(UserRange::of_shard).collect();
        assert!(UserRange::ALL.divide(shards).eq(of_shard.iter().copied()));
        let second = of_shard[1];
        let from_the_second = UserRange { after: UserNo(second.after.0 + 7), ..UserRange::ALL };
        let expected = [UserRange { after: from_the_second.after, ..second }, of_shard[2], of_shard[3]];
        assert!(from_the_second.divide(shards).eq(expected));
        assert_eq!(UserRange { after: second.through, ..second }.divide(shards).count(), 0);
    }
}
