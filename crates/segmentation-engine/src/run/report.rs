//! The result of a run, and why a run may end early.

use std::collections::BTreeMap;

use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunIssue, RunMode, issues_in_words},
    segment::SegmentKey,
    words::counted,
};
use persistence::{
    DbErr,
    database::words,
    runs::{LeaseError, shards::SegmentChanges},
};

use crate::support::retry::Failure;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    /// `None` for a dry run.
    pub run: Option<RunId>,
    /// The requested clock, or slightly later if another machine's clock has recorded a change.
    pub as_of: Instant,
    pub mode: RunMode,
    pub users_processed: u64,
    pub entered: u64,
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// Attempts whose certification is of no known provider, of all users.
    pub attempts_without_provider: u64,
    /// The first 1,000.
    pub issues: Vec<RunIssue>,
    pub issue_count: u64,
    /// Changes per segment, as evaluated.
    pub by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    pub duration_ms: u64,
}

impl RunReport {
    /// The issues as sentences.
    pub fn errors(&self) -> Vec<String> {
        issues_in_words(&self.issues, self.issue_count)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Lease(#[from] LeaseError),
    #[error("the run was asked to stop, after {done} of {}", counted(*of, "user", "users"))]
    Stopped {
        /// Users evaluated, with their changes written.
        done: u64,
        of: u64,
    },
    /// Another version may decide in another way.
    #[error("run {run} is by version {version} of this program: join it with the same version")]
    OtherVersion { run: RunId, version: String },
    /// It is to be allowed to shrink.
    #[error("there is no segment {0}")]
    NoSegment(SegmentKey),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for RunError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) | Self::Lease(LeaseError::Statement(error)) => Some(error),
            Self::Lease(_) | Self::Stopped { .. } | Self::OtherVersion { .. } | Self::NoSegment(_) => None,
        }
    }
}

/// Follows the progress of a run.
pub trait Observer: Send + Sync {
    /// `users` of `of` are evaluated.
    fn evaluated(&self, users: u64, of: u64);
}

#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn evaluated(&self, _users: u64, _of: u64) {}
}
