//! An admin's decision about one user and one segment, which the membership follows at once.

use chrono_tz::Tz;
use domain::ids::{SegmentId, UserNo};
use persistence::{
    DbErr, Transaction,
    ledger::{Membership, Occasion},
    members,
    overrides::{self, Decision, Override},
};

use crate::single::{Evaluation, UserRunError, after_runs};

/// Records a decision in place of any earlier one, and enters or leaves as it says.
pub async fn decide(tx: &Transaction, decided: &Override, occasion: &Occasion) -> Result<(), DbErr> {
    overrides::set(tx, decided, occasion.at).await?;
    let membership = [Membership { user: decided.user, segment: decided.segment }];
    let (enter, leave): (&[_], &[_]) = match decided.decision {
        Decision::Include => (&membership, &[]),
        Decision::Exclude => (&[], &membership),
    };
    members::apply(tx, enter, leave, &after_runs(tx, occasion).await?).await.map(|_| ())
}

/// Takes a decision back, if there is one, and lets the rule speak; says whether the user is a member now.
pub async fn take_back(
    tx: &Transaction,
    user: UserNo,
    segment: SegmentId,
    zone: Tz,
    occasion: &Occasion,
) -> Result<bool, UserRunError> {
    overrides::clear(tx, user, segment).await?;
    Evaluation::load(tx, zone).await?.evaluate_one(tx, user, segment, occasion).await
}
