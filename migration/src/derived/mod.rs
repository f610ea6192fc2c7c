//! Brings stored texts, and what is derived from them, to the rules of `domain`: no spaces around texts, their forms for
//! comparisons, and the providers of certifications. Earlier versions had other rules.
//!
//! It reads pages of rows that could differ, writes those that do, and marks their users as changed.

mod attempts;
mod names;
mod users;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, QueryResult, Statement, Value},
};

/// Rows in a page.
const PAGE: i64 = 5_000;

#[derive(Debug)]
pub(crate) struct DerivedTexts {
    pub(crate) name: &'static str,
}

impl MigrationName for DerivedTexts {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for DerivedTexts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = Tables(manager.get_connection());
        users::rewrite(&database).await?;
        users::rewrite_waiting(&database).await?;
        attempts::rewrite(&database).await?;
        names::rewrite(&database).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

struct Tables<'a>(&'a SchemaManagerConnection<'a>);

impl Tables<'_> {
    fn is_sqlite(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Sqlite
    }

    async fn query<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(self.statement(sql, values)).await
    }

    /// Returns how many rows were changed.
    async fn execute<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<u64, DbErr> {
        Ok(self.0.execute_raw(self.statement(sql, values)).await?.rows_affected())
    }

    fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(self.0.get_database_backend(), sql, values)
    }

    /// Whether one of these columns has a character other than a letter, digit or sign of ASCII. In other texts, no space
    /// is to be dropped, and forms for comparisons have always been lower case.
    fn may_differ(&self, columns: &str) -> String {
        let pattern = if self.is_sqlite() { "GLOB '*[^!-~]*'" } else { "~ '[^!-~]'" };
        format!("concat_ws('', {columns}) {pattern}")
    }
}

/// So that the next run evaluates the user.
async fn mark(tables: &Tables<'_>, user: i64) -> Result<(), DbErr> {
    let sql = "INSERT INTO user_dirty (user_no) VALUES ($1) ON CONFLICT (user_no) DO UPDATE SET seq = excluded.seq";
    tables.execute(sql, [user.into()]).await.map(|_| ())
}

/// `None` for a text of only spaces.
fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
