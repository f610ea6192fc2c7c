//! Evaluates one user at once.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use domain::{
    criteria::Needs,
    ids::{SegmentId, UserId, UserNo},
    instant::Instant,
    membership::{Cause, Changes, SegmentSet},
    period::Moment,
    segment::SegmentKey,
};
use persistence::{
    ConnectionTrait, Database, DbErr, MembershipTx,
    database::words,
    facts::{self, Candidate, Scope, UnreadableUser},
    ingest::{gone, user_stats, users},
    membership::{
        self,
        ledger::{ChangeContext, Membership},
    },
    runs,
    user_range::UserSelection,
};

use serde_json::json;

use crate::{
    audit::Audit,
    run::plan::Plan,
    support::retry::{Failure, with_retry},
};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserReport {
    pub added: Vec<SegmentKey>,
    pub removed: Vec<SegmentKey>,
    pub current: Vec<SegmentKey>,
    /// Whether the host application has deleted the user, who is in no segment then.
    pub is_deleted: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum UserRunError {
    #[error("there is no user {0}")]
    NotFound(UserId),
    /// There is no such user, but pulls had kept the id. It is deleted now.
    #[error("there is no user {0}, but pulls had kept this id: it is deleted now")]
    OnlyPulled(UserId),
    #[error("user {id}: cannot read the stored {column}")]
    Unreadable {
        id: UserId,
        /// Without its content.
        column: &'static str,
    },
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for UserRunError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_) | Self::OnlyPulled(_) | Self::Unreadable { .. } => None,
        }
    }
}

/// Evaluates a user and updates the memberships in one transaction, with an audit entry if `audit` is given.
pub async fn run_user(
    database: &Database,
    id: &UserId,
    moment: Moment,
    audit: Option<&Audit>,
) -> Result<UserReport, UserRunError> {
    with_retry(|| try_run_user(database, id, moment, audit)).await
}

async fn try_run_user(
    database: &Database,
    id: &UserId,
    moment: Moment,
    audit: Option<&Audit>,
) -> Result<UserReport, UserRunError> {
    let tx = database.begin_membership_change(database.shards().of(id)).await?;
    let user = find_user(&tx, id).await?;
    let actor = audit.map(|audit| audit.actor.clone());
    let context = ChangeContext { at: moment.now, cause: Cause::UserRun, run: None, actor };
    let mut report = UserEvaluator::load(&tx, moment.zone).await?.evaluate(&tx, user, &context).await?;
    report.is_deleted = gone::since(&tx, user).await?.is_some();
    if let Some(audit) = audit {
        let detail = json!({"segmentsAdded": names(&report.added), "segmentsRemoved": names(&report.removed)});
        audit.record_of_user(&tx, moment.now, (user, format!("user {id}")), Some(detail)).await?;
    }
    tx.commit().await?;
    Ok(report)
}

