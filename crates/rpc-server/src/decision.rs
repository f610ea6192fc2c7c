//! Sets an admin's override for one user and one segment: the override, the membership and the audit entry in one
//! transaction.

use domain::{
    ids::UserId,
    instant::{Instant, format_instant},
    membership::Cause,
    overrides::OverrideKind,
    segment::SegmentKey,
};
use persistence::membership::{ledger::ChangeContext, overrides::Override};
use segmentation_engine::overrides::decide;
use serde_json::{Value as Json, json};

use crate::{audited, context::Call, errors::MethodError, lookup, method::Method, wire::success::Success};

pub(crate) struct Decided {
    pub(crate) user: UserId,
    pub(crate) segment: SegmentKey,
    pub(crate) kind: OverrideKind,
    pub(crate) reason: Option<String>,
    pub(crate) expires_at: Option<Instant>,
}

impl Decided {
    pub(crate) async fn carry_out<M: Method>(self, call: &Call) -> Result<Success, MethodError> {
        let tx = call.database().begin_membership_change().await?;
        let actor = call.caller.subject.clone();
        let decided = Override {
            user: lookup::user(&tx, &self.user).await?,
            segment: lookup::segment(&tx, &self.segment).await?.id,
            kind: self.kind,
            actor: actor.clone(),
            reason: self.reason.clone(),
            expires_at: self.expires_at,
        };
        let change = ChangeContext { at: call.context.now(), cause: Cause::Admin, run: None, actor: Some(actor) };
        decide(&tx, &decided, call.context.zone, &change).await?;
        let target = format!("segment {}, user {}", self.segment, self.user);
        audited::record_of_user::<M>(&tx, call, (decided.user, target), Some(self.detail())).await?;
        tx.commit().await?;
        Ok(Success::DONE)
    }

    /// Only an include can expire.
    fn detail(&self) -> Json {
        match self.kind {
            OverrideKind::Include => json!({"reason": self.reason, "expiresAt": self.expires_at.map(format_instant)}),
            OverrideKind::Exclude => json!({"reason": self.reason}),
        }
    }
}
