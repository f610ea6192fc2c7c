//! `run`

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    time::{Duration, Instant as Stopwatch},
};

use anyhow::Context;
use chrono_tz::Tz;
use domain::{
    instant::{CLOCKS_APART, Clock, Instant, SystemClock, format_instant},
    run::{RunMode, RunTrigger},
    segment::SegmentKey,
    system_segments::catalogue,
    words::counted,
};
use indicatif::ProgressBar;
use persistence::{Database, runs::LeaseError};
use segmentation_engine::{
    audit::Audit,
    clock,
    run::{JoinOptions, MayShrink, Observer, RunError, RunOptions, RunReport, SegmentChanges, join, run, start},
};
use serde_json::{Value as Json, json};

use super::{
    held_back::issues_with_hints,
    metrics_file::write_metrics,
    outcome::{Outcome, Usage},
    output::{
        self,
        Column::{Number, Text},
    },
    signals::stop_on_signal,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Evaluate only users who may have to move since the last run
    #[arg(long)]
    incremental: bool,
    /// The clock of the rules, by default now
    #[arg(long, value_parser = super::arguments::instant, value_name = "TIME")]
    as_of: Option<Instant>,
    /// Users per batch, the unit of progress
    #[arg(long, default_value = "100", value_parser = super::arguments::positive::<NonZeroUsize>, value_name = "USERS")]
    batch_size: NonZeroUsize,
    /// Commit after this many users with changes
    #[arg(long, default_value = "5000", value_parser = super::arguments::positive::<NonZeroUsize>, value_name = "USERS")]
    commit_users: NonZeroUsize,
    /// Apply the run even if a segment of more than 100 members loses more than half of them
    #[arg(long)]
    allow_shrink: bool,
    /// The same for this segment alone; repeat it for several
    #[arg(long, value_name = "TYPE:VALUE", value_parser = super::arguments::segment, conflicts_with = "allow_shrink")]
    allow_shrink_in: Vec<SegmentKey>,
    /// If another run is active, wait up to this long for it to end
    #[arg(long, default_value = "0", value_parser = super::arguments::whole::<u64>, value_name = "SECONDS", conflicts_with = "dry_run")]
    wait: u64,
    /// Shards of the database to work on at the same time. Each takes up to five connections
    #[arg(long, default_value = "1", value_parser = super::arguments::positive::<NonZeroUsize>, value_name = "COUNT")]
    workers: NonZeroUsize,
    /// Work on the active run, which another process began, until it ends. Without one, exit with code 75
    #[arg(long, conflicts_with_all = ["incremental", "as_of", "allow_shrink", "allow_shrink_in", "wait", "dry_run"])]
    join: bool,
    /// Report what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Write metrics for Prometheus to this file when the run ends, even if it fails
    #[arg(long, value_name = "PATH", conflicts_with = "dry_run")]
    metrics_file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn workers(&self) -> u32 {
        u32::try_from(self.workers.get()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// The clock of an embedded database is that of this machine.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let now = SystemClock.now();
        let is_ahead = self.as_of.is_some_and(|as_of| as_of > now + CLOCKS_APART) && !self.dry_run;
        if is_ahead { Err(LeaseError::Ahead { now: format_instant(now) }.into()) } else { Ok(()) }
    }
}

/// With `--wait`: how often to try again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn execute(database: &Database, zone: Tz, arguments: Arguments) -> anyhow::Result<Outcome> {
    if arguments.join {
        return execute_join(database, arguments).await;
    }
    let as_of = match arguments.as_of {
        Some(ahead) if arguments.dry_run => ahead,
        given => clock::of_command(database, given).await.map_err(may_look_ahead)?,
    };
    let mut options = RunOptions {
        mode: if arguments.incremental { RunMode::Incremental } else { RunMode::Full },
        as_of,
        as_of_is_given: arguments.as_of.is_some(),
        zone,
        batch_size: arguments.batch_size,
        commit_users: arguments.commit_users,
        workers: arguments.workers,
        dry_run: arguments.dry_run,
        may_shrink: MayShrink::of(arguments.allow_shrink, arguments.allow_shrink_in.clone()),
        trigger: RunTrigger::CommandLine,
        stop: stop_on_signal()?,
    };
    let bar = Bar::new(arguments.json);
    let (waited, wait) = (Stopwatch::now(), Duration::from_secs(arguments.wait));
    let report = loop {
        match run_on_record(database, &options, &bar).await {
            Err(RunError::Lease(LeaseError::Active { .. })) if waited.elapsed() < wait && !options.stop.is_asked() => {
                tokio::time::sleep(LOOK_AGAIN).await;
                options.as_of = arguments.as_of.unwrap_or_else(|| SystemClock.now());
            }
            ended => break ended,
        }
    };
    bar.0.finish_and_clear();
    let measured = write_metrics(database, arguments.metrics_file.as_deref()).await;
    let report = report.context("the run failed").or_else(unwrap_refusal)?;
    if arguments.json {
        output::json(&as_json(&report, options.dry_run))?;
    } else {
        show(&report);
    }
    measured?;
    Ok(outcome_of(&report))
}

