//! **Invariant:** memberships change only in this module, each change with its event in the ledger and in the stored
//! count.

mod applied;
mod by_rule;
mod chain;
mod change;
mod citus;
pub mod ledger;
pub mod overrides;
mod parameters;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    membership::SegmentSet,
};
use sea_orm::{ConnectionTrait, DbErr};

pub use self::{
    applied::Applied,
    by_rule::{EffectCounts, MembershipEffect, Rule},
    chain::{Link, effects},
};
use crate::{
    database::{MembershipTx, backend::Backend, json_rows::statement_in},
    ingest::user_stats,
    membership::ledger::{ChangeContext, Membership},
    segments,
};

/// Makes changes that are not made yet and that no override forbids. The users must have been
/// [locked](user_stats::lock) and read in this transaction.
pub async fn apply(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<Applied, DbErr> {
    let changes = change::write(tx, enter, leave, context).await?;
    note(tx, &changes, context.at).await
}

/// Adds changes to the counts and the flow of their segments. Returns their sum.
async fn note(tx: &MembershipTx, changes: &BTreeMap<SegmentId, Applied>, at: Instant) -> Result<Applied, DbErr> {
    let changes: BTreeMap<_, _> = changes.iter().filter(|(_, applied)| **applied != Applied::default()).collect();
    if changes.is_empty() {
        return Ok(Applied::default());
    }
    segments::add_to_counts(tx, &changes.iter().map(|(id, applied)| (**id, applied.net())).collect(), at).await?;
    ledger::add_to_flow(tx, changes.iter().map(|(id, applied)| (**id, **applied)), at).await?;
    let mut sum = Applied::default();
    changes.values().for_each(|applied| sum += **applied);
    Ok(sum)
}

/// The same for users who were read outside of this transaction. Skips users who are gone, or whose mark of change is
/// not the one that was read: their data changed since, and the new mark brings them to the next run.
pub async fn apply_as_read(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    marks_read: &[(UserNo, i64)],
    context: &ChangeContext,
) -> Result<Applied, DbErr> {
    let users: BTreeSet<_> = enter.iter().chain(leave).map(|membership| membership.user).collect();
    if users.is_empty() {
        return Ok(Applied::default());
    }
    user_stats::lock(tx, &users.iter().copied().collect::<Vec<_>>()).await?;
    let marks_read: HashMap<_, _> = marks_read.iter().copied().collect();
    let as_read: Vec<_> = users.into_iter().map(|user| (user, marks_read.get(&user).copied())).collect();
    let outdated = user_stats::outdated(tx, &as_read).await?;
    let up_to_date = |changes: &[Membership]| -> Vec<Membership> {
        changes.iter().filter(|change| !outdated.contains(&change.user)).copied().collect()
    };
    apply(tx, &up_to_date(enter), &up_to_date(leave), context).await
}

/// The current memberships of a user.
pub async fn of_user(connection: &impl ConnectionTrait, user: UserNo) -> Result<SegmentSet, DbErr> {
    let sql = format!(
        "SELECT segment_id FROM user_segment WHERE user_no = $1 AND removed_at IS NULL AND {in_shard}",
        in_shard = Backend::of(connection).in_shard("user_segment"),
    );
    let segments = connection.query_all_raw(statement_in(connection, user.shard(), sql, [user.0.into()])).await?;
    segments.iter().map(|row| row.try_get_by_index(0).map(SegmentId)).collect()
}

/// Deletes the rows of a user who has left every segment.
pub(crate) async fn delete_rows(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM user_segment WHERE user_no = $1 AND {in_shard}",
        in_shard = Backend::of(tx).in_shard("user_segment"),
    );
    tx.execute_raw(tx.statement(sql, [user.0.into()])).await.map(|_| ())
}

/// Deletes rows of memberships of the shard that ended before an instant. Overrides and the ledger stay.
pub async fn delete_ended_before(tx: &MembershipTx, instant: Instant) -> Result<u64, DbErr> {
    let sql = format!(
        "DELETE FROM user_segment WHERE removed_at < $1 AND {in_shard}",
        in_shard = Backend::of(tx).in_shard("user_segment"),
    );
    Ok(tx.execute_raw(tx.statement(sql, [instant.into()])).await?.rows_affected())
}
