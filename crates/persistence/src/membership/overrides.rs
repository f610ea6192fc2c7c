//! Admins' overrides of one user and one segment. An expired override has no effect.

use domain::{
    ids::{SegmentId, UserNo},
    instant::Instant,
    overrides::OverrideKind,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{database::MembershipTx, entity::segment_override, ingest::user_stats};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub user: UserNo,
    pub segment: SegmentId,
    pub kind: OverrideKind,
    pub actor: String,
    pub reason: Option<String>,
    /// Never expires if unset.
    pub expires_at: Option<Instant>,
}

/// SQL of a condition: the override in a row of `table` has not expired `at` a time, which is SQL too.
pub(crate) fn in_effect(table: &str, at: &str) -> String {
    format!("({table}.expires_at IS NULL OR {table}.expires_at > {at})")
}

/// SQL of a kind.
pub(crate) fn literal(kind: OverrideKind) -> String {
    format!("'{kind}'")
}

/// Replaces any earlier override. Memberships follow by [`apply`](crate::membership::apply) in the same transaction, or
/// with the next run.
pub async fn set(tx: &MembershipTx, new: &Override, now: Instant) -> Result<(), DbErr> {
    user_stats::lock(tx, &[new.user]).await?;
    let row = segment_override::ActiveModel {
        user_no: Set(new.user.0),
        segment_id: Set(new.segment.0),
        decision: Set(new.kind.as_str().into()),
        actor: Set(new.actor.clone()),
        reason: Set(new.reason.clone()),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
    };
    let key = [segment_override::Column::UserNo, segment_override::Column::SegmentId];
    let values = [
        segment_override::Column::Decision,
        segment_override::Column::Actor,
        segment_override::Column::Reason,
        segment_override::Column::CreatedAt,
        segment_override::Column::ExpiresAt,
    ];
    segment_override::Entity::insert(row)
        .on_conflict(OnConflict::columns(key).update_columns(values).to_owned())
        .exec_without_returning(tx)
        .await?;
    user_stats::mark_for_evaluation(tx, &[new.user]).await
}

/// Returns `false` if there was none.
pub async fn clear(tx: &MembershipTx, user: UserNo, segment: SegmentId) -> Result<bool, DbErr> {
    user_stats::lock(tx, &[user]).await?;
    let deleted = segment_override::Entity::delete_by_id((user.0, segment.0)).exec(tx).await?;
    user_stats::mark_for_evaluation(tx, &[user]).await?;
    Ok(deleted.rows_affected > 0)
}

/// Removes all overrides of a user.
pub(crate) async fn clear_all(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    user_stats::lock(tx, &[user]).await?;
    let of_user = segment_override::Column::UserNo.eq(user.0);
    segment_override::Entity::delete_many().filter(of_user).exec(tx).await.map(|_| ())
}
