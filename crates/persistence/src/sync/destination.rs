//! The mail service itself: one row.

use domain::instant::Instant;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use crate::{database::json_rows::statement, entity::sync_destination as destination};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Tells our remote segments from those of another installation with the same key.
    pub installation: String,
    pub is_paused: bool,
    /// Requests in a second, as the service last said.
    pub rate_limit: Option<u32>,
    /// Contacts of the account's plan, as the service last said.
    pub contact_limit: Option<u64>,
    pub last_event_at: Option<Instant>,
    /// Events before this instant were read back.
    pub events_read_to: Option<Instant>,
    /// What the service said about our webhook, such as `enabled`.
    pub webhook_state: Option<String>,
    pub failure: Option<String>,
    pub failed_at: Option<Instant>,
}

const ROW: i16 = 1;

pub async fn read(connection: &impl ConnectionTrait) -> Result<Destination, DbErr> {
    let row = destination::Entity::find_by_id(ROW).one(connection).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the row of sync_destination".into()))?;
    Ok(Destination {
        installation: row.installation,
        is_paused: row.is_paused,
        rate_limit: row.rate_limit.map(i32::unsigned_abs),
        contact_limit: row.contact_limit.map(i64::unsigned_abs),
        last_event_at: row.last_event_at,
        events_read_to: row.events_read_to,
        webhook_state: row.webhook_state,
        failure: row.failure,
        failed_at: row.failed_at,
    })
}

async fn update(connection: &impl ConnectionTrait, row: destination::ActiveModel) -> Result<(), DbErr> {
    destination::Entity::update(destination::ActiveModel { no: Set(ROW), ..row }).exec(connection).await.map(|_| ())
}

pub async fn set_paused(connection: &impl ConnectionTrait, is_paused: bool) -> Result<(), DbErr> {
    update(connection, destination::ActiveModel { is_paused: Set(is_paused), ..Default::default() }).await
}

pub async fn set_rate_limit(connection: &impl ConnectionTrait, limit: u32) -> Result<(), DbErr> {
    let limit = Set(Some(i32::try_from(limit).unwrap_or(i32::MAX)));
    update(connection, destination::ActiveModel { rate_limit: limit, ..Default::default() }).await
}

pub async fn set_contact_limit(connection: &impl ConnectionTrait, limit: Option<u64>) -> Result<(), DbErr> {
    let limit = Set(limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX)));
    update(connection, destination::ActiveModel { contact_limit: limit, ..Default::default() }).await
}

/// `None` once a sync has succeeded.
pub async fn set_failure(connection: &impl ConnectionTrait, failure: Option<(String, Instant)>) -> Result<(), DbErr> {
    let (failure, failed_at) = failure.unzip();
    let row = destination::ActiveModel { failure: Set(failure), failed_at: Set(failed_at), ..Default::default() };
    update(connection, row).await
}

/// Events happened, the last of them at this instant.
pub async fn note_event(connection: &impl ConnectionTrait, at: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE sync_destination SET last_event_at = $2 WHERE no = $1 AND (last_event_at IS NULL OR last_event_at < $2)";
    connection.execute_raw(statement(connection, sql, [ROW.into(), at.into()])).await.map(|_| ())
}

/// What reading the events back has shown.
pub async fn set_events_read(
    connection: &impl ConnectionTrait,
    read_to: Option<Instant>,
    webhook_state: Option<String>,
) -> Result<(), DbErr> {
    let mut row = destination::ActiveModel { webhook_state: Set(webhook_state), ..Default::default() };
    if let Some(read_to) = read_to {
        row.events_read_to = Set(Some(read_to));
    }
    update(connection, row).await
}
