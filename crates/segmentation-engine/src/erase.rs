//! Erases all that is stored about a person.

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    membership::Cause,
};
use persistence::{Database, ingest::users, ops::actors};

use crate::{
    audit::Audit,
    evaluate_user::{UserRunError, after_runs, find_user},
    support::retry::with_retry,
};

/// Erases a user for good. Returns the number by which the ledger and the audit log still know the user.
pub async fn erase_user(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<UserNo, UserRunError> {
    with_retry(|| try_erase(database, id, now, audit)).await
}

async fn try_erase(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<UserNo, UserRunError> {
    let tx = database.begin_membership_change().await?;
    let user = find_user(&tx, id).await?;
    let context = audit.change_context(now, Cause::Erasure);
    let email = users::texts(&tx, user).await?.email;
    users::erase(&tx, (user, id), &after_runs(&tx, &context).await?).await?;
    // The id in the host application is erased with the person. Only our number remains, as in the ledger.
    audit.record(&tx, now, Some(format!("user number {user}")), None).await?;
    // Last: the caller may be that very person.
    actors::forget(&tx, user, (id, &email)).await?;
    tx.commit().await?;
    Ok(user)
}
