//! An admin's decision about one user and one segment, which the membership follows at once, and with it those in the
//! segments that refer to that one.

use chrono_tz::Tz;
use domain::{
    ids::{SegmentId, UserNo},
    overrides::OverrideKind,
};
use persistence::{
    DbErr, MembershipTx,
    membership::{
        self,
        ledger::{ChangeContext, Membership},
        overrides::{self, Override},
    },
};

use crate::evaluate_user::{UserEvaluator, UserRunError, after_runs};

/// Records a decision in place of any earlier one, and enters or leaves as it says.
pub async fn decide(tx: &MembershipTx, decided: &Override, zone: Tz, context: &ChangeContext) -> Result<(), DbErr> {
    overrides::set(tx, decided, context.at).await?;
    let membership = [Membership { user: decided.user, segment: decided.segment }];
    let (enter, leave): (&[_], &[_]) = match decided.kind {
        OverrideKind::Include => (&membership, &[]),
        OverrideKind::Exclude => (&[], &membership),
    };
    membership::apply(tx, enter, leave, &after_runs(tx, context).await?).await?;
    let evaluation = UserEvaluator::load(tx, zone).await?;
    match evaluation.evaluate_dependants(tx, decided.user, decided.segment, context).await {
        Err(UserRunError::Statement(error)) => Err(error),
        // Whatever is wrong with the user's data does not stand in the way of the decision. The next run names it.
        Ok(()) | Err(UserRunError::NotFound(_) | UserRunError::Unreadable { .. }) => Ok(()),
    }
}

/// Takes a decision back, if there is one, and lets the rule speak; says whether the user is a member now.
pub async fn take_back(
    tx: &MembershipTx,
    user: UserNo,
    segment: SegmentId,
    zone: Tz,
    context: &ChangeContext,
) -> Result<bool, UserRunError> {
    overrides::clear(tx, user, segment).await?;
    UserEvaluator::load(tx, zone).await?.evaluate_one(tx, user, segment, context).await
}
