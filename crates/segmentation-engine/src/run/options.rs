//! Options of a run.

use std::{
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
};

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
    /// Turns the shrink guard off.
    pub allow_shrink: bool,
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
            allow_shrink: false,
            trigger: RunTrigger::CommandLine,
            stop: Stop::default(),
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.as_of, zone: self.zone }
    }
}
