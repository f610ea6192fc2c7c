//! Memberships: entered and left here and nowhere else, each change with its event in the ledger and in the stored count.

mod by_rule;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    membership::SegmentSet,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

pub use self::by_rule::{Fate, Fates, Rule};
use crate::{
    database::Transaction,
    entity::user_segment,
    ledger::{self, MEMBERSHIP, Membership, Occasion, memberships},
    rows::{rows, statement},
    segments, stats,
};

/// What really changed: a membership that was already as wanted is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Memberships entered.
    pub entered: u64,
    /// Memberships left.
    pub left: u64,
}

/// Enters and leaves as asked, unless that came about already, the user is gone, or an admin decided otherwise since the
/// rule was evaluated.
pub async fn apply(
    tx: &Transaction,
    enter: &[Membership],
    leave: &[Membership],
    occasion: &Occasion,
) -> Result<Applied, DbErr> {
    stats::lock(tx, &users_of(enter, leave)).await?;
    write_changes(tx, enter, leave, occasion).await
}

/// The same for what was evaluated outside of this transaction: a user whose mark of change is no longer the one that was
/// read is left alone. Their data changed since, so the mark that they have now brings them to the next run.
pub async fn apply_as_read(
    tx: &Transaction,
    enter: &[Membership],
    leave: &[Membership],
    marks_read: &[(UserNo, i64)],
    occasion: &Occasion,
) -> Result<Applied, DbErr> {
    let users = users_of(enter, leave);
    if users.is_empty() {
        return Ok(Applied::default());
    }
    stats::lock(tx, &users).await?;
    let marks = stats::marks(tx, &users).await?;
    let marks_read: HashMap<_, _> = marks_read.iter().copied().collect();
    let as_read = |changes: &[Membership]| -> Vec<Membership> {
        changes.iter().filter(|change| marks.get(&change.user) == marks_read.get(&change.user)).copied().collect()
    };
    write_changes(tx, &as_read(enter), &as_read(leave), occasion).await
}

fn users_of(enter: &[Membership], leave: &[Membership]) -> Vec<UserNo> {
    let users: BTreeSet<_> = enter.iter().chain(leave).map(|membership| membership.user).collect();
    users.into_iter().collect()
}

async fn write_changes(
    tx: &Transaction,
    enter: &[Membership],
    leave: &[Membership],
    occasion: &Occasion,
) -> Result<Applied, DbErr> {
    let entered = self::enter(tx, enter, occasion.at).await?;
    ledger::append(tx, &entered, true, occasion).await?;
    let left = self::leave(tx, leave, occasion.at).await?;
    ledger::append(tx, &left, false, occasion).await?;
    segments::add_to_counts(tx, &count_changes(&entered, &left), occasion.at).await?;
    Ok(Applied { entered: entered.len() as u64, left: left.len() as u64 })
}

async fn enter(tx: &Transaction, wanted: &[Membership], at: Instant) -> Result<Vec<Membership>, DbErr> {
    let sql = format!(
        "INSERT INTO user_segment (user_no, segment_id, added_at) \
         SELECT input.user_no, input.segment_id, $2 FROM ({rows}) AS input \
         WHERE EXISTS (SELECT 1 FROM users WHERE users.no = input.user_no) AND {not_excluded} \
         ON CONFLICT (user_no, segment_id) DO UPDATE SET added_at = excluded.added_at, removed_at = NULL \
         WHERE user_segment.removed_at IS NOT NULL RETURNING user_no, segment_id",
        rows = rows(tx, &MEMBERSHIP),
        not_excluded = not_decided("exclude"),
    );
    write(tx, sql, wanted, at).await
}

async fn leave(tx: &Transaction, unwanted: &[Membership], at: Instant) -> Result<Vec<Membership>, DbErr> {
    let sql = format!(
        "UPDATE user_segment SET removed_at = $2 FROM ({rows}) AS input \
         WHERE user_segment.user_no = input.user_no AND user_segment.segment_id = input.segment_id \
         AND user_segment.removed_at IS NULL AND {not_included} \
         RETURNING user_segment.user_no, user_segment.segment_id",
        rows = rows(tx, &MEMBERSHIP),
        not_included = not_decided("include"),
    );
    write(tx, sql, unwanted, at).await
}

/// No admin's decision stands against the change; `decision` is one of our two constants.
fn not_decided(decision: &'static str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM segment_override AS decided WHERE decided.user_no = input.user_no \
         AND decided.segment_id = input.segment_id AND decided.decision = '{decision}' \
         AND (decided.expires_at IS NULL OR decided.expires_at > $2))"
    )
}

async fn write(tx: &Transaction, sql: String, changes: &[Membership], at: Instant) -> Result<Vec<Membership>, DbErr> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    tx.query_all_raw(statement(tx, sql, [memberships(changes), at.into()]))
        .await?
        .iter()
        .map(|row| {
            Ok(Membership { user: UserNo(row.try_get_by_index(0)?), segment: SegmentId(row.try_get_by_index(1)?) })
        })
        .collect()
}

fn count_changes(entered: &[Membership], left: &[Membership]) -> BTreeMap<SegmentId, i64> {
    let mut changes = BTreeMap::new();
    for membership in entered {
        *changes.entry(membership.segment).or_default() += 1;
    }
    for membership in left {
        *changes.entry(membership.segment).or_default() -= 1;
    }
    changes
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
pub async fn delete_ended_before(tx: &Transaction, instant: Instant) -> Result<u64, DbErr> {
    let deleted =
        user_segment::Entity::delete_many().filter(user_segment::Column::RemovedAt.lt(instant)).exec(tx).await?;
    Ok(deleted.rows_affected)
}
