//! Metrics of segments, runs, syncs, webhooks and alerts from the database, in the text format of Prometheus: for the file of a run, and for
//! `/metrics` of the server. Labels are segments, never people.

use std::{fmt::Write as _, io, io::Write as _, path::Path};

use domain::{
    alert::AlertState,
    instant::{Clock, Instant, SystemClock},
    mail::SyncState,
    run::RunState,
    segment_health::SegmentHealth,
};
use persistence::{
    Database, DbErr,
    runs::{self, StoredRun},
    segments,
    sync::runs::StoredSyncRun,
};

use crate::{
    alerts::{self, Alert},
    support::output_file::{NewFile, OutputFile},
    sync::status::{SyncStatus, SyncedSegment, status},
    webhooks::status::{self as webhooks, WebhookStatus},
};

/// Name, help and values, each with its label, if any.
type Gauge = (&'static str, &'static str, Vec<(Option<Label>, f64)>);

/// A name and a value.
type Label = (&'static str, String);

/// All gauges, as text. Deleted segments disappear.
pub async fn stored(database: &Database) -> Result<String, DbErr> {
    let connection = database.connection();
    let segments = segments::all_counted(connection).await?;
    let last = runs::latest_success(connection).await?;
    // At most one is running.
    let latest = runs::latest(connection, 2).await?;
    let of_segments = |value: fn(&segments::CountedSegment) -> f64| {
        segments.iter().map(|segment| (Some(("segment", segment.key.to_string())), value(segment))).collect()
    };
    let is_running = |run: &&StoredRun| run.state == RunState::Running && !run.is_overdue;
    let active = latest.iter().any(|run| is_running(&run));
    let ended = latest.iter().find(|run| !is_running(run));
    let failed = ended.is_some_and(|run| run.state == RunState::Failed || run.has_died);
    let mut gauges: Vec<Gauge> = vec![
        ("audience_segment_members", "Current members of each segment", of_segments(|it| it.member_count as f64)),
        (
            "audience_segment_failed",
            "1 if the rule of the segment failed or the last run held it back",
            of_segments(|it| f64::from(u8::from(it.health != SegmentHealth::Ok))),
        ),
        ("audience_run_active", "1 while a run of the engine is active", alone(f64::from(u8::from(active)))),
        (
            "audience_run_last_failed",
            "1 if the latest run that is not active failed, or its process died",
            alone(f64::from(u8::from(failed))),
        ),
    ];
    gauges.extend(last.iter().flat_map(of_run));
    gauges.extend(of_sync(&status(database).await?));
    gauges.extend(of_webhooks(&webhooks::status(connection).await?));
    gauges.extend(of_alerts(&alerts::status(connection).await?));
    Ok(render(&gauges))
}

/// None without alerts.
fn of_alerts(alerts: &[Alert]) -> Option<Gauge> {
    let firing = |alert: &Alert| {
        let is_firing = alert.rule.standing.state == AlertState::Firing;
        (Some(("alert", alert.rule.id.0.clone())), f64::from(u8::from(is_firing)))
    };
    let firing: Vec<_> = alerts.iter().map(firing).collect();
    (!firing.is_empty()).then_some(("audience_alert_firing", "1 while the alert fires", firing))
}

fn of_run(run: &StoredRun) -> Vec<Gauge> {
    let progress = run.progress;
    let mut gauges: Vec<Gauge> = vec![
        (
            "audience_run_last_success_errors",
            "Users and segments that the latest run that succeeded could not evaluate",
            alone(run.issue_count as f64),
        ),
        (
            "audience_run_last_success_users",
            "Users that the latest run that succeeded evaluated",
            alone(progress.users_processed as f64),
        ),
        (
            "audience_run_last_success_memberships_created",
            "Memberships that the latest run that succeeded entered",
            alone(progress.entered as f64),
        ),
        (
            "audience_run_last_success_memberships_removed",
            "Memberships that the latest run that succeeded left",
            alone(progress.left as f64),
        ),
        (
            "audience_run_last_success_unknown_plans",
            "Users whose plan has no segment, in the latest run that succeeded",
            alone(progress.unknown_plans as f64),
        ),
        (
            "audience_run_last_success_attempts_without_provider",
            "Attempts whose certification is of no known provider, at the end of the latest run that succeeded",
            alone(progress.attempts_without_provider as f64),
        ),
    ];
    if let Some(finished) = run.finished_at {
        gauges.push((
            "audience_run_last_success_timestamp_seconds",
            "When the latest run that succeeded came to its end",
            alone(finished.timestamp_micros() as f64 / 1e6),
        ));
        gauges.push((
            "audience_run_last_success_duration_seconds",
            "How long the latest run that succeeded took",
            alone(run.duration.as_secs_f64()),
        ));
    }
    gauges
}

fn of_sync(status: &SyncStatus) -> Vec<Gauge> {
    let flag = |is_so: bool| alone(f64::from(u8::from(is_so)));
    let is_on = |synced: &&SyncedSegment| matches!(synced.sync.state, SyncState::On | SyncState::Paused);
    let of_segments = |value: fn(&SyncedSegment) -> u64| {
        let on = status.segments.iter().filter(is_on);
        on.map(|synced| (Some(("segment", synced.sync.key.to_string())), value(synced) as f64)).collect()
    };
    let failed = |last: &StoredSyncRun| last.state == RunState::Failed || last.state == RunState::Running;
    let reasons = status.suppressed.iter().map(|(reason, count)| (Some(("reason", reason.to_string())), *count as f64));
    let seconds = |instant: Option<Instant>| {
        instant.map(|instant| (None, instant.timestamp_micros() as f64 / 1e6)).into_iter().collect::<Vec<_>>()
    };
    let oldest = status.erasures.oldest.map(|oldest| (SystemClock.now() - oldest).as_seconds_f64().max(0.0));
    let mut gauges: Vec<Gauge> = vec![
        ("audience_sync_active", "1 while a sync is active", flag(status.active.is_some())),
        (
            "audience_sync_last_failed",
            "1 if the latest sync that is not active failed, or its process died",
            flag(status.last.as_ref().is_some_and(failed)),
        ),
        (
            "audience_sync_lag",
            "Members that the next sync delivers to the mail service, or takes out",
            of_segments(|it| it.standings.joining + it.standings.leaving),
        ),
        (
            "audience_sync_held",
            "Members who are not delivered: suppressed, refused, or without a usable address",
            of_segments(|it| it.standings.held()),
        ),
        (
            "audience_sync_drift",
            "Contacts missing from the remote segment or there beside ours, at the latest full sync",
            of_segments(|it| it.sync.missing + it.sync.extra),
        ),
        (
            "audience_sync_erasures_pending",
            "Contacts of erased people that the mail service still has",
            alone(status.erasures.count as f64),
        ),
        (
            "audience_sync_erasures_oldest_seconds",
            "How long the oldest of them has waited",
            alone(oldest.unwrap_or_default()),
        ),
        ("audience_suppressed", "Addresses that must not get mail", reasons.collect()),
        (
            "audience_webhook_waiting",
            "Events of the mail service that wait to be applied",
            alone(status.events.waiting as f64),
        ),
        (
            "audience_webhook_last_event_timestamp_seconds",
            "When the latest event of the mail service arrived",
            seconds(status.destination.last_event_at),
        ),
    ];
    if let Some(run) = &status.last_success {
        let of_run = |name, meaning, count: u64| (name, meaning, alone(count as f64));
        let counts = &run.counts;
        gauges.extend([
            of_run(
                "audience_sync_last_success_requests",
                "Requests of the latest sync that succeeded",
                counts.requests,
            ),
            of_run(
                "audience_sync_last_success_throttled",
                "Requests of it that the mail service refused because there were too many",
                counts.throttled,
            ),
            of_run("audience_sync_last_success_joined", "Contacts that it put into remote segments", counts.joined),
            of_run("audience_sync_last_success_left", "Contacts that it took out of remote segments", counts.left),
            of_run("audience_sync_last_success_deferred", "Operations that it left to the next sync", counts.deferred),
            (
                "audience_sync_last_success_timestamp_seconds",
                "When the latest sync that succeeded came to its end",
                seconds(run.finished_at),
            ),
        ]);
        if let Some(finished) = run.finished_at {
            let took = (finished - run.started_at).as_seconds_f64();
            gauges.push(("audience_sync_last_success_duration_seconds", "How long it took", alone(took)));
        }
    }
    // Without a value there is nothing to say.
    gauges.retain(|(_, _, values)| !values.is_empty());
    gauges
}

/// Nothing without webhooks.
fn of_webhooks(webhooks: &[WebhookStatus]) -> Vec<Gauge> {
    let of = |value: fn(&WebhookStatus) -> f64| -> Vec<_> {
        webhooks.iter().map(|one| (Some(("webhook", one.webhook.id.to_string())), value(one))).collect()
    };
    let mut gauges: Vec<Gauge> = vec![
        ("audience_endpoint_waiting", "Messages that wait to be sent to the webhook", of(|one| one.waiting as f64)),
        (
            "audience_endpoint_off",
            "1 if the webhook was switched off because its endpoint failed or is gone",
            of(|one| f64::from(u8::from(one.is_off_by_itself()))),
        ),
        (
            "audience_endpoint_failing_seconds",
            "How long no message to the webhook could be delivered; 0 if the last one was",
            of(|one| {
                one.webhook.failing_since.map_or(0.0, |since| (SystemClock.now() - since).as_seconds_f64().max(0.0))
            }),
        ),
    ];
    gauges.retain(|(_, _, values)| !values.is_empty());
    gauges
}

fn alone(value: f64) -> Vec<(Option<Label>, f64)> {
    vec![(None, value)]
}

fn render(gauges: &[Gauge]) -> String {
    let mut text = String::new();
    for (name, meaning, values) in gauges {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP {name} {meaning}\n# TYPE {name} gauge");
        for (label, value) in values {
            let label = label.as_ref().map(|(name, value)| format!("{{{name}=\"{}\"}}", escaped(value)));
            let _ = writeln!(text, "{name}{} {value}", label.unwrap_or_default());
        }
    }
    text
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Replaces a file atomically.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let output = OutputFile::create(path, NewFile::Shared)?;
    output.writer()?.write_all(text.as_bytes())?;
    output.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_in_the_text_format_of_prometheus() {
        let gauges: Vec<Gauge> = vec![
            (
                "a_members",
                "Members",
                vec![(Some(("segment", "plan:free".into())), 2.0), (Some(("segment", "custom:\"\\".into())), 1e9)],
            ),
            ("a_seconds", "Seconds", alone(1_773_144_000.25)),
        ];
        let expected = "# HELP a_members Members\n# TYPE a_members gauge\na_members{segment=\"plan:free\"} 2\n\
                        a_members{segment=\"custom:\\\"\\\\\"} 1000000000\n# HELP a_seconds Seconds\n\
                        # TYPE a_seconds gauge\na_seconds 1773144000.25\n";
        assert_eq!(render(&gauges), expected);
    }
}
