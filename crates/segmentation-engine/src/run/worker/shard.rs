//! One shard: its users are read, evaluated and written.

use std::sync::atomic::Ordering;

use domain::{
    ids::{UserId, UserNo},
    membership::Cause,
    paid_plan::PaidPlan,
    run::{RunIssue, RunMode, ShardStage},
};
use persistence::{
    database::kind,
    facts::{Candidate, UnreadableUser},
    ingest::users,
    membership::ledger::ChangeContext,
    runs::LeaseError,
    user_range::{UserRange, UserSelection},
};

use super::{Shared, Withheld, Worker};
use crate::{
    run::{
        at_work::AtWork,
        commit::UNWRITABLE,
        evaluation::Evaluation,
        incremental,
        options::MayShrink,
        queue::Taken,
        reader::{ReadOptions, ReadUser, Source},
        report::RunError,
    },
    support::{failpoints::point, retry::with_retry},
};

struct Evaluated {
    evaluation: Evaluation,
    has_unknown_plan: bool,
}

impl Worker<'_> {
    pub(super) async fn evaluate(&mut self, taken: Taken, stage: ShardStage) -> Result<(), RunError> {
        self.guard.begin_shard(&taken.progress.leaving);
        let mut work = AtWork::new(taken, stage);
        let worked = match self.evaluate_all(&mut work).await {
            Ok(()) => self.end(&mut work).await,
            Err(failure) => Err(failure),
        };
        self.or_release(worked, &work).await
    }

    /// Gives a shard back at which an engine has failed.
    pub(super) async fn or_release(&self, worked: Result<(), RunError>, work: &AtWork) -> Result<(), RunError> {
        match &worked {
            Ok(()) | Err(RunError::Lease(LeaseError::Lost { .. })) => {}
            // If that fails too, another engine takes it when the lease ends.
            Err(_) => drop(self.queue.release(&work.taken, work.stage).await),
        }
        worked
    }

    async fn evaluate_all(&mut self, work: &mut AtWork) -> Result<(), RunError> {
        let selection = with_retry(|| self.selection(work)).await?;
        if (self.shared.options.mode, work.stage) == (RunMode::Incremental, ShardStage::Counting) {
            let found = with_retry(|| self.size_of(&selection)).await?;
            work.taken.progress.users_total = found;
            self.shared.found.fetch_add(found, Ordering::Relaxed);
        }
        let mut source = self.source(selection);
        loop {
            let batch = source.next_batch().await?;
            point("after_read");
            if batch.is_empty() {
                return Ok(());
            }
            let count = batch.len() as u64;
            for read in batch {
                let evaluation = self.note(read, work).await?;
                if let Some(evaluation) = evaluation.and_then(|evaluation| self.guard.pass(evaluation)) {
                    work.add(evaluation);
                }
                point("mid_batch");
            }
            if work.stage == ShardStage::Counting {
                let evaluated = self.shared.evaluated.fetch_add(count, Ordering::Relaxed) + count;
                self.shared.observer.evaluated(evaluated, self.total());
            }
            if work.pending.is_due(self.shared.options.commit_users.get()) {
                self.commit(work, work.stage).await?;
            }
            if self.is_to_stop() {
                self.commit(work, work.stage).await?;
                self.stop_if_asked()?;
            }
        }
    }

    /// The users of the shard that the run evaluates.
    async fn selection(&self, work: &AtWork) -> Result<UserSelection, RunError> {
        let (shared, shard) = (self.shared, work.taken.shard);
        match shared.options.mode {
            RunMode::Full => Ok(UserSelection::Range(UserRange::of_shard(shard))),
            RunMode::Incremental => {
                let connection = shared.database.connection();
                Ok(incremental::candidates(connection, shard, shared.plan, shared.options.moment()).await?)
            }
        }
    }

    /// How many users an incremental run evaluates in a shard.
    async fn size_of(&self, selection: &UserSelection) -> Result<u64, RunError> {
        match selection {
            UserSelection::List(users) => Ok(users.len() as u64),
            UserSelection::Range(range) => Ok(users::count_of(self.shared.database.connection(), range.shard()).await?),
        }
    }

    /// Reads users and compares their wanted memberships with the current ones.
    fn source(&self, selection: UserSelection) -> Source<Evaluated> {
        let Shared { options, plan, database, .. } = self.shared;
        let needs = match options.may_shrink {
            MayShrink::All => plan.needs(),
            MayShrink::Only(_) | MayShrink::None => plan.needs_since_last_clocks(options.as_of),
        };
        let read = ReadOptions { as_of: options.as_of, needs };
        let moment = options.moment();
        let plan = plan.resolved(moment);
        let evaluate = move |candidate: Candidate| {
            let evaluation = Evaluation::of(&plan, &candidate, moment);
            Evaluated { evaluation, has_unknown_plan: has_unknown_plan(&candidate) }
        };
        Source::new(database, selection, read, options.batch_size.get(), evaluate)
    }

    /// Counts a user. A user who cannot be read becomes an issue and is marked for the next run.
    async fn note(&self, (user, read): ReadUser<Evaluated>, work: &mut AtWork) -> Result<Option<Evaluation>, RunError> {
        work.evaluated += 1;
        match read {
            Ok(Evaluated { evaluation, has_unknown_plan }) => {
                if work.stage == ShardStage::Counting {
                    work.taken.progress.unknown_plans += u64::from(has_unknown_plan);
                }
                Ok(Some(evaluation))
            }
            Err(UnreadableUser { column, .. }) => {
                work.pending.keep_for_later(user);
                let issue = RunIssue::UnreadableUser { user: self.host_id(user).await?, column: column.into() };
                self.record.add_issue_of(user, issue);
                Ok(None)
            }
        }
    }

    /// Ends a shard, or keeps it until the guard has decided.
    async fn end(&mut self, work: &mut AtWork) -> Result<(), RunError> {
        let counted = self.guard.take_counted();
        work.taken.progress.leaving.extend(counted.leaving);
        let is_done = counted.withheld.is_empty() && !counted.is_cut;
        self.commit(work, if is_done { ShardStage::Done } else { ShardStage::Counted }).await?;
        if counted.is_cut {
            // Somebody evaluates its users again.
            self.queue.release(&work.taken, ShardStage::Counted).await?;
        } else if !is_done {
            self.withheld.push(Withheld { taken: work.taken.clone(), evaluations: counted.withheld });
        }
        Ok(())
    }

    pub(super) async fn write(&mut self, work: &mut AtWork, evaluations: Vec<Evaluation>) -> Result<(), RunError> {
        for mut evaluation in evaluations {
            self.guard.hold_back(&mut evaluation);
            work.add(evaluation);
            if work.pending.is_due(self.shared.options.commit_users.get()) {
                self.commit(work, ShardStage::Writing).await?;
            }
        }
        self.commit(work, ShardStage::Done).await
    }

    /// Writes what is pending, with the progress, and renews the lease.
    async fn commit(&mut self, work: &mut AtWork, stage: ShardStage) -> Result<(), RunError> {
        self.renew_withheld().await?;
        if work.stage == ShardStage::Counting {
            work.taken.progress.users_processed = work.evaluated;
        }
        let pending = std::mem::take(&mut work.pending);
        let (Some(run), Some(lease), false) = (self.record.id, work.taken.lease, pending.is_empty()) else {
            work.count_dry(&pending, self.record.id.is_none());
            with_retry(|| async { Ok::<_, RunError>(self.queue.store(&work.taken, stage).await?) }).await?;
            work.stage = stage;
            return self.record.store_issues().await;
        };
        let Shared { database, options, plan, .. } = self.shared;
        let context = ChangeContext { at: options.as_of, cause: Cause::Run, run: Some(run), actor: None };
        let progress = &mut work.taken.progress;
        let most_refused = UNWRITABLE.saturating_sub(self.refused);
        let refused = pending.commit(database, plan, &context, (lease, stage), progress, most_refused).await?;
        work.stage = stage;
        self.refused += refused.len();
        let written = progress.entered + progress.left;
        for (user, error) in refused {
            let issue = RunIssue::UnwritableUser { user: self.host_id(user).await?, reason: kind(&error) };
            self.record.add_issue_of(user, issue);
        }
        self.record.store_issues().await?;
        self.checkpoints.after(database, written).await;
        Ok(())
    }

    /// A user who was erased meanwhile has no id.
    async fn host_id(&self, user: UserNo) -> Result<UserId, RunError> {
        let connection = self.shared.database.connection();
        let id = with_retry(|| async { Ok::<_, RunError>(users::id(connection, user).await?) }).await?;
        Ok(id.unwrap_or_else(|| user.erased()))
    }
}

fn has_unknown_plan(candidate: &Candidate) -> bool {
    PaidPlan::ALL.iter().all(|plan| plan.stored() != candidate.facts.plan)
}
