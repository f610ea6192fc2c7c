//! Options of a run.

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono_tz::Tz;
use domain::{
    instant::Instant,
    period::Moment,
    run::{RunMode, RunTrigger},
    segment::SegmentKey,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The segments that the shrink guard does not watch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MayShrink {
    #[default]
    None,
    Only(BTreeSet<SegmentKey>),
    All,
}

impl MayShrink {
    /// All of them, or those that are listed.
    pub fn of(all: bool, only: impl IntoIterator<Item = SegmentKey>) -> Self {
        let only: BTreeSet<_> = only.into_iter().collect();
        match (all, only.is_empty()) {
            (true, _) => Self::All,
            (false, false) => Self::Only(only),
            (false, true) => Self::None,
        }
    }

    pub(crate) fn allows(&self, segment: &SegmentKey) -> bool {
        match self {
            Self::None => false,
            Self::Only(segments) => segments.contains(segment),
            Self::All => true,
        }
    }

    /// As the audit log has it: whether all may, or the list of those that may.
    pub fn on_record(&self) -> Json {
        match self {
            Self::None => json!(false),
            Self::Only(segments) => json!(segments),
            Self::All => json!(true),
        }
    }

    /// The segments that are listed.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &SegmentKey> {
        let listed = match self {
            Self::Only(segments) => Some(segments),
            Self::None | Self::All => None,
        };
        listed.into_iter().flatten()
    }
}

#[derive(Debug, Clone)]
pub struct RunOptions {
    pub mode: RunMode,
    pub as_of: Instant,
    /// Whether the caller asked for this clock; see [`NewRun`](persistence::runs::NewRun).
    pub as_of_is_given: bool,
    /// The time zone in which days, weeks and months begin.
    pub zone: Tz,
    /// Users per batch: the unit of progress and of fault isolation.
    pub batch_size: NonZeroUsize,
    /// Commit after this many users with changes.
    pub commit_users: NonZeroUsize,
    /// Shards that this process works on at the same time.
    pub workers: NonZeroUsize,
    /// Report what would change, and change nothing.
    pub dry_run: bool,
    pub may_shrink: MayShrink,
    pub trigger: RunTrigger,
    pub stop: Stop,
}

/// Options of an engine that joins a run. What the run does is settled.
#[derive(Debug, Clone)]
pub struct JoinOptions {
    pub batch_size: NonZeroUsize,
    pub commit_users: NonZeroUsize,
    /// Shards that this process works on at the same time.
    pub workers: NonZeroUsize,
    pub stop: Stop,
}

/// Asks a run to stop. The run finishes the current batch, writes its changes, and ends as abandoned, unless other engines go on.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl RunOptions {
    /// A full run in UTC, with batches of 100 and commits of 5,000 users.
    pub fn at(as_of: Instant) -> Self {
        Self {
            mode: RunMode::Full,
            as_of,
            as_of_is_given: true,
            zone: Tz::UTC,
            batch_size: NonZeroUsize::new(100).unwrap_or(NonZeroUsize::MIN),
            commit_users: NonZeroUsize::new(5_000).unwrap_or(NonZeroUsize::MIN),
            workers: NonZeroUsize::MIN,
            dry_run: false,
            may_shrink: MayShrink::None,
            trigger: RunTrigger::CommandLine,
            stop: Stop::default(),
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.as_of, zone: self.zone }
    }
}
