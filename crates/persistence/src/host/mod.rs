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

use crate::database::{self, DatabaseError, backend::Backend, json_rows::statement};

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
    /// Its watermark is neither a time nor a whole number.
    #[error("its watermark is of the type {found}, instead of a timestamp or a whole number")]
    Watermark {
        /// What the database calls the type.
        found: String,
    },
    /// A statement failed.
    #[error("the host database does not answer: {}", database::words(.0))]
    Statement(#[from] DbErr),
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

/// A query that the host database understands, and that has all columns.
#[derive(Debug, Clone)]
pub struct HostQuery {
    text: String,
    columns: &'static [&'static str],
    /// What tells rows of one watermark apart: for attempts, whose ids need be unique for each user only, two of them.
    ties: &'static [&'static str],
    watermark: Watermark,
}

impl Host {
    /// Opens it, for reading only.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        let mut options = ConnectOptions::new(url);
        // Cells hold e-mail addresses and names.
        options.max_connections(CONNECTIONS).acquire_timeout(WAIT).sqlx_logging(false);
        let settings = [("timezone", "UTC"), ("default_transaction_read_only", "on")];
        match database::backend_of(url)? {
            Backend::Postgres => options.map_sqlx_postgres_opts(move |postgres| postgres.options(settings)),
            Backend::Sqlite => options
                .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).read_only(true).busy_timeout(WAIT)),
        };
        let connection = sea_orm::Database::connect(options).await.map_err(|error| database::unreachable(&error))?;
        Ok(Self { connection })
    }

    /// Checks a query, without a look at its rows.
    pub async fn query(
        &self,
        text: &str,
        columns: &'static [&'static str],
        ties: &'static [&'static str],
    ) -> Result<HostQuery, QueryError> {
        // The operator may have ended the statement, which within another one is an error.
        let text = text.trim().trim_end_matches(';').to_owned();
        // One row even where the query has none, since columns come with a row.
        let sql = format!(
            "SELECT pulled.* FROM (SELECT 1 AS one) AS always LEFT JOIN (\n{text}\n) AS pulled ON 1 = 1 LIMIT 1"
        );
        let row = self.connection.query_one_raw(self.plain(sql)).await.map_err(refused)?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a row of the query".into()))?;
        let found = row.column_names();
        let wanted = columns.iter().copied().chain([WATERMARK]);
        let columns_missing: Vec<_> = wanted.filter(|column| !found.iter().any(|name| name == column)).collect();
        if !columns_missing.is_empty() {
            return Err(QueryError::MissingColumns { columns: columns_missing });
        }
        Ok(HostQuery { watermark: watermark(&row)?, text, columns, ties })
    }

    fn plain(&self, sql: String) -> Statement {
        statement(&self.connection, sql, [])
    }

    /// Closes it.
    pub async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }
}

impl HostQuery {
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

/// What a database says of a text that it does not understand repeats the text, which is the operator's, and no data.
fn refused(error: DbErr) -> QueryError {
    match database::complaint(&error) {
        Some(reason) => QueryError::Refused { reason },
        None => error.into(),
    }
}
