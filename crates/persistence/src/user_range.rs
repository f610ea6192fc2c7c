//! Ranges of users by our keys.

use domain::ids::UserNo;
use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, IntoColumnRef},
};

use crate::database::json_rows::statement;

/// Users by their keys: above the first, up to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// Users above this one.
    pub above: UserNo,
    /// Users up to this one.
    pub up_to: UserNo,
}

impl Keys {
    /// From the first user to the last; `None` if there is nobody.
    pub async fn of_all(connection: &impl ConnectionTrait) -> Result<Option<Self>, DbErr> {
        let row = connection.query_one_raw(statement(connection, "SELECT min(no), max(no) FROM users", [])).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the first and the last key".into()))?;
        let [first, last]: [Option<i64>; 2] = [row.try_get_by_index(0)?, row.try_get_by_index(1)?];
        Ok(first.zip(last).map(|(first, last)| Self { above: UserNo(first - 1), up_to: UserNo(last) }))
    }

    /// Whether a column holds one of them. Every joined table is asked: joined by key alone, PostgreSQL would read it from its
    /// beginning.
    pub(crate) fn hold(self, column: impl IntoColumnRef) -> Expr {
        let column = column.into_column_ref();
        Expr::col(column.clone()).gt(self.above.0).and(Expr::col(column).lte(self.up_to.0))
    }
}
