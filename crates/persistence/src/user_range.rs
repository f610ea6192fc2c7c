//! Which users: a range of our keys, or a list.

use domain::ids::UserNo;
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, IntoColumnRef},
};

use crate::database::json_rows::statement;

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

impl UserRange {
    pub const ALL: Self = Self { after: UserNo(0), through: UserNo(i64::MAX) };

    /// From the first user to the last; `None` if there are none.
    pub async fn bounds(connection: &impl ConnectionTrait) -> Result<Option<Self>, DbErr> {
        let row = connection.query_one_raw(statement(connection, "SELECT min(no), max(no) FROM users", [])).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the first and the last key".into()))?;
        let [first, last]: [Option<i64>; 2] = [row.try_get_by_index(0)?, row.try_get_by_index(1)?];
        Ok(first.zip(last).map(|(first, last)| Self { after: UserNo(first - 1), through: UserNo(last) }))
    }

    /// The range of the first `count` users; `None` if there are none.
    pub async fn first(self, connection: &impl ConnectionTrait, count: u64) -> Result<Option<Self>, DbErr> {
        let sql = "SELECT max(no) FROM (SELECT no FROM users WHERE no > $1 AND no <= $2 ORDER BY no LIMIT $3) AS range";
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let values = [self.after.0.into(), self.through.0.into(), count.into()];
        let row = connection.query_one_raw(statement(connection, sql, values)).await?;
        let last = row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
        Ok(last.map(|last| Self { through: UserNo(last), ..self }))
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
