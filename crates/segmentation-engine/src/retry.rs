//! Transactions that another one was in the way of are tried again: the whole transaction is undone, so it can be done anew.

use std::time::Duration;

use persistence::{DbErr, database::is_transient};

/// The pause before another try.
const PAUSE: Duration = Duration::from_millis(100);

/// How many tries are left.
#[derive(Debug)]
pub(crate) struct Tries(u32);

impl Default for Tries {
    fn default() -> Self {
        Self(5)
    }
}

impl Tries {
    /// Whether to try again after this failure; pauses before it says so.
    pub(crate) async fn again_after(&mut self, error: &DbErr) -> bool {
        if self.0 <= 1 || !is_transient(error) {
            return false;
        }
        self.0 -= 1;
        tokio::time::sleep(PAUSE).await;
        true
    }
}
