//! Sets of rows as one parameter: a JSON array of arrays. So the text of a statement is the same for any number of rows
//! (it is prepared once), no limit on parameters applies, and the statements of both databases are alike.

use domain::{instant::Instant, shard::Shard};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde_json::{Value as Json, json};

pub(crate) use super::backend::Type;
use super::backend::{Backend, SHARD};

/// A `SELECT` of the rows in parameter `$1`.
pub(crate) fn rows(connection: &impl ConnectionTrait, columns: &[(&str, Type)]) -> String {
    let backend = Backend::of(connection);
    let columns = columns.iter().enumerate();
    let columns: Vec<_> =
        columns.map(|(place, (name, kind))| format!("{} AS {name}", backend.json_cell(place, *kind))).collect();
    format!("SELECT {} FROM {}", columns.join(", "), backend.json_elements("$1"))
}

/// The parameter that [`rows`] reads.
pub(crate) fn parameter(rows: impl IntoIterator<Item = Json>) -> Value {
    Json::Array(rows.into_iter().collect()).to_string().into()
}

/// PostgreSQL: a table of the rows in parameter `$1` of [`objects`]. Citus refuses to read instants from [`rows`] in an `UPDATE`: a
/// cast of text depends on settings.
pub(crate) fn records(columns: &[(&str, Type)]) -> String {
    let columns: Vec<_> = columns.iter().map(|(name, kind)| format!("{name} {}", kind.in_postgres())).collect();
    format!("jsonb_to_recordset(CAST($1 AS jsonb)) AS input ({})", columns.join(", "))
}

/// The parameter that [`records`] reads, of rows with cells for these columns.
pub(crate) fn objects(columns: &[(&str, Type)], rows: impl IntoIterator<Item = Json>) -> Value {
    let object = |row: Json| match row {
        Json::Array(cells) => columns.iter().map(|(name, _)| (*name).to_owned()).zip(cells).collect(),
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_)) => other,
    };
    parameter(rows.into_iter().map(object))
}

/// An instant in such a row, in the form in which the driver binds it on SQLite, so that text compares like time.
pub(crate) fn instant(instant: Instant) -> Json {
    json!(instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false))
}

pub(crate) fn statement(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// A statement about users of one shard: see [`Backend::in_shard`].
pub(crate) fn statement_in(
    connection: &impl ConnectionTrait,
    shard: Shard,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    let (sql, mut values): (String, Vec<_>) = (sql.into(), values.into_iter().collect());
    if !sql.contains(SHARD) {
        return statement(connection, sql, values);
    }
    values.push(shard_value(shard));
    let sql = sql.replace(SHARD, &format!("${}", values.len()));
    statement(connection, sql, values)
}

/// A shard as a parameter.
pub(crate) fn shard_value(shard: Shard) -> Value {
    i16::try_from(shard.number()).unwrap_or(i16::MAX).into()
}

/// The number that a `SELECT` of one count returns.
pub(crate) async fn count(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}
