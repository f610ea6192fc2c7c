//! The host application's own database. It is read by the operator's queries and never written.
//!
//! The operator's query becomes a subquery. Bounds, order and limit are added around it, with values in parameters.
//! Every cell is read as text, whatever its type, so that both databases follow the rules for files.

mod page;

use std::{sync::Arc, time::Duration};

use domain::{
    attribute::{Attribute, AttributeKey, Attributes},
    instant::Instant,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement,
    sqlx::{Column as _, Row as _, TypeInfo as _},
};

use sqlx::{AssertSqlSafe, Either, Executor as _, SqlSafeStr as _, Statement as _};

use crate::database::{
    self, DatabaseError, DatabaseUrl, Snapshot, backend::Backend, json_rows::statement, of_the_driver,
};

pub use self::page::{Among, HostRow, Window};

/// One to read, and a spare one until a lost connection is noticed.
const CONNECTIONS: u32 = 2;
/// How long to wait for a server to answer, or for a writer of a file.
const WAIT: Duration = Duration::from_secs(10);
/// The column that orders rows.
pub const WATERMARK: &str = "watermark";

/// What the name of a column with an attribute begins with: names with a point need quotes.
pub const ATTRIBUTE: &str = "attr_";

fn attribute_column(key: &AttributeKey) -> String {
    format!("{ATTRIBUTE}{key}")
}

#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database cannot parse the query.
    #[error("the host database refused it: {reason}")]
    Refused { reason: String },
    #[error("it has a parameter such as $1: write the value into the query")]
    Parameters,
    #[error("it has no column {}", columns.join(", "))]
    MissingColumns { columns: Vec<&'static str> },
    /// Column names that differ from known ones only by case.
    #[error("these columns must be written with their exact case, in quotes: {}", instead(columns))]
    Miscased {
        /// Expected and found.
        columns: Vec<(&'static str, String)>,
    },
    /// The watermark is neither a time nor an integer.
    #[error("its watermark has the type {found}: it must be a timestamp or an integer")]
    Watermark {
        /// The database's name of the type.
        found: String,
    },
    #[error("the host database does not answer: {}", database::words(.0))]
    Statement(#[from] DbErr),
}

fn instead(columns: &[(&str, String)]) -> String {
    columns.iter().map(|(expected, found)| format!("{expected} instead of {found}")).collect::<Vec<_>>().join(", ")
}

/// The type of a watermark. Outside of SQL it is an integer; of a time, microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watermark {
    /// PostgreSQL's `timestamp`.
    Timestamp,
    /// PostgreSQL's `timestamptz`.
    TimestampWithZone,
    /// One of PostgreSQL's integers.
    Number,
    /// SQLite's columns may hold any type, so each row is checked for an integer.
    Untyped,
}

#[derive(Debug)]
pub struct Host {
    connection: DatabaseConnection,
}

#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// Read if present.
    pub known: &'static [&'static str],
    /// Read if present, too.
    pub attributes: &'a Attributes,
    /// Must be present.
    pub required: &'static [&'static str],
    /// Distinguishes rows with the same watermark. Two columns for attempts, whose ids are unique only per user.
    pub key: &'static [&'static str],
}

/// A query that the host database accepts and that has the required columns.
#[derive(Debug, Clone)]
pub struct HostQuery {
    text: String,
    columns: Vec<&'static str>,
    attributes: Vec<Arc<Attribute>>,
    undeclared: Vec<String>,
    key: &'static [&'static str],
    watermark: Watermark,
}

/// A query that the host database accepts and that has a column `id`.
#[derive(Debug, Clone)]
pub struct IdQuery {
    text: String,
}

