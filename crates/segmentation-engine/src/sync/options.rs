//! What is asked of a sync, and what it did.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    mail::{SyncCounts, SyncIssue, SyncMode},
    run::RunTrigger,
    segment::SegmentKey,
};
use persistence::sync::runs::SyncId;

use crate::run::Stop;

#[derive(Debug, Clone)]
pub struct SyncOptions {
    pub mode: SyncMode,
    /// All that are on, unless given.
    pub segments: Option<Vec<SegmentKey>>,
    /// Turns the shrink guard off.
    pub allow_shrink: bool,
    /// Ends the sync after this many requests.
    pub max_requests: Option<u64>,
    pub trigger: RunTrigger,
    pub stop: Stop,
}

/// What a sync did for one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SegmentChanges {
    pub joined: u64,
    pub left: u64,
    pub missing: u64,
    pub extra: u64,
}

#[derive(Debug, Clone)]
pub struct SyncReport {
    pub id: SyncId,
    pub mode: SyncMode,
    pub counts: SyncCounts,
    pub by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    /// The first 1,000.
    pub issues: Vec<SyncIssue>,
    pub issue_count: u64,
    /// Whether it ended before all was done: it was asked to, its requests were used up, or an import takes too long.
    pub is_stopped: bool,
    pub duration: Duration,
}

/// Follows the progress of a sync.
pub trait SyncObserver: Send + Sync {
    fn progress(&self, counts: &SyncCounts);
}

#[derive(Debug, Clone, Copy, Default)]
pub struct NoSyncObserver;

impl SyncObserver for NoSyncObserver {
    fn progress(&self, _counts: &SyncCounts) {}
}
