//! The webhooks themselves.

use std::{collections::HashMap, fmt};

use domain::{
    ids::SegmentId,
    instant::Instant,
    segment::SegmentKey,
    webhook::{OffReason, WebhookEvent, WebhookId, WebhookState},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use crate::{
    database::{
        DefinitionTx, Transaction,
        backend::Backend,
        json_rows::{Type, parameter, rows, statement},
        values::from_json,
    },
    entity::{enum_text::EnumText, webhook},
};

#[derive(Clone, PartialEq, Eq)]
pub struct StoredWebhook {
    pub id: WebhookId,
    pub url: String,
    pub events: Vec<WebhookEvent>,
    /// `None` for all.
    pub segments: Option<Vec<SegmentKey>>,
    /// Whether its messages include email addresses and names.
    pub is_personal: bool,
    pub secret: String,
    /// The secret before it, with which messages are signed too until then.
    pub former: Option<(String, Instant)>,
    pub state: WebhookState,
    /// Only if it is off.
    pub off_reason: Option<OffReason>,
    /// No message was delivered since.
    pub failing_since: Option<Instant>,
    pub delivered_at: Option<Instant>,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// Logs and panics have no secret, and no URL, which may hold one.
impl fmt::Debug for StoredWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredWebhook").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

/// In the order in which they were made.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<StoredWebhook>, DbErr> {
    let found = webhook::Entity::find().order_by_asc(webhook::Column::CreatedAt).order_by_asc(webhook::Column::Id);
    found.all(connection).await?.into_iter().map(StoredWebhook::try_from).collect()
}

pub async fn find(connection: &impl ConnectionTrait, id: &WebhookId) -> Result<Option<StoredWebhook>, DbErr> {
    let found = webhook::Entity::find_by_id(id.0.clone()).one(connection).await?;
    found.map(StoredWebhook::try_from).transpose()
}

/// Stores a webhook and the segments it subscribes to. Memberships cannot change meanwhile, so it misses no later change.
pub async fn put(tx: &DefinitionTx, stored: &StoredWebhook, segments: &[SegmentId]) -> Result<(), DbErr> {
    let (former_secret, former_until) = stored.former.clone().unzip();
    let row = webhook::ActiveModel {
        id: Set(stored.id.0.clone()),
        url: Set(stored.url.clone()),
        events: Set(json!(stored.events)),
        segments: Set(stored.segments.as_ref().map(|segments| json!(segments))),
        is_personal: Set(stored.is_personal),
        secret: Set(stored.secret.clone()),
        former_secret: Set(former_secret),
        former_until: Set(former_until),
        state: Set(EnumText(stored.state)),
        off_reason: Set(stored.off_reason.map(EnumText)),
        failing_since: Set(stored.failing_since),
        delivered_at: Set(stored.delivered_at),
        created_at: Set(stored.created_at),
        changed_by: Set(stored.changed_by.clone()),
        changed_at: Set(stored.changed_at),
    };
    let asked_before = asked_since(tx, &stored.id).await?;
    let columns = webhook::Column::iter().filter(|column| !matches!(column, webhook::Column::Id));
    let replace = OnConflict::column(webhook::Column::Id).update_columns(columns).to_owned();
    webhook::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    forget_interest(tx, &stored.id).await?;
    if stored.state == WebhookState::Off {
        return Ok(());
    }
    let sql = "SELECT coalesce(max(no), 0) FROM webhook_outbox";
    let row = tx.query_one_raw(statement(tx, sql, [])).await?;
    let newest: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let interests = stored.events.iter().flat_map(|event| {
        let segments = if event.is_of_segment() && stored.segments.is_some() { segments } else { &[SegmentId(0)] };
        let since = asked_before.get(event.as_str()).copied().unwrap_or(newest);
        segments.iter().map(move |segment| json!([event, segment, since]))
    });
    let sql = format!(
        "INSERT INTO webhook_interest (event, segment_id, webhook_id, since_no) \
         SELECT event, segment_id, $2, since_no FROM ({rows}) AS input",
        rows = rows(tx, &[("event", Type::Text), ("segment_id", Type::Small), ("since_no", Type::Integer)])
    );
    tx.execute_raw(statement(tx, sql, [parameter(interests), stored.id.0.clone().into()])).await.map(|_| ())
}

/// The events that a webhook asks for, with the number in the outbox after which it does.
async fn asked_since(connection: &impl ConnectionTrait, id: &WebhookId) -> Result<HashMap<String, i64>, DbErr> {
    let sql = "SELECT event, min(since_no) FROM webhook_interest WHERE webhook_id = $1 GROUP BY event";
    let found = connection.query_all_raw(statement(connection, sql, [id.0.clone().into()])).await?;
    found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Removes a deleted segment from the lists of webhooks. A webhook that listed only this one keeps an empty list. It still gets the
/// messages that the members left, so its subscription stays until it is saved again.
pub(crate) async fn forget_segment(tx: &DefinitionTx, key: &SegmentKey) -> Result<(), DbErr> {
    for stored in all(tx).await? {
        let Some(segments) = stored.segments.filter(|segments| segments.contains(key)) else { continue };
        let others: Vec<_> = segments.into_iter().filter(|segment| segment != key).collect();
        webhook::Entity::update_many()
            .col_expr(webhook::Column::Segments, Expr::value(json!(others)))
            .filter(webhook::Column::Id.eq(stored.id.0))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Keeps others from changing a webhook, or its messages, until the transaction ends. Returns whether there is one.
pub(super) async fn lock(tx: &Transaction, id: &WebhookId) -> Result<bool, DbErr> {
    let sql = format!("SELECT id FROM webhook WHERE id = $1{}", lock_rows(tx));
    Ok(tx.query_one_raw(statement(tx, sql, [id.0.clone().into()])).await?.is_some())
}

pub(super) async fn lock_all(tx: &Transaction) -> Result<(), DbErr> {
    let sql = format!("SELECT id FROM webhook ORDER BY id{}", lock_rows(tx));
    tx.query_all_raw(statement(tx, sql, [])).await.map(|_| ())
}

fn lock_rows(tx: &Transaction) -> &'static str {
    match Backend::of(tx) {
        // It has one writer.
        Backend::Sqlite => "",
        Backend::Postgres => " FOR NO KEY UPDATE",
    }
}

async fn forget_interest(connection: &impl ConnectionTrait, id: &WebhookId) -> Result<(), DbErr> {
    let sql = "DELETE FROM webhook_interest WHERE webhook_id = $1";
    connection.execute_raw(statement(connection, sql, [id.0.clone().into()])).await.map(|_| ())
}

/// Deletes a webhook with its messages. Returns whether there was one.
pub async fn delete(tx: &Transaction, id: &WebhookId) -> Result<bool, DbErr> {
    lock(tx, id).await?;
    forget_interest(tx, id).await?;
    let sql = "DELETE FROM webhook_delivery WHERE webhook_id = $1";
    tx.execute_raw(statement(tx, sql, [id.0.clone().into()])).await?;
    Ok(webhook::Entity::delete_by_id(id.0.clone()).exec(tx).await?.rows_affected > 0)
}

/// Notes that a message was delivered.
pub async fn succeeded(tx: &Transaction, id: &WebhookId, at: Instant) -> Result<(), DbErr> {
    let sql = "UPDATE webhook SET failing_since = NULL, delivered_at = $2 WHERE id = $1";
    tx.execute_raw(statement(tx, sql, [id.0.clone().into(), at.into()])).await.map(|_| ())
}

/// Notes that a message was not delivered. Returns since when none was.
pub async fn failed(tx: &Transaction, id: &WebhookId, at: Instant) -> Result<Option<Instant>, DbErr> {
    let sql = "UPDATE webhook SET failing_since = coalesce(failing_since, $2) WHERE id = $1 RETURNING failing_since";
    let row = tx.query_one_raw(statement(tx, sql, [id.0.clone().into(), at.into()])).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

/// Switches a webhook off. What waits for it is given up, and no more is written for it.
pub async fn switch_off(tx: &Transaction, id: &WebhookId, reason: OffReason) -> Result<(), DbErr> {
    let sql = "UPDATE webhook SET state = 'off', off_reason = $2 WHERE id = $1 AND state = 'on'";
    tx.execute_raw(statement(tx, sql, [id.0.clone().into(), reason.as_str().into()])).await?;
    give_up(tx, id).await?;
    forget_interest(tx, id).await
}

/// Gives up what waits for a webhook.
pub async fn give_up(tx: &Transaction, id: &WebhookId) -> Result<(), DbErr> {
    let sql =
        "UPDATE webhook_delivery SET state = 'failed', lease_until = NULL WHERE webhook_id = $1 AND state = 'waiting'";
    tx.execute_raw(statement(tx, sql, [id.0.clone().into()])).await.map(|_| ())
}

impl TryFrom<webhook::Model> for StoredWebhook {
    type Error = DbErr;

    fn try_from(row: webhook::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: WebhookId(row.id),
            url: row.url,
            events: from_json(row.events, "events of a webhook")?,
            segments: row.segments.map(|segments| from_json(segments, "segments of a webhook")).transpose()?,
            is_personal: row.is_personal,
            secret: row.secret,
            former: row.former_secret.zip(row.former_until),
            state: row.state.0,
            off_reason: row.off_reason.map(|reason| reason.0),
            failing_since: row.failing_since,
            delivered_at: row.delivered_at,
            created_at: row.created_at,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}
