//! A run over one user, at once.

use chrono_tz::Tz;
use domain::{
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
    membership::Changes,
    period::Moment,
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr,
    facts::{self, Scope},
    ledger::{Cause, Membership, Occasion},
    members, stats, users,
};

use crate::plan::Plan;

/// What a run over one user did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserReport {
    /// Segments entered.
    pub added: Vec<SegmentKey>,
    /// Segments left.
    pub removed: Vec<SegmentKey>,
    /// Where the user is a member now.
    pub current: Vec<SegmentKey>,
}

/// Why a user could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum UserRunError {
    /// There is no such user.
    #[error("there is no user {0}")]
    NotFound(UserId),
    /// The stored data cannot be read.
    #[error("user {id}: {reason}")]
    Unreadable {
        /// Who.
        id: UserId,
        /// Which column, without its content.
        reason: String,
    },
    /// A statement failed.
    #[error(transparent)]
    Statement(#[from] DbErr),
}

/// Evaluates one user, and makes the memberships follow in one transaction.
pub async fn run_user(database: &Database, id: &UserId, now: Instant, zone: Tz) -> Result<UserReport, UserRunError> {
    let tx = database.begin().await?;
    let no = users::find(&tx, id).await?.ok_or_else(|| UserRunError::NotFound(id.clone()))?;
    let plan = Plan::load(&tx, zone).await?;
    let scope = Scope { above: UserNo(no.0 - 1), up_to: no, as_of: now, needs: plan.needs() };
    let read = facts::range(&tx, scope).await?.pop().ok_or_else(|| UserRunError::NotFound(id.clone()))?;
    let candidate =
        read.map_err(|unreadable| UserRunError::Unreadable { id: id.clone(), reason: unreadable.reason })?;
    let wanted = plan.wanted(&candidate, Moment { now, zone });
    let changes = Changes::between(&candidate.current, &wanted);
    let memberships = |segments: &[SegmentId]| -> Vec<_> {
        segments.iter().map(|segment| Membership { user: no, segment: *segment }).collect()
    };
    let occasion = Occasion { at: now, cause: Cause::UserRun, run: None, actor: None };
    members::apply(&tx, &memberships(&changes.enter), &memberships(&changes.leave), &occasion).await?;
    stats::clear_dirty(&tx, &candidate.dirty.map(|seq| (no, seq)).into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    let keys = |segments: &mut dyn Iterator<Item = SegmentId>| -> Vec<_> {
        segments.filter_map(|segment| plan.key_of(segment).cloned()).collect()
    };
    Ok(UserReport {
        added: keys(&mut changes.enter.iter().copied()),
        removed: keys(&mut changes.leave.iter().copied()),
        current: keys(&mut wanted.iter()),
    })
}
