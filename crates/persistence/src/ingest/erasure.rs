//! Deletes a user with everything about the person. The ledger and the audit log keep the opaque number.
//!
//! **Invariant:** users are deleted here alone, since no key deletes their attempts and memberships.

use domain::ids::{UserId, UserNo};
use sea_orm::{DbErr, EntityTrait, QuerySelect};

use crate::{
    database::{MembershipTx, backend::Backend},
    entity,
    ingest::{attempts, text_index, user_stats, users},
    membership::{
        self,
        ledger::{ChangeContext, Membership},
        overrides,
    },
    ops::{audit, pulls},
    runs,
};

/// The user leaves every segment first, so that counts and ledger stay right.
pub async fn erase(tx: &MembershipTx, (user, id): (UserNo, &UserId), context: &ChangeContext) -> Result<(), DbErr> {
    wait_for_writers(tx, user).await?;
    overrides::clear_all(tx, user).await?;
    user_stats::leave_total(tx, user).await?;
    audit::forget(tx, user, id).await?;
    let email = users::email(tx, user).await?;
    pulls::forget(tx, &[&id.0, &email]).await?;
    let memberships: Vec<_> =
        membership::of_user(tx, user).await?.iter().map(|segment| Membership { user, segment }).collect();
    membership::apply(tx, &[], &memberships, context).await?;
    text_index::forget(tx, &[user]).await?;
    attempts::delete_all(tx, &[user]).await?;
    membership::delete_rows(tx, user).await?;
    entity::users::Entity::delete_by_id(user.0).exec(tx).await?;
    // Last: a run takes its own row last too.
    runs::forget_user(tx, user, id).await
}

/// Locks the row of the user first, as upserts do, so that neither deadlocks.
async fn wait_for_writers(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    use entity::users::{Column, Entity};
    let mut row = Entity::find_by_id(user.0).select_only().column(Column::No);
    if let Some(lock) = Backend::of(tx).row_lock() {
        row = row.lock(lock);
    }
    row.into_tuple::<i64>().one(tx).await.map(|_| ())
}
