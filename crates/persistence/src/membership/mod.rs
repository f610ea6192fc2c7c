//! Memberships: entered and left here and nowhere else, each change with its event in the ledger and in the stored count.

mod applied;
mod by_rule;
mod chain;
mod change;
pub mod ledger;
pub mod overrides;

use std::collections::{BTreeSet, HashMap};

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    membership::SegmentSet,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

pub use self::{
    applied::Applied,
    by_rule::{EffectCounts, MembershipEffect, Rule},
    chain::{Link, effects},
};
use crate::{
    database::MembershipTx,
    entity::user_segment,
    ingest::user_stats,
    membership::ledger::{ChangeContext, Membership},
    segments,
};

/// Enters and leaves as asked, unless that came about already, or an admin decided otherwise since the rule was evaluated.
/// The users must have been [locked](user_stats::lock) and read in this transaction.
pub async fn apply(
    tx: &MembershipTx,
    enter: &[Membership],
    leave: &[Membership],
    context: &ChangeContext,
) -> Result<Applied, DbErr> {
    let changes = change::write(tx, enter, leave, context).await?;
    segments::add_to_counts(tx, &changes.iter().map(|(id, applied)| (*id, applied.net())).collect(), context.at)
        .await?;
    Ok(changes.values().fold(Applied::default(), |sum, applied| Applied {
        entered: sum.entered + applied.entered,
        left: sum.left + applied.left,
    }))
}

/// The same for what was evaluated outside of this transaction: a user who is gone, or whose mark of change is no longer
/// the one that was read, is left alone. Their data changed since, so the mark that they have now brings them to the next
/// run.
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
    let segments: Vec<i32> = user_segment::Entity::find()
        .select_only()
        .column(user_segment::Column::SegmentId)
        .filter(user_segment::Column::UserNo.eq(user.0))
        .filter(user_segment::Column::RemovedAt.is_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(segments.into_iter().map(SegmentId).collect())
}

/// Deletes rows of memberships that ended before an instant; says how many. Overrides and the ledger stay.
pub async fn delete_ended_before(tx: &MembershipTx, instant: Instant) -> Result<u64, DbErr> {
    let deleted =
        user_segment::Entity::delete_many().filter(user_segment::Column::RemovedAt.lt(instant)).exec(tx).await?;
    Ok(deleted.rows_affected)
}
