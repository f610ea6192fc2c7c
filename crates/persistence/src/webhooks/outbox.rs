//! What some webhook asks for, written in the transaction in which it happens. So a killed process loses nothing, and no message
//! reports a change that did not happen.
//!
//! **Invariant:** without a webhook that asks for them, changes of memberships take no statement more and write no row.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{RunId, SegmentId, UserNo},
    instant::Instant,
    segment::SegmentKey,
    shard::Shard,
    webhook::{MOST_USERS, WebhookEvent},
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::json;

use crate::database::{
    DefinitionTx, MembershipTx,
    backend::{Backend, Inserts, PLACES, SHARD},
    json_rows::{Type, count, parameter, rows, statement, statement_in},
};

/// A `SELECT` of how many ask for changes of memberships, for statements that are made anyway.
pub(crate) const LISTENERS: &str =
    "SELECT count(*) FROM webhook_interest WHERE event IN ('segment.entered', 'segment.left')";

/// Whether somebody asks for the change in a row of `named`.
const IS_ASKED: &str = "EXISTS (SELECT 1 FROM webhook_interest AS asked WHERE asked.event = named.event \
                        AND asked.segment_id IN (0, named.segment_id))";

const EVENT: &str = "CASE WHEN entered THEN 'segment.entered' ELSE 'segment.left' END AS event";
const KEY: &str = "segment.segment_type || ':' || segment.segment_value";

/// Rows of changes with the number of the message that each is in. Its source is a table `changes` of users, segments and `entered`.
fn numbered(changes: &str) -> String {
    format!(
        "SELECT user_no, segment_id, event, \
         (row_number() OVER (PARTITION BY segment_id, event ORDER BY user_no) - 1) / {MOST_USERS} AS place \
         FROM (SELECT user_no, segment_id, {EVENT} FROM {changes}) AS named WHERE {IS_ASKED}"
    )
}

/// PostgreSQL: the end of a statement that has a common table expression `changed`. The context is in parameters.
pub(crate) fn insert_changed(at: &str, cause: &str, run: &str) -> String {
    format!(
        "INSERT INTO webhook_outbox (shard, event, segment_id, segment, at, cause, run_id, user_numbers) \
         SELECT {SHARD}, message.event, message.segment_id, {KEY}, {at}, {cause}, {run}, message.user_numbers FROM (\
         SELECT event, segment_id, CAST(json_agg(user_no ORDER BY user_no) AS text) AS user_numbers \
         FROM ({numbered}) AS numbered GROUP BY event, segment_id, place) AS message \
         JOIN segment ON segment.id = message.segment_id WHERE ({LISTENERS}) > 0",
        numbered = numbered("changed"),
    )
}

/// SQLite: from the events after a number.
pub(crate) async fn from_events(tx: &MembershipTx, last: i64) -> Result<(), DbErr> {
    let changes = "segment_event NOT INDEXED WHERE no > $1";
    let sql = format!(
        "INSERT INTO webhook_outbox (event, segment_id, segment, at, cause, run_id, user_numbers) \
         SELECT message.event, message.segment_id, {KEY}, first.at, first.cause, first.run_id, message.user_numbers FROM (\
         SELECT event, segment_id, json_group_array(user_no) AS user_numbers \
         FROM ({numbered}) AS numbered GROUP BY event, segment_id, place) AS message \
         JOIN segment ON segment.id = message.segment_id \
         JOIN segment_event AS first ON first.no = (SELECT max(no) FROM segment_event)",
        numbered = numbered(changes),
    );
    tx.execute_raw(statement(tx, sql, [last.into()])).await.map(|_| ())
}

/// What users did, by segment. Written from here where no statement of the database has all of it.
pub(crate) type Changes = BTreeMap<(WebhookEvent, SegmentId), Vec<UserNo>>;

/// The time, cause and run of changes, as values.
pub(crate) type ContextValues = [Value; 3];

/// Writes changes that somebody asks for.
pub(crate) async fn put(tx: &MembershipTx, changes: &Changes, context: ContextValues) -> Result<(), DbErr> {
    let asked = asked(tx).await?;
    let is_asked = |event, segment| asked.contains(&(event, SegmentId(0))) || asked.contains(&(event, segment));
    let messages = changes
        .iter()
        .filter(|((event, segment), _)| is_asked(*event, *segment))
        .flat_map(|((event, segment), users)| users.chunks(MOST_USERS).map(move |users| (event, segment, users)));
    let messages: Vec<_> = messages
        .enumerate()
        .map(|(place, (event, segment, users))| json!([event, segment, json!(users).to_string(), place + 1]))
        .collect();
    if messages.is_empty() {
        return Ok(());
    }
    let inserts = tx.inserts();
    let (and_no, and_number) = match inserts {
        Inserts::File | Inserts::Server => ("", ""),
        Inserts::Citus => (", no", ", $5 + place"),
    };
    let sql = format!(
        "INSERT INTO webhook_outbox (event, segment_id, segment, user_numbers, at, cause, run_id{and_no}{and_shard}) \
         SELECT input.event, input.segment_id, {KEY}, input.user_numbers, $2, $3, $4{and_number}{and_value} \
         FROM {home}({rows}) AS input JOIN segment ON segment.id = input.segment_id WHERE {is_home} ORDER BY place",
        and_shard = Backend::of(tx).and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(
            tx,
            &[
                ("event", Type::Text),
                ("segment_id", Type::Small),
                ("user_numbers", Type::Text),
                ("place", Type::Integer)
            ]
        ),
    );
    let mut values = vec![parameter(messages)];
    values.extend(context);
    if inserts == Inserts::Citus {
        values.push(draw_numbers(tx).await?.into());
    }
    tx.execute_raw(tx.statement(sql, values)).await.map(|_| ())
}

