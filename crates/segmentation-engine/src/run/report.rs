//! What a run did, and why it may not have come to its end.

use std::collections::BTreeMap;

use domain::{
    ids::RunId,
    instant::Instant,
    run::{RunIssue, issues_in_words},
    segment::SegmentKey,
};
use persistence::{DbErr, database::words, runs::LeaseError};

use crate::support::retry::Failure;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunReport {
    /// Its id; none for a dry run.
    pub run: Option<RunId>,
    /// The clock of its rules: the one asked for, or a little later, where somebody else's clock has recorded a change.
    pub as_of: Option<Instant>,
    /// Users evaluated.
    pub users_processed: u64,
    /// Memberships entered.
    pub entered: u64,
    /// Memberships left.
    pub left: u64,
    /// Users whose plan has no segment.
    pub unknown_plans: u64,
    /// The first 1,000.
    pub issues: Vec<RunIssue>,
    pub issue_count: u64,
    /// What evaluation asked for, segment by segment.
    pub by_segment: BTreeMap<SegmentKey, SegmentChanges>,
    /// In milliseconds.
    pub duration_ms: u64,
}

impl RunReport {
    /// The issues as sentences, for people and for schedulers.
    pub fn errors(&self) -> Vec<String> {
        issues_in_words(&self.issues, self.issue_count)
    }
}

/// What evaluation asked for in one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SegmentChanges {
    /// To enter.
    pub enter: u64,
    /// To leave.
    pub leave: u64,
}

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The lease was refused or lost.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// It was asked to.
    #[error("the run was asked to stop, after {done} of {of} users")]
    Stopped {
        /// Users evaluated and written.
        done: u64,
        /// Users to be evaluated.
        of: u64,
    },
    /// A statement failed.
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl Failure for RunError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) | Self::Lease(LeaseError::Statement(error)) => Some(error),
            Self::Lease(_) | Self::Stopped { .. } => None,
        }
    }
}

/// Hears how far a run is.
pub trait Observer: Send + Sync {
    /// So many users of so many are evaluated.
    fn evaluated(&self, users: u64, of: u64);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn evaluated(&self, _users: u64, _of: u64) {}
}
