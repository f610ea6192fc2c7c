//! The ledger: every enter and leave, append-only.

use domain::{
    ids::{RunId, SegmentId, UserNo},
    instant::Instant,
    membership::Cause,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::applied::Applied;
use crate::{
    database::{
        DefinitionTx, MembershipTx,
        backend::{Backend, Inserts, PLACES},
        json_rows::{Type, parameter, rows, statement, statement_in},
        values::from_text,
    },
    webhooks::outbox::{self, ContextValues, LISTENERS},
};

/// The time, cause, run and actor of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeContext {
    /// Of a run, its `as_of`.
    pub at: Instant,
    pub cause: Cause,
    pub run: Option<RunId>,
    pub actor: Option<String>,
}

impl ChangeContext {
    /// Time, cause and run, which messages to webhooks carry.
    pub(super) fn as_values(&self) -> ContextValues {
        [self.at.into(), self.cause.as_str().into(), self.run.map(|run| run.0).into()]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    pub user: UserNo,
    pub segment: SegmentId,
}

/// Appends a leave for every current member of a segment in the shard. Returns how many there are.
pub(crate) async fn append_leave_of_all(
    tx: &DefinitionTx,
    segment: SegmentId,
    context: &ChangeContext,
) -> Result<u64, DbErr> {
    let backend = Backend::of(tx);
    // Citus sends the statement to the node of the shard if it gives the numbers, and the shard from the table that it reads.
    let (and_no, and_values) = match tx.inserts() {
        Inserts::File | Inserts::Server => ("", backend.and_shard_value()),
        Inserts::Citus => (", no", ", shard, $6 + row_number() OVER (PARTITION BY shard)".to_owned()),
    };
    let sql = format!(
        "INSERT INTO segment_event (user_no, segment_id, entered, at, cause, run_id, actor, since{and_shard}{and_no}) \
         SELECT user_no, segment_id, false, $2, $3, $4, $5, added_at{and_values} FROM user_segment \
         WHERE segment_id = $1 AND removed_at IS NULL AND {in_shard} ORDER BY user_no",
        and_shard = backend.and_shard(),
        in_shard = backend.in_shard("user_segment"),
    );
    let mut values = vec![
        segment.0.into(),
        context.at.into(),
        context.cause.as_str().into(),
        context.run.map(|run| run.0).into(),
        context.actor.clone().into(),
    ];
    if tx.inserts() == Inserts::Citus {
        values.push(draw_numbers(tx).await?.first.into());
    }
    let left = tx.execute_raw(tx.statement(sql, values)).await?.rows_affected();
    if left > 0 {
        add_to_flow(tx, [(segment, Applied { entered: 0, left })], context.at).await?;
        outbox::put_leave_of_all(tx, segment, context.as_values()).await?;
    }
    Ok(left)
}

/// What is known on Citus before events are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    /// The number before the first of the events of a statement, each of which adds its place.
    pub(super) first: i64,
    /// Whether a webhook asks for changes of memberships.
    pub(super) is_heard: bool,
}

