//! Erases all that is stored about a person.

use std::time::Duration;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    membership::Cause,
};
use persistence::{Database, ingest::users, ops::actors};
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::{
    audit::Audit,
    evaluate_user::{UserRunError, after_runs, find_user},
    support::retry::with_retry,
};

/// How long an erasure waits for readers who keep the log of an SQLite file from being emptied, before it returns …
const WAIT: Duration = Duration::from_secs(10);
/// … how long it tries in the background after that …
const PATIENCE: Duration = Duration::from_secs(3600);
/// … and how long it pauses in between.
const PAUSE: Duration = Duration::from_secs(1);

/// Erases a user for good. Returns the number by which the ledger and the audit log still know the user.
pub async fn erase_user(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<UserNo, UserRunError> {
    let user = with_retry(|| try_erase(database, id, now, audit)).await?;
    empty_log(database).await;
    Ok(user)
}

/// The erasure is done by now: a log that cannot be emptied does not undo it.
async fn empty_log(database: &Database) {
    let database = database.clone();
    let emptied = tokio::spawn(timeout(PATIENCE, async move {
        while !matches!(database.truncate_wal().await, Ok(true)) {
            sleep(PAUSE).await;
        }
    }));
    if timeout(WAIT, emptied).await.is_err() {
        warn!("readers keep the log of the database from being emptied: it holds the erased data until they end");
    }
}

async fn try_erase(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<UserNo, UserRunError> {
    let tx = database.begin_membership_change().await?;
    let user = find_user(&tx, id).await?;
    let context = audit.change_context(now, Cause::Erasure);
    let email = users::email(&tx, user).await?;
    users::erase(&tx, (user, id), &after_runs(&tx, &context).await?).await?;
    // The id in the host application is erased with the person. Only our number remains, as in the ledger.
    audit.record(&tx, now, Some(format!("user number {user}")), None).await?;
    // Last: the caller may be that very person.
    actors::forget(&tx, user, (id, &email)).await?;
    tx.commit().await?;
    Ok(user)
}
