//! Events of the mail service: stored when they arrive, applied a moment later.

use domain::{instant::Instant, mail::EventState};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use crate::{
    database::json_rows::{self, Type, parameter, rows, statement},
    entity::enum_text::EnumText,
};

/// An event that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct WaitingEvent {
    pub id: String,
    pub body: String,
    pub received_at: Instant,
    pub tries: u32,
}

/// Logs and panics have no body.
impl std::fmt::Debug for WaitingEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WaitingEvent").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An event that has just arrived, or was read back.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    pub id: String,
    pub body: String,
}

/// Logs and panics have no body.
impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrived").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Returns how many of the events were not known.
pub async fn insert(
    connection: &impl ConnectionTrait,
    arrived: &[Arrived],
    received_at: Instant,
) -> Result<u64, DbErr> {
    let sql = format!(
        "INSERT INTO webhook_event (id, received_at, state, body) SELECT id, $2, 'waiting', body FROM ({}) AS input \
         WHERE true ON CONFLICT (id) DO NOTHING",
        rows(connection, &[("id", Type::Text), ("body", Type::Text)])
    );
    // PostgreSQL cannot store a NUL. No JSON has one, so the event fails as one that cannot be read.
    let body = |event: &Arrived| if event.body.contains('\0') { String::new() } else { event.body.clone() };
    let events = parameter(arrived.iter().map(|event| json!([event.id, body(event)])));
    let inserted = connection.execute_raw(statement(connection, sql, [events, received_at.into()])).await?;
    Ok(inserted.rows_affected())
}

/// In the order of arrival: those whose next try is due.
pub async fn due(connection: &impl ConnectionTrait, now: Instant, limit: u32) -> Result<Vec<WaitingEvent>, DbErr> {
    let sql = "SELECT id, body, received_at, tries FROM webhook_event WHERE state = 'waiting' \
               AND (try_at IS NULL OR try_at <= $1) ORDER BY received_at, id LIMIT $2";
    let found = connection.query_all_raw(statement(connection, sql, [now.into(), i64::from(limit).into()])).await?;
    found
        .iter()
        .map(|row| {
            Ok(WaitingEvent {
                id: row.try_get_by_index(0)?,
                body: row.try_get_by_index::<Option<String>>(1)?.unwrap_or_default(),
                received_at: row.try_get_by_index(2)?,
                tries: row.try_get_by_index::<i32>(3)?.unsigned_abs(),
            })
        })
        .collect()
}

/// What is known about an event once it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// As the service names it.
    pub kind: Option<String>,
    pub at: Option<Instant>,
}

/// Ends an event. Returns `false` if somebody else has, so that nothing of it may be applied.
pub async fn end(
    connection: &impl ConnectionTrait,
    id: &str,
    header: &Header,
    state: EventState,
    failure: Option<&str>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE webhook_event SET state = $2, type = $3, at = $4, failure = $5, body = NULL, try_at = NULL \
               WHERE id = $1 AND state = 'waiting'";
    let values: [Value; 5] = [
        id.into(),
        EnumText(state).into(),
        header.kind.clone().into(),
        header.at.into(),
        failure.map(str::to_owned).into(),
    ];
    Ok(connection.execute_raw(statement(connection, sql, values)).await?.rows_affected() > 0)
}

/// Puts an event off.
pub async fn put_off(connection: &impl ConnectionTrait, id: &str, failure: &str, try_at: Instant) -> Result<(), DbErr> {
    let sql =
        "UPDATE webhook_event SET tries = tries + 1, try_at = $2, failure = $3 WHERE id = $1 AND state = 'waiting'";
    connection.execute_raw(statement(connection, sql, [id.into(), try_at.into(), failure.into()])).await.map(|_| ())
}

/// Whether the event has arrived.
pub async fn is_known(connection: &impl ConnectionTrait, id: &str) -> Result<bool, DbErr> {
    Ok(json_rows::count(connection, "SELECT count(*) FROM webhook_event WHERE id = $1", [id.into()]).await? > 0)
}

/// How many wait, and how many failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub waiting: u64,
    pub failed: u64,
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<Counts, DbErr> {
    let of = |state| format!("SELECT count(*) FROM webhook_event WHERE state = '{state}'");
    Ok(Counts {
        waiting: json_rows::count(connection, of(EventState::Waiting), []).await?,
        failed: json_rows::count(connection, of(EventState::Failed), []).await?,
    })
}

/// Deletes events that arrived before an instant and do not wait. The service sends an event again for 30 days at most.
pub async fn delete_before(connection: &impl ConnectionTrait, before: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM webhook_event WHERE received_at < $1 AND state <> 'waiting'";
    Ok(connection.execute_raw(statement(connection, sql, [before.into()])).await?.rows_affected())
}
