//! Sets of rows as one parameter.
//!
//! A set of rows travels as one JSON array of arrays, so that the text of a statement is the same for any number of rows
//! (it is prepared once), no limit on parameters is met, and the statements of both databases are alike.

use domain::instant::Instant;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::{Value as Json, json};

/// The type of a column of a set of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    Integer,
    Small,
    Text,
    Real,
    Instant,
}

/// A `SELECT` of the rows in parameter `$1`, with these columns.
pub(crate) fn rows(connection: &impl ConnectionTrait, columns: &[(&str, Type)]) -> String {
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    let columns: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(place, (name, kind))| match kind.postgres_cast() {
            Some(cast) if postgres => format!("(value ->> {place})::{cast} AS {name}"),
            _ => format!("value ->> {place} AS {name}"),
        })
        .collect();
    let columns = columns.join(", ");
    if postgres {
        format!("SELECT {columns} FROM json_array_elements($1::json)")
    } else {
        format!("SELECT {columns} FROM json_each($1)")
    }
}

impl Type {
    /// SQLite's JSON keeps types by itself.
    fn postgres_cast(self) -> Option<&'static str> {
        match self {
            Self::Integer => Some("bigint"),
            Self::Small => Some("integer"),
            Self::Text => None,
            Self::Real => Some("double precision"),
            Self::Instant => Some("timestamptz"),
        }
    }
}

/// Rows as the parameter that [`rows`] reads.
pub(crate) fn parameter(rows: impl IntoIterator<Item = Json>) -> Value {
    Json::Array(rows.into_iter().collect()).to_string().into()
}

/// An instant within such a row: in the form in which the driver binds it on SQLite, so that text compares as time does.
pub(crate) fn instant(instant: Instant) -> Json {
    json!(instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false))
}

/// A statement with its parameters.
pub(crate) fn statement(
    connection: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}
