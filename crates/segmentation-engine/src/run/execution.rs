//! A run from its plan to its end.

use std::{collections::BTreeMap, sync::atomic::AtomicU64};

use domain::{
    ids::{RunId, SegmentId},
    run::{RunIssue, RunMode},
    segment::SegmentKey,
};
use futures_util::future::join_all;
use persistence::{
    Database,
    ingest::{user_stats, users},
    runs::{
        self,
        shards::{SegmentChanges, ShardOfRun, ShardProgress},
    },
    segments::{self, CountedSegment},
};
use tracing::warn;

use crate::{
    run::{
        options::{RunOptions, Stop},
        plan::Plan,
        record::RunRecord,
        report::{Observer, RunError},
        shrink_guard::HeldBack,
        terms::Terms,
        worker::{Shared, Worker},
    },
    support::{failpoints::point, retry::with_retry},
};

pub(super) struct Execution<'a> {
    database: &'a Database,
    pub(super) options: &'a RunOptions,
    pub(super) record: RunRecord<'a>,
}

/// What all engines of the run have done.
pub(super) struct Completed {
    /// Changes per segment, as evaluated.
    pub(super) by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    pub(super) progress: ShardProgress,
    pub(super) attempts_without_provider: u64,
}

impl<'a> Execution<'a> {
    /// `id` is `None` for a dry run.
    pub(super) fn new(database: &'a Database, options: &'a RunOptions, id: Option<RunId>) -> Self {
        Self { database, options, record: RunRecord::new(database, id) }
    }

    /// Of a run that this process began.
    pub(super) async fn complete(&self, observer: &dyn Observer) -> Result<Completed, RunError> {
        let plan = self.plan().await?;
        point("after_plan");
        let users_total = self.users_total().await?;
        for failed in plan.failed() {
            warn!(segment = failed.id.0, "segment cannot be evaluated");
            self.record.add_issue(RunIssue::RuleFailed { segment: failed.key.clone(), reason: failed.reason.clone() });
        }
        let terms = Terms::of(&plan, &self.sizes().await?, self.options);
        self.record.prepare(&plan, &terms, users_total).await?;
        self.record.store_issues().await?;
        point("after_prepare");
        self.work((&plan, &terms), users_total.unwrap_or_default(), observer).await
    }

    /// Of a run that another process began.
    pub(super) async fn join(&self, terms: &Terms, observer: &dyn Observer) -> Result<Completed, RunError> {
        let plan = self.plan().await?.keeping(&terms.versions);
        let users_total = self.users_total().await?;
        self.work((&plan, terms), users_total.unwrap_or_default(), observer).await
    }

    async fn plan(&self) -> Result<Plan, RunError> {
        with_retry(|| async { Ok::<_, RunError>(Plan::load(self.database.connection(), self.options.zone).await?) })
            .await
    }

    /// How many members each segment has.
    async fn sizes(&self) -> Result<BTreeMap<SegmentId, u64>, RunError> {
        let connection = self.database.connection();
        let counted = with_retry(|| async { Ok::<_, RunError>(segments::all_counted(connection).await?) }).await?;
        let size = |segment: &CountedSegment| (segment.id, u64::try_from(segment.member_count).unwrap_or_default());
        Ok(counted.iter().map(size).collect())
    }

    /// Of an incremental run each shard tells its own.
    async fn users_total(&self) -> Result<Option<u64>, RunError> {
        match self.options.mode {
            RunMode::Incremental => Ok(None),
            RunMode::Full => {
                let count = || async { Ok::<_, RunError>(users::count(self.database.connection()).await?) };
                with_retry(count).await.map(Some)
            }
        }
    }

    async fn work(
        &self,
        (plan, terms): (&Plan, &Terms),
        users_total: u64,
        observer: &dyn Observer,
    ) -> Result<Completed, RunError> {
        let shared = Shared {
            database: self.database,
            options: self.options,
            plan,
            guarded: terms.guarded.clone(),
            observer,
            users_total,
            evaluated: AtomicU64::new(0),
            found: AtomicU64::new(0),
            halt: Stop::default(),
        };
        // Nobody joins a dry run, and nobody needs more workers than shards.
        let most = if self.record.id.is_some() { self.database.shards().count() } else { 1 };
        let workers = self.options.workers.get().min(usize::from(most));
        let workers = (0..workers).map(|number| Worker::new(&shared, &self.record, number).work());
        let (shards, held_back) = first_of(join_all(workers).await)?;
        self.end(plan, shards, &held_back).await
    }

    async fn end(&self, plan: &Plan, shards: Vec<ShardOfRun>, held_back: &[HeldBack]) -> Result<Completed, RunError> {
        for HeldBack { segment, leaving, members } in held_back.iter().copied() {
            if let Some(segment) = plan.key_of(segment).cloned() {
                self.record.add_issue(RunIssue::HeldBack { segment, leaving, members });
            }
        }
        let connection = self.database.connection();
        let attempts_without_provider =
            with_retry(|| async { Ok::<_, RunError>(user_stats::count_without_provider(connection).await?) }).await?;
        point("before_finish");
        with_retry(|| self.record.succeed(plan, self.options, held_back, attempts_without_provider)).await?;
        point("after_finish");
        let progress = shards.iter().fold(ShardProgress::default(), |sum, shard| sum.plus(&shard.progress));
        let named = |(id, changes): (&SegmentId, &SegmentChanges)| Some((plan.key_of(*id)?.clone(), *changes));
        let by_segment = progress.changes.iter().filter_map(named).collect();
        Ok(Completed { by_segment, progress, attempts_without_provider })
    }

    /// The first of them, and how many there are.
    pub(super) async fn issues(self) -> Result<(Vec<RunIssue>, u64), RunError> {
        let Some(run) = self.record.id else {
            let issues = self.record.into_issues();
            return Ok((issues.listed().to_vec(), issues.count()));
        };
        let connection = self.database.connection();
        let stored = with_retry(|| async { Ok::<_, RunError>(runs::find(connection, run).await?) }).await?;
        Ok(stored.map_or_else(Default::default, |run| (run.issues, run.issue_count)))
    }
}

/// The result of any worker, or the failure that stopped the others.
fn first_of<T: Default>(worked: Vec<Result<T, RunError>>) -> Result<T, RunError> {
    let (done, mut failed): (Vec<_>, Vec<_>) = worked.into_iter().partition(Result::is_ok);
    failed.sort_by_key(|failed| matches!(failed, Err(RunError::Stopped { .. })));
    failed.into_iter().chain(done).next().unwrap_or_else(|| Ok(T::default()))
}
