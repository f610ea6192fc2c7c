//! Writes changes of memberships: events in the ledger, and rows. Only sums are returned, since returning rows costs
//! more than writing them.

use std::collections::BTreeMap;

use domain::{
    ids::{SegmentId, UserNo},
    overrides::OverrideKind,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde_json::json;

use super::{
    applied::Applied,
    citus,
    ledger::{Before, before_changes},
    overrides::{in_effect, literal},
    parameters::{all_of, arrays, context_values, memberships},
};
use crate::{
    database::{
        MembershipTx,
        backend::{Backend, Inserts, SHARD},
        json_rows::statement,
    },
    entity::users::PRESENT,
    membership::ledger::{ChangeContext, Membership},
    webhooks::outbox,
};

/// Returns what really changed, per segment.
pub(super) async fn write(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<BTreeMap<SegmentId, Applied>, DbErr> {
    if enter.is_empty() && leave.is_empty() {
        return Ok(BTreeMap::new());
    }
    match tx.inserts() {
        Inserts::Server => by_segment(&tx.query_all_raw(rows_then_events(tx, enter, leave, context)).await?),
        Inserts::Citus => citus::write(tx, enter, leave, context).await,
        Inserts::File => events_then_rows(tx, enter, leave, context).await,
    }
}

/// PostgreSQL: one statement. The ledger gets what the changes of rows return, so it is right beside other writers.
fn rows_then_events(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Statement {
    let [to_enter, to_leave] = ["$1", "$2"].map(memberships);
    let source = Source {
        to_enter: format!(
            "({to_enter}) AS input WHERE {}",
            not_overridden(Backend::Postgres, &literal(OverrideKind::Exclude), "$3")
        ),
        to_leave: format!(
            "({to_leave}) AS input WHERE {}",
            not_overridden(Backend::Postgres, &literal(OverrideKind::Include), "$3")
        ),
    };
    let values = [enter, leave].map(arrays).into_iter().chain(context_values(context));
    tx.statement(format!("WITH {}", source.changes(3)), values)
}

/// The memberships to write on PostgreSQL: what stands after `FROM`, with columns `input.user_no` and `input.segment_id`.
pub(super) struct Source {
    pub(super) to_enter: String,
    pub(super) to_leave: String,
}

impl Source {
    /// Common table expressions that write the rows and their events, and a `SELECT` of the sums for [`by_segment`]. The
    /// values of the context begin at parameter `$first`.
    pub(super) fn changes(&self, first: usize) -> String {
        let [at, cause, run, actor] = [first, first + 1, first + 2, first + 3].map(|place| format!("${place}"));
        let Self { to_enter, to_leave } = self;
        format!(
            "entered AS (\
             INSERT INTO user_segment (user_no, segment_id, shard, added_at) \
             SELECT input.user_no, input.segment_id, {SHARD}, {at} FROM {to_enter} ORDER BY user_no, segment_id \
             ON CONFLICT (user_no, segment_id, shard) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL \
             WHERE user_segment.removed_at IS NOT NULL RETURNING user_no, segment_id), \
             left_them AS (\
             UPDATE user_segment SET removed_at = {at} FROM (SELECT input.user_no, input.segment_id FROM {to_leave}) AS going \
             WHERE user_segment.user_no = going.user_no AND user_segment.segment_id = going.segment_id \
             AND user_segment.shard = {SHARD} AND user_segment.removed_at IS NULL \
             RETURNING user_segment.user_no, user_segment.segment_id, user_segment.added_at), \
             changed AS (\
             SELECT user_no, segment_id, true AS entered, CAST(NULL AS timestamptz) AS since FROM entered \
             UNION ALL SELECT user_no, segment_id, false, added_at FROM left_them), \
             events AS (\
             INSERT INTO segment_event (user_no, segment_id, shard, entered, at, cause, run_id, actor, since) \
             SELECT user_no, segment_id, {SHARD}, entered, {at}, {cause}, {run}, {actor}, since FROM changed \
             RETURNING segment_id, entered), \
             told AS ({told}) \
             SELECT segment_id, entered, count(*) FROM events GROUP BY segment_id, entered",
            told = outbox::insert_changed(&at, &cause, &run),
        )
    }
}

/// SQLite: first the events, which is safe with a single writer, then the rows by the new events. Entering and leaving
/// are one statement, so that the pages of each user are written once.
async fn events_then_rows(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<BTreeMap<SegmentId, Applied>, DbErr> {
    let Before { last, is_heard } = before_changes(tx).await?;
    let [exclude, include] = [OverrideKind::Exclude, OverrideKind::Include].map(literal);
    let against = format!("CASE WHEN input.entered THEN {exclude} ELSE {include} END");
    let events = format!(
        "INSERT INTO segment_event (user_no, segment_id, entered, at, cause, run_id, actor, since) \
         SELECT input.user_no, input.segment_id, input.entered, $2, $3, $4, $5, member.added_at \
         FROM ({CHANGES}) AS input LEFT JOIN user_segment AS member ON member.user_no = input.user_no \
         AND member.segment_id = input.segment_id AND member.removed_at IS NULL \
         WHERE input.entered = (member.user_no IS NULL) AND {not_overridden}",
        not_overridden = not_overridden(Backend::Sqlite, &against, "$2"),
    );
    let values = [changes(enter, leave)].into_iter().chain(context_values(context));
    let changed = tx.execute_raw(statement(tx, events, values)).await?.rows_affected();
    let rows = format!(
        "INSERT INTO user_segment (user_no, segment_id, added_at, removed_at) \
         SELECT user_no, segment_id, at, CASE WHEN entered THEN NULL ELSE at END {NEW_EVENTS} \
         ON CONFLICT (user_no, segment_id) DO UPDATE SET removed_at = excluded.removed_at, \
         added_at = CASE WHEN excluded.removed_at IS NULL THEN excluded.added_at ELSE added_at END"
    );
    tx.execute_raw(statement(tx, rows, [last.into()])).await?;
    if is_heard {
        outbox::from_events(tx, last).await?;
    }
    if changed == (enter.len() + leave.len()) as u64 {
        return Ok(all_of(enter, leave));
    }
    let sums = format!("SELECT segment_id, entered, count(*) {NEW_EVENTS} GROUP BY segment_id, entered");
    by_segment(&tx.query_all_raw(statement(tx, sums, [last.into()])).await?)
}

/// The changes in parameter `$1`, made by [`changes`].
const CHANGES: &str = "SELECT CAST(of_user.key AS integer) AS user_no, abs(change.value) AS segment_id, \
                       change.value > 0 AS entered FROM jsonb_each($1) AS of_user, jsonb_each(of_user.value) AS change";

/// The segments that each user enters, and with a minus sign those they leave: `{"7":[1,-3]}`.
fn changes(enter: &[Membership], leave: &[Membership]) -> Value {
    let mut changes: BTreeMap<UserNo, Vec<i32>> = BTreeMap::new();
    let signed =
        enter.iter().map(|one| (one.user, one.segment.0)).chain(leave.iter().map(|one| (one.user, -one.segment.0)));
    for (user, change) in signed {
        changes.entry(user).or_default().push(change);
    }
    json!(changes).to_string().into()
}

/// Events after a key. Without `NOT INDEXED`, SQLite reads the whole ledger by an index that suits the grouping.
const NEW_EVENTS: &str = "FROM segment_event NOT INDEXED WHERE no > $1";

/// No override forbids the change. An include does not keep a user deleted in the host application. `decision` is
/// SQL for the kind that would, `at` a parameter.
fn not_overridden(backend: Backend, decision: &str, at: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM segment_override AS active WHERE active.user_no = input.user_no \
         AND active.segment_id = input.segment_id AND {active_in_shard} AND active.decision = {decision} \
         AND {in_effect} \
         AND (active.decision = {exclude} OR EXISTS (SELECT 1 FROM users WHERE users.no = active.user_no AND {user_in_shard} AND {PRESENT})))",
        active_in_shard = backend.in_shard("active"),
        user_in_shard = backend.in_shard("users"),
        in_effect = in_effect("active", at),
        exclude = literal(OverrideKind::Exclude),
    )
}

pub(super) fn by_segment(sums: &[QueryResult]) -> Result<BTreeMap<SegmentId, Applied>, DbErr> {
    let mut changes: BTreeMap<SegmentId, Applied> = BTreeMap::new();
    for sum in sums {
        let count = sum.try_get_by_index::<i64>(2)?.unsigned_abs();
        let applied = changes.entry(SegmentId(sum.try_get_by_index(0)?)).or_default();
        if sum.try_get_by_index(1)? {
            applied.entered += count;
        } else {
            applied.left += count;
        }
    }
    Ok(changes)
}
