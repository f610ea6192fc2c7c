//! `sync`

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant as Stopwatch},
};

use anyhow::Context;
use domain::{
    instant::{Clock, SystemClock},
    mail::{SyncCounts, SyncMode},
    run::RunTrigger,
    segment::SegmentKey,
    words::{counted, plural},
};
use indicatif::ProgressBar;
use persistence::{
    Database,
    sync::{erasures, figures::Standings, runs::SyncLeaseError, segments},
};
use segmentation_engine::{
    audit::Audit,
    sync::{
        Planned, PlannedDrift, SyncError, SyncObserver, SyncOptions, SyncReport, plan, plan_full,
        settings::SyncSettings, start, status,
    },
};
use serde_json::{Value as Json, json};

use super::{
    held_back::issues_of_sync_with_hints,
    metrics_file::write_metrics,
    outcome::{Outcome, Usage},
    output::{
        self,
        Column::{Number, Text},
    },
    signals::stop_on_signal,
    sync_status::held_json,
};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Sync this segment alone, such as lifecycle:active. Repeat it for several
    #[arg(long = "segment", value_name = "TYPE:VALUE", value_parser = super::arguments::segment)]
    segments: Vec<SegmentKey>,
    /// Compare with the lists of the mail service too, and read back events that did not arrive
    #[arg(long)]
    full: bool,
    /// Report what would be carried over, and change nothing. With --full, the lists of the mail service are read
    #[arg(long, conflicts_with_all = ["rate", "max_requests", "allow_shrink", "wait", "metrics_file"])]
    dry_run: bool,
    /// Requests in a second, at most. By default, half of what the mail service allows
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000), value_name = "REQUESTS")]
    rate: Option<u32>,
    /// End after this many requests, with exit code 75
    #[arg(long, value_parser = super::arguments::positive::<std::num::NonZeroU64>, value_name = "COUNT")]
    max_requests: Option<std::num::NonZeroU64>,
    /// Go on even if more than half of more than 100 contacts would be taken out of a segment
    #[arg(long)]
    allow_shrink: bool,
    /// If another sync is active, wait up to this long for it to end
    #[arg(long, default_value = "0", value_parser = super::arguments::whole::<u64>, value_name = "SECONDS")]
    wait: u64,
    /// Write metrics for Prometheus to this file when the sync ends, even if it fails
    #[arg(long, value_name = "PATH")]
    metrics_file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// With `--wait`: how often to try again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn execute(database: &Database, arguments: Arguments) -> anyhow::Result<Outcome> {
    let settings = settings()?.with_rate(arguments.rate);
    let options = SyncOptions {
        mode: if arguments.full { SyncMode::Full } else { SyncMode::Delta },
        segments: (!arguments.segments.is_empty()).then(|| arguments.segments.clone()),
        allow_shrink: arguments.allow_shrink,
        max_requests: arguments.max_requests.map(std::num::NonZeroU64::get),
        trigger: RunTrigger::CommandLine,
        stop: stop_on_signal()?,
    };
    if arguments.dry_run && !arguments.full {
        let planned = plan(database, &options).await.context("the plan cannot be made")?;
        return show_plan(&planned, &options, arguments.json);
    }
    if settings.client.is_none() {
        return without_key(database, arguments.json).await;
    }
    if arguments.dry_run {
        return match plan_full(database, &settings, &options).await {
            Ok(planned) => show_plan(&planned, &options, arguments.json),
            Err(SyncError::Remote(error)) if error.is_stop() => Ok(Outcome::TryLater),
            Err(error) => Err(anyhow::Error::from(error).context("the plan cannot be made")),
        };
    }
    let bar = Bar::new(arguments.json);
    let (waited, wait) = (Stopwatch::now(), Duration::from_secs(arguments.wait));
    let report = loop {
        match sync(database, &settings, &options, &bar).await {
            Err(SyncError::Lease(SyncLeaseError::Active(_))) if waited.elapsed() < wait && !options.stop.is_asked() => {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            ended => break ended,
        }
    };
    bar.bar.finish_and_clear();
    let measured = write_metrics(database, arguments.metrics_file.as_deref()).await;
    let report = report.context("the sync failed").or_else(unwrap_refusal)?;
    let held: BTreeMap<_, _> = status::synced(database.connection())
        .await?
        .into_iter()
        .map(|synced| (synced.sync.key, synced.standings))
        .collect();
    if arguments.json {
        output::json(&as_json(&report, &held))?;
    } else {
        show(&report, &held);
    }
    measured?;
    Ok(match (report.is_stopped, report.issue_count) {
        (true, _) => Outcome::TryLater,
        (false, 0) => Outcome::Done,
        (false, _) => Outcome::DoneWithErrors,
    })
}

