//! All that is kept of a person goes.

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    membership::Cause,
};
use persistence::{
    Database,
    ingest::users,
    membership::ledger::ChangeContext,
    ops::audit::{self, AuditEntry},
};

use crate::{
    evaluate_user::{UserRunError, after_runs},
    support::retry::{Failure, with_retry},
};

/// Erases a user for good, on record; says by which number the ledger and the audit log still know of them.
pub async fn erase_user(database: &Database, id: &UserId, actor: &str, now: Instant) -> Result<UserNo, UserRunError> {
    with_retry(|| try_erase(database, id, actor, now)).await
}

async fn try_erase(database: &Database, id: &UserId, actor: &str, now: Instant) -> Result<UserNo, UserRunError> {
    let tx = database.begin_membership_change().await?;
    let user = users::find(&tx, id).await?.ok_or_else(|| UserRunError::NotFound(id.clone()))?;
    let context = ChangeContext { at: now, cause: Cause::Erasure, run: None, actor: Some(actor.into()) };
    users::erase(&tx, (user, id), &after_runs(&tx, &context).await?).await?;
    // The host application's id is gone with the person.
    let entry = AuditEntry {
        at: now,
        actor: actor.into(),
        action: "eraseUser".into(),
        target: Some(format!("user number {user}")),
        user: None,
        request_id: None,
        detail: None,
    };
    audit::record(&tx, &entry).await?;
    tx.commit().await?;
    Ok(user)
}

impl Failure for UserRunError {
    fn statement(&self) -> Option<&persistence::DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::Unreadable { .. } => None,
        }
    }
}
