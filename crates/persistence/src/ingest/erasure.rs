//! Deletes a user with everything about the person. The ledger and the audit log keep the opaque number.
//!
//! **Invariant:** users are deleted here alone, since no key deletes their attempts and memberships.

use domain::ids::{UserId, UserNo};
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::{
    database::{
        MembershipTx,
        backend::{Backend, SHARD},
    },
    ingest::{activity_dirty, attempts, erased_events, events, text_index, user_stats, users},
    membership::{
        self,
        ledger::{ChangeContext, Membership},
        overrides,
    },
    ops::{audit, pulls},
    reports::activity_days,
    runs,
    sync::{self, addresses},
    webhooks::people,
};

/// The user leaves every segment first, so that counts and ledger stay right.
pub async fn erase(tx: &MembershipTx, (user, id): (UserNo, &UserId), context: &ChangeContext) -> Result<(), DbErr> {
    lock(tx, user).await?;
    // Before counts of members are locked, as where events are written.
    activity_dirty::mark_all_of(tx, user).await?;
    activity_days::forget_marked(tx).await?;
    overrides::clear_all(tx, user).await?;
    user_stats::leave_total(tx, user).await?;
    audit::forget(tx, user, id).await?;
    addresses::forget(tx, user, context.at).await?;
    let email = users::email(tx, user).await?;
    pulls::forget(tx, &[&id.0, &email]).await?;
    let memberships: Vec<_> =
        membership::of_user(tx, user).await?.iter().map(|segment| Membership { user, segment }).collect();
    membership::apply(tx, &[], &memberships, context).await?;
    people::keep_erased(tx, user, id).await?;
    text_index::forget(tx, &[user]).await?;
    attempts::delete_all(tx, &[user]).await?;
    erased_events::add_up(tx, user).await?;
    events::delete_all(tx, &[user]).await?;
    membership::delete_rows(tx, user).await?;
    for (table, key) in [
        ("user_attribute_date", "user_no"),
        ("user_attributes", "user_no"),
        ("user_dirty", "user_no"),
        ("user_seen", "user_no"),
        ("user_stats", "user_no"),
        ("users", "no"),
    ] {
        let in_shard = Backend::of(tx).in_shard(table);
        tx.execute_raw(tx.statement(format!("DELETE FROM {table} WHERE {key} = $1 AND {in_shard}"), [user.0.into()]))
            .await?;
    }
    let backend = Backend::of(tx);
    let sql = format!(
        "INSERT INTO erased_user (user_no{and_shard}) VALUES ($1{and_value})",
        and_shard = backend.and_shard(),
        and_value = backend.and_shard_value(),
    );
    tx.execute_raw(tx.statement(sql, [user.0.into()])).await?;
    // Last: a run takes its own row last too.
    runs::forget_user(tx, user, id).await?;
    sync::runs::forget_user(tx, id).await
}

/// Locks all rows of the user that others write. Others lock attempts and events first and the statistics last. Who has the
/// statistics keeps them from committing more rows, so that none appears later; and who does not wait for theirs cannot deadlock:
/// the transaction fails as one that another was in the way of, and is retried.
pub async fn lock(tx: &MembershipTx, user: UserNo) -> Result<(), DbErr> {
    if Backend::of(tx) == Backend::Sqlite {
        return Ok(());
    }
    let row = format!("SELECT no FROM users WHERE no = $1 AND users.shard = {SHARD} FOR NO KEY UPDATE");
    count_locked(tx, &row, [user.0.into()]).await?;
    user_stats::lock(tx, &[user]).await?;
    for table in ["quiz_attempts", "user_event"] {
        let rows = format!("SELECT id FROM {table} WHERE user_no = $1 AND {table}.shard = {SHARD} FOR UPDATE NOWAIT");
        count_locked(tx, &rows, [user.0.into()]).await?;
    }
    Ok(())
}

/// Locks rows. Only a count comes back: a user may have a million events.
pub(super) async fn count_locked(
    tx: &MembershipTx,
    rows: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), DbErr> {
    let sql = format!("WITH locked AS MATERIALIZED ({rows}) SELECT count(*) FROM locked");
    tx.query_one_raw(tx.statement(sql, values)).await.map(|_| ())
}
