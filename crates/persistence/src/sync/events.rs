//! Events of the mail service: stored when they arrive, applied a moment later.

use std::collections::BTreeSet;

use domain::{instant::Instant, mail::EventState};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use crate::database::{
    backend::Backend,
    json_rows::{self, Type, objects, parameter, records, rows, statement},
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

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending<'a> {
    pub id: &'a str,
    pub header: Header,
    pub state: EventState,
    pub failure: Option<&'a str>,
}

/// Ends events. Returns the ids of those that nobody else has ended: nothing of the others may be applied.
pub async fn end(connection: &impl ConnectionTrait, endings: &[Ending<'_>]) -> Result<BTreeSet<String>, DbErr> {
    const COLUMNS: [(&str, Type); 5] = [
        ("id", Type::Text),
        ("state", Type::Text),
        ("type", Type::Text),
        ("at", Type::Instant),
        ("failure", Type::Text),
    ];
    let cells = endings.iter().map(|Ending { id, header, state, failure }| {
        json!([id, state.as_str(), header.kind, header.at.map(json_rows::instant), failure])
    });
    let (input, cells) = match Backend::of(connection) {
        Backend::Sqlite => (format!("({}) AS input", rows(connection, &COLUMNS)), parameter(cells)),
        Backend::Postgres => (records(&COLUMNS), objects(&COLUMNS, cells)),
    };
    let sql = format!(
        "UPDATE webhook_event SET state = input.state, type = input.type, at = input.at, failure = input.failure, \
         body = NULL, try_at = NULL FROM {input} WHERE webhook_event.id = input.id AND webhook_event.state = 'waiting' \
         RETURNING webhook_event.id"
    );
    let ended = connection.query_all_raw(statement(connection, sql, [cells])).await?;
    ended.iter().map(|row| row.try_get_by_index(0)).collect()
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
