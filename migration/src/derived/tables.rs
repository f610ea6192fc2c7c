//! Statements on tables, in pages.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, QueryResult, Statement, Value},
};

/// Rows in a page.
pub(super) const PAGE: i64 = 5_000;

pub(super) struct Tables<'a>(&'a SchemaManagerConnection<'a>);

impl<'a> Tables<'a> {
    pub(super) fn of(manager: &'a SchemaManager<'_>) -> Self {
        Self(manager.get_connection())
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Sqlite
    }

    pub(super) async fn query<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(self.statement(sql, values)).await
    }

    /// Returns how many rows were changed.
    pub(super) async fn execute<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<u64, DbErr> {
        Ok(self.0.execute_raw(self.statement(sql, values)).await?.rows_affected())
    }

    fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(self.0.get_database_backend(), sql, values)
    }

    /// Whether one of these columns has a character other than a letter, digit or sign of ASCII. In other texts, no space
    /// is to be dropped, and forms for comparisons have always been lower case.
    pub(super) fn may_differ(&self, columns: &str) -> String {
        let pattern = if self.is_sqlite() { "GLOB '*[^!-~]*'" } else { "~ '[^!-~]'" };
        format!("concat_ws('', {columns}) {pattern}")
    }

    /// So that the next run evaluates the user.
    pub(super) async fn mark(&self, user: i64) -> Result<(), DbErr> {
        let sql = "INSERT INTO user_dirty (user_no) VALUES ($1) ON CONFLICT (user_no) DO UPDATE SET seq = excluded.seq";
        self.execute(sql, [user.into()]).await.map(|_| ())
    }
}
