//! The rows of whole tables in pages by key, for exports from which anybody can compute figures anew. Users deleted in the host
//! application are included.

use domain::instant::{EARLIEST, Instant};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::database::{backend::Backend, json_rows::statement};

/// Rows per read.
const PAGE: usize = 5_000;

/// An enter or a leave.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LedgerRow {
    pub no: i64,
    /// `None` for an erased user.
    pub user_id: Option<String>,
    pub user_no: i64,
    pub segment_id: i32,
    /// `None` for a segment that is gone.
    pub segment: Option<String>,
    pub entered: bool,
    pub at: Instant,
    pub cause: String,
    pub run_id: Option<i64>,
}

/// In the order of user, segment and number.
pub async fn ledger(connection: &impl ConnectionTrait, after: Option<&LedgerRow>) -> Result<Vec<LedgerRow>, DbErr> {
    let sql = format!(
        "SELECT event.no, users.id AS user_id, event.user_no, event.segment_id, \
         segment.segment_type || ':' || segment.segment_value AS segment, event.entered, event.at, event.cause, event.run_id \
         FROM segment_event AS event LEFT JOIN users ON users.no = event.user_no AND {same_shard} \
         LEFT JOIN segment ON segment.id = event.segment_id \
         WHERE (event.user_no, event.segment_id, event.no) > ($1, $2, $3) \
         ORDER BY event.user_no, event.segment_id, event.no LIMIT {PAGE}",
        same_shard = Backend::of(connection).same_shard("users", "event"),
    );
    let (user, segment, no) = after.map_or((0, 0, 0), |row| (row.user_no, row.segment_id, row.no));
    let rows = connection.query_all_raw(statement(connection, sql, [user.into(), segment.into(), no.into()])).await?;
    rows.iter().map(|row| LedgerRow::from_query_result(row, "")).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct EventRow {
    user_no: i64,
    pub id: String,
    pub user_id: String,
    pub name: String,
    pub occurred_at: Instant,
    /// In minor units.
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub refund_of: Option<String>,
}

/// In the order of user and id.
pub async fn events(connection: &impl ConnectionTrait, after: Option<&EventRow>) -> Result<Vec<EventRow>, DbErr> {
    let sql = format!(
        "SELECT event.user_no, event.id, users.id AS user_id, event_name.name, event.occurred_at, event.amount, event.currency, \
         event.refund_of FROM user_event AS event JOIN users ON users.no = event.user_no AND {same_shard} \
         JOIN event_name ON event_name.no = event.name_no \
         WHERE (event.user_no, event.id) > ($1, $2) ORDER BY event.user_no, event.id LIMIT {PAGE}",
        same_shard = Backend::of(connection).same_shard("users", "event"),
    );
    let (user, id) = after.map_or((0, ""), |row| (row.user_no, &row.id));
    let rows = connection.query_all_raw(statement(connection, sql, [user.into(), id.into()])).await?;
    rows.iter().map(|row| EventRow::from_query_result(row, "")).collect()
}

#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub struct AttemptRow {
    user_no: i64,
    pub id: String,
    pub user_id: String,
    pub certification: String,
    pub score: Option<f64>,
    pub completed_at: Instant,
}

/// In the order of user, time and id.
pub async fn attempts(connection: &impl ConnectionTrait, after: Option<&AttemptRow>) -> Result<Vec<AttemptRow>, DbErr> {
    let sql = format!(
        "SELECT attempt.user_no, attempt.id, users.id AS user_id, attempt.certification, attempt.score, attempt.completed_at \
         FROM quiz_attempts AS attempt JOIN users ON users.no = attempt.user_no AND {same_shard} \
         WHERE (attempt.user_no, attempt.completed_at, attempt.id) > ($1, $2, $3) \
         ORDER BY attempt.user_no, attempt.completed_at, attempt.id LIMIT {PAGE}",
        same_shard = Backend::of(connection).same_shard("users", "attempt"),
    );
    let (user, at, id) = after.map_or((0, EARLIEST, ""), |row| (row.user_no, row.completed_at, &row.id));
    let rows = connection.query_all_raw(statement(connection, sql, [user.into(), at.into(), id.into()])).await?;
    rows.iter().map(|row| AttemptRow::from_query_result(row, "")).collect()
}
