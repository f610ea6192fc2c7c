//! A run in progress: which users it evaluates, what changes for each, and how it ends.

use std::collections::BTreeMap;

use domain::{
    ids::{RunId, SegmentId, UserId, UserNo},
    membership::Cause,
    paid_plan::PaidPlan,
    run::{RunIssue, RunMode},
    segment::SegmentKey,
};
use persistence::{
    Database,
    database::kind,
    facts::{Candidate, UnreadableUser},
    ingest::{user_stats, users},
    membership::ledger::ChangeContext,
    user_range::{UserRange, UserSelection},
};
use tracing::warn;

use crate::{
    run::{
        checkpoint::Checkpoints,
        commit::PendingBatch,
        evaluation::Evaluation,
        incremental,
        options::RunOptions,
        plan::Plan,
        reader::{ReadOptions, ReadUser, Source},
        record::RunRecord,
        report::{Observer, RunError, SegmentChanges},
        shrink_guard::{HeldBack, ShrinkGuard},
    },
    support::{failpoints::point, retry::with_retry},
};

struct Evaluated {
    evaluation: Evaluation,
    has_unknown_plan: bool,
}

/// Changes per segment, as evaluated.
type BySegment = BTreeMap<SegmentKey, SegmentChanges>;

pub(crate) struct Running<'a> {
    database: &'a Database,
    options: &'a RunOptions,
    pub(crate) record: RunRecord<'a>,
    users_total: u64,
    /// The progress counts only users whose changes are written.
    evaluated: u64,
    checkpoints: Checkpoints,
    changes: BTreeMap<SegmentId, SegmentChanges>,
}

impl<'a> Running<'a> {
    pub(crate) fn new(database: &'a Database, options: &'a RunOptions, id: Option<RunId>) -> Self {
        Self {
            database,
            options,
            record: RunRecord::new(database, id),
            users_total: 0,
            evaluated: 0,
            checkpoints: Checkpoints::default(),
            changes: BTreeMap::new(),
        }
    }

    pub(crate) async fn complete(&mut self, observer: &dyn Observer) -> Result<BySegment, RunError> {
        let plan = with_retry(|| async {
            Ok::<_, RunError>(Plan::load(self.database.connection(), self.options.zone).await?)
        });
        let plan = plan.await?;
        point("after_plan");
        let selection = with_retry(|| self.selection(&plan)).await?;
        self.users_total = match &selection {
            UserSelection::List(users) => users.len() as u64,
            UserSelection::Range(_) => {
                with_retry(|| async { Ok::<_, RunError>(users::count(self.database.connection()).await?) }).await?
            }
        };
        for failed in plan.failed() {
            warn!(segment = failed.id.0, "segment cannot be evaluated");
            self.record.issues.add(RunIssue::RuleFailed { segment: failed.key.clone(), reason: failed.reason.clone() });
        }
        with_retry(|| self.record.prepare(&plan, self.users_total)).await?;
        self.record.store_issues().await?;
        point("after_prepare");
        let held_back = self.evaluate_all(&plan, selection, observer).await?;
        self.add_held_back(&plan, &held_back);
        self.record.progress.attempts_without_provider = with_retry(|| async {
            Ok::<_, RunError>(user_stats::count_without_provider(self.database.connection()).await?)
        })
        .await?;
        point("before_finish");
        with_retry(|| self.record.succeed(&plan, self.options, &held_back)).await?;
        point("after_finish");
        let named = |(id, changes): (&SegmentId, &SegmentChanges)| Some((plan.key_of(*id)?.clone(), *changes));
        Ok(self.changes.iter().filter_map(named).collect())
    }

    async fn selection(&self, plan: &Plan) -> Result<UserSelection, RunError> {
        match self.options.mode {
            RunMode::Full => Ok(UserSelection::Range(UserRange::ALL)),
            RunMode::Incremental => Ok(incremental::candidates(self.database, plan, self.options.moment()).await?),
        }
    }

    /// Returns the segments that would shrink too much.
    async fn evaluate_all(
        &mut self,
        plan: &Plan,
        selection: UserSelection,
        observer: &dyn Observer,
    ) -> Result<Vec<HeldBack>, RunError> {
        let mut source = self.source(plan, selection);
        let mut guard = match self.options.allow_shrink {
            true => ShrinkGuard::off(),
            false => ShrinkGuard::of(plan),
        };
        let mut held_back = Vec::new();
        let mut pending = PendingBatch::default();
        loop {
            let batch = source.next_batch().await?;
            point("after_read");
            if batch.is_empty() {
                break;
            }
            for read in batch {
                if let Some(evaluation) =
                    self.note(read, &mut pending).await?.and_then(|evaluation| guard.pass(evaluation))
                {
                    self.add_to_pending(evaluation, &mut pending);
                }
                point("mid_batch");
            }
            observer.evaluated(self.evaluated, self.users_total);
            if guard.is_full() {
                self.count_rest(plan, source.rest(), &mut guard, &mut pending).await?;
                held_back = guard.decide(plan);
                self.release(plan, &mut guard, &mut pending).await?;
            }
            if pending.is_due(self.options.commit_users.get()) {
                self.commit(plan, &mut pending).await?;
            }
            if self.options.stop.is_asked() {
                self.commit(plan, &mut pending).await?;
                return Err(self.stopped());
            }
        }
        if !guard.is_decided() {
            held_back = guard.decide(plan);
            self.release(plan, &mut guard, &mut pending).await?;
        }
        self.commit(plan, &mut pending).await?;
        Ok(held_back)
    }

