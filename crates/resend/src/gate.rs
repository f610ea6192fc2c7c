//! Whether requests may begin: a sync that has lost its lease sends nothing.

use std::{
    sync::{
        RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};

/// How long a closed or expired gate goes unnoticed by a request in flight.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Open until a moment that is moved on again and again, by a clock that never goes back.
#[derive(Debug)]
pub struct Gate {
    until: RwLock<Instant>,
    /// How much time must be left for a request to begin.
    margin: Duration,
    is_stopping: AtomicBool,
    /// Requests that may still begin.
    budget: AtomicU64,
}

impl Gate {
    pub fn new(open_for: Duration, margin: Duration) -> Self {
        Self {
            until: RwLock::new(Instant::now() + open_for),
            margin,
            is_stopping: AtomicBool::new(false),
            budget: AtomicU64::new(u64::MAX),
        }
    }

    /// Limits how many requests pass.
    #[must_use]
    pub fn with_budget(self, requests: u64) -> Self {
        Self { budget: AtomicU64::new(requests), ..self }
    }

    /// Takes the right to begin a request.
    pub(crate) fn take(&self) -> bool {
        let took = self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if took.is_err() {
            self.stop();
        }
        took.is_ok() && self.may_begin()
    }

    /// One that stays open.
    pub fn open() -> Self {
        Self::new(Duration::from_secs(10 * 365 * 24 * 3600), Duration::ZERO)
    }

    /// `since` is when the renewal was asked for, so that the lease lasts at least as long.
    pub fn renew(&self, since: Instant, open_for: Duration) {
        if let Ok(mut until) = self.until.write() {
            *until = (*until).max(since + open_for);
        }
    }

    /// No request begins from now on. Those in flight end.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    fn until(&self) -> Instant {
        self.until.read().map_or_else(|_| Instant::now(), |until| *until)
    }

    pub fn may_begin(&self) -> bool {
        !self.is_stopping() && Instant::now() + self.margin <= self.until()
    }

    /// Ends once the time is over.
    pub(crate) async fn expired(&self) {
        loop {
            let until = self.until();
            if Instant::now() >= until {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => {}
                () = sleep(LOOK_AGAIN) => {}
            }
        }
    }
}
