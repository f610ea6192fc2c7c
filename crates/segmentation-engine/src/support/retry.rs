//! Transactions that another one was in the way of, or that lost their connection, are tried again: the whole transaction
//! is undone, so it can be done anew.

use std::{future::Future, time::Duration};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use persistence::{DbErr, database::is_transient};

/// The pause before the second try; each further one is about twice as long …
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// … up to this one.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Together, which is when an outage is the operator's business.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much patience is left. Pauses are of random length, so that those who were in each other's way do not meet again.
#[derive(Debug)]
pub(crate) struct Tries(ExponentialBackoff);

impl Default for Tries {
    fn default() -> Self {
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .without_max_times()
            .with_total_delay(Some(PATIENCE));
        Self(pauses.build())
    }
}

impl Tries {
    /// Whether to try again after this failure; pauses before it says so.
    pub(crate) async fn again_after(&mut self, error: &DbErr) -> bool {
        if !is_transient(error) {
            return false;
        }
        let Some(pause) = self.0.next() else { return false };
        tokio::time::sleep(pause).await;
        true
    }
}

/// A failure that may be that of a statement.
pub(crate) trait Failure {
    /// The statement's.
    fn statement(&self) -> Option<&DbErr>;
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