    /// Reads users and compares their wanted memberships with the current ones.
    fn source(&self, plan: &Plan, selection: UserSelection) -> Source<Evaluated> {
        let needs = match self.options.allow_shrink {
            true => plan.needs(),
            false => plan.needs_since_last_clocks(self.options.as_of),
        };
        let read = ReadOptions { as_of: self.options.as_of, needs };
        let moment = self.options.moment();
        let plan = plan.resolved(moment);
        let evaluate = move |candidate: Candidate| {
            let evaluation = Evaluation::of(&plan, &candidate, moment);
            Evaluated { evaluation, has_unknown_plan: has_unknown_plan(&candidate) }
        };
        Source::new(self.database, selection, read, self.options.batch_size.get(), evaluate)
    }

    /// Counts a user. A user who cannot be read becomes an issue and is marked for the next run.
    async fn note(
        &mut self,
        (user, read): ReadUser<Evaluated>,
        pending: &mut PendingBatch,
    ) -> Result<Option<Evaluation>, RunError> {
        self.evaluated += 1;
        match read {
            Ok(Evaluated { evaluation, has_unknown_plan }) => {
                self.record.progress.unknown_plans += u64::from(has_unknown_plan);
                Ok(Some(evaluation))
            }
            Err(UnreadableUser { column, .. }) => {
                pending.keep_for_later(user);
                let issue = RunIssue::UnreadableUser { user: self.host_id(user).await?, column: column.into() };
                self.record.issues.add_of_user(user, issue);
                Ok(None)
            }
        }
    }

    fn add_to_pending(&mut self, evaluation: Evaluation, pending: &mut PendingBatch) {
        for segment in &evaluation.changes.enter {
            self.changes.entry(*segment).or_default().enter += 1;
        }
        for segment in &evaluation.changes.leave {
            self.changes.entry(*segment).or_default().leave += 1;
        }
        pending.add(evaluation);
    }

    /// Counts the remaining users for the guard, without writing their changes. Commits regularly, even without
    /// changes, to renew the lease.
    async fn count_rest(
        &mut self,
        plan: &Plan,
        rest: UserSelection,
        guard: &mut ShrinkGuard,
        pending: &mut PendingBatch,
    ) -> Result<(), RunError> {
        let mut source = self.source(plan, rest);
        loop {
            let batch = source.next_batch().await?;
            if batch.is_empty() {
                return Ok(());
            }
            for evaluated in batch.iter().flat_map(|(_, read)| read) {
                guard.count(&evaluated.evaluation);
            }
            if pending.is_due(self.options.commit_users.get()) {
                self.commit(plan, pending).await?;
            }
            if self.options.stop.is_asked() {
                return Err(self.stopped());
            }
        }
    }

    fn stopped(&self) -> RunError {
        RunError::Stopped { done: self.record.progress.users_processed, of: self.users_total }
    }

    async fn release(
        &mut self,
        plan: &Plan,
        guard: &mut ShrinkGuard,
        pending: &mut PendingBatch,
    ) -> Result<(), RunError> {
        for evaluation in guard.release() {
            self.add_to_pending(evaluation, pending);
            if pending.is_due(self.options.commit_users.get()) {
                self.commit(plan, pending).await?;
            }
        }
        Ok(())
    }

    async fn commit(&mut self, plan: &Plan, pending: &mut PendingBatch) -> Result<(), RunError> {
        let pending = std::mem::take(pending);
        if pending.is_empty() && self.record.progress.users_processed == self.evaluated {
            return Ok(());
        }
        if let Some(run) = self.record.id {
            let context = ChangeContext { at: self.options.as_of, cause: Cause::Run, run: Some(run), actor: None };
            let refused =
                pending.commit(self.database, plan, &context, self.evaluated, &mut self.record.progress).await?;
            for (user, error) in refused {
                let issue = RunIssue::UnwritableUser { user: self.host_id(user).await?, reason: kind(&error) };
                self.record.issues.add_of_user(user, issue);
            }
            self.record.store_issues().await?;
            let written = self.record.progress.entered + self.record.progress.left;
            self.checkpoints.after(self.database, written).await;
        } else {
            self.record.progress.users_processed = self.evaluated;
            self.record.progress.entered = self.changes.values().map(|changes| changes.enter).sum();
            self.record.progress.left = self.changes.values().map(|changes| changes.leave).sum();
        }
        Ok(())
    }

    /// A user who was erased meanwhile has no id.
    async fn host_id(&self, user: UserNo) -> Result<UserId, RunError> {
        let id = with_retry(|| async { Ok::<_, RunError>(users::id(self.database.connection(), user).await?) }).await?;
        Ok(id.unwrap_or_else(|| user.erased()))
    }

    fn add_held_back(&mut self, plan: &Plan, held_back: &[HeldBack]) {
        for HeldBack { segment, leaving, members } in held_back.iter().copied() {
            if let Some(segment) = plan.key_of(segment).cloned() {
                self.record.issues.add(RunIssue::HeldBack { segment, leaving, members });
            }
        }
    }
}

fn has_unknown_plan(candidate: &Candidate) -> bool {
    PaidPlan::ALL.iter().all(|plan| plan.stored() != candidate.facts.plan)
}