/// A malformed variable is named without its value, which may be a secret.
fn settings() -> anyhow::Result<SyncSettings> {
    SyncSettings::from_environment().map_err(|error| Usage(error.to_string()).into())
}

async fn sync(
    database: &Database,
    settings: &SyncSettings,
    options: &SyncOptions,
    bar: &Bar,
) -> Result<SyncReport, SyncError> {
    let audit = Audit::of_command("runSync");
    start(database, settings, options.clone(), (&audit, SystemClock.now())).await?.execute(database, bar).await
}

/// A sync that was refused did not fail, so its message stands alone.
fn unwrap_refusal(error: anyhow::Error) -> anyhow::Result<SyncReport> {
    match error.downcast::<SyncError>() {
        Ok(refused @ (SyncError::Lease(SyncLeaseError::Active(_)) | SyncError::NoSuchSegment(_))) => {
            Err(refused.into())
        }
        Ok(failed) => Err(anyhow::Error::from(failed).context("the sync failed")),
        Err(error) => Err(error),
    }
}

fn show_plan(planned: &Planned, options: &SyncOptions, is_json: bool) -> anyhow::Result<Outcome> {
    if is_json {
        let segments = planned.segments.iter().map(|one| {
            let mut segment = json!({"segment": one.key.to_string(), "joining": one.joining, "leaving": one.leaving});
            if let Some(drift) = one.drift {
                (segment["missing"], segment["extra"]) = (drift.missing.into(), drift.extra.into());
            }
            segment
        });
        output::json(&json!({"dryRun": true, "mode": options.mode, "segments": segments.collect::<Vec<_>>()}))?;
    } else if planned.segments.is_empty() {
        output::line("nothing is synced");
    } else {
        let rows: Vec<_> = planned
            .segments
            .iter()
            .map(|one| {
                // Without the lists, nobody knows.
                let drift =
                    |count: fn(PlannedDrift) -> u64| one.drift.map_or("?".into(), |drift| count(drift).to_string());
                let (missing, extra) = (drift(|drift| drift.missing), drift(|drift| drift.extra));
                [one.key.to_string(), one.joining.to_string(), one.leaving.to_string(), missing, extra]
            })
            .collect();
        let columns = [Text("segment"), Number("joining"), Number("leaving"), Number("missing"), Number("extra")];
        output::table(columns, &rows);
    }
    Ok(Outcome::Done)
}

async fn without_key(database: &Database, is_json: bool) -> anyhow::Result<Outcome> {
    let connection = database.connection();
    let synced = segments::all(connection).await?.len() as u64;
    let erasures = erasures::pending(connection).await?.count;
    if synced > 0 || erasures > 0 {
        let synced = counted(synced, "segment", "segments");
        let erasures = counted(erasures, "erasure", "erasures");
        let message = format!("RESEND_API_KEY is not set, and {synced} and {erasures} have to be synced");
        return Err(Usage(message).into());
    }
    if is_json {
        output::json(&json!({"runId": null, "segments": []}))?;
    } else {
        output::line("nothing is synced");
    }
    Ok(Outcome::Done)
}

