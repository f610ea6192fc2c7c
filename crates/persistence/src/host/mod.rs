//! The host application's own database, read by the operator's queries and never written.
//!
//! A query is the operator's text and becomes a subquery of ours; what bounds, orders and limits it is ours, with values in
//! parameters. Every cell comes as text, whatever its type, so that both databases are read by the same rules as files are.

mod page;

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement,
    sqlx::{Column as _, Row as _, TypeInfo as _},
};

use crate::database::{self, DatabaseError, DatabaseUrl, Transaction, json_rows::statement};

pub use self::page::{Among, HostRow, Window};

/// One reads, and one is spare while a lost one is noticed.
const CONNECTIONS: u32 = 2;
/// How long to wait for a server that does not answer, or for somebody who is writing to a file.
const WAIT: Duration = Duration::from_secs(10);
/// The column that a query orders its rows by.
pub const WATERMARK: &str = "watermark";

/// Why a query cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database does not understand it.
    #[error("the host database refuses it: {reason}")]
    Refused {
        /// What the database says of the text.
        reason: String,
    },
    /// It lacks columns.
    #[error("it has no column {}", columns.join(", "))]
    MissingColumns {
        /// All that are missing.
        columns: Vec<&'static str>,
    },
    /// It has columns whose names differ from known ones by case.
    #[error("these columns must be written with their exact case, in quotes: {}", instead(columns))]
    Miscased {
        /// As they should be, and as they are.
        columns: Vec<(&'static str, String)>,
    },
    /// Its watermark is neither a time nor an integer.
    #[error("its watermark has the type {found}: it must be a timestamp or an integer")]
    Watermark {
        /// What the database calls the type.
        found: String,
    },
    /// A statement failed.
    #[error("the host database does not answer: {}", database::words(.0))]
    Statement(#[from] DbErr),
}

fn instead(columns: &[(&str, String)]) -> String {
    columns.iter().map(|(expected, found)| format!("{expected} instead of {found}")).collect::<Vec<_>>().join(", ")
}

/// What a watermark is. Outside of SQL it is a whole number, of microseconds where it is a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watermark {
    /// PostgreSQL's `timestamp`.
    Timestamp,
    /// PostgreSQL's `timestamptz`.
    TimestampWithZone,
    /// One of PostgreSQL's whole numbers.
    Number,
    /// SQLite's: a column of its keeps to no type, so each row is asked whether it has a whole number.
    Untyped,
}

/// An open host database.
#[derive(Debug)]
pub struct Host {
    connection: DatabaseConnection,
}

/// The columns of a query.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Those that are read if they are there.
    pub known: &'static [&'static str],
    /// Those that must be there.
    pub required: &'static [&'static str],
    /// What tells rows of one watermark apart: for attempts, whose ids need be unique for each user only, two of them.
    pub key: &'static [&'static str],
}

/// A query that the host database understands, and that has the columns it needs.
#[derive(Debug, Clone)]
pub struct HostQuery {
    text: String,
    columns: Vec<&'static str>,
    key: &'static [&'static str],
    watermark: Watermark,
}

impl Host {
    /// Opens it, for reading only.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        let url = DatabaseUrl::parse(url)?;
        let (connection, _) = database::connect(&url, options).await?;
        Ok(Self { connection })
    }

    /// Checks a query, without a look at its rows.
    pub async fn query(&self, text: &str, columns: &Columns) -> Result<HostQuery, QueryError> {
        // The operator may have ended the statement, which within another one is an error.
        let text = text.trim().trim_end_matches(';').to_owned();
        // One row even where the query has none, since columns come with a row.
        let sql = format!(
            "SELECT pulled.* FROM (SELECT 1 AS one) AS always LEFT JOIN (\n{text}\n) AS pulled ON 1 = 1 LIMIT 1"
        );
        let row = self.rows(self.plain(sql)).await.map_err(refused)?.pop();
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a row of the query".into()))?;
        let found = row.column_names();
        let is_there = |column: &&str| found.iter().any(|name| name == *column);
        // PostgreSQL folds names without quotes to lower case. Such a column would be ignored without a word.
        let miscased = |known: &&'static str| {
            let found = found.iter().find(|name| name.eq_ignore_ascii_case(known))?;
            Some((*known, found.clone()))
        };
        let miscased: Vec<_> = columns.known.iter().filter(|column| !is_there(column)).filter_map(miscased).collect();
        if !miscased.is_empty() {
            return Err(QueryError::Miscased { columns: miscased });
        }
        let required = columns.required.iter().copied().chain([WATERMARK]);
        let missing: Vec<_> = required.filter(|column| !is_there(column)).collect();
        if !missing.is_empty() {
            return Err(QueryError::MissingColumns { columns: missing });
        }
        let read = columns.known.iter().copied().filter(is_there).collect();
        Ok(HostQuery { watermark: watermark(&row)?, text, columns: read, key: columns.key })
    }

    fn plain(&self, sql: String) -> Statement {
        statement(&self.connection, sql, [])
    }

    /// Reads in a transaction that may not write: a setting of the session would be lost behind a pooler, or would stay with
    /// a session that others are given.
    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let tx = Transaction::begin_snapshot(&self.connection).await?;
        let rows = tx.query_all_raw(statement).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Closes it.
    pub async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }
}

impl HostQuery {
    /// The known columns that it has, in the order of the cells of its rows.
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// Whether its watermark is a time, and so in microseconds.
    pub fn is_by_time(&self) -> bool {
        matches!(self.watermark, Watermark::Timestamp | Watermark::TimestampWithZone)
    }
}

fn watermark(row: &QueryResult) -> Result<Watermark, QueryError> {
    let Some(row) = row.try_as_pg_row() else { return Ok(Watermark::Untyped) };
    let column = row.columns().iter().find(|column| column.name() == WATERMARK);
    match column.map_or("", |column| column.type_info().name()) {
        "TIMESTAMP" => Ok(Watermark::Timestamp),
        "TIMESTAMPTZ" => Ok(Watermark::TimestampWithZone),
        "INT2" | "INT4" | "INT8" => Ok(Watermark::Number),
        found => Err(QueryError::Watermark { found: found.to_ascii_lowercase() }),
    }
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(CONNECTIONS)
        .acquire_timeout(WAIT)
        // Cells hold e-mail addresses and names.
        .sqlx_logging(false)
        .map_sqlx_postgres_pool_opts(|pool| database::with_settings(pool, "SET extra_float_digits = 2"))
        .map_sqlx_postgres_opts(database::without_startup_options)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).read_only(true).busy_timeout(WAIT));
    options
}

/// What a database says of a text that it does not understand repeats the text, which is the operator's, and no data.
fn refused(error: DbErr) -> QueryError {
    match database::complaint(&error) {
        Some(reason) => QueryError::Refused { reason },
        None => error.into(),
    }
}
