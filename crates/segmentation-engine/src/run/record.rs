//! What the database keeps of a run: progress, issues, health of the segments, and how it ended.

use domain::{
    ids::{RunId, SegmentId},
    run::RunState,
    segment_health::SegmentHealth,
    shard::{Shard, by_shard},
};
use persistence::{
    Database, DbErr, Transaction,
    ingest::{gone, user_stats},
    runs::{self, Ending, Issues, LeaseError, Outcome, Progress},
    segments::{self, Settling},
};
use tracing::warn;

use crate::{
    run::{incremental, options::RunOptions, plan::Plan, report::RunError, shrink_guard::HeldBack},
    support::retry::with_retry,
};

/// The row of a run and what belongs to it. A dry run has none, and writes nothing.
pub(crate) struct RunRecord<'a> {
    database: &'a Database,
    pub(super) id: Option<RunId>,
    pub(super) progress: Progress,
    pub(super) issues: Issues,
    /// How many of them are stored.
    issues_stored: u64,
}

impl<'a> RunRecord<'a> {
    pub(super) fn new(database: &'a Database, id: Option<RunId>) -> Self {
        Self { database, id, progress: Progress::default(), issues: Issues::default(), issues_stored: 0 }
    }

    /// Marks segments whose rule cannot be evaluated, and clears the mark of those that can again. Users who are gone are
    /// not evaluated, so their marks of change are cleared here.
    pub(super) async fn prepare(&self, plan: &Plan, users_total: u64) -> Result<(), RunError> {
        let Some(id) = self.id else { return Ok(()) };
        let tx = self.database.begin_membership_change(Shard::FIRST).await?;
        for failed in plan.failed() {
            let health = SegmentHealth::RuleFailed { reason: failed.reason.clone() };
            segments::set_health(&tx, failed.id, &health).await?;
            segments::unsettle(&tx, failed.id).await?;
        }
        for recovered in plan.recovered() {
            segments::set_health(&tx, recovered, &SegmentHealth::Ok).await?;
        }
        runs::heartbeat(&tx, id, Progress::default()).await?;
        runs::set_users_total(&tx, id, users_total).await?;
        tx.commit().await?;
        for (shard, marks) in by_shard(gone::marks(self.database.connection()).await?, |(user, _)| user.shard()) {
            let tx = self.database.begin_membership_change(shard).await?;
            user_stats::clear_dirty(&tx, &marks).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Stores the issues so far in the run's row.
    pub(super) async fn store_issues(&mut self) -> Result<(), RunError> {
        let Some(run) = self.id else { return Ok(()) };
        if self.issues.count() > self.issues_stored {
            with_retry(|| async {
                let tx = self.database.begin().await?;
                runs::set_issues(&tx, run, &self.issues).await?;
                tx.commit().await?;
                Ok::<_, RunError>(())
            })
            .await?;
            self.issues_stored = self.issues.count();
        }
        Ok(())
    }

    /// Stores the success, and that the segments are settled, except those that were changed meanwhile. A segment that
    /// was held back is settled too: the users who were held back are marked for the next run.
    pub(super) async fn succeed(
        &self,
        plan: &Plan,
        options: &RunOptions,
        held_back: &[HeldBack],
    ) -> Result<(), RunError> {
        let Some(id) = self.id else { return Ok(()) };
        let tx = self.database.begin_membership_change(Shard::FIRST).await?;
        let outdated = plan.outdated(&segments::versions(&tx).await?);
        let is_held_back = |id: SegmentId| held_back.iter().any(|held_back| held_back.segment == id);
        let settled: Vec<_> = incremental::rule_marks(plan, options.zone)
            .filter(|(segment, _)| !outdated.contains(segment))
            .map(|(segment, rule)| Settling { segment, rule, is_held_back: is_held_back(segment) })
            .collect();
        segments::settle(&tx, &settled, options.as_of).await?;
        for segment in held_back {
            segments::set_health(&tx, segment.segment, &SegmentHealth::from(*segment)).await?;
        }
        match self.finish(&tx, id, Ending::Succeeded).await {
            // An earlier try was committed, and only the answer was lost.
            Err(LeaseError::Lost { .. }) if self.has_succeeded(id).await? => return Ok(()),
            finished => finished?,
        }
        tx.commit().await?;
        Ok(())
    }

    async fn has_succeeded(&self, id: RunId) -> Result<bool, DbErr> {
        let run = runs::find(self.database.connection(), id).await?;
        Ok(run.is_some_and(|run| run.state == RunState::Succeeded))
    }

    /// Stores why a run ended early. A run that lost its lease must not write its row.
    pub(super) async fn note_failure(&self, failure: &RunError) {
        let Some(id) = self.id else { return };
        let ending = match failure {
            RunError::Lease(LeaseError::Lost { .. }) => return,
            RunError::Stopped { .. } => Ending::Abandoned(failure.to_string()),
            RunError::Lease(_) | RunError::Statement(_) => Ending::Failed(failure.to_string()),
        };
        let noted = with_retry(|| async {
            let tx = self.database.begin().await?;
            self.finish(&tx, id, ending.clone()).await?;
            Ok::<_, RunError>(tx.commit().await?)
        });
        if noted.await.is_err() {
            warn!(run = id.0, "the end of the run could not be noted: its lease will run out");
        }
    }

    async fn finish(&self, tx: &Transaction, id: RunId, ending: Ending) -> Result<(), LeaseError> {
        runs::finish(tx, id, &Outcome { progress: self.progress, issues: &self.issues, ending }).await
    }
}
