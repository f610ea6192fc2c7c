//! A run: take the lease, fix the clock, evaluate users shard by shard, write what changed, end. Several engines can share it.

mod at_work;
mod checkpoint;
pub mod commit;
pub mod evaluation;
mod execution;
pub mod incremental;
mod options;
pub mod plan;
mod queue;
pub mod reader;
mod record;
mod report;
pub(crate) mod shrink_guard;
mod terms;
mod worker;

use std::time::{Duration, Instant as Stopwatch};

use domain::{ids::RunId, instant::Instant};
use persistence::{
    Database,
    database::words,
    ops::audit::AuditEntry,
    runs::{self, Begun, NewRun},
    segments,
};
use serde_json::Value as Json;
use tracing::{debug, info, warn};

use self::{
    execution::{Completed, Execution},
    terms::Terms,
};
pub use self::{
    options::{JoinOptions, MayShrink, RunOptions, Stop},
    report::{NoObserver, Observer, RunError, RunReport},
};
use crate::{
    activity_days,
    audit::Audit,
    clock, credit_sets,
    support::{failpoints::point, retry::with_retry},
};
pub use persistence::runs::shards::SegmentChanges;

/// Evaluates users and updates their memberships.
pub async fn run(database: &Database, options: &RunOptions, observer: &dyn Observer) -> Result<RunReport, RunError> {
    if options.dry_run {
        refuse_unknown(database, &options.may_shrink).await?;
        return execute(None, Stopwatch::now(), database, options, observer).await;
    }
    begin(database, options, None).await?.execute(database, observer).await
}

/// Takes the lease for a run of a caller, with an audit entry. Call [`StartedRun::execute`] next; otherwise the lease
/// expires.
pub async fn start(
    database: &Database,
    options: &RunOptions,
    (audit, at): (&Audit, Instant),
    detail: Json,
) -> Result<StartedRun, RunError> {
    begin(database, options, Some(audit.entry(at, None, Some(detail)))).await
}

async fn begin(database: &Database, options: &RunOptions, entry: Option<AuditEntry>) -> Result<StartedRun, RunError> {
    let started = Stopwatch::now();
    point("before_lease");
    with_retry(|| refuse_unknown(database, &options.may_shrink)).await?;
    // The command line checks the ones that are given.
    let as_of = match options.as_of_is_given {
        true => options.as_of,
        false => with_retry(|| async { Ok::<_, RunError>(clock::not_ahead(database, options.as_of).await?) }).await?,
    };
    let new = NewRun {
        trigger: options.trigger,
        mode: options.mode,
        as_of,
        as_of_is_given: options.as_of_is_given,
        owner: format!("process {}", std::process::id()),
    };
    let begin = || async { Ok::<_, RunError>(runs::begin_audited(database, &new, entry.clone()).await?) };
    let Begun { id, as_of } = with_retry(begin).await?;
    point("after_lease");
    Ok(StartedRun { id, options: RunOptions { as_of, ..options.clone() }, started })
}

async fn refuse_unknown(database: &Database, may_shrink: &MayShrink) -> Result<(), RunError> {
    for segment in may_shrink.listed() {
        if segments::find(database.connection(), segment).await?.is_none() {
            return Err(RunError::NoSegment(segment.clone()));
        }
    }
    Ok(())
}

/// A run that holds the lease.
#[derive(Debug)]
pub struct StartedRun {
    id: RunId,
    options: RunOptions,
    started: Stopwatch,
}

impl StartedRun {
    pub fn id(&self) -> RunId {
        self.id
    }

    /// Evaluates users and updates their memberships.
    pub async fn execute(self, database: &Database, observer: &dyn Observer) -> Result<RunReport, RunError> {
        execute(Some(self.id), self.started, database, &self.options, observer).await
    }
}

/// Works on the active run, which another process began, until it ends. `None` if there is none to join.
pub async fn join(
    database: &Database,
    options: &JoinOptions,
    observer: &dyn Observer,
) -> Result<Option<RunReport>, RunError> {
    let started = Stopwatch::now();
    let find = || async { Ok::<_, RunError>(runs::joinable(database.connection()).await?) };
    let Some((run, terms)) = with_retry(find).await? else { return Ok(None) };
    let terms = Terms::read(run.id, terms)?;
    let options = terms.options(&run, options);
    let execution = Execution::new(database, &options, Some(run.id));
    // If it fails, the engine that began the run ends it, or the next run takes over.
    let completed = execution.join(&terms, observer).await?;
    report(execution, completed, started).await.map(Some)
}

/// `id` is `None` for a dry run.
async fn execute(
    id: Option<RunId>,
    started: Stopwatch,
    database: &Database,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<RunReport, RunError> {
    let execution = Execution::new(database, options, id);
    let completed = execution.complete(observer).await;
    if let Err(failure) = &completed {
        execution.record.note_failure(failure).await;
    }
    let report = report(execution, completed?, started).await?;
    if id.is_some() {
        keep_up(database, options).await;
    }
    Ok(report)
}

/// How long a run goes on with each of the things that reports read, after it has ended.
const KEEPING_UP: Duration = Duration::from_secs(1);

/// The run has succeeded, whatever becomes of this: reports read what is lacking from elsewhere, and the next run goes on.
async fn keep_up(database: &Database, options: &RunOptions) {
    match credit_sets::keep_up(database, options.as_of, Some(Stopwatch::now() + KEEPING_UP)).await {
        Ok(purchases) => debug!(purchases, "segments of buyers stored"),
        Err(error) => {
            warn!(error = words(&error), "could not store the segments of buyers: the next run continues")
        }
    }
    match activity_days::keep_up(database, options.moment(), Some(Stopwatch::now() + KEEPING_UP)).await {
        Ok(days) => debug!(days, "active days stored"),
        Err(error) => warn!(error = words(&error), "could not store the active days: the next run continues"),
    }
}

async fn report(execution: Execution<'_>, completed: Completed, started: Stopwatch) -> Result<RunReport, RunError> {
    let Completed { by_segment, progress, attempts_without_provider } = completed;
    let (run, as_of, mode) = (execution.record.id, execution.options.as_of, execution.options.mode);
    let (issues, issue_count) = execution.issues().await?;
    let report = RunReport {
        run,
        as_of,
        mode,
        users_processed: progress.users_processed,
        entered: progress.entered,
        left: progress.left,
        unknown_plans: progress.unknown_plans,
        attempts_without_provider,
        issues,
        issue_count,
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
