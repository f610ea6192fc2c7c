//! From changes to rows: whole batches are gathered and written in one transaction, with the ledger, the counts, the marks
//! of change and the heartbeat.

use std::time::{Duration, Instant as Stopwatch};

use domain::{ids::UserNo, membership::Changes};
use persistence::{
    Database,
    facts::Candidate,
    ledger::{Membership, Occasion},
    members,
    runs::{self, LeaseError},
    segments, stats,
};

use crate::{plan::Plan, retry::Tries, run::RunError};

/// How long changes are gathered, and so how long a run goes without a heartbeat.
const GATHER: Duration = Duration::from_secs(1);

/// What whole batches have come to and is not yet written.
#[derive(Debug)]
pub struct Gathered {
    enter: Vec<Membership>,
    leave: Vec<Membership>,
    marks: Vec<(UserNo, i64)>,
    /// Whom the next run has to come back to.
    later: Vec<UserNo>,
    users: usize,
    since: Stopwatch,
}

impl Default for Gathered {
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

impl Gathered {
    /// Adds what one user has come to.
    pub fn add(&mut self, candidate: &Candidate, changes: &Changes) {
        let of_user = |segment| Membership { user: candidate.no, segment };
        self.enter.extend(changes.enter.iter().copied().map(of_user));
        self.leave.extend(changes.leave.iter().copied().map(of_user));
        self.marks.extend(candidate.dirty.map(|seq| (candidate.no, seq)));
        self.users += 1;
    }

    /// Sees to it that a user who could not be evaluated is marked.
    pub fn keep_for_later(&mut self, user: UserNo) {
        self.later.push(user);
        self.users += 1;
    }

    /// Whether it is time to write.
    pub fn is_due(&self, commit_users: usize) -> bool {
        self.users >= commit_users && !self.is_empty() || self.since.elapsed() >= GATHER
    }

    fn is_empty(&self) -> bool {
        self.enter.is_empty() && self.leave.is_empty() && self.marks.is_empty() && self.later.is_empty()
    }

    /// Writes everything in one transaction that stands or falls with the lease, and counts what really changed.
    pub async fn commit(
        &mut self,
        database: &Database,
        plan: &Plan,
        occasion: &Occasion,
        progress: &mut runs::Progress,
    ) -> Result<(), RunError> {
        let gathered = std::mem::take(self);
        let mut tries = Tries::default();
        loop {
            match gathered.try_commit(database, plan, occasion, *progress).await {
                Err(RunError::Statement(error) | RunError::Lease(LeaseError::Statement(error)))
                    if tries.again_after(&error).await => {}
                committed => return committed.map(|committed| *progress = committed),
            }
        }
    }

    /// What the progress is once this is committed.
    async fn try_commit(
        &self,
        database: &Database,
        plan: &Plan,
        occasion: &Occasion,
        mut progress: runs::Progress,
    ) -> Result<runs::Progress, RunError> {
        let tx = database.begin().await?;
        segments::hold_definitions(&tx).await?;
        let outdated = plan.outdated(&segments::versions(&tx).await?);
        let of_plan = |changes: &[Membership]| -> Vec<_> {
            changes.iter().filter(|change| !outdated.contains(&change.segment)).copied().collect()
        };
        let (enter, leave) = (of_plan(&self.enter), of_plan(&self.leave));
        let applied = members::apply_as_read(&tx, &enter, &leave, &self.marks, occasion).await?;
        stats::clear_dirty(&tx, &self.marks).await?;
        stats::keep_dirty(&tx, &self.later).await?;
        progress.entered += applied.entered;
        progress.left += applied.left;
        if let Some(run) = occasion.run {
            runs::heartbeat(&tx, run, progress).await?;
        }
        tx.commit().await?;
        Ok(progress)
    }
}
