//! Named points of a run, and of a pull, at which a test can end the process, as `kill -9` would: nothing is rolled back, said or closed.
//! `FAILPOINTS=before_commit=2*off->return` ends it when it comes to that point for the third time. Without the feature
//! `fault-points` there are none.

/// Every point, in the order in which a run comes to them.
pub const POINTS: [&str; 12] = [
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
    "after_finish",
];

/// The points of a pull, in the order in which it comes to them with each batch.
pub const PULL_POINTS: [&str; 4] = ["pull_after_read", "pull_after_write", "pull_before_commit", "pull_after_commit"];

/// One of these.
#[cfg(feature = "fault-points")]
pub(crate) fn point(name: &'static str) {
    debug_assert!(POINTS.contains(&name) || PULL_POINTS.contains(&name), "{name}");
    fail::fail_point!(name, |_| std::process::abort());
}

/// One of these.
#[cfg(not(feature = "fault-points"))]
pub(crate) fn point(_name: &'static str) {}

/// Reads which points the environment names. What is returned is kept for as long as they are to stand.
#[cfg(feature = "fault-points")]
pub fn armed() -> fail::FailScenario<'static> {
    fail::FailScenario::setup()
}
