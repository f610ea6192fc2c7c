//! What the database keeps of a run: its plan, issues, health of the segments, and how it ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{
    ids::{RunId, SegmentId, UserNo},
    run::{RunIssue, RunState, ShardStage},
    segment_health::SegmentHealth,
    shard::{Shard, by_shard},
};
use persistence::{
    Database, DbErr,
    database::database_clock,
    ingest::{gone, user_stats},
    runs::{self, Ending, Issues, LeaseError, Outcome, shards::ShardOfRun},
    segments::{self, Settling},
};
use serde_json::json;
use tokio::time::sleep;
use tracing::warn;

use crate::{
    run::{
        incremental, options::RunOptions, plan::Plan, queue::LOOK_AGAIN, report::RunError, shrink_guard::HeldBack,
        terms::Terms,
    },
    support::retry::with_retry,
};

/// How often an engine that ends a run early looks for others, between which they look too.
const OTHERS_LOOK: u32 = 4;

/// The row of a run and what belongs to it. A dry run has none, and writes nothing.
pub(crate) struct RunRecord<'a> {
    database: &'a Database,
    pub(super) id: Option<RunId>,
    /// Found and not stored yet. Of a dry run, all.
    issues: Mutex<Issues>,
}

impl<'a> RunRecord<'a> {
    pub(super) fn new(database: &'a Database, id: Option<RunId>) -> Self {
        Self { database, id, issues: Mutex::default() }
    }

    pub(super) fn add_issue(&self, issue: RunIssue) {
        self.issues().add(issue);
    }

    pub(super) fn add_issue_of(&self, user: UserNo, issue: RunIssue) {
        self.issues().add_of_user(user, issue);
    }

    fn issues(&self) -> MutexGuard<'_, Issues> {
        self.issues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of a dry run.
    pub(super) fn into_issues(self) -> Issues {
        self.issues.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Marks segments whose rule cannot be evaluated, and clears the mark of those that can again. Users who are gone are
    /// not evaluated, so their marks of change are cleared here.
    pub(super) async fn prepare(&self, plan: &Plan, terms: &Terms, users_total: Option<u64>) -> Result<(), RunError> {
        let Some(id) = self.id else { return Ok(()) };
        with_retry(|| self.begin(id, plan, terms, users_total)).await?;
        let connection = self.database.connection();
        let gone = with_retry(|| async { Ok::<_, RunError>(gone::marks(connection).await?) }).await?;
        for (shard, marks) in by_shard(gone, |(user, _)| user.shard()) {
            with_retry(|| self.clear_marks(shard, &marks)).await?;
        }
        Ok(())
    }

    async fn begin(&self, id: RunId, plan: &Plan, terms: &Terms, users_total: Option<u64>) -> Result<(), RunError> {
        let tx = self.database.begin_membership_change(Shard::FIRST).await?;
        for failed in plan.failed() {
            let health = SegmentHealth::RuleFailed { reason: failed.reason.clone() };
            segments::set_health(&tx, failed.id, &health).await?;
            segments::unsettle(&tx, failed.id).await?;
        }
        for recovered in plan.recovered() {
            segments::set_health(&tx, recovered, &SegmentHealth::Ok).await?;
        }
        runs::set_plan(&tx, id, &json!(terms), users_total).await?;
        runs::shards::prepare(&tx, id, self.database.shards()).await?;
        Ok(tx.commit().await?)
    }

    async fn clear_marks(&self, shard: Shard, marks: &[(UserNo, i64)]) -> Result<(), RunError> {
        let tx = self.database.begin_membership_change(shard).await?;
        user_stats::clear_dirty(&tx, marks).await?;
        Ok(tx.commit().await?)
    }

    /// Stores the issues so far in the run's row.
    pub(super) async fn store_issues(&self) -> Result<(), RunError> {
        let Some(run) = self.id else { return Ok(()) };
        let found = std::mem::take(&mut *self.issues());
        if found.is_empty() {
            return Ok(());
        }
        with_retry(|| async {
            let tx = self.database.begin().await?;
            runs::add_issues(&tx, run, &found).await?;
            tx.commit().await?;
            Ok::<_, RunError>(())
        })
        .await
    }

    /// Stores the success, and that the segments are settled, except those that were changed meanwhile. A segment that
    /// was held back is settled too: the users who were held back are marked for the next run.
    pub(super) async fn succeed(
        &self,
        plan: &Plan,
        options: &RunOptions,
        held_back: &[HeldBack],
        attempts_without_provider: u64,
    ) -> Result<(), RunError> {
        let Some(id) = self.id else { return Ok(()) };
        let found = self.issues().clone();
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
        let outcome = Outcome { attempts_without_provider, issues: &found, ending: Ending::Succeeded };
        match runs::finish(&tx, id, &outcome).await {
            // An earlier try was committed, and only the answer was lost, or another engine of the run was faster.
            Err(LeaseError::Lost { .. }) if self.has_succeeded(id).await? => return Ok(()),
            finished => finished?,
        }
        tx.commit().await?;
        Ok(())
    }

    /// This process has given its shards back. Others look again before they take them.
    async fn is_gone_on_with(&self, id: RunId) -> Result<bool, DbErr> {
        let connection = self.database.connection();
        let is_at_work = |now| move |shard: &ShardOfRun| shard.stage != ShardStage::Done && shard.is_held(now);
        for _ in 0..OTHERS_LOOK {
            sleep(LOOK_AGAIN).await;
            let now = database_clock(connection).await?;
            if runs::shards::all(connection, id).await?.iter().any(is_at_work(now)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn has_succeeded(&self, id: RunId) -> Result<bool, DbErr> {
        let run = runs::find(self.database.connection(), id).await?;
        Ok(run.is_some_and(|run| run.state == RunState::Succeeded))
    }

    /// Stores why a run ended early, unless other engines go on with it. A run that lost its lease must not write its row.
    pub(super) async fn note_failure(&self, failure: &RunError) {
        let Some(id) = self.id else { return };
        let ending = match failure {
            RunError::Lease(LeaseError::Lost { .. }) => return,
            RunError::Stopped { .. } => Ending::Abandoned(failure.to_string()),
            RunError::Lease(_) | RunError::Statement(_) | RunError::OtherVersion { .. } | RunError::NoSegment(_) => {
                Ending::Failed(failure.to_string())
            }
        };
        if self.is_gone_on_with(id).await.unwrap_or(false) {
            return;
        }
        let found = self.issues().clone();
        let noted = with_retry(|| async {
            let tx = self.database.begin().await?;
            let outcome = Outcome { attempts_without_provider: 0, issues: &found, ending: ending.clone() };
            runs::finish(&tx, id, &outcome).await?;
            Ok::<_, RunError>(tx.commit().await?)
        });
        if noted.await.is_err() {
            warn!(run = id.0, "the end of the run could not be noted: its lease will run out");
        }
    }
}
