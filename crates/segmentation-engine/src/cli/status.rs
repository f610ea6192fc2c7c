//! `status`: segments, their sizes, and the latest runs: how far they are, how fast, and what went wrong.

use domain::instant::{Instant, format_instant};
use persistence::{
    Database,
    ingest::{user_stats, users},
    runs::{self, StoredRun},
    segments::{self, StoredSegment},
};
use serde_json::{Value as Json, json};

use super::{outcome::Outcome, output};

/// How many runs are shown.
const RUNS: u64 = 5;
/// How many errors of each are told; of more, only how many they are.
const ERRORS: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let connection = database.connection();
    let users = users::count(connection).await?;
    let dirty = user_stats::count_dirty(connection).await?;
    let segments = segments::all(connection).await?;
    let runs = runs::latest(connection, RUNS).await?;
    if arguments.json {
        output::json(&json!({
            "users": users,
            "changedUsers": dirty,
            "segments": segments.iter().map(segment_json).collect::<Vec<_>>(),
            "runs": runs.iter().map(run_json).collect::<Vec<_>>(),
        }))?;
    } else {
        output::line(format_args!("{users} users, {dirty} of them changed since they were last evaluated\n"));
        let rows: Vec<_> = segments.iter().map(segment_row).collect();
        output::table(["segment", "members", "counted at", "state"], &rows);
        output::line("");
        let rows: Vec<_> = runs.iter().map(run_row).collect();
        let heads = ["run", "state", "as of", "users", "created", "removed", "errors", "seconds", "users/s"];
        output::table(heads, &rows);
        for run in &runs {
            for told in told(run) {
                output::line(format_args!("run {}: {told}", run.id));
            }
        }
    }
    Ok(Outcome::Done)
}

fn segment_json(segment: &StoredSegment) -> Json {
    json!({
        "segment": segment.key.to_string(),
        "userCount": segment.member_count,
        "countedAt": segment.counted_at.map(format_instant),
        "isActive": segment.is_active,
        "failure": segment.failure,
    })
}

fn segment_row(segment: &StoredSegment) -> [String; 4] {
    let state = match (&segment.failure, segment.is_active) {
        (Some(failure), _) => format!("failed: {failure}"),
        (None, true) => "active".into(),
        (None, false) => "inactive".into(),
    };
    [segment.key.to_string(), segment.member_count.to_string(), time(segment.counted_at), state]
}

fn run_json(run: &StoredRun) -> Json {
    json!({
        "runId": run.id,
        "state": run.state,
        "overdue": run.is_overdue,
        "trigger": run.trigger,
        "mode": run.mode,
        "asOf": format_instant(run.as_of),
        "startedAt": format_instant(run.started_at),
        "finishedAt": run.finished_at.map(format_instant),
        "lastHeardOfAt": format_instant(run.last_heard_of_at),
        "durationMs": domain::period::millis(run.duration),
        "usersPerSecond": run.users_per_second(),
        "totalUsers": run.users_total,
        "totalUsersProcessed": run.progress.users_processed,
        "segmentsCreated": run.progress.entered,
        "segmentsRemoved": run.progress.left,
        "unknownPlans": run.progress.unknown_plans,
        "errors": run.errors,
        "failure": run.failure,
    })
}

fn run_row(run: &StoredRun) -> [String; 9] {
    let state = if run.is_overdue { "overdue".into() } else { run.state.clone() };
    [
        run.id.to_string(),
        state,
        format_instant(run.as_of),
        format!("{}/{}", run.progress.users_processed, run.users_total),
        run.progress.entered.to_string(),
        run.progress.left.to_string(),
        run.error_count().to_string(),
        format!("{:.1}", run.duration.as_secs_f64()),
        run.users_per_second().map(|rate| format!("{rate:.1}")).unwrap_or_default(),
    ]
}

/// What there is to say of a run besides its figures: whether it still lives, why it ended, and its first errors.
fn told(run: &StoredRun) -> Vec<String> {
    let heard = (run.state == "running").then(|| format!("last heard of at {}", format_instant(run.last_heard_of_at)));
    let errors = run.errors.iter().take(ERRORS).cloned();
    let more = run.error_count().saturating_sub(ERRORS as u64);
    let more = (more > 0).then(|| format!("and {more} more"));
    heard.into_iter().chain(run.failure.clone()).chain(errors).chain(more).collect()
}

fn time(instant: Option<Instant>) -> String {
    instant.map_or_else(|| "never".into(), format_instant)
}
