//! Named points of a run, a pull, a reshard, a rebuild, a sync and a delivery at which a test can abort the process, as `kill -9` would.
//! `FAILPOINTS=before_commit=2*off->return` aborts it the third time it reaches that point. Without the feature
//! `fault-points` there are none.

/// In the order in which a run reaches them.
pub const POINTS: [&str; 13] = [
    "before_lease",
    "after_lease",
    "after_plan",
    "after_prepare",
    "after_read",
    "mid_batch",
    "before_write",
    "after_write",
    "before_commit",
    "after_commit",
    "before_finish",
    "mid_finish",
    "after_finish",
];

/// In the order in which a pull reaches them with each batch.
pub const PULL_POINTS: [&str; 4] = ["pull_after_read", "pull_after_write", "pull_before_commit", "pull_after_commit"];

/// In the order in which a reshard reaches them with each batch.
pub const RESHARD_POINTS: [&str; 3] = ["reshard_after_read", "reshard_after_commit", "reshard_after_batch"];

/// What makes figures anew reaches it after each transaction.
pub const REBUILD_POINTS: [&str; 1] = ["rebuild_after_commit"];

/// In the order in which a sync reaches them.
pub const SYNC_POINTS: [&str; 14] = [
    "sync_before_lease",
    "sync_after_lease",
    "sync_after_events",
    "sync_after_plan",
    "sync_after_segment_made",
    "sync_before_intent",
    "sync_after_intent",
    "sync_before_request",
    "sync_after_request",
    "sync_before_outcome",
    "sync_after_outcome",
    "sync_after_import_posted",
    "sync_before_finish",
    "sync_after_finish",
];

/// In the order in which a delivery of webhooks reaches them.
pub const DELIVERY_POINTS: [&str; 7] = [
    "deliver_before_queued",
    "deliver_after_queued",
    "deliver_before_taken",
    "deliver_after_taken",
    "deliver_before_request",
    "deliver_after_request",
    "deliver_after_outcome",
];

#[cfg(feature = "fault-points")]
pub(crate) fn point(name: &'static str) {
    let all = [&POINTS[..], &PULL_POINTS, &RESHARD_POINTS, &REBUILD_POINTS, &SYNC_POINTS, &DELIVERY_POINTS].concat();
    debug_assert!(all.contains(&name), "{name}");
    fail::fail_point!(name, |_| std::process::abort());
}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn point(_name: &'static str) {}

/// Reads the environment. Keep the result for as long as the points should be active.
#[cfg(feature = "fault-points")]
pub fn armed() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}