fn outcome_of(report: &RunReport) -> Outcome {
    if report.issue_count == 0 { Outcome::Done } else { Outcome::DoneWithErrors }
}

/// The result is that of the whole run.
async fn execute_join(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let options = JoinOptions {
        batch_size: arguments.batch_size,
        commit_users: arguments.commit_users,
        workers: arguments.workers,
        stop: stop_on_signal()?,
    };
    let bar = Bar::new(arguments.json);
    let joined = join(database, &options, &bar).await;
    bar.0.finish_and_clear();
    let measured = write_metrics(database, arguments.metrics_file.as_deref()).await;
    let Some(report) = joined.context("the run failed").or_else(unwrap_refusal)? else {
        output::note("there is no run to join");
        return Ok(Outcome::TryLater);
    };
    if arguments.json {
        output::json(&as_json(&report, false))?;
    } else {
        show(&report);
    }
    measured?;
    Ok(outcome_of(&report))
}

fn may_look_ahead(refused: LeaseError) -> anyhow::Error {
    match refused {
        LeaseError::Ahead { .. } => Usage(format!("{refused}. Only a dry run may use a future time")).into(),
        refused => refused.into(),
    }
}

/// A dry run changes nothing and gives out only counts.
async fn run_on_record(database: &Database, options: &RunOptions, bar: &Bar) -> Result<RunReport, RunError> {
    if options.dry_run {
        return run(database, options, bar).await;
    }
    let audit = Audit::of_command("runAutoSegmentation");
    let detail = json!({"mode": options.mode, "allowShrink": options.may_shrink.on_record()});
    // Not by `--as-of`: an entry is dated when the command ran.
    start(database, options, (&audit, SystemClock.now()), detail).await?.execute(database, bar).await
}

/// A run that was refused or stopped did not fail, so its message stands alone.
fn unwrap_refusal<T>(error: anyhow::Error) -> anyhow::Result<T> {
    match error.downcast::<RunError>() {
        Ok(refused @ (RunError::Lease(_) | RunError::Stopped { .. })) => Err(refused.into()),
        Ok(failed) => Err(anyhow::Error::from(failed).context("the run failed")),
        Err(error) => Err(error),
    }
}

struct Bar(ProgressBar);

impl Bar {
    fn new(is_json: bool) -> Self {
        Self(output::progress_bar("{bar:40} {human_pos}/{human_len} users  {per_sec}  {eta}", !is_json))
    }
}

impl Observer for Bar {
    fn evaluated(&self, users: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(users);
    }
}

/// The changed segments in the order of `status`: built-in ones first.
fn in_order(report: &RunReport) -> Vec<(&SegmentKey, &SegmentChanges)> {
    let place = |key: &SegmentKey| catalogue().iter().position(|system| system.key == *key).unwrap_or(usize::MAX);
    let mut changed: Vec<_> = report.by_segment.iter().collect();
    changed.sort_by_key(|(key, _)| place(key));
    changed
}

fn as_json(report: &RunReport, dry_run: bool) -> Json {
    let segments: Vec<_> = in_order(report)
        .into_iter()
        .map(|(key, changes)| json!({"segment": key.to_string(), "created": changes.enter, "removed": changes.leave}))
        .collect();
    json!({
        "runId": report.run,
        "dryRun": dry_run,
        "mode": report.mode,
        "asOf": format_instant(report.as_of),
        "totalUsersProcessed": report.users_processed,
        "segmentsCreated": report.entered,
        "segmentsRemoved": report.left,
        "unknownPlans": report.unknown_plans,
        "attemptsWithoutProvider": report.attempts_without_provider,
        "errors": issues_with_hints(&report.issues, report.issue_count),
        "issues": report.issues,
        "issueCount": report.issue_count,
        "duration": report.duration_ms,
        "segments": segments,
    })
}

fn show(report: &RunReport) {
    let what = match report.run {
        Some(run) => format!("Run {run}"),
        None => "Dry run".into(),
    };
    output::line(format_args!("{what} at {} in {} ms", format_instant(report.as_of), report.duration_ms));
    output::line(format_args!("  users processed      {:>10}", report.users_processed));
    output::line(format_args!("  memberships created  {:>10}", report.entered));
    output::line(format_args!("  memberships removed  {:>10}", report.left));
    output::line(format_args!("  errors               {:>10}", report.issue_count));
    if !report.by_segment.is_empty() {
        let rows: Vec<_> = in_order(report)
            .into_iter()
            .map(|(key, changes)| [format!("  {key}"), changes.enter.to_string(), changes.leave.to_string()])
            .collect();
        output::table([Text("  segment"), Number("created"), Number("removed")], &rows);
    }
    if report.unknown_plans > 0 {
        let have = counted(report.unknown_plans, "user has", "users have");
        output::note(format_args!("warning: {have} a plan that has no segment"));
    }
    if report.attempts_without_provider > 0 {
        let have = counted(report.attempts_without_provider, "attempt has", "attempts have");
        output::note(format_args!("warning: {have} a certification of no known provider"));
    }
    for error in issues_with_hints(&report.issues, report.issue_count) {
        output::note(format_args!("error: {error}"));
    }
}
