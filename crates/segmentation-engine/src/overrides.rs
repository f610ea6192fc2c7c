//! Admins' overrides of one user and one segment. The membership follows at once, and with it those in the segments that refer
//! to that one.

use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::{Instant, format_instant},
    membership::Cause,
    overrides::OverrideKind,
    period::Moment,
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr, MembershipTx,
    ingest::gone,
    membership::{
        self,
        ledger::{ChangeContext, Membership},
        overrides::{self, Override},
    },
    segments,
};
use serde_json::{Value as Json, json};

use crate::{
    audit::Audit,
    evaluate_user::{UserEvaluator, UserRunError, after_runs, find_user},
    support::retry::{Failure, with_retry},
};

/// An override that is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverride {
    pub user: UserId,
    pub segment: SegmentKey,
    pub kind: OverrideKind,
    /// Kept with the override and in the audit log.
    pub reason: Option<String>,
    /// When an include expires. `None` for never.
    pub expires_at: Option<Instant>,
}

/// Why an override cannot be set or removed.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// There is no such segment.
    #[error("there is no segment {0}")]
    SegmentNotFound(SegmentKey),
    /// Nobody who is deleted in the host application can be included.
    #[error("user {0} is deleted in the host application")]
    Deleted(UserId),
    /// There is no such user, or the user cannot be evaluated.
    #[error(transparent)]
    User(#[from] UserRunError),
}

/// Sets an override in place of any earlier one, and makes the memberships follow.
pub async fn set(database: &Database, new: &NewOverride, moment: Moment, audit: &Audit) -> Result<(), OverrideError> {
    with_retry(|| try_set(database, new, moment, audit)).await
}

async fn try_set(database: &Database, new: &NewOverride, moment: Moment, audit: &Audit) -> Result<(), OverrideError> {
    let tx = database.begin_membership_change(database.shards().of(&new.user)).await?;
    let (user, segment) = find(&tx, &new.user, &new.segment).await?;
    if new.kind == OverrideKind::Include && gone::since(&tx, user).await?.is_some() {
        return Err(OverrideError::Deleted(new.user.clone()));
    }
    let stored = Override {
        user,
        segment,
        kind: new.kind,
        actor: audit.actor.clone(),
        reason: new.reason.clone(),
        expires_at: new.expires_at,
    };
    overrides::set(&tx, &stored, moment.now).await?;
    follow(&tx, &stored, moment, &audit.change_context(moment.now, Cause::Admin)).await?;
    let target = target(&new.segment, &new.user);
    audit.record_of_user(&tx, moment.now, (user, target), Some(new.detail())).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes the override of a user and a segment, if there is one, so that the rule decides again. Returns whether the user is
/// a member now.
pub async fn remove(
    database: &Database,
    user: &UserId,
    segment: &SegmentKey,
    moment: Moment,
    audit: &Audit,
) -> Result<bool, OverrideError> {
    with_retry(|| try_remove(database, user, segment, moment, audit)).await
}

async fn try_remove(
    database: &Database,
    id: &UserId,
    key: &SegmentKey,
    moment: Moment,
    audit: &Audit,
) -> Result<bool, OverrideError> {
    let tx = database.begin_membership_change(database.shards().of(id)).await?;
    let (user, segment) = find(&tx, id, key).await?;
    overrides::clear(&tx, user, segment).await?;
    let context = audit.change_context(moment.now, Cause::Admin);
    let is_member = UserEvaluator::load(&tx, moment.zone).await?.evaluate_one(&tx, user, segment, &context).await?;
    let detail = json!({"isMember": is_member});
    audit.record_of_user(&tx, moment.now, (user, target(key, id)), Some(detail)).await?;
    tx.commit().await?;
    Ok(is_member)
}

async fn find(tx: &MembershipTx, user: &UserId, segment: &SegmentKey) -> Result<(UserNo, SegmentId), OverrideError> {
    let user = find_user(tx, user).await?;
    let found = segments::find(tx, segment).await?.filter(|found| !found.is_being_deleted);
    Ok((user, found.ok_or_else(|| OverrideError::SegmentNotFound(segment.clone()))?.id))
}

/// Makes the user's memberships follow in the segment and in those that refer to it.
async fn follow(tx: &MembershipTx, set: &Override, moment: Moment, context: &ChangeContext) -> Result<(), DbErr> {
    let membership = [Membership { user: set.user, segment: set.segment }];
    let (enter, leave): (&[_], &[_]) = match set.kind {
        OverrideKind::Include => (&membership, &[]),
        OverrideKind::Exclude => (&[], &membership),
    };
    membership::apply(tx, enter, leave, &after_runs(tx, context).await?).await?;
    let evaluator = UserEvaluator::load(tx, moment.zone).await?;
    match evaluator.evaluate_dependants(tx, set.user, set.segment, context).await {
        Err(UserRunError::Statement(error)) => Err(error),
        // Faulty data of the user must not prevent the override. The next run reports it.
        Ok(()) | Err(UserRunError::NotFound(_) | UserRunError::OnlyPulled(_) | UserRunError::Unreadable { .. }) => {
            Ok(())
        }
    }
}

fn target(segment: &SegmentKey, user: &UserId) -> String {
    format!("segment {segment}, user {user}")
}

impl NewOverride {
    /// Only an include can expire.
    fn detail(&self) -> Json {
        match self.kind {
            OverrideKind::Include => json!({"reason": self.reason, "expiresAt": self.expires_at.map(format_instant)}),
            OverrideKind::Exclude => json!({"reason": self.reason}),
        }
    }
}

impl From<DbErr> for OverrideError {
    fn from(error: DbErr) -> Self {
        Self::User(error.into())
    }
}

impl Failure for OverrideError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::SegmentNotFound(_) | Self::Deleted(_) => None,
            Self::User(error) => error.statement(),
        }
    }
}
