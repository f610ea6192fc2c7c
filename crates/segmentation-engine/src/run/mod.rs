//! The story of a run: take the lease, fix the clock, look at users, write what changed, end.

pub mod commit;
mod execution;
pub mod incremental;
pub mod plan;
pub mod reader;
pub(crate) mod shrink_guard;

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant as Stopwatch,
};

use chrono_tz::Tz;
use domain::{
    ids::RunId,
    instant::Instant,
    period::Moment,
    run::{RunIssue, RunMode, RunTrigger, issues_in_words},
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr,
    database::words,
    ops::audit::AuditEntry,
    runs::{self, Begun, LeaseError, NewRun},
};
use tracing::info;

use crate::{
    run::execution::Running,
    support::{failpoints::point, retry::Failure},
};

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Which users to look at.
    pub mode: RunMode,
    /// The clock of the rules.
    pub as_of: Instant,
    /// Whether somebody asked for that very clock; see [`NewRun`].
    pub as_of_is_given: bool,
    /// The zone in which days, weeks and months begin.
    pub zone: Tz,
    /// Users in a batch: the unit of progress and of fault isolation.
    pub batch_size: NonZeroUsize,
    /// So many users about whom there is something to write make a transaction.
    pub commit_users: NonZeroUsize,
    /// Whether to say what would change instead of changing it.
    pub dry_run: bool,
    /// Whether a segment of some size may lose more than half of its members.
    pub allow_shrink: bool,
    /// What starts the run.
    pub trigger: RunTrigger,
    /// Asks the run to stop before its end.
    pub stop: Stop,
}

/// By which a run is asked to stop: it finishes the batch in hand, writes what it has, and ends as abandoned.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl RunOptions {
    /// A run over all users at that instant, in UTC, with batches of 100 and commits of 5,000 users.
    pub fn at(as_of: Instant) -> Self {
        Self {
            mode: RunMode::Full,
            as_of,
            as_of_is_given: true,
            zone: Tz::UTC,
            batch_size: NonZeroUsize::new(100).unwrap_or(NonZeroUsize::MIN),
            commit_users: NonZeroUsize::new(5_000).unwrap_or(NonZeroUsize::MIN),
            dry_run: false,
            allow_shrink: false,
            trigger: RunTrigger::CommandLine,
            stop: Stop::default(),
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.as_of, zone: self.zone }
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunReport {
    /// Its id; none for a dry run.
    pub run: Option<RunId>,
    /// The clock of its rules: the one asked for, or a little later, where somebody else's clock has recorded a change.
    pub as_of: Option<Instant>,
    /// Users evaluated.
    pub users_processed: u64,
    /// Memberships entered.
    pub entered: u64,
    /// Memberships left.
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// The first 1,000.
    pub issues: Vec<RunIssue>,
    pub issue_count: u64,
    /// What evaluation asked for, segment by segment.
    pub by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    /// In milliseconds.
    pub duration_ms: u64,
}

impl RunReport {
    /// The issues as sentences, for people and for schedulers.
    pub fn errors(&self) -> Vec<String> {
        issues_in_words(&self.issues, self.issue_count)
    }
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
    /// It was asked to.
    #[error("the run was asked to stop, after {done} of {of} users")]
    Stopped {
        /// Users evaluated and written.
        done: u64,
        /// Users to be evaluated.
        of: u64,
    },
    /// A statement failed.
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for RunError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) | Self::Lease(LeaseError::Statement(error)) => Some(error),
            Self::Lease(_) | Self::Stopped { .. } => None,
        }
    }
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

/// Evaluates users and makes memberships follow.
pub async fn run(database: &Database, options: &RunOptions, observer: &dyn Observer) -> Result<RunReport, RunError> {
    if options.dry_run {
        return execute(None, Stopwatch::now(), database, options, observer).await;
    }
    begin(database, options, None).await?.execute(database, options, observer).await
}

/// Begins a run that does not only say what it would change: takes the lease, and puts that on record if it is asked to.
/// The run waits for [`BegunRun::execute`]; if that does not come, its lease runs out.
pub async fn begin(database: &Database, options: &RunOptions, entry: Option<AuditEntry>) -> Result<BegunRun, RunError> {
    let started = Stopwatch::now();
    point("before_lease");
    let new = NewRun {
        trigger: options.trigger,
        mode: options.mode,
        as_of: options.as_of,
        as_of_is_given: options.as_of_is_given,
        owner: format!("process {}", std::process::id()),
    };
    let begun = runs::begin_audited(database, &new, entry).await?;
    point("after_lease");
    Ok(BegunRun { begun, started })
}

/// A run that holds the lease.
#[derive(Debug)]
pub struct BegunRun {
    begun: Begun,
    started: Stopwatch,
}

impl BegunRun {
    /// Its id.
    pub fn id(&self) -> RunId {
        self.begun.id
    }

    /// Evaluates users and makes memberships follow; with the options that it was begun with.
    pub async fn execute(
        self,
        database: &Database,
        options: &RunOptions,
        observer: &dyn Observer,
    ) -> Result<RunReport, RunError> {
        let options = &RunOptions { as_of: self.begun.as_of, ..options.clone() };
        execute(Some(self.begun.id), self.started, database, options, observer).await
    }
}

/// A dry run has no id.
async fn execute(
    id: Option<RunId>,
    started: Stopwatch,
    database: &Database,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<RunReport, RunError> {
    let mut running = Running::new(database, options, id);
    let outcome = running.complete(observer).await;
    if let Err(failure) = &outcome {
        running.note_failure(failure).await;
    }
    let by_segment = outcome?;
    let progress = running.progress;
    let report = RunReport {
        run: id,
        as_of: Some(options.as_of),
        users_processed: progress.users_processed,
        entered: progress.entered,
        left: progress.left,
        unknown_plans: progress.unknown_plans,
        issues: running.issues.listed().to_vec(),
        issue_count: running.issues.count(),
        by_segment,
        duration_ms: domain::period::millis(started.elapsed()),
    };
    info!(
        run = report.run.map(|run| run.0),
        users = report.users_processed,
        entered = report.entered,
        left = report.left,
        errors = report.issue_count,
        duration_ms = report.duration_ms,
        "run done"
    );
    Ok(report)
}
