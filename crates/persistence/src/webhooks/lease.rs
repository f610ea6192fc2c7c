//! Who sends which message: each is taken by one process at a time, for as long as its lease.

use std::time::Duration;

use domain::{
    ids::{RunId, UserNo},
    instant::Instant,
    membership::Cause,
    shard::Shard,
    webhook::{DeliveryOutcome, DeliveryState, MessageId, WebhookEvent, WebhookId},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult, Value};

use super::endpoints;
use crate::{
    database::{
        Transaction,
        json_rows::{count, statement},
    },
    entity::{enum_text::EnumText, webhook_delivery},
};

/// How long a message that is being sent is left to its process. A request takes 15 seconds at most.
pub const LEASE: Duration = Duration::from_secs(60);

/// Requests at a time to one endpoint, of all processes.
pub const AT_A_TIME: u32 = 4;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub id: MessageId,
    pub shard: Shard,
    pub event: WebhookEvent,
    /// The key.
    pub segment: Option<String>,
    pub at: Instant,
    pub cause: Option<Cause>,
    pub run: Option<RunId>,
    pub version: Option<i32>,
    /// The id of what happened to an alert.
    pub alert_event: Option<i64>,
    pub users: Vec<UserNo>,
    /// Messages about one segment and shard, of which one is sent at a time.
    lane: [i32; 2],
    /// With this one.
    pub attempts: u32,
    /// The fence.
    pub takes: i64,
}

/// The webhooks for which a message is due.
pub async fn due(connection: &impl ConnectionTrait, now: Instant) -> Result<Vec<WebhookId>, DbErr> {
    let sql = "SELECT DISTINCT webhook_id FROM webhook_delivery WHERE state = 'waiting' AND next_at <= $1 \
               AND (lease_until IS NULL OR lease_until <= $1) ORDER BY webhook_id";
    let rows = connection.query_all_raw(statement(connection, sql, [now.into()])).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map(WebhookId)).collect()
}

/// Takes messages that are due, as many as the endpoint may have at a time. Of the messages about one segment and shard, and so about
/// one user and segment, only the first that waits.
pub async fn take(tx: &Transaction, webhook: &WebhookId, now: Instant) -> Result<Vec<Taken>, DbErr> {
    // One process at a time for each webhook, so that together they keep to the limit.
    endpoints::lock(tx, webhook).await?;
    let sql = "SELECT count(*) FROM webhook WHERE id = $1 AND state = 'on'";
    if count(tx, sql, [webhook.0.clone().into()]).await? == 0 {
        return Ok(Vec::new());
    }
    let sql = "SELECT count(*) FROM webhook_delivery WHERE webhook_id = $1 AND state = 'waiting' AND next_at IS NOT NULL \
               AND lease_until > $2";
    let under_way = count(tx, sql, [webhook.0.clone().into(), now.into()]).await?;
    let free = u64::from(AT_A_TIME).saturating_sub(under_way);
    if free == 0 {
        return Ok(Vec::new());
    }
    let sql = "UPDATE webhook_delivery SET lease_until = $3, attempts = attempts + 1, takes = takes + 1, attempted_at = $2 \
               WHERE webhook_id = $1 AND no IN (SELECT first.no FROM webhook_delivery AS first \
               WHERE first.webhook_id = $1 AND first.state = 'waiting' AND first.next_at <= $2 \
               AND (first.lease_until IS NULL OR first.lease_until <= $2) ORDER BY first.no LIMIT $4) RETURNING *";
    let values: [Value; 4] =
        [webhook.0.clone().into(), now.into(), (now + LEASE).into(), i64::try_from(free).unwrap_or_default().into()];
    let mut taken =
        tx.query_all_raw(statement(tx, sql, values)).await?.iter().map(Taken::read).collect::<Result<Vec<_>, _>>()?;
    taken.sort_by_key(|taken| taken.id.no);
    Ok(taken)
}

impl Taken {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        let row = webhook_delivery::Model::from_query_result(row, "")?;
        let users: Vec<i64> =
            serde_json::from_str(&row.user_numbers).map_err(|_| DbErr::Type("users of a message".into()))?;
        Ok(Self {
            id: MessageId { no: row.no, queued_at: row.queued_at, webhook: WebhookId(row.webhook_id) },
            lane: [row.segment_id, row.shard.into()],
            shard: users.first().map_or(Shard::FIRST, |user| UserNo(*user).shard()),
            event: row.event.0,
            segment: row.segment,
            at: row.at,
            cause: row.cause.map(|cause| cause.0),
            run: row.run_id.map(RunId),
            version: row.version,
            alert_event: row.alert_event_id,
            users: users.into_iter().map(UserNo).collect(),
            attempts: row.attempts.unsigned_abs(),
            takes: row.takes,
        })
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub outcome: DeliveryOutcome,
    /// The code of the answer.
    pub answer: Option<u16>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Delivered,
    Again { at: Instant },
    GivenUp,
}