/// Citus: numbers for events. The statement itself cannot draw them. Drawn after the users are locked, the numbers of a user ascend.
/// All events must be numbered like that.
pub(super) async fn draw_numbers(tx: &MembershipTx) -> Result<Drawn, DbErr> {
    let sql = format!("SELECT nextval('new_segment_event_no_seq') << {PLACES}, ({LISTENERS})");
    let row = tx.query_one_raw(statement(tx, sql, [])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a number for events".into()))?;
    Ok(Drawn { first: row.try_get_by_index(0)?, is_heard: row.try_get_by_index::<i64>(1)? > 0 })
}

/// The end of an `INSERT` into `segment_flow`: what is counted already at the instant stays counted.
fn add_to_stored(backend: Backend) -> String {
    format!(
        "ON CONFLICT (segment_id, at{and_shard}) DO UPDATE SET \
         entries = segment_flow.entries + excluded.entries, exits = segment_flow.exits + excluded.exits",
        and_shard = backend.and_shard()
    )
}

/// Counts events in `segment_flow`.
pub(super) async fn add_to_flow(
    tx: &MembershipTx,
    changes: impl IntoIterator<Item = (SegmentId, Applied)>,
    at: Instant,
) -> Result<(), DbErr> {
    let (backend, inserts) = (Backend::of(tx), tx.inserts());
    let sql = format!(
        "INSERT INTO segment_flow (segment_id, at, entries, exits{and_shard}) \
         SELECT segment_id, $2, entries, exits{and_value} \
         FROM {home}({rows}) AS input WHERE {is_home} ORDER BY segment_id {add_to_stored}",
        and_shard = backend.and_shard(),
        and_value = inserts.and_shard_value(),
        home = inserts.home(),
        is_home = inserts.is_home(),
        rows = rows(tx, &[("segment_id", Type::Small), ("entries", Type::Integer), ("exits", Type::Integer)]),
        add_to_stored = add_to_stored(backend),
    );
    let changes = changes.into_iter().map(|(segment, Applied { entered, left })| json!([segment, entered, left]));
    tx.execute_raw(tx.statement(sql, [parameter(changes), at.into()])).await.map(|_| ())
}

/// Every segment that the ledger or the flow has, also those that are deleted.
pub async fn segments(connection: &impl ConnectionTrait) -> Result<Vec<SegmentId>, DbErr> {
    let sql = "SELECT segment_id FROM segment_event UNION SELECT segment_id FROM segment_flow ORDER BY segment_id";
    let found = connection.query_all_raw(statement(connection, sql, [])).await?;
    found.iter().map(|row| row.try_get_by_index(0).map(SegmentId)).collect()
}

/// Counts the events of a segment in the shard again. Nobody else writes events meanwhile.
pub async fn count_flow_again(tx: &DefinitionTx, segment: SegmentId) -> Result<(), DbErr> {
    let backend = Backend::of(tx);
    let shard = backend.and_shard();
    let of_segment = |table: &str| format!("{table}.segment_id = $1 AND {}", backend.in_shard(table));
    let delete = format!("DELETE FROM segment_flow WHERE {}", of_segment("segment_flow"));
    let count = format!(
        "INSERT INTO segment_flow (segment_id, at, entries, exits{shard}) SELECT segment_id, at, \
         count(*) FILTER (WHERE entered), count(*) FILTER (WHERE NOT entered){shard} FROM segment_event \
         WHERE {} GROUP BY segment_id, at{shard}",
        of_segment("segment_event"),
    );
    for sql in [delete, count] {
        tx.execute_raw(tx.statement(sql, [segment.0.into()])).await?;
    }
    Ok(())
}

/// The latest time up to an instant.
pub async fn latest_time(connection: &impl ConnectionTrait, until: Instant) -> Result<Option<Instant>, DbErr> {
    let sql = "SELECT max(at) FROM segment_flow WHERE at <= $1";
    let row = connection.query_one_raw(statement(connection, sql, [until.into()])).await?;
    row.map_or(Ok(None), |row| row.try_get_by_index(0))
}

/// Moves events after an instant, and the memberships that came of them, to another time. Returns the number of events. Their
/// order stays as long as no other event is later than that time.
pub async fn forget_future(tx: &DefinitionTx, after: Instant, to: Instant) -> Result<u64, DbErr> {
    for column in ["added_at", "removed_at"] {
        let sql = format!("UPDATE user_segment SET {column} = $2 WHERE {column} > $1");
        tx.execute_raw(statement(tx, sql, [after.into(), to.into()])).await?;
    }
    let backend = Backend::of(tx);
    let merge = format!(
        "INSERT INTO segment_flow (segment_id, at, entries, exits{and_shard}) \
         SELECT segment_id, $2, CAST(sum(entries) AS bigint), CAST(sum(exits) AS bigint){and_shard} FROM segment_flow \
         WHERE at > $1 GROUP BY segment_id{and_shard} {add_to_stored}",
        and_shard = backend.and_shard(),
        add_to_stored = add_to_stored(backend),
    );
    tx.execute_raw(statement(tx, merge, [after.into(), to.into()])).await?;
    tx.execute_raw(statement(tx, "DELETE FROM segment_flow WHERE at > $1", [after.into()])).await?;
    let sql = "UPDATE segment_event SET since = $2 WHERE since > $1";
    tx.execute_raw(statement(tx, sql, [after.into(), to.into()])).await?;
    let sql = "UPDATE segment_event SET at = $2 WHERE at > $1";
    Ok(tx.execute_raw(statement(tx, sql, [after.into(), to.into()])).await?.rows_affected())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Of a run, its `as_of`.
    pub at: Instant,
    /// Entered or left.
    pub entered: bool,
    pub cause: Cause,
    pub run: Option<RunId>,
    pub actor: Option<String>,
}

/// The newest event of a user and a segment.
pub async fn latest(connection: &impl ConnectionTrait, membership: Membership) -> Result<Option<Recorded>, DbErr> {
    let sql = format!(
        "SELECT at, entered, cause, run_id, actor FROM segment_event \
         WHERE user_no = $1 AND segment_id = $2 AND {in_shard} ORDER BY no DESC LIMIT 1",
        in_shard = Backend::of(connection).in_shard("segment_event"),
    );
    let values = [membership.user.0.into(), membership.segment.0.into()];
    let row = connection.query_one_raw(statement_in(connection, membership.user.shard(), sql, values)).await?;
    row.map(|row| {
        Ok(Recorded {
            at: row.try_get_by_index(0)?,
            entered: row.try_get_by_index(1)?,
            cause: from_text(&row.try_get_by_index::<String>(2)?)?,
            run: row.try_get_by_index::<Option<i64>>(3)?.map(RunId),
            actor: row.try_get_by_index(4)?,
        })
    })
    .transpose()
}

/// The ledger of an SQLite file before changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// The number of the latest event. Later ones in this transaction have higher numbers.
    pub(super) last: i64,
    /// Whether a webhook asks for changes of memberships.
    pub(super) is_heard: bool,
}

pub(super) async fn before_changes(tx: &MembershipTx) -> Result<Before, DbErr> {
    let sql = format!("SELECT coalesce(max(no), 0), ({LISTENERS}) FROM segment_event");
    let row = tx.query_one_raw(statement(tx, sql, [])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the latest event".into()))?;
    Ok(Before { last: row.try_get_by_index(0)?, is_heard: row.try_get_by_index::<i64>(1)? > 0 })
}
