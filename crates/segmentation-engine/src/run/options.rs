//! How to run.

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

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Which users to look at.
    pub mode: RunMode,
    /// The clock of the rules.
    pub as_of: Instant,
    /// Whether somebody asked for that very clock; see [`NewRun`].
    pub as_of_is_given: bool,
    /// The zone in which days, weeks and months begin.
    pub zone: Tz,
    /// Users in a batch: the unit of progress and of fault isolation.
    pub batch_size: NonZeroUsize,
    /// So many users about whom there is something to write make a transaction.
    pub commit_users: NonZeroUsize,
    /// Whether to say what would change instead of changing it.
    pub dry_run: bool,
    /// Whether a segment of some size may lose more than half of its members.
    pub allow_shrink: bool,
    /// What starts the run.
    pub trigger: RunTrigger,
    /// Asks the run to stop before its end.
    pub stop: Stop,
}

/// By which a run is asked to stop: it finishes the batch in hand, writes what it has, and ends as abandoned.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl RunOptions {
    /// A run over all users at that instant, in UTC, with batches of 100 and commits of 5,000 users.
    pub fn at(as_of: Instant) -> Self {
        Self {
            mode: RunMode::Full,
            as_of,
            as_of_is_given: true,
            zone: Tz::UTC,
            batch_size: NonZeroUsize::new(100).unwrap_or(NonZeroUsize::MIN),
            commit_users: NonZeroUsize::new(5_000).unwrap_or(NonZeroUsize::MIN),
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
