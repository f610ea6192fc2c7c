//! Writes whole batches in one transaction, with the ledger, the counts, the marks of change and the heartbeat.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant as Stopwatch},
};

use domain::{ids::UserNo, shard::Shard};
use persistence::{
    Database, DbErr, MembershipTx,
    database::is_of_the_data,
    ingest::user_stats,
    membership::{
        self,
        ledger::{ChangeContext, Membership},
    },
    runs, segments,
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

/// If the database refuses the changes of this many users in one transaction, their data is not the reason.
const UNWRITABLE: usize = 100;

/// The changes of whole batches that are not written yet.
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

    pub fn is_due(&self, commit_users: usize) -> bool {
        self.users >= commit_users || self.since.elapsed() >= COMMIT_AFTER
    }

    /// Writes everything, each shard in one transaction, which fails if the lease is lost, and then adds what really changed to the
    /// progress. Returns the users whose changes the database refuses; they are marked for the next run, and all others
    /// are written.
    pub async fn commit(
        self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        evaluated: u64,
        progress: &mut runs::Progress,
    ) -> Result<Vec<(UserNo, DbErr)>, RunError> {
        let mut refused = Vec::new();
        let mut parts = self.by_shard();
        while let Some(part) = parts.pop() {
            let then = runs::Progress { users_processed: evaluated, ..*progress };
            let failure = match with_retry(|| part.try_commit(database, plan, context, then)).await {
                Ok(committed) => {
                    *progress = committed;
                    continue;
                }
                Err(failure) => failure,
            };
            let error = failure.statement().filter(|error| is_of_the_data(error) && refused.len() < UNWRITABLE);
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

    /// The changes of the users of each shard. Without any, there is one part, which renews the lease.
    fn by_shard(self) -> Vec<Self> {
        let mut shards: BTreeMap<Shard, Self> = BTreeMap::new();
        let single = |users: BTreeSet<Shard>| users.len() <= 1;
        let users = self.users().into_iter().chain(self.later.iter().copied());
        if single(users.map(UserNo::shard).collect()) {
            return vec![self];
        }
        for membership in self.enter {
            shards.entry(membership.user.shard()).or_default().enter.push(membership);
        }
        for membership in self.leave {
            shards.entry(membership.user.shard()).or_default().leave.push(membership);
        }
        for mark in self.marks {
            shards.entry(mark.0.shard()).or_default().marks.push(mark);
        }
        for user in self.unfinished {
            shards.entry(user.shard()).or_default().unfinished.insert(user);
        }
        for user in self.later {
            shards.entry(user.shard()).or_default().later.push(user);
        }
        shards.into_values().collect()
    }

    /// Of all users.
    fn shard(&self) -> Shard {
        let changed = self.enter.iter().chain(&self.leave).map(|membership| membership.user);
        let marked = self.marks.iter().map(|(user, _)| *user);
        let mut users = changed.chain(marked).chain(self.later.iter().copied());
        users.next().map_or(Shard::FIRST, UserNo::shard)
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

    /// Returns the progress after the commit.
    async fn try_commit(
        &self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        mut progress: runs::Progress,
    ) -> Result<runs::Progress, RunError> {
        point("before_write");
        let tx = database.begin_membership_change(self.shard()).await?;
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
        progress.entered += applied.entered;
        progress.left += applied.left;
        if let Some(run) = context.run {
            runs::heartbeat(&tx, run, progress).await?;
        }
        point("before_commit");
        tx.commit().await?;
        point("after_commit");
        Ok(progress)
    }
}
