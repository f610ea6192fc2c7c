//! `status`

use domain::{
    instant::{Clock, SystemClock, format_instant},
    run::RunState,
    segment_health::SegmentHealth,
    words::{counted, plural},
};
use persistence::{
    Database,
    ingest::{gone, user_stats, users},
    runs::{self, StoredRun},
    segments::{self, CountedSegment},
    webhooks::queue,
};
use segmentation_engine::{cleanup::GONE_KEPT, sync::status::status, webhooks::status as webhooks};
use serde_json::{Value as Json, json};

use super::{
    held_back::{health_in_words, issues_with_hints},
    migrate,
    outcome::Outcome,
    output::{
        self,
        Column::{Number, Text},
    },
    sync_status, webhook_status,
};

const RUNS: u64 = 5;
/// Issues to show per run. Further ones are only counted.
const ERRORS: usize = 3;

/// The columns of the table of runs.
const RUN_COLUMNS: [output::Column; 9] = [
    Text("run"),
    Text("state"),
    Text("as of"),
    Number("users"),
    Number("created"),
    Number("removed"),
    Number("errors"),
    Number("seconds"),
    Number("users/s"),
];

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
    let without_provider = user_stats::count_without_provider(connection).await?;
    let attempts = user_stats::count_attempts(connection).await?;
    let gone = gone::count(connection).await?;
    let due = gone::count_due(connection, SystemClock.now() - GONE_KEPT).await?;
    let segments = segments::all_counted(connection).await?;
    let runs = runs::latest(connection, RUNS).await?;
    let sync = status(database).await?;
    let webhooks = webhooks::status(connection).await?;
    let outbox = queue::count(connection).await?;
    if arguments.json {
        output::json(&json!({
            "users": users,
            "shards": database.shards().count(),
            "nodes": database.nodes().await?,
            "changedUsers": dirty,
            "attempts": attempts,
            "attemptsWithoutProvider": without_provider,
            "deletedUsers": gone,
            "dueForErasure": due,
            "segments": segments.iter().map(segment_json).collect::<Vec<_>>(),
            "runs": runs.iter().map(run_json).collect::<Vec<_>>(),
            "sync": sync_status::as_json(&sync),
            "webhookOutbox": outbox,
            "webhooks": webhooks.iter().map(webhook_status::as_json).collect::<Vec<_>>(),
        }))?;
    } else {
        let all = counted(users, "user", "users");
        output::line(format_args!("{all}, {dirty} of them changed since they were last evaluated"));
        if without_provider > 0 {
            let (attempts, have) = (counted(attempts, "attempt", "attempts"), plural(without_provider, "has", "have"));
            output::line(format_args!("{without_provider} of {attempts} {have} a certification of no known provider"));
        }
        if gone > 0 {
            let more = counted(gone, "more is", "more are");
            output::line(format_args!("{more} deleted in the host application: cleanup erases {due} of them now"));
        }
        if let Some(shards) = migrate::in_words(database).await? {
            output::line(format_args!("the database has {shards}"));
        }
        output::line("");
        let rows: Vec<_> = segments.iter().map(segment_row).collect();
        output::table([Text("segment"), Number("members"), Text("counted at"), Text("state")], &rows);
        for segment in segments.iter().filter(|segment| segment.health != SegmentHealth::Ok) {
            output::line(format_args!("{}: {}", segment.key, health_in_words(&segment.health)));
        }
        output::line("");
        let rows: Vec<_> = runs.iter().map(run_row).collect();
        output::table(RUN_COLUMNS, &rows);
        for run in &runs {
            for detail in details(run) {
                output::line(format_args!("run {}: {detail}", run.id));
            }
        }
        sync_status::show(&sync);
        webhook_status::show(&webhooks, outbox);
    }
    Ok(Outcome::Done)
}

fn segment_json(segment: &CountedSegment) -> Json {
    json!({
        "segment": segment.key.to_string(),
        "userCount": segment.member_count,
        "countedAt": segment.counted_at.map(format_instant),
        "isActive": segment.is_active,
        "health": segment.health,
        "failure": (segment.health != SegmentHealth::Ok).then(|| health_in_words(&segment.health)),
    })
}

fn segment_row(segment: &CountedSegment) -> [String; 4] {
    let state = match (&segment.health, segment.is_active) {
        (SegmentHealth::Ok, true) => "active",
        (SegmentHealth::Ok, false) => "inactive",
        (SegmentHealth::RuleFailed { .. }, _) => "not evaluated",
        (SegmentHealth::HeldBack { .. }, _) => "held back",
    };
    [segment.key.to_string(), segment.member_count.to_string(), output::time(segment.counted_at), state.into()]
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
        "attemptsWithoutProvider": run.progress.attempts_without_provider,
        "errors": issues_with_hints(&run.issues, run.issue_count),
        "issues": run.issues,
        "issueCount": run.issue_count,
        "failure": run.failure,
    })
}

fn run_row(run: &StoredRun) -> [String; 9] {
    let state = if run.is_overdue { "overdue".into() } else { run.state.to_string() };
    [
        run.id.to_string(),
        state,
        format_instant(run.as_of),
        format!("{}/{}", run.progress.users_processed, run.users_total),
        run.progress.entered.to_string(),
        run.progress.left.to_string(),
        run.issue_count.to_string(),
        format!("{:.1}", run.duration.as_secs_f64()),
        run.users_per_second().map(|rate| format!("{rate:.1}")).unwrap_or_default(),
    ]
}

/// The lines below the table: the last heartbeat, why a run ended early, and its first issues.
fn details(run: &StoredRun) -> Vec<String> {
    let heard =
        (run.state == RunState::Running).then(|| format!("last heard of at {}", format_instant(run.last_heard_of_at)));
    let first = &run.issues[..run.issues.len().min(ERRORS)];
    let errors = issues_with_hints(first, run.issue_count);
    heard.into_iter().chain(run.failure.clone()).chain(errors).collect()
}
