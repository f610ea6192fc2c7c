//! From changes to rows: whole batches are pending and written in one transaction, with the ledger, the counts, the marks
//! of change and the heartbeat.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant as Stopwatch},
};

use domain::ids::UserNo;
use persistence::{
    Database, DbErr,
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

/// How long changes are pending, and so how long a run goes without a heartbeat.
const GATHER: Duration = Duration::from_secs(1);

/// If the changes of so many users are refused in one transaction, it is not the users' data.
const UNWRITABLE: usize = 100;

/// What whole batches have come to and is not yet written.
#[derive(Debug)]
pub struct PendingBatch {
    enter: Vec<Membership>,
    leave: Vec<Membership>,
    marks: Vec<(UserNo, i64)>,
    /// Whom the next run has to come back to.
    later: Vec<UserNo>,
    /// About how many users there is something to write.
    users: usize,
    since: Stopwatch,
}

impl Default for PendingBatch {
    fn default() -> Self {
        Self {
            enter: Vec::new(),
            leave: Vec::new(),
            marks: Vec::new(),
            later: Vec::new(),
            users: 0,
            since: Stopwatch::now(),
        }
    }
}

impl PendingBatch {
    /// Adds what one user has come to.
    pub fn add(&mut self, evaluation: Evaluation) {
        self.users += usize::from(!evaluation.changes.is_empty() || evaluation.dirty.is_some() || !evaluation.is_done);
        let of_user = |segment| Membership { user: evaluation.user, segment };
        self.enter.extend(evaluation.changes.enter.into_iter().map(of_user));
        self.leave.extend(evaluation.changes.leave.into_iter().map(of_user));
        self.marks.extend(evaluation.dirty.map(|seq| (evaluation.user, seq)));
        self.later.extend((!evaluation.is_done).then_some(evaluation.user));
    }

    /// Sees to it that a user who could not be evaluated is marked.
    pub fn keep_for_later(&mut self, user: UserNo) {
        self.later.push(user);
        self.users += 1;
    }

    /// Whether it is time to write.
    pub fn is_due(&self, commit_users: usize) -> bool {
        self.users >= commit_users || self.since.elapsed() >= GATHER
    }

    /// Writes everything in one transaction that stands or falls with the lease, and counts in the progress what really
    /// changed, once it is written. A user whose changes the database refuses costs nobody else theirs: they are answered,
    /// and marked for the next run.
    pub async fn commit(
        self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        evaluated: u64,
        progress: &mut runs::Progress,
    ) -> Result<Vec<(UserNo, DbErr)>, RunError> {
        let mut refused = Vec::new();
        let mut parts = vec![self];
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

    /// Whom anything is written about, in the order of their keys.
    fn users(&self) -> Vec<UserNo> {
        let changed = self.enter.iter().chain(&self.leave).map(|membership| membership.user);
        let marked = self.marks.iter().map(|(user, _)| *user);
        changed.chain(marked).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The first half of the users and the second, each with all that is theirs.
    fn halves(self) -> [Self; 2] {
        let users = self.users();
        let middle = users[users.len() / 2];
        let (mut first, mut second) = (Self { later: self.later, ..Self::default() }, Self::default());
        (first.enter, second.enter) = self.enter.into_iter().partition(|membership| membership.user < middle);
        (first.leave, second.leave) = self.leave.into_iter().partition(|membership| membership.user < middle);
        (first.marks, second.marks) = self.marks.into_iter().partition(|(user, _)| *user < middle);
        [first, second]
    }

    /// What the progress is once this is committed.
    async fn try_commit(
        &self,
        database: &Database,
        plan: &Plan,
        context: &ChangeContext,
        mut progress: runs::Progress,
    ) -> Result<runs::Progress, RunError> {
        point("before_write");
        let tx = database.begin_membership_change().await?;
        let outdated = plan.outdated(&segments::versions(&tx).await?);
        for segment in &outdated {
            // What is dropped here goes with its mark of change, so the next run has to look at everyone for it.
            segments::unsettle(&tx, *segment).await?;
        }
        let of_plan = |changes: &[Membership]| -> Vec<_> {
            changes.iter().filter(|change| !outdated.contains(&change.segment)).copied().collect()
        };
        let (enter, leave) = (of_plan(&self.enter), of_plan(&self.leave));
        let applied = membership::apply_as_read(&tx, &enter, &leave, &self.marks, context).await?;
        point("after_write");
        user_stats::clear_dirty(&tx, &self.marks).await?;
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
