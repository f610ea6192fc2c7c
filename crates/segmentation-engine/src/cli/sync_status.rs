//! The part of `status` about the mail service.

use domain::{
    instant::format_instant,
    mail::SyncIssue,
    words::{counted, plural},
};
use persistence::sync::{figures::Standings, runs::StoredSyncRun};
use segmentation_engine::sync::status::{SyncStatus, SyncedSegment};
use serde_json::{Value as Json, json};

use super::{
    held_back::issues_of_sync_with_hints,
    output::{
        self,
        Column::{Number, Text},
    },
};

/// Nothing, unless something is synced or was.
pub(super) fn show(status: &SyncStatus) {
    let is_used = !status.segments.is_empty() || status.last.is_some() || status.active.is_some();
    if !is_used && status.erasures.count == 0 {
        return;
    }
    output::line("");
    let rows: Vec<_> = status.segments.iter().map(row).collect();
    let columns = [
        Text("synced segment"),
        Text("state"),
        Number("members"),
        Number("delivered"),
        Number("pending"),
        Number("held"),
        Number("missing"),
        Number("extra"),
        Text("synced at"),
    ];
    output::table(columns, &rows);
    for SyncedSegment { sync, .. } in &status.segments {
        if let Some(failure) = &sync.failure {
            output::line(format_args!("{}: {failure}", sync.key));
        }
        if let Some((leaving, delivered)) = sync.held_up {
            let held_back = SyncIssue::HeldBack { segment: sync.key.clone(), leaving, delivered };
            issues_of_sync_with_hints(&[held_back], 1).iter().for_each(output::line);
        }
    }
    let destination = &status.destination;
    if destination.is_paused {
        output::line("all syncs are paused");
    }
    if let Some(failure) = &destination.failure {
        output::line(format_args!("the last sync failed at {}: {failure}", output::time(destination.failed_at)));
    }
    let counts = status.events;
    if counts.waiting > 0 || counts.failed > 0 {
        let (waiting, failed) = (counted(counts.waiting, "event waits", "events wait"), counts.failed);
        output::line(format_args!("{waiting} to be applied, {failed} failed"));
    }
    if status.erasures.count > 0 {
        let contacts = counted(status.erasures.count, "contact", "contacts");
        let has = plural(status.erasures.count, "has", "have");
        output::line(format_args!(
            "{contacts} of erased people {has} to be deleted at the mail service, the oldest since {}",
            output::time(status.erasures.oldest)
        ));
    }
    for (what, run) in [("active", &status.active), ("last", &status.last)] {
        let Some(run) = run else { continue };
        let counts = &run.counts;
        output::line(format_args!(
            "the {what} sync, {}, {}: {} of {} done, {}",
            run.id.0,
            run.state,
            counts.done + counts.dropped,
            counts.planned,
            counted(counts.requests, "request", "requests")
        ));
    }
}

fn row(SyncedSegment { sync, standings }: &SyncedSegment) -> [String; 9] {
    [
        sync.key.to_string(),
        sync.state.to_string(),
        standings.members.to_string(),
        standings.delivered.to_string(),
        standings.joining.to_string(),
        standings.held().to_string(),
        sync.missing.to_string(),
        sync.extra.to_string(),
        output::time(sync.synced_at),
    ]
}

pub(super) fn as_json(status: &SyncStatus) -> Json {
    let destination = &status.destination;
    let suppressed = status.suppressed.iter().map(|(reason, count)| (reason.to_string(), json!(count)));
    json!({
        "installation": destination.installation,
        "isPaused": destination.is_paused,
        "rateLimit": destination.rate_limit,
        "failure": destination.failure,
        "failedAt": destination.failed_at.map(format_instant),
        "lastEventAt": destination.last_event_at.map(format_instant),
        "eventsWaiting": status.events.waiting,
        "eventsFailed": status.events.failed,
        "erasuresPending": status.erasures.count,
        "oldestErasure": status.erasures.oldest.map(format_instant),
        "contacts": {
            "here": status.contacts.here,
            "elsewhere": status.contacts.elsewhere,
            "refused": status.contacts.refused,
        },
        "suppressed": suppressed.collect::<serde_json::Map<_, _>>(),
        "segments": status.segments.iter().map(segment_json).collect::<Vec<_>>(),
        "activeRun": status.active.as_ref().map(run_json),
        "lastRun": status.last.as_ref().map(run_json),
    })
}

fn segment_json(SyncedSegment { sync, standings }: &SyncedSegment) -> Json {
    json!({
        "segment": sync.key.to_string(),
        "state": sync.state,
        "remoteSegmentId": sync.remote_id,
        "members": standings.members,
        "delivered": standings.delivered,
        "pending": {"joins": standings.joining, "leaves": standings.leaving},
        "held": held_json(standings),
        "missing": sync.missing,
        "extra": sync.extra,
        "syncedAt": sync.synced_at.map(format_instant),
        "fullAt": sync.full_at.map(format_instant),
        "failure": sync.failure,
    })
}

/// By the reason.
pub(super) fn held_json(standings: &Standings) -> Json {
    json!({"suppressed": standings.suppressed, "noAddress": standings.no_address, "refused": standings.refused})
}

fn run_json(run: &StoredSyncRun) -> Json {
    json!({
        "runId": run.id.0,
        "state": run.state,
        "overdue": run.is_overdue,
        "mode": run.mode,
        "startedAt": format_instant(run.started_at),
        "finishedAt": run.finished_at.map(format_instant),
        "counts": run.counts,
        "issueCount": run.issue_count,
        "failure": run.failure,
    })
}
