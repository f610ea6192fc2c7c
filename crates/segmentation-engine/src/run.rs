//! The story of a run: take the lease, fix the clock, read users in order, evaluate, write what changed, end.

use std::{collections::BTreeMap, num::NonZeroUsize, time::Instant as Stopwatch};

use chrono_tz::Tz;
use domain::{
    ids::{RunId, SegmentId},
    instant::Instant,
    membership::Changes,
    period::Moment,
    segment::{Plan as PaidPlan, SegmentKey},
};
use persistence::{
    Database, DbErr,
    audit::AuditEntry,
    facts::{Candidate, Read, Scope, Unreadable},
    ledger::{Cause, Occasion},
    runs::{self, LeaseError, NewRun, Outcome, Progress, Trigger},
    segments, users,
};
use tracing::{info, warn};

use crate::{
    apply::Gathered,
    plan::Plan,
    source::{ALL_USERS, Source},
};

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The clock of the rules.
    pub as_of: Instant,
    /// The zone in which days, weeks and months begin.
    pub zone: Tz,
    /// Users in a batch: the unit of progress and of fault isolation.
    pub batch_size: NonZeroUsize,
    /// Users after which gathered changes are written.
    pub commit_users: NonZeroUsize,
    /// Whether to say what would change instead of changing it.
    pub dry_run: bool,
    /// What starts the run.
    pub trigger: Trigger,
}

