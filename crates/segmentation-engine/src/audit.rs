//! The audit log: every use case that changes something records it in the transaction of the change, so that neither exists
//! without the other.

use domain::{ids::UserNo, instant::Instant, membership::Cause};
use persistence::{
    DbErr, Transaction,
    membership::ledger::ChangeContext,
    ops::audit::{self, AuditEntry},
};
use serde_json::Value as Json;

/// Who asks for a change, and how. Made where the request arrives: by the API, the scheduler's path or the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The subject of the caller.
    pub actor: String,
    /// What the caller asked for, such as `removeUserFromSegment`.
    pub action: String,
    /// The id of the HTTP request, if there is one.
    pub request_id: Option<String>,
}

impl Audit {
    /// Targets and details hold ids, counts and reasons, never an email address or a person's name.
    pub(crate) fn entry(&self, at: Instant, target: Option<String>, detail: Option<Json>) -> AuditEntry {
        AuditEntry {
            at,
            actor: self.actor.clone(),
            action: self.action.clone(),
            target,
            user: None,
            request_id: self.request_id.clone(),
            detail,
        }
    }

    pub(crate) async fn record(
        &self,
        tx: &Transaction,
        at: Instant,
        target: Option<String>,
        detail: Option<Json>,
    ) -> Result<(), DbErr> {
        audit::record(tx, &self.entry(at, target, detail)).await
    }

    /// Records a change of one user. The user is stored with the entry, so that an erasure finds it.
    pub(crate) async fn record_of_user(
        &self,
        tx: &Transaction,
        at: Instant,
        (user, target): (UserNo, String),
        detail: Option<Json>,
    ) -> Result<(), DbErr> {
        audit::record(tx, &AuditEntry { user: Some(user), ..self.entry(at, Some(target), detail) }).await
    }

    pub(crate) fn change_context(&self, at: Instant, cause: Cause) -> ChangeContext {
        ChangeContext { at, cause, run: None, actor: Some(self.actor.clone()) }
    }
}
