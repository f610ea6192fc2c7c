//! Changes of memberships on Citus, which keeps no statement on one node that inserts in a common table expression: first the
//! events, then the rows. That is as right beside other writers as one statement, since the users are
//! [locked](crate::ingest::user_stats::lock), or every other writer waits.

use std::collections::BTreeMap;

use domain::{
    ids::{SegmentId, UserNo},
    overrides::OverrideKind,
    webhook::WebhookEvent,
};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    applied::Applied,
    overrides::{in_effect, literal},
    parameters::{all_of, arrays, context_values, memberships},
};
use crate::{
    database::{
        MembershipTx,
        backend::{Inserts, SHARD},
    },
    entity::users::PRESENT,
    membership::ledger::{ChangeContext, Drawn, Membership, draw_numbers},
    webhooks::outbox::{self, Changes},
};

/// Returns what really changed, per segment.
pub(super) async fn write(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<BTreeMap<SegmentId, Applied>, DbErr> {
    let Drawn { first, is_heard } = draw_numbers(tx).await?;
    let values = [enter, leave].map(arrays).into_iter().chain(context_values(context)).chain([first.into()]);
    let recorded = tx.execute_raw(tx.statement(events(), values)).await?.rows_affected();
    if recorded == (enter.len() + leave.len()) as u64 {
        rows(tx, enter, leave, context).await?;
        if is_heard {
            tell(tx, enter, leave, context).await?;
        }
        return Ok(all_of(enter, leave));
    }
    let [entered, left] = since(tx, first, enter, leave).await?;
    rows(tx, &entered, &left, context).await?;
    if is_heard {
        tell(tx, &entered, &left, context).await?;
    }
    Ok(all_of(&entered, &left))
}

/// Appends an event for each change that is not made yet and that no override forbids. As in the statement of one server, an
/// include does not keep a user deleted in the host application.
fn events() -> String {
    let [enter, leave] = ["$1", "$2"].map(memberships);
    format!(
        "INSERT INTO segment_event (no, user_no, segment_id, shard, entered, at, cause, run_id, actor, since) \
         SELECT $7 + row_number() OVER (PARTITION BY home.shard), input.user_no, input.segment_id, home.shard, \
         input.entered, $3, $4, $5, $6, member.added_at \
         FROM {home}(SELECT user_no, segment_id, true AS entered FROM ({enter}) AS entering \
         UNION ALL SELECT user_no, segment_id, false FROM ({leave}) AS leaving) AS input \
         LEFT JOIN user_segment AS member ON member.user_no = input.user_no AND member.segment_id = input.segment_id \
         AND member.shard = home.shard AND member.removed_at IS NULL \
         WHERE {is_home} AND input.entered = (member.user_no IS NULL) \
         AND NOT EXISTS (SELECT 1 FROM segment_override AS active \
         JOIN users ON users.no = active.user_no AND users.shard = active.shard \
         WHERE active.user_no = input.user_no AND active.segment_id = input.segment_id AND active.shard = home.shard \
         AND active.decision = CASE WHEN input.entered THEN {exclude} ELSE {include} END AND {in_effect} \
         AND (active.decision = {exclude} OR {PRESENT}))",
        home = Inserts::Citus.home(),
        is_home = Inserts::Citus.is_home(),
        exclude = literal(OverrideKind::Exclude),
        include = literal(OverrideKind::Include),
        in_effect = in_effect("active", "$3"),
    )
}

/// Those of the changes that have an event with a number from `first`.
async fn since(
    tx: &MembershipTx,
    first: i64,
    enter: &[Membership],
    leave: &[Membership],
) -> Result<[Vec<Membership>; 2], DbErr> {
    let sql = format!(
        "SELECT event.user_no, event.segment_id, event.entered FROM (SELECT DISTINCT user_no FROM (\
         {enter} UNION ALL {leave}) AS change) AS input \
         JOIN segment_event AS event ON event.user_no = input.user_no AND event.no > $3 AND event.shard = {SHARD}",
        enter = memberships("$1"),
        leave = memberships("$2"),
    );
    let values = [arrays(enter), arrays(leave), first.into()];
    let mut recorded: BTreeMap<Membership, bool> = BTreeMap::new();
    for row in tx.query_all_raw(tx.statement(sql, values)).await? {
        let (user, segment) = (UserNo(row.try_get_by_index(0)?), SegmentId(row.try_get_by_index(1)?));
        recorded.insert(Membership { user, segment }, row.try_get_by_index(2)?);
    }
    let made = |changes: &[Membership], entered: bool| {
        changes.iter().filter(|change| recorded.get(change) == Some(&entered)).copied().collect()
    };
    Ok([made(enter, true), made(leave, false)])
}

/// Tells webhooks of changes.
async fn tell(
    tx: &MembershipTx,
    entered: &[Membership],
    left: &[Membership],
    context: &ChangeContext,
) -> Result<(), DbErr> {
    let mut changes = Changes::new();
    for (event, memberships) in [(WebhookEvent::SegmentEntered, entered), (WebhookEvent::SegmentLeft, left)] {
        for membership in memberships {
            changes.entry((event, membership.segment)).or_default().push(membership.user);
        }
    }
    outbox::put(tx, &changes, context.as_values()).await
}

/// Writes the rows of changes that have their events.
async fn rows(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<(), DbErr> {
    let changes = memberships("$1");
    if !enter.is_empty() {
        let sql = format!(
            "INSERT INTO user_segment (user_no, segment_id, shard, added_at) \
             SELECT input.user_no, input.segment_id, home.shard, $2 FROM {home}({changes}) AS input WHERE {is_home} \
             ORDER BY input.user_no, input.segment_id \
             ON CONFLICT (user_no, segment_id, shard) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL",
            home = Inserts::Citus.home(),
            is_home = Inserts::Citus.is_home(),
        );
        tx.execute_raw(tx.statement(sql, [arrays(enter), context.at.into()])).await?;
    }
    if !leave.is_empty() {
        let sql = format!(
            "UPDATE user_segment SET removed_at = $2 FROM ({changes}) AS input \
             WHERE user_segment.user_no = input.user_no AND user_segment.segment_id = input.segment_id \
             AND user_segment.shard = {SHARD}"
        );
        tx.execute_raw(tx.statement(sql, [arrays(leave), context.at.into()])).await?;
    }
    Ok(())
}
