//! Transactions that another one was in the way of, or that lost their connection, are tried again: the whole transaction
//! is undone, so it can be done anew.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use persistence::{DbErr, database::is_transient};

/// The pause before the second try; each further one is about twice as long …
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// … up to this one.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long after the first failure the last try begins. By then an outage is the operator's business.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much patience is left. Pauses are of random length, so that those who were in each other's way do not meet again.
#[derive(Debug)]
pub(crate) struct Tries {
    pauses: ExponentialBackoff,
    /// Tries count too: on SQLite each may wait long for the write lock.
    first_failure: Option<Instant>,
}

impl Default for Tries {
    fn default() -> Self {
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times();
        Self { pauses: pauses.build(), first_failure: None }
    }
}

impl Tries {
    /// Whether to try again after this failure; pauses before it says so.
    pub(crate) async fn again_after(&mut self, error: &DbErr) -> bool {
        if !is_transient(error) {
            return false;
        }
        if self.first_failure.get_or_insert_with(Instant::now).elapsed() >= PATIENCE {
            return false;
        }
        let Some(pause) = self.pauses.next() else { return false };
        tokio::time::sleep(pause).await;
        true
    }
}

/// A failure that may be that of a statement.
pub(crate) trait Failure {
    /// The statement's.
    fn statement(&self) -> Option<&DbErr>;
}

impl Failure for DbErr {
    fn statement(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Does a whole transaction, again and again while it fails for a reason that passes.
pub(crate) async fn with_retry<T, E, F>(transaction: impl Fn() -> F) -> Result<T, E>
where
    E: Failure,
    F: Future<Output = Result<T, E>>,
{
    let mut tries = Tries::default();
    loop {
        let failure = match transaction().await {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        match failure.statement() {
            Some(error) if tries.again_after(error).await => {}
            _ => return Err(failure),
        }
    }
}
