//! Audit log entries of calls, written in the transaction of the change itself.

use domain::ids::UserNo;
use persistence::{
    DbErr, Transaction,
    ops::audit::{self, AuditEntry},
};
use serde_json::Value as Json;

use crate::{context::Call, method::Method};

/// Targets and details hold ids, counts and reasons, never an email address or a person's name.
pub(crate) fn entry<M: Method>(call: &Call, target: Option<String>, detail: Option<Json>) -> AuditEntry {
    let action = M::NAME.strip_prefix("adminAudience.").unwrap_or(M::NAME);
    AuditEntry {
        at: call.context.now(),
        actor: call.caller.subject.clone(),
        action: action.into(),
        target,
        user: None,
        request_id: call.request_id.clone(),
        detail,
    }
}

pub(crate) async fn record<M: Method>(
    tx: &Transaction,
    call: &Call,
    target: impl Into<Option<String>> + Send,
    detail: Option<Json>,
) -> Result<(), DbErr> {
    audit::record(tx, &entry::<M>(call, target.into(), detail)).await
}

/// Records a call about one user. The user is stored with the entry, so that an erasure finds it.
pub(crate) async fn record_of_user<M: Method>(
    tx: &Transaction,
    call: &Call,
    (user, target): (UserNo, String),
    detail: Option<Json>,
) -> Result<(), DbErr> {
    audit::record(tx, &AuditEntry { user: Some(user), ..entry::<M>(call, Some(target), detail) }).await
}
