//! The messages of a webhook, for people.

use std::collections::BTreeMap;

use domain::{
    ids::RunId,
    instant::Instant,
    webhook::{DeliveryOutcome, DeliveryState, MessageId, WebhookEvent, WebhookId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    database::json_rows::{self, statement},
    entity::{enum_text::EnumText, webhook_delivery as delivery},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: MessageId,
    pub event: WebhookEvent,
    /// The key.
    pub segment: Option<String>,
    pub run: Option<RunId>,
    pub at: Instant,
    pub users: u32,
    pub state: DeliveryState,
    pub attempts: u32,
    /// Of the last attempt.
    pub outcome: Option<DeliveryOutcome>,
    /// The code of the last answer.
    pub answer: Option<u16>,
    pub attempted_at: Option<Instant>,
    /// Only while it waits, and none of the same segment waits before it.
    pub next_at: Option<Instant>,
}

/// Newest first, those before a number.
pub async fn page(
    connection: &impl ConnectionTrait,
    webhook: &WebhookId,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Delivery>, DbErr> {
    let mut found = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(webhook.0.clone()));
    if let Some(state) = state {
        found = found.filter(delivery::Column::State.eq(EnumText(state)));
    }
    if let Some(before) = before {
        found = found.filter(delivery::Column::No.lt(before));
    }
    let rows = found.order_by_desc(delivery::Column::No).limit(u64::from(limit)).all(connection).await?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

impl From<delivery::Model> for Delivery {
    fn from(row: delivery::Model) -> Self {
        let state = row.state.0;
        Self {
            id: MessageId { no: row.no, queued_at: row.queued_at, webhook: WebhookId(row.webhook_id) },
            event: row.event.0,
            segment: row.segment,
            run: row.run_id.map(RunId),
            at: row.at,
            users: row.user_count.unsigned_abs(),
            state,
            attempts: row.attempts.unsigned_abs(),
            outcome: row.outcome.map(|outcome| outcome.0),
            answer: row.answer.and_then(|answer| u16::try_from(answer).ok()),
            attempted_at: row.attempted_at,
            next_at: row.next_at.filter(|_| state == DeliveryState::Waiting),
        }
    }
}

/// How many messages of each webhook wait, and since when the oldest does.
pub async fn waiting(connection: &impl ConnectionTrait) -> Result<BTreeMap<WebhookId, (u64, Instant)>, DbErr> {
    let sql =
        "SELECT webhook_id, count(*), min(queued_at) FROM webhook_delivery WHERE state = 'waiting' GROUP BY webhook_id";
    let rows = connection.query_all_raw(statement(connection, sql, [])).await?;
    rows.iter()
        .map(|row| {
            let count: i64 = row.try_get_by_index(1)?;
            Ok((WebhookId(row.try_get_by_index(0)?), (count.unsigned_abs(), row.try_get_by_index(2)?)))
        })
        .collect()
}

/// How many messages wait.
pub async fn count_waiting(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    json_rows::count(connection, "SELECT count(*) FROM webhook_delivery WHERE state = 'waiting'", []).await
}

/// Deletes messages that were queued before an instant and do not wait for a webhook.
pub async fn delete_before(connection: &impl ConnectionTrait, before: Instant) -> Result<u64, DbErr> {
    let sql = "DELETE FROM webhook_delivery WHERE queued_at < $1 AND (state <> 'waiting' \
               OR NOT EXISTS (SELECT 1 FROM webhook WHERE webhook.id = webhook_delivery.webhook_id))";
    Ok(connection.execute_raw(statement(connection, sql, [before.into()])).await?.rows_affected())
}
