//! Statements on tables, in pages.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, QueryResult, Statement, Value},
};
use serde_json::{Value as Json, json};

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

    /// A table of the rows in parameter `$1`: a JSON array of arrays, each in a column `value`.
    pub(super) fn input(&self) -> &'static str {
        if self.is_sqlite() { "json_each($1)" } else { "jsonb_array_elements(CAST($1 AS jsonb))" }
    }

    /// So that the next run evaluates the users.
    pub(super) async fn mark(&self, users: impl IntoIterator<Item = i64>) -> Result<(), DbErr> {
        let sql = format!(
            "INSERT INTO user_dirty (user_no) SELECT DISTINCT CAST(value ->> 0 AS bigint) AS no FROM {} WHERE true \
             ORDER BY no ON CONFLICT (user_no) DO UPDATE SET seq = excluded.seq",
            self.input()
        );
        let users = rows(users.into_iter().map(|user| json!([user])));
        self.execute(&sql, [users]).await.map(|_| ())
    }
}

/// The parameter of [`Tables::input`].
pub(super) fn rows(rows: impl IntoIterator<Item = Json>) -> Value {
    Json::Array(rows.into_iter().collect()).to_string().into()
}
