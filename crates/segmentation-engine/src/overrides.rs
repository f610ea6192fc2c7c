//! An admin's decision about one user and one segment, which the membership follows at once, and with it those in the
//! segments that refer to that one.

use chrono_tz::Tz;
use domain::ids::{SegmentId, UserNo};
use persistence::{
    DbErr, MembershipTx,
    membership::{
        self,
        ledger::{Membership, Occasion},
        overrides::{self, Decision, Override},
    },
};

use crate::evaluate_user::{Evaluation, UserRunError, after_runs};

/// Records a decision in place of any earlier one, and enters or leaves as it says.
pub async fn decide(tx: &MembershipTx, decided: &Override, zone: Tz, occasion: &Occasion) -> Result<(), DbErr> {
    overrides::set(tx, decided, occasion.at).await?;
    let membership = [Membership { user: decided.user, segment: decided.segment }];
    let (enter, leave): (&[_], &[_]) = match decided.decision {
        Decision::Include => (&membership, &[]),
        Decision::Exclude => (&[], &membership),
    };
    membership::apply(tx, enter, leave, &after_runs(tx, occasion).await?).await?;
    let evaluation = Evaluation::load(tx, zone).await?;
    match evaluation.evaluate_dependants(tx, decided.user, decided.segment, occasion).await {
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
    occasion: &Occasion,
) -> Result<bool, UserRunError> {
    overrides::clear(tx, user, segment).await?;
    Evaluation::load(tx, zone).await?.evaluate_one(tx, user, segment, occasion).await
}