impl Host {
    /// The session is read-only.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        let url = DatabaseUrl::parse(url)?;
        let (connection, _) = database::connect(&url, options).await?;
        Ok(Self { connection })
    }

    /// Checks a query without reading its rows.
    pub async fn query(&self, text: &str, columns: &Columns<'_>) -> Result<HostQuery, QueryError> {
        let text = subquery(text);
        let row = self.columns_of(&text).await?;
        let required: Vec<_> = columns.required.iter().copied().chain([WATERMARK]).collect();
        let read = checked(&row, columns.known, &required)?;
        let names = row.column_names();
        let is_there = |attribute: &&Arc<Attribute>| names.contains(&attribute_column(attribute.key()));
        let attributes: Vec<_> = columns.attributes.iter().filter(is_there).cloned().collect();
        let is_read = |name: &String| attributes.iter().any(|attribute| attribute_column(attribute.key()) == *name);
        let undeclared = names.iter().filter(|name| name.starts_with(ATTRIBUTE) && !is_read(name)).cloned().collect();
        let (watermark, key) = (watermark(&row)?, columns.key);
        Ok(HostQuery { watermark, text, columns: read, attributes, undeclared, key })
    }

    /// Checks a query of ids.
    pub async fn id_query(&self, text: &str) -> Result<IdQuery, QueryError> {
        let text = subquery(text);
        checked(&self.columns_of(&text).await?, &["id"], &["id"])?;
        Ok(IdQuery { text })
    }

    /// A row with the columns of a query.
    async fn columns_of(&self, text: &str) -> Result<QueryResult, QueryError> {
        // Always one row, since column names come with a row.
        let sql = format!(
            "SELECT pulled.* FROM (SELECT 1 AS one) AS always LEFT JOIN (\n{text}\n) AS pulled ON 1 = 1 LIMIT 1"
        );
        if self.has_parameters(&sql).await.map_err(refused)? {
            return Err(QueryError::Parameters);
        }
        let row = self.rows(self.plain(sql)).await.map_err(refused)?.pop();
        row.ok_or_else(|| DbErr::RecordNotFound("a row of the query".into()).into())
    }

    /// PostgreSQL ends the connection of a query whose parameters have no values, and SQLite takes them as NULL.
    async fn has_parameters(&self, sql: &str) -> Result<bool, DbErr> {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        let prepared = match Backend::of(&self.connection) {
            Backend::Postgres => {
                let pool = self.connection.get_postgres_connection_pool();
                pool.prepare(sql).await.map(|prepared| has_any(prepared.parameters()))
            }
            Backend::Sqlite => {
                let pool = self.connection.get_sqlite_connection_pool();
                pool.prepare(sql).await.map(|prepared| has_any(prepared.parameters()))
            }
        };
        prepared.map_err(of_the_driver)
    }

    /// Of an SQLite file, the clock of this machine.
    pub async fn clock(&self) -> Result<Instant, DbErr> {
        database::database_clock(&self.connection).await
    }

    fn plain(&self, sql: String) -> Statement {
        statement(&self.connection, sql, [])
    }

    /// Reads in a read-only transaction: behind a pooler, a setting of the session would be lost, or would stay with a
    /// session that others get.
    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let tx = Snapshot::begin(&self.connection).await?;
        let rows = tx.query_all_raw(statement).await?;
        tx.close().await?;
        Ok(rows)
    }

    pub async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }
}

impl HostQuery {
    /// The known columns that are present, in the order of the cells of its rows.
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// The declared attributes that have a column. Their cells come after those of the other columns.
    pub fn attributes(&self) -> &[Arc<Attribute>] {
        &self.attributes
    }

    /// Columns for attributes that are not declared. They are not read.
    pub fn undeclared(&self) -> &[String] {
        &self.undeclared
    }

    /// Whether the watermark is a time, in microseconds.
    pub fn is_by_time(&self) -> bool {
        matches!(self.watermark, Watermark::Timestamp | Watermark::TimestampWithZone)
    }
}

fn has_any<T>(parameters: Option<Either<&[T], usize>>) -> bool {
    parameters.is_some_and(|parameters| parameters.either(<[T]>::len, |count| count) > 0)
}

fn subquery(text: &str) -> String {
    // A semicolon would be an error in a subquery.
    text.trim().trim_end_matches(';').to_owned()
}

/// The known columns that are present.
fn checked(
    row: &QueryResult,
    known: &[&'static str],
    required: &[&'static str],
) -> Result<Vec<&'static str>, QueryError> {
    let found = row.column_names();
    let is_there = |column: &&str| found.iter().any(|name| name == *column);
    // PostgreSQL folds names without quotes to lower case. Such a column would be ignored silently.
    let miscased = |known: &&'static str| {
        let found = found.iter().find(|name| name.eq_ignore_ascii_case(known))?;
        Some((*known, found.clone()))
    };
    let miscased: Vec<_> = known.iter().filter(|column| !is_there(column)).filter_map(miscased).collect();
    if !miscased.is_empty() {
        return Err(QueryError::Miscased { columns: miscased });
    }
    let missing: Vec<_> = required.iter().copied().filter(|column| !is_there(column)).collect();
    if !missing.is_empty() {
        return Err(QueryError::MissingColumns { columns: missing });
    }
    Ok(known.iter().copied().filter(is_there).collect())
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
        // Cells hold email addresses and names.
        .sqlx_logging(false)
        .map_sqlx_postgres_pool_opts(|pool| database::with_settings(pool, "SET extra_float_digits = 2"))
        .map_sqlx_postgres_opts(database::without_startup_options)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).read_only(true).busy_timeout(WAIT));
    options
}

/// The message about a query that cannot be parsed contains only the operator's text, no data.
fn refused(error: DbErr) -> QueryError {
    match database::complaint(&error) {
        Some(reason) => QueryError::Refused { reason },
        None => error.into(),
    }
}
