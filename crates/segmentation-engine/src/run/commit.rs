//! Writes whole batches in one transaction, with the ledger, the counts, the marks of change and the heartbeat.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant as Stopwatch},
};

use domain::{ids::UserNo, run::ShardStage};
use persistence::{
    Database, DbErr, MembershipTx,
    database::is_of_the_data,
    ingest::user_stats,
    membership::{
        self, Applied,
        ledger::{ChangeContext, Membership},
    },
    runs::shards::{self, ShardLease, ShardProgress},
    segments,
};

use crate::{
    run::{evaluation::Evaluation, plan::Plan, report::RunError},
    support::{
        failpoints::point,
        retry::{Failure, with_retry},
    },
};

/// How long changes are pending at most, and so the longest time between heartbeats.
const COMMIT_AFTER: Duration = Duration::from_secs(1);

/// If the database refuses the changes of this many users, their data is not the reason.
pub(super) const UNWRITABLE: usize = 100;

/// The changes of whole batches of one shard that are not written yet.
#[derive(Debug)]
pub struct PendingBatch {
    enter: Vec<Membership>,
    leave: Vec<Membership>,
    /// The marks that were read.
    marks: Vec<(UserNo, i64)>,
    /// Users who keep their mark.
    unfinished: BTreeSet<UserNo>,
    /// Users to be marked for the next run.
    later: Vec<UserNo>,
    /// The number of users with changes.
    users: usize,
    since: Stopwatch,
}

impl Default for PendingBatch {
    fn default() -> Self {
        Self {
            enter: Vec::new(),
            leave: Vec::new(),
            marks: Vec::new(),
            unfinished: BTreeSet::new(),
            later: Vec::new(),
            users: 0,
            since: Stopwatch::now(),
        }
    }
}

impl PendingBatch {
    pub fn add(&mut self, evaluation: Evaluation) {
        self.users += usize::from(!evaluation.changes.is_empty() || evaluation.mark.is_some() || !evaluation.is_done);
        let of_user = |segment| Membership { user: evaluation.user, segment };
        self.enter.extend(evaluation.changes.enter.into_iter().map(of_user));
        self.leave.extend(evaluation.changes.leave.into_iter().map(of_user));
        self.marks.extend(evaluation.mark.map(|mark| (evaluation.user, mark.seq)));
        self.unfinished.extend((!evaluation.is_done).then_some(evaluation.user));
    }

    /// Marks a user who could not be evaluated for the next run.
    pub fn keep_for_later(&mut self, user: UserNo) {
        self.later.push(user);
        self.users += 1;
    }

    pub fn is_empty(&self) -> bool {
        self.users == 0
    }

    /// Entries and exits.
    pub fn counts(&self) -> (u64, u64) {
        (self.enter.len() as u64, self.leave.len() as u64)
    }

    pub fn is_due(&self, commit_users: usize) -> bool {
        self.users >= commit_users || self.since.elapsed() >= COMMIT_AFTER
    }

    /// Writes everything in one transaction, which fails if the shard is lost, and then adds what really changed to the
    /// progress. Returns the users whose changes the database refuses, up to a number; they are marked for the next run, and all
    /// others are written.
    pub async fn commit(
        self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        (lease, stage): (ShardLease, ShardStage),
        progress: &mut ShardProgress,
        most_refused: usize,
    ) -> Result<Vec<(UserNo, DbErr)>, RunError> {
        let mut refused = Vec::new();
        let mut parts = vec![self];
        while let Some(part) = parts.pop() {
            // Only the last part ends the shard.
            let then = if parts.is_empty() { stage } else { stage.in_progress() };
            let committed = with_retry(|| part.try_commit(database, plan, context, (lease, then), progress)).await;
            let failure = match committed {
                Ok(applied) => {
                    progress.entered += applied.entered;
                    progress.left += applied.left;
                    continue;
                }
                Err(failure) => failure,
            };
            let error = failure.statement().filter(|error| is_of_the_data(error) && refused.len() < most_refused);
            match (error, part.users().as_slice()) {
                (Some(error), [user]) => {
                    refused.push((*user, error.clone()));
                    parts.push(Self { later: vec![*user], ..Self::default() });
                }
                (Some(_), [_, _, ..]) => parts.extend(part.halves()),
                _ => return Err(failure),
            }
        }
        Ok(refused)
    }

    /// The users with changes or marks, in the order of their keys.
    fn users(&self) -> Vec<UserNo> {
        let changed = self.enter.iter().chain(&self.leave).map(|membership| membership.user);
        let marked = self.marks.iter().map(|(user, _)| *user);
        changed.chain(marked).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The changes of the first half of the users, and those of the second half.
    fn halves(self) -> [Self; 2] {
        let users = self.users();
        let middle = users[users.len() / 2];
        let unfinished = self.unfinished.clone();
        let mut first = Self { later: self.later, unfinished: self.unfinished, ..Self::default() };
        let mut second = Self { unfinished, ..Self::default() };
        (first.enter, second.enter) = self.enter.into_iter().partition(|membership| membership.user < middle);
        (first.leave, second.leave) = self.leave.into_iter().partition(|membership| membership.user < middle);
        (first.marks, second.marks) = self.marks.into_iter().partition(|(user, _)| *user < middle);
        [first, second]
    }

    /// Locks the users that will be marked together with those that change: locks are taken in one order, before any mark.
    async fn lock_users_to_mark(&self, tx: &MembershipTx) -> Result<(), DbErr> {
        if self.later.is_empty() {
            // Writing the changes locks their users.
            return Ok(());
        }
        let changed = self.enter.iter().chain(&self.leave).map(|membership| membership.user);
        let users: BTreeSet<_> = changed.chain(self.later.iter().copied()).collect();
        user_stats::lock(tx, &users.into_iter().collect::<Vec<_>>()).await.map(|_| ())
    }

    /// Returns what really changed.
    async fn try_commit(
        &self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        (lease, stage): (ShardLease, ShardStage),
        before: &ShardProgress,
    ) -> Result<Applied, RunError> {
        point("before_write");
        let tx = database.begin_membership_change(lease.shard).await?;
        self.lock_users_to_mark(&tx).await?;
        let outdated = plan.outdated(&segments::versions(&tx).await?);
        for segment in &outdated {
            // Dropping a change also loses its mark, so the next run has to evaluate everyone for this segment.
            segments::unsettle(&tx, *segment).await?;
        }
        let of_plan = |changes: &[Membership]| -> Vec<_> {
            changes.iter().filter(|change| !outdated.contains(&change.segment)).copied().collect()
        };
        let (enter, leave) = (of_plan(&self.enter), of_plan(&self.leave));
        let applied = membership::apply_as_read(&tx, &enter, &leave, &self.marks, context).await?;
        point("after_write");
        let done = self.marks.iter().filter(|(user, _)| !self.unfinished.contains(user)).copied();
        user_stats::clear_dirty(&tx, &done.collect::<Vec<_>>()).await?;
        user_stats::keep_dirty(&tx, &self.later).await?;
        let progress = ShardProgress {
            entered: before.entered + applied.entered,
            left: before.left + applied.left,
            ..before.clone()
        };
        shards::renew(&tx, lease, stage, &progress).await?;
        point("before_commit");
        tx.commit().await?;
        point("after_commit");
        Ok(applied)
    }
}
