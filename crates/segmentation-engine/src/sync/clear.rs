//! Lifts what keeps a user from getting mail, as far as that can be lifted here.

use domain::{
    ids::UserId,
    instant::Instant,
    mail::{AddressKey, Clearing, ContactState, SuppressionOrigin, SuppressionReason},
    role::Role,
};
use persistence::{
    Database, DbErr,
    database::words,
    ingest::users,
    sync::{
        contacts, dirty,
        suppressions::{self, Statement},
    },
};
use serde_json::json;

use crate::{
    audit::Audit,
    support::retry::{Failure, with_retry},
};

/// What is lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    Suppression(SuppressionReason),
    /// The mail service refused the address.
    Refusal,
}

#[derive(Debug, thiserror::Error)]
pub enum ClearError {
    #[error("there is no user {0}")]
    NoUser(UserId),
    #[error("nothing of that kind holds the user")]
    NotHeld,
    /// Only the mail service, or the person there, can.
    #[error("that can only be lifted at the mail service, by the person or there")]
    AtTheMailService,
    #[error("an opt-out from an earlier address can only be lifted by a SUPERADMIN")]
    NotAllowed,
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for ClearError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NoUser(_) | Self::NotHeld | Self::AtTheMailService | Self::NotAllowed => None,
        }
    }
}

/// The next sync looks the address up again.
pub async fn clear(
    database: &Database,
    user: &UserId,
    cleared: Cleared,
    why: &str,
    (role, now): (Role, Instant),
    audit: &Audit,
) -> Result<(), ClearError> {
    with_retry(|| async {
        let tx = database.begin().await?;
        let shard = database.shards().of(user);
        let no = users::find(&tx, shard, user).await?.ok_or_else(|| ClearError::NoUser(user.clone()))?;
        let key = AddressKey::of(&users::email(&tx, no).await?).ok_or(ClearError::NotHeld)?;
        match cleared {
            Cleared::Suppression(reason) => {
                let known = suppressions::find(&tx, &key, reason).await?;
                let active = known.filter(|(_, suppression)| suppression.is_active());
                let (origin, suppression) = active.ok_or(ClearError::NotHeld)?;
                match reason.clearing(origin) {
                    Clearing::AtTheMailService => return Err(ClearError::AtTheMailService),
                    Clearing::BySuperadmin if role != Role::Superadmin => return Err(ClearError::NotAllowed),
                    Clearing::BySuperadmin => {
                        suppressions::lift_carried(&tx, &key, reason).await?;
                    }
                    Clearing::ByAdmin => {
                        // Later than what is lifted, also if its clock is ahead of ours.
                        let set_at = suppression.set_at.unwrap_or(now);
                        let at = now.max(set_at + chrono::TimeDelta::microseconds(1));
                        let origin = SuppressionOrigin::Admin;
                        suppressions::state(&tx, &Statement { key: key.clone(), reason, origin, is_set: false, at })
                            .await?;
                    }
                }
                if reason == SuppressionReason::Deleted {
                    contacts::forget(&tx, &key).await?;
                }
            }
            Cleared::Refusal => {
                let contact = contacts::find(&tx, &key).await?;
                contact.filter(|contact| contact.state == ContactState::Refused).ok_or(ClearError::NotHeld)?;
                contacts::forget(&tx, &key).await?;
                dirty::mark(&tx, &[key.clone()].into()).await?;
            }
        }
        let what = match cleared {
            Cleared::Suppression(reason) => reason.as_str(),
            Cleared::Refusal => "refused",
        };
        let detail = json!({"cleared": what, "reason": why});
        audit.record_of_user(&tx, now, (no, format!("user {user}")), Some(detail)).await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}
