//! Retries whole transactions that failed because another was in the way or because the connection was lost. A failed
//! transaction has left nothing behind.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use persistence::{DbErr, database::is_transient};

/// The pause before the second try. Each further pause is about twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(25);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long after the first failure the last try starts. A longer outage needs an operator.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pauses have random lengths, so that transactions that were in each other's way do not meet again.
#[derive(Debug)]
pub(crate) struct Tries {
    pauses: ExponentialBackoff,
    /// Includes the time of tries: on SQLite each may wait long for the write lock.
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
    /// Pauses and returns `true` if the failure is worth another try.
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

/// An error that may come from a statement.
pub(crate) trait Failure {
    fn statement(&self) -> Option<&DbErr>;
}

impl Failure for DbErr {
    fn statement(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Runs a whole transaction, and again while it fails for a transient reason.
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