/// Whether the message was not taken by another process since, nor given up. Others wait until the transaction ends.
pub async fn is_held(tx: &Transaction, taken: &Taken) -> Result<bool, DbErr> {
    endpoints::lock(tx, &taken.id.webhook).await?;
    let sql =
        "SELECT count(*) FROM webhook_delivery WHERE webhook_id = $1 AND no = $2 AND takes = $3 AND state = 'waiting'";
    let values = [taken.id.webhook.0.clone().into(), taken.id.no.into(), taken.takes.into()];
    Ok(count(tx, sql, values).await? > 0)
}

/// Ends an attempt of a message that [is held](is_held). The next one of its lane is due then.
pub async fn end(
    tx: &Transaction,
    taken: &Taken,
    attempt: Option<Attempt>,
    then: Then,
    now: Instant,
) -> Result<(), DbErr> {
    let (state, next_at) = match then {
        Then::Delivered => (DeliveryState::Delivered, None),
        Then::Again { at } => (DeliveryState::Waiting, Some(at)),
        Then::GivenUp => (DeliveryState::Failed, None),
    };
    let sql = "UPDATE webhook_delivery SET state = $4, next_at = coalesce($5, next_at), lease_until = NULL, outcome = $6, \
               answer = $7 WHERE webhook_id = $1 AND no = $2 AND takes = $3 AND state = 'waiting'";
    let values: [Value; 7] = [
        taken.id.webhook.0.clone().into(),
        taken.id.no.into(),
        taken.takes.into(),
        EnumText(state).into(),
        next_at.into(),
        attempt.map(|attempt| attempt.outcome.to_string()).into(),
        attempt.and_then(|attempt| attempt.answer).map(i32::from).into(),
    ];
    tx.execute_raw(statement(tx, sql, values)).await?;
    match then {
        Then::Again { .. } => Ok(()),
        Then::Delivered | Then::GivenUp => next_of_lane(tx, &taken.id.webhook, taken.lane, now).await,
    }
}

/// The first message that waits in a lane is due.
async fn next_of_lane(
    tx: &Transaction,
    webhook: &WebhookId,
    [segment, shard]: [i32; 2],
    now: Instant,
) -> Result<(), DbErr> {
    let sql = "UPDATE webhook_delivery SET next_at = $4 WHERE webhook_id = $1 AND next_at IS NULL AND state = 'waiting' \
               AND no = (SELECT min(first.no) FROM webhook_delivery AS first WHERE first.webhook_id = $1 \
               AND first.segment_id = $2 AND first.shard = $3 AND first.state = 'waiting')";
    let values: [Value; 4] = [webhook.0.clone().into(), segment.into(), shard.into(), now.into()];
    tx.execute_raw(statement(tx, sql, values)).await.map(|_| ())
}

/// Sends a message again, with as many attempts as a new one, before those of its lane that come after it. One that is being sent is
/// left to its lease. Returns `false` if there is none.
pub async fn send_again(tx: &Transaction, id: &MessageId, now: Instant) -> Result<bool, DbErr> {
    endpoints::lock(tx, &id.webhook).await?;
    let sql = "UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = NULL \
               WHERE webhook_id = $1 AND no = $2 RETURNING segment_id, shard";
    let key = || [id.webhook.0.clone().into(), id.no.into()];
    let Some(row) = tx.query_one_raw(statement(tx, sql, key())).await? else { return Ok(false) };
    let lane: [i32; 2] = [row.try_get_by_index(0)?, row.try_get_by_index::<i16>(1)?.into()];
    let sql = "UPDATE webhook_delivery SET next_at = NULL WHERE webhook_id = $1 AND no > $2 AND segment_id = $3 AND shard = $4 \
               AND state = 'waiting' AND next_at IS NOT NULL AND (lease_until IS NULL OR lease_until <= $5)";
    let values = key().into_iter().chain([lane[0].into(), lane[1].into(), now.into()]);
    tx.execute_raw(statement(tx, sql, values.collect::<Vec<Value>>())).await?;
    next_of_lane(tx, &id.webhook, lane, now).await?;
    Ok(true)
}
