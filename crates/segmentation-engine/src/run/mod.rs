//! The story of a run: take the lease, fix the clock, evaluate users, write what changed, end.

pub mod commit;
pub mod evaluation;
mod execution;
pub mod incremental;
mod options;
pub mod plan;
pub mod reader;
mod report;
pub(crate) mod shrink_guard;

use std::time::Instant as Stopwatch;

use domain::ids::RunId;
use persistence::{
    Database,
    ops::audit::AuditEntry,
    runs::{self, Begun, NewRun},
};
use tracing::info;

use self::execution::Running;
pub use self::{
    options::{RunOptions, Stop},
    report::{NoObserver, Observer, RunError, RunReport, SegmentChanges},
};
use crate::support::failpoints::point;

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