fn names(keys: &[SegmentKey]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

/// A user of the shard of the transaction.
pub(crate) async fn find_user(tx: &MembershipTx, id: &UserId) -> Result<UserNo, UserRunError> {
    users::find(tx, tx.shard(), id).await?.ok_or_else(|| UserRunError::NotFound(id.clone()))
}

/// Evaluates single users in a transaction, by the segments as they were when it was loaded.
pub(crate) struct UserEvaluator {
    plan: Plan,
    zone: Tz,
}

struct Evaluated {
    candidate: Candidate,
    wanted: SegmentSet,
}

pub(crate) async fn candidate(
    connection: &impl ConnectionTrait,
    user: UserNo,
    as_of: Instant,
    needs: Needs,
) -> Result<Candidate, UserRunError> {
    let users = UserSelection::List(vec![user]);
    let scope = Scope { users: &users, as_of, needs: &needs };
    let read = facts::read_all(connection, scope).await?.pop();
    match read.ok_or_else(|| DbErr::RecordNotFound("the user's row".into()))? {
        Ok(candidate) => Ok(candidate),
        Err(UnreadableUser { no, column }) => {
            let id = users::id(connection, no).await?.unwrap_or_else(|| no.erased());
            Err(UserRunError::Unreadable { id, column })
        }
    }
}

/// The context, no earlier than the latest run, whose clock may have been ahead of this machine's.
pub(crate) async fn after_runs(tx: &MembershipTx, context: &ChangeContext) -> Result<ChangeContext, DbErr> {
    Ok(ChangeContext { at: runs::not_before_runs(tx, context.at).await?, ..context.clone() })
}

impl UserEvaluator {
    pub(crate) async fn load(tx: &MembershipTx, zone: Tz) -> Result<Self, DbErr> {
        Ok(Self { plan: Plan::load(tx, zone).await?, zone })
    }

    /// Evaluates a user at the time of the context, or at the clock of the latest run if that is later, and updates all
    /// memberships.
    pub(crate) async fn evaluate(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        context: &ChangeContext,
    ) -> Result<UserReport, UserRunError> {
        let context = after_runs(tx, context).await?;
        let Evaluated { candidate, wanted } = self.read(tx, user, context.at, |_| true).await?;
        let changes = Changes::between(&candidate.current, &wanted);
        self.apply(tx, user, &changes, &context).await?;
        // An active run may have read the user before. A mark that it has not read makes it skip the user.
        if runs::is_running(tx).await? {
            if !changes.enter.is_empty() || !changes.leave.is_empty() {
                user_stats::mark_for_evaluation(tx, &[user]).await?;
            }
        } else {
            user_stats::clear_dirty(tx, &candidate.mark.map(|mark| (user, mark.seq)).into_iter().collect::<Vec<_>>())
                .await?;
        }
        let keys = |segments: &mut dyn Iterator<Item = SegmentId>| -> Vec<_> {
            segments.filter_map(|segment| self.plan.key_of(segment).cloned()).collect()
        };
        Ok(UserReport {
            is_deleted: false,
            added: keys(&mut changes.enter.iter().copied()),
            removed: keys(&mut changes.leave.iter().copied()),
            current: keys(&mut wanted.iter()),
        })
    }

    /// Evaluates a user in one segment and in those that refer to it, and updates these memberships. Returns whether
    /// the user is a member of the segment. A segment that runs skip keeps the user as is. Other segments count as they
    /// are, so that the user's memberships are consistent.
    pub(crate) async fn evaluate_one(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        segment: SegmentId,
        context: &ChangeContext,
    ) -> Result<bool, UserRunError> {
        let evaluated = self.plan.with_dependants(BTreeSet::from([segment]));
        let wanted = self.follow(tx, user, &evaluated, context).await?;
        Ok(wanted.contains(segment))
    }

    /// Updates the memberships of a user in the segments that refer to one that has changed for the user.
    pub(crate) async fn evaluate_dependants(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        of: SegmentId,
        context: &ChangeContext,
    ) -> Result<(), UserRunError> {
        let evaluated: BTreeSet<_> = self.plan.dependants(of).map(|segment| segment.id).collect();
        if evaluated.is_empty() {
            return Ok(());
        }
        self.follow(tx, user, &evaluated, context).await.map(|_| ())
    }

    async fn follow(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        evaluated: &BTreeSet<SegmentId>,
        context: &ChangeContext,
    ) -> Result<SegmentSet, UserRunError> {
        let is_evaluated = |segment| evaluated.contains(&segment);
        let context = after_runs(tx, context).await?;
        let Evaluated { candidate, wanted } = self.read(tx, user, context.at, is_evaluated).await?;
        self.apply(tx, user, &Changes::between(&candidate.current, &wanted), &context).await?;
        Ok(wanted)
    }

    async fn read(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        now: Instant,
        is_evaluated: impl Fn(SegmentId) -> bool,
    ) -> Result<Evaluated, UserRunError> {
        // The next evaluation of this user waits, and reads what is written here.
        user_stats::lock(tx, &[user]).await?;
        let candidate = candidate(tx, user, now, self.plan.needs()).await?;
        let wanted = self.plan.wanted_by(&candidate, Moment { now, zone: self.zone }, is_evaluated);
        Ok(Evaluated { candidate, wanted })
    }

    async fn apply(
        &self,
        tx: &MembershipTx,
        user: UserNo,
        changes: &Changes,
        context: &ChangeContext,
    ) -> Result<(), DbErr> {
        let memberships = |segments: &[SegmentId]| -> Vec<_> {
            segments.iter().map(|segment| Membership { user, segment: *segment }).collect()
        };
        membership::apply(tx, &memberships(&changes.enter), &memberships(&changes.leave), context).await.map(|_| ())
    }
}