/// Citus: a number before those of the messages of a statement.
async fn draw_numbers(tx: &MembershipTx) -> Result<i64, DbErr> {
    let sql = format!("SELECT nextval(CAST(pg_get_serial_sequence('webhook_outbox', 'no') AS regclass)) << {PLACES}");
    let row = tx.query_one_raw(statement(tx, sql, [])).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("a number for messages".into()))?.try_get_by_index(0)
}

/// The changes of memberships that are asked for.
async fn asked(tx: &MembershipTx) -> Result<BTreeSet<(WebhookEvent, SegmentId)>, DbErr> {
    let of_members = [WebhookEvent::SegmentEntered, WebhookEvent::SegmentLeft];
    let found = tx.query_all_raw(statement(tx, "SELECT DISTINCT event, segment_id FROM webhook_interest", [])).await?;
    let mut asked = BTreeSet::new();
    for row in found {
        let event: String = row.try_get_by_index(0)?;
        let segment = SegmentId(row.try_get_by_index(1)?);
        asked.extend(of_members.into_iter().filter(|one| one.as_str() == event).map(|event| (event, segment)));
    }
    Ok(asked)
}

/// Whether somebody asks for an event of a segment.
async fn is_asked(tx: &impl ConnectionTrait, event: WebhookEvent, segment: SegmentId) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) FROM webhook_interest WHERE event = $1 AND segment_id IN (0, $2)";
    Ok(count(tx, sql, [event.as_str().into(), segment.0.into()]).await? > 0)
}

/// The members of a segment in the shard, who leave it now. To be called before their rows are changed.
pub(crate) async fn put_leave_of_all(
    tx: &DefinitionTx,
    segment: SegmentId,
    context: ContextValues,
) -> Result<(), DbErr> {
    if !is_asked(&**tx, WebhookEvent::SegmentLeft, segment).await? {
        return Ok(());
    }
    let sql = format!(
        "SELECT user_no FROM user_segment WHERE segment_id = $1 AND removed_at IS NULL AND {in_shard} ORDER BY user_no",
        in_shard = Backend::of(tx).in_shard("user_segment"),
    );
    let rows = tx.query_all_raw(tx.statement(sql, [segment.0.into()])).await?;
    let users = rows.iter().map(|row| row.try_get_by_index(0).map(UserNo)).collect::<Result<Vec<_>, _>>()?;
    put(tx, &BTreeMap::from([((WebhookEvent::SegmentLeft, segment), users)]), context).await
}

/// A segment has a new definition.
pub(crate) async fn put_definition(
    tx: &DefinitionTx,
    (segment, key): (SegmentId, &SegmentKey),
    version: i32,
    at: Instant,
) -> Result<(), DbErr> {
    if !is_asked(&**tx, WebhookEvent::DefinitionChanged, segment).await? {
        return Ok(());
    }
    let values = [segment.0.into(), key.to_string().into(), version.into(), at.into()];
    put_alone(&**tx, WebhookEvent::DefinitionChanged, "segment_id, segment, version, at", values).await
}

/// A run has failed.
pub(crate) async fn put_failed_run(tx: &impl ConnectionTrait, run: RunId, at: Instant) -> Result<(), DbErr> {
    if !is_asked(tx, WebhookEvent::RunFailed, SegmentId(0)).await? {
        return Ok(());
    }
    let values = [0.into(), run.0.into(), at.into()];
    put_alone(tx, WebhookEvent::RunFailed, "segment_id, run_id, at", values).await
}

/// An alert fired, or is over. The message is made from the event that it names.
pub async fn put_alert(
    tx: &impl ConnectionTrait,
    (segment, key): (SegmentId, &SegmentKey),
    event: WebhookEvent,
    (alert_event, at): (i64, Instant),
) -> Result<(), DbErr> {
    if !is_asked(tx, event, segment).await? {
        return Ok(());
    }
    let values = [segment.0.into(), key.to_string().into(), alert_event.into(), at.into()];
    put_alone(tx, event, "segment_id, segment, alert_event_id, at", values).await
}

/// What is about no users is in the first shard.
async fn put_alone<const COUNT: usize>(
    tx: &impl ConnectionTrait,
    event: WebhookEvent,
    columns: &'static str,
    values: [Value; COUNT],
) -> Result<(), DbErr> {
    let backend = Backend::of(tx);
    let places: String = (0..COUNT).map(|place| format!(", ${}", place + 2)).collect();
    let sql = format!(
        "INSERT INTO webhook_outbox (event, {columns}, user_numbers{and_shard}) VALUES ($1{places}, '[]'{and_value})",
        and_shard = backend.and_shard(),
        and_value = backend.and_shard_value(),
    );
    let values = std::iter::once(event.as_str().into()).chain(values);
    tx.execute_raw(statement_in(tx, Shard::FIRST, sql, values)).await.map(|_| ())
}
