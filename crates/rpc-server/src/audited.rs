//! What a mutation says of itself in the audit log, in its own transaction.

use domain::ids::UserNo;
use persistence::{
    DbErr, Transaction,
    ops::audit::{self, AuditEntry},
};
use serde_json::Value as Json;

use crate::{context::Call, method::Method};

/// The entry of a call: who did what to what, when and in which request. Targets and details hold ids, counts and
/// reasons; never an e-mail address or a name of a person.
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

/// Records a call.
pub(crate) async fn record<M: Method>(
    tx: &Transaction,
    call: &Call,
    target: impl Into<Option<String>> + Send,
    detail: Option<Json>,
) -> Result<(), DbErr> {
    audit::record(tx, &entry::<M>(call, target.into(), detail)).await
}

/// Records a call that is about one user, whom the target names.
pub(crate) async fn record_of_user<M: Method>(
    tx: &Transaction,
    call: &Call,
    (user, target): (UserNo, String),
    detail: Option<Json>,
) -> Result<(), DbErr> {
    audit::record(tx, &AuditEntry { user: Some(user), ..entry::<M>(call, Some(target), detail) }).await
}