struct Bar {
    bar: ProgressBar,
    begun: Stopwatch,
    throttled: AtomicU64,
}

impl Bar {
    fn new(is_json: bool) -> Self {
        Self {
            bar: output::progress_bar("{bar:40} {human_pos}/{human_len} operations  {msg}", !is_json),
            begun: Stopwatch::now(),
            throttled: AtomicU64::new(0),
        }
    }
}

impl SyncObserver for Bar {
    fn progress(&self, counts: &SyncCounts) {
        self.bar.set_length(counts.planned);
        self.bar.set_position(counts.done + counts.dropped);
        let rate = counts.requests as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        let before = self.throttled.swap(counts.throttled, Ordering::Relaxed);
        let waits = if counts.throttled > before { "  waiting for the limit" } else { "" };
        self.bar.set_message(format!("{rate:.1} requests/s{waits}"));
    }
}

fn as_json(report: &SyncReport, held: &BTreeMap<SegmentKey, Standings>) -> Json {
    let segments: Vec<_> = held
        .iter()
        .map(|(key, standings)| {
            let changes = report.by_segment.get(key).copied().unwrap_or_default();
            json!({
                "segment": key.to_string(),
                "joined": changes.joined,
                "left": changes.left,
                "held": held_json(standings),
                "missing": changes.missing,
                "extra": changes.extra,
            })
        })
        .collect();
    let counts = &report.counts;
    json!({
        "runId": report.id.0,
        "mode": report.mode,
        "stopped": report.is_stopped,
        "planned": counts.planned,
        "done": counts.done,
        "dropped": counts.dropped,
        "deferred": counts.deferred,
        "requests": counts.requests,
        "throttled": counts.throttled,
        "created": counts.created,
        "renamed": counts.renamed,
        "erased": counts.erased,
        "eventsRead": counts.events_read,
        "segments": segments,
        "errors": issues_of_sync_with_hints(&report.issues, report.issue_count),
        "issues": report.issues,
        "issueCount": report.issue_count,
        "duration": domain::period::millis(report.duration),
    })
}

fn show(report: &SyncReport, held: &BTreeMap<SegmentKey, Standings>) {
    let counts = &report.counts;
    let ended = if report.is_stopped { ", stopped before all was done" } else { "" };
    output::line(format_args!("Sync {} in {} ms{ended}", report.id.0, domain::period::millis(report.duration)));
    for (what, count) in [
        ("operations planned", counts.planned),
        ("done", counts.done),
        ("no longer wanted", counts.dropped),
        ("left to the next sync", counts.deferred),
        ("requests", counts.requests),
        ("refused by the limit", counts.throttled),
        ("contacts created", counts.created),
        ("contacts renamed", counts.renamed),
        ("contacts erased", counts.erased),
        ("events read back", counts.events_read),
    ] {
        output::line(format_args!("  {what:<22} {count:>10}"));
    }
    if held.is_empty() {
        output::line("nothing is synced");
    } else {
        let columns =
            [Text("  segment"), Number("joined"), Number("left"), Number("held"), Number("missing"), Number("extra")];
        let rows: Vec<_> = held
            .iter()
            .map(|(key, standings)| {
                let changes = report.by_segment.get(key).copied().unwrap_or_default();
                [
                    format!("  {key}"),
                    changes.joined.to_string(),
                    changes.left.to_string(),
                    standings.held().to_string(),
                    changes.missing.to_string(),
                    changes.extra.to_string(),
                ]
            })
            .collect();
        output::table(columns, &rows);
    }
    for error in issues_of_sync_with_hints(&report.issues, report.issue_count) {
        output::note(format_args!("error: {error}"));
    }
    if report.is_stopped && counts.deferred > 0 {
        let is = plural(counts.deferred, "is", "are");
        output::note(format_args!(
            "{} {is} left to the next sync",
            counted(counts.deferred, "operation", "operations")
        ));
    }
}
