//! Erases all that is stored about a person.

use std::time::Duration;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    membership::Cause,
};
use persistence::{
    Database, MembershipTx,
    ingest::{erasure, gone, users},
    ops::{actors, audit as entries, pulls},
};
use serde_json::json;
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::{
    audit::Audit,
    evaluate_user::{UserRunError, after_runs, find_user},
    naming::{NamingVersion, Person, versions_that_name},
    support::{retry::with_retry, sqlite_log::fold_log},
};

/// How long an erasure waits for readers who keep the log of an SQLite file from being emptied, before it returns …
const WAIT: Duration = Duration::from_secs(10);
/// … how long it tries in the background after that …
const PATIENCE: Duration = Duration::from_secs(3600);
/// … and how long it pauses in between.
const PAUSE: Duration = Duration::from_secs(1);
/// Users who are due, per read.
const PAGE: u32 = 1_000;

/// An erased user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// By which the ledger and the audit log still know the user.
    pub number: UserNo,
    /// What still names the person, for an admin to change.
    pub named_in: Vec<NamingVersion>,
    /// Whether readers keep the data in the log of an SQLite file.
    pub is_in_log: bool,
}

/// For people who find erased data in the log.
pub const IN_LOG: &str = "Readers keep erased data in the log. End them, then run `cleanup`.";

/// Erases a user for good.
pub async fn erase_user(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<Erased, UserRunError> {
    let erased = with_retry(|| try_erase(database, id, now, audit)).await?;
    Ok(Erased { is_in_log: !empty_log(database).await, ..erased })
}

/// Erases the users deleted in the host application, and reported as such, before an instant, each in a transaction of its own and with its
/// own audit entry.
pub async fn erase_gone(
    database: &Database,
    before: Instant,
    now: Instant,
    audit: &Audit,
) -> Result<Vec<Erased>, UserRunError> {
    let (mut erased, mut above) = (Vec::new(), UserNo(0));
    loop {
        let due = with_retry(|| async {
            Ok::<_, UserRunError>(gone::due_users(database.connection(), before, above, PAGE).await?)
        })
        .await?;
        let Some((last, _)) = due.last() else { break };
        above = *last;
        for (user, id) in &due {
            erased.extend(with_retry(|| try_erase_gone(database, *user, id, before, now, audit)).await?);
        }
    }
    if erased.is_empty() {
        fold_log(database).await;
    } else if !empty_log(database).await {
        erased.iter_mut().for_each(|erased| erased.is_in_log = true);
    }
    Ok(erased)
}

/// Leaves out a user who is present again.
async fn try_erase_gone(
    database: &Database,
    user: UserNo,
    id: &UserId,
    before: Instant,
    now: Instant,
    audit: &Audit,
) -> Result<Option<Erased>, UserRunError> {
    let tx = database.begin_erasure(user.shard()).await?;
    erasure::lock(&tx, user).await?;
    if !gone::is_due(&tx, user, before).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let named_in = erase(&tx, (user, id), now, audit).await?;
    tx.commit().await?;
    Ok(Some(Erased { number: user, named_in, is_in_log: false }))
}

/// The erasure is done by now: a log that cannot be emptied does not undo it. Returns whether it is empty.
async fn empty_log(database: &Database) -> bool {
    let database = database.clone();
    let emptied = tokio::spawn(timeout(PATIENCE, async move {
        while !matches!(database.truncate_wal().await, Ok(true)) {
            sleep(PAUSE).await;
        }
    }));
    let is_empty = timeout(WAIT, emptied).await.is_ok();
    if !is_empty {
        warn!("{IN_LOG}");
    }
    is_empty
}

async fn try_erase(database: &Database, id: &UserId, now: Instant, audit: &Audit) -> Result<Erased, UserRunError> {
    let tx = database.begin_erasure(database.shards().of(id)).await?;
    let user = match find_user(&tx, id).await {
        Err(UserRunError::NotFound(_)) if pulls::forget(&tx, &[&id.0]).await? => {
            audit.record(&tx, now, None, Some(json!({"onlyPulled": true}))).await?;
            tx.commit().await?;
            return Err(UserRunError::OnlyPulled(id.clone()));
        }
        found => found?,
    };
    let named_in = erase(&tx, (user, id), now, audit).await?;
    tx.commit().await?;
    Ok(Erased { number: user, named_in, is_in_log: false })
}

async fn erase(
    tx: &MembershipTx,
    (user, id): (UserNo, &UserId),
    now: Instant,
    audit: &Audit,
) -> Result<Vec<NamingVersion>, UserRunError> {
    let context = audit.change_context(now, Cause::Erasure);
    let email = users::email(tx, user).await?;
    erasure::erase(tx, (user, id), &after_runs(tx, &context).await?).await?;
    // The id in the host application is erased with the person. Only our number remains, as in the ledger.
    audit.record(tx, now, Some(format!("user {}", user.erased())), None).await?;
    // Last: the caller may be that very person.
    actors::forget(tx, user, (id, &email)).await?;
    // Before the commit: afterwards the address is unknown.
    let person = Person::new(id, &email);
    entries::forget_names(tx, user, |name| person.is_in_name(name)).await?;
    Ok(versions_that_name(tx, &person).await?)
}
