//! A run under way: whom it looks at, what each is to become, and how it ends.

use std::collections::BTreeMap;

use domain::{
    ids::{RunId, SegmentId},
    membership::Changes,
    segment::{Plan as PaidPlan, SegmentKey},
};
use persistence::{
    Database, Transaction,
    facts::{Candidate, Read, Unreadable},
    ledger::{Cause, Occasion},
    runs::{self, LeaseError, Mode, Outcome, Progress},
    segments,
};
use tracing::warn;

use crate::{
    apply::Gathered,
    incremental,
    plan::Plan,
    run::{Observer, RunError, RunOptions, SegmentChanges},
    source::{Reading, Source, Whom},
};

/// What evaluation asked for, segment by segment.
type BySegment = BTreeMap<SegmentKey, SegmentChanges>;

pub(crate) struct Running<'a> {
    database: &'a Database,
    options: &'a RunOptions,
    /// A dry run has none.
    id: Option<RunId>,
    users_total: u64,
    pub(crate) progress: Progress,
    pub(crate) errors: Vec<String>,
    changes: BTreeMap<SegmentId, SegmentChanges>,
}

impl<'a> Running<'a> {
    pub(crate) fn new(database: &'a Database, options: &'a RunOptions, id: Option<RunId>, users_total: u64) -> Self {
        let (progress, errors, changes) = (Progress::default(), Vec::new(), BTreeMap::new());
        Self { database, options, id, users_total, progress, errors, changes }
    }

    pub(crate) async fn complete(&mut self, observer: &dyn Observer) -> Result<BySegment, RunError> {
        let plan = Plan::load(self.database.connection(), self.options.zone).await?;
        let whom = self.whom(&plan).await?;
        self.prepare(&plan).await?;
        self.evaluate_all(&plan, whom, observer).await?;
        self.succeed(&plan).await?;
        let named = |(id, changes): (&SegmentId, &SegmentChanges)| Some((plan.key_of(*id)?.clone(), *changes));
        Ok(self.changes.iter().filter_map(named).collect())
    }

    async fn whom(&mut self, plan: &Plan) -> Result<Whom, RunError> {
        let whom = match self.options.mode {
            Mode::Full => Whom::EVERYONE,
            Mode::Incremental => {
                incremental::candidates(self.database.connection(), plan, self.options.moment()).await?
            }
        };
        if let Whom::These(users) = &whom {
            self.users_total = users.len() as u64;
        }
        Ok(whom)
    }

    /// A segment whose rule cannot be computed is marked, and its members stay; one that can be again is unmarked.
    async fn prepare(&mut self, plan: &Plan) -> Result<(), RunError> {
        for failed in plan.failed() {
            warn!(segment = failed.id.0, "segment cannot be evaluated");
            self.errors.push(format!("segment {}: {}", failed.key, failed.reason));
        }
        let Some(id) = self.id else { return Ok(()) };
        let tx = self.database.begin().await?;
        for failed in plan.failed() {
            segments::set_failure(&tx, failed.id, Some(&failed.reason)).await?;
        }
        for recovered in plan.recovered() {
            segments::set_failure(&tx, recovered, None).await?;
        }
        runs::heartbeat(&tx, id, Progress::default()).await?;
        runs::set_users_total(&tx, id, self.users_total).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn evaluate_all(&mut self, plan: &Plan, whom: Whom, observer: &dyn Observer) -> Result<(), RunError> {
        let reading = Reading { as_of: self.options.as_of, needs: plan.needs() };
        let mut source = Source::open(self.database, whom, reading, self.options.batch_size.get()).await?;
        let mut gathered = Gathered::default();
        loop {
            let batch = source.next_batch().await?;
            if batch.is_empty() {
                break;
            }
            for read in &batch {
                self.evaluate(plan, read, &mut gathered);
            }
            observer.evaluated(self.progress.users_processed, self.users_total);
            if gathered.is_due(self.options.commit_users.get()) {
                self.commit(plan, &mut gathered).await?;
            }
        }
        self.commit(plan, &mut gathered).await
    }

    /// One user: desired memberships against current ones.
    fn evaluate(&mut self, plan: &Plan, read: &Read, gathered: &mut Gathered) {
        self.progress.users_processed += 1;
        let candidate = match read {
            Ok(candidate) => candidate,
            Err(unreadable) => {
                gathered.keep_for_later(unreadable.no);
                return self.errors.push(name_unreadable(unreadable));
            }
        };
        self.progress.unknown_plans += u64::from(has_unknown_plan(candidate));
        let changes = Changes::between(&candidate.current, &plan.wanted(candidate, self.options.moment()));
        for segment in &changes.enter {
            self.changes.entry(*segment).or_default().enter += 1;
        }
        for segment in &changes.leave {
            self.changes.entry(*segment).or_default().leave += 1;
        }
        gathered.add(candidate, &changes);
    }

    async fn commit(&mut self, plan: &Plan, gathered: &mut Gathered) -> Result<(), RunError> {
        if let Some(run) = self.id {
            let occasion = Occasion { at: self.options.as_of, cause: Cause::Run, run: Some(run), actor: None };
            return gathered.commit(self.database, plan, &occasion, &mut self.progress).await;
        }
        *gathered = Gathered::default();
        self.progress.entered = self.changes.values().map(|changes| changes.enter).sum();
        self.progress.left = self.changes.values().map(|changes| changes.leave).sum();
        Ok(())
    }

    /// Notes the success, and that the segments are settled; those that were changed meanwhile are not.
    async fn succeed(&self, plan: &Plan) -> Result<(), RunError> {
        let Some(id) = self.id else { return Ok(()) };
        let tx = self.database.begin().await?;
        segments::hold_definitions(&tx).await?;
        let outdated = plan.outdated(&segments::versions(&tx).await?);
        let settled = incremental::rule_marks(plan, self.options.zone);
        let settled: Vec<_> = settled.filter(|(segment, _)| !outdated.contains(segment)).collect();
        segments::settle(&tx, &settled, self.options.as_of).await?;
        self.finish(&tx, id, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes the failure; why the run failed says more than that its end could not be noted. A run that lost its lease has
    /// nothing to note any more: its row is another's business.
    pub(crate) async fn note_failure(&self, failure: &RunError) {
        let Some(id) = self.id else { return };
        if matches!(failure, RunError::Lease(LeaseError::Lost { .. })) {
            return;
        }
        let noted = async {
            let tx = self.database.begin().await?;
            self.finish(&tx, id, Some(failure.to_string())).await?;
            Ok::<_, RunError>(tx.commit().await?)
        };
        if noted.await.is_err() {
            warn!(run = id.0, "the end of the run could not be noted: its lease will run out");
        }
    }

    async fn finish(&self, tx: &Transaction, id: RunId, failure: Option<String>) -> Result<(), LeaseError> {
        runs::finish(tx, id, &Outcome { progress: self.progress, errors: &self.errors, failure }).await
    }
}

fn name_unreadable(unreadable: &Unreadable) -> String {
    match &unreadable.id {
        Some(id) => format!("user {id}: {}", unreadable.reason),
        None => format!("user number {}: {}", unreadable.no, unreadable.reason),
    }
}

fn has_unknown_plan(candidate: &Candidate) -> bool {
    PaidPlan::ALL.iter().all(|plan| plan.stored() != candidate.facts.plan)
}