impl RunOptions {
    /// A run at that instant, in UTC, with batches of 100 and commits of 5,000 users.
    pub fn at(as_of: Instant) -> Self {
        Self {
            as_of,
            zone: Tz::UTC,
            batch_size: NonZeroUsize::new(100).unwrap_or(NonZeroUsize::MIN),
            commit_users: NonZeroUsize::new(5_000).unwrap_or(NonZeroUsize::MIN),
            dry_run: false,
            trigger: Trigger::CommandLine,
        }
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunReport {
    /// Its id; none for a dry run.
    pub run: Option<RunId>,
    /// Users evaluated.
    pub users_processed: u64,
    /// Memberships entered.
    pub entered: u64,
    /// Memberships left.
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// Users and segments that could not be evaluated, by id.
    pub errors: Vec<String>,
    /// What evaluation asked for, segment by segment.
    pub by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    /// In milliseconds.
    pub duration_ms: u64,
}

/// What evaluation asked for in one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SegmentChanges {
    /// To enter.
    pub enter: u64,
    /// To leave.
    pub leave: u64,
}

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The lease was refused or lost.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// A statement failed.
    #[error(transparent)]
    Statement(#[from] DbErr),
}

/// Hears how far a run is.
pub trait Observer: Send + Sync {
    /// So many users of so many are evaluated.
    fn evaluated(&self, users: u64, of: u64);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn evaluated(&self, _users: u64, _of: u64) {}
}

/// Evaluates all users and makes memberships follow.
pub async fn run(database: &Database, options: &RunOptions, observer: &dyn Observer) -> Result<RunReport, RunError> {
    if options.dry_run {
        let started = Stopwatch::now();
        let users_total = users::count(database.connection()).await?;
        return go_on(None, users_total, started, database, options, observer).await;
    }
    begin(database, options, None).await?.go_on(database, options, observer).await
}

/// Begins a run that does not only say what it would change: takes the lease, and puts that on record if it is asked to.
/// The run waits for [`BegunRun::go_on`]; if that does not come, its lease runs out.
pub async fn begin(database: &Database, options: &RunOptions, entry: Option<AuditEntry>) -> Result<BegunRun, RunError> {
    let started = Stopwatch::now();
    let users_total = users::count(database.connection()).await?;
    let new = NewRun {
        trigger: options.trigger,
        as_of: options.as_of,
        owner: format!("process {}", std::process::id()),
        users_total,
    };
    let id = runs::begin_audited(database, &new, entry).await?;
    Ok(BegunRun { id, users_total, started })
}

/// A run that holds the lease.
#[derive(Debug)]
pub struct BegunRun {
    id: RunId,
    users_total: u64,
    started: Stopwatch,
}

impl BegunRun {
    /// Its id.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// Evaluates all users and makes memberships follow; with the options that it was begun with.
    pub async fn go_on(
        self,
        database: &Database,
        options: &RunOptions,
        observer: &dyn Observer,
    ) -> Result<RunReport, RunError> {
        go_on(Some(self.id), self.users_total, self.started, database, options, observer).await
    }
}

/// A dry run has no id.
async fn go_on(
    id: Option<RunId>,
    users_total: u64,
    started: Stopwatch,
    database: &Database,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<RunReport, RunError> {
    let mut running = Running { database, options, id, errors: Vec::new(), changes: BTreeMap::new() };
    let mut progress = Progress::default();
    let outcome = running.evaluate_all(users_total, &mut progress, observer).await;
    let ended = match id {
        Some(id) => running.end(id, progress, outcome.as_ref().err()).await,
        None => Ok(()),
    };
    // Why a run failed says more than that its end could not be noted.
    let by_segment = outcome?;
    ended?;
    let report = RunReport {
        run: id,
        users_processed: progress.users_processed,
        entered: progress.entered,
        left: progress.left,
        unknown_plans: progress.unknown_plans,
        errors: running.errors,
        by_segment,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    info!(
        run = report.run.map(|run| run.0),
        users = report.users_processed,
        entered = report.entered,
        left = report.left,
        errors = report.errors.len(),
        duration_ms = report.duration_ms,
        "run done"
    );
    Ok(report)
}

/// A run under way.
struct Running<'a> {
    database: &'a Database,
    options: &'a RunOptions,
    id: Option<RunId>,
    errors: Vec<String>,
    changes: BTreeMap<SegmentId, SegmentChanges>,
}

impl Running<'_> {
    async fn evaluate_all(
        &mut self,
        users_total: u64,
        progress: &mut Progress,
        observer: &dyn Observer,
    ) -> Result<BTreeMap<SegmentKey, SegmentChanges>, RunError> {
        let plan = Plan::load(self.database.connection(), self.options.zone).await?;
        self.note_failed_segments(&plan).await?;
        let (above, up_to) = ALL_USERS;
        let scope = Scope { above, up_to, as_of: self.options.as_of, needs: plan.needs() };
        let mut source = Source::open(self.database, scope, self.options.batch_size.get()).await?;
        let occasion = Occasion { at: self.options.as_of, cause: Cause::Run, run: self.id, actor: None };
        let mut gathered = Gathered::default();
        loop {
            let batch = source.next_batch().await?;
            if batch.is_empty() {
                break;
            }
            for read in &batch {
                self.evaluate(&plan, read, &mut gathered, progress);
            }
            observer.evaluated(progress.users_processed, users_total);
            if gathered.is_due(self.options.commit_users.get()) {
                self.commit(&plan, &mut gathered, &occasion, progress).await?;
            }
        }
        self.commit(&plan, &mut gathered, &occasion, progress).await?;
        let named = |(id, changes): (&SegmentId, &SegmentChanges)| Some((plan.key_of(*id)?.clone(), *changes));
        Ok(self.changes.iter().filter_map(named).collect())
    }

    /// One user: desired memberships against current ones.
    fn evaluate(&mut self, plan: &Plan, read: &Read, gathered: &mut Gathered, progress: &mut Progress) {
        progress.users_processed += 1;
        let candidate = match read {
            Ok(candidate) => candidate,
            Err(unreadable) => return self.errors.push(name_unreadable(unreadable)),
        };
        progress.unknown_plans += u64::from(has_unknown_plan(candidate));
        let moment = Moment { now: self.options.as_of, zone: self.options.zone };
        let changes = Changes::between(&candidate.current, &plan.wanted(candidate, moment));
        for segment in &changes.enter {
            self.changes.entry(*segment).or_default().enter += 1;
        }
        for segment in &changes.leave {
            self.changes.entry(*segment).or_default().leave += 1;
        }
        gathered.add(candidate, &changes);
    }

    async fn commit(
        &self,
        plan: &Plan,
        gathered: &mut Gathered,
        occasion: &Occasion,
        progress: &mut Progress,
    ) -> Result<(), RunError> {
        if !self.options.dry_run {
            return gathered.commit(self.database, plan, occasion, progress).await;
        }
        *gathered = Gathered::default();
        progress.entered = self.changes.values().map(|changes| changes.enter).sum();
        progress.left = self.changes.values().map(|changes| changes.leave).sum();
        Ok(())
    }

    /// A segment whose rule cannot be computed is marked, and its members stay; one that can be again is unmarked.
    async fn note_failed_segments(&mut self, plan: &Plan) -> Result<(), RunError> {
        for failed in plan.failed() {
            warn!(segment = failed.id.0, "segment cannot be evaluated");
            self.errors.push(format!("segment {}: {}", failed.key, failed.reason));
        }
        if self.options.dry_run {
            return Ok(());
        }
        let tx = self.database.begin().await?;
        for failed in plan.failed() {
            segments::set_failure(&tx, failed.id, Some(&failed.reason)).await?;
        }
        for recovered in plan.recovered() {
            segments::set_failure(&tx, recovered, None).await?;
        }
        if let Some(id) = self.id {
            runs::heartbeat(&tx, id, Progress::default()).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes the outcome. A run that lost its lease has nothing to note any more: its row is another's business.
    async fn end(&self, id: RunId, progress: Progress, failure: Option<&RunError>) -> Result<(), RunError> {
        if matches!(failure, Some(RunError::Lease(LeaseError::Lost { .. }))) {
            return Ok(());
        }
        let failure = failure.map(ToString::to_string);
        let tx = self.database.begin().await?;
        runs::finish(&tx, id, &Outcome { progress, errors: &self.errors, failure }).await?;
        tx.commit().await?;
        Ok(())
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
