//! Checkpoints of SQLite's write-ahead log. A run reads continuously, so SQLite cannot restart the log automatically and
//! it would keep growing.

use persistence::{Database, database::kind};
use tracing::warn;

/// Memberships between checkpoints.
const CHECKPOINT_AFTER: u64 = 100_000;

#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    /// Memberships written at the last one.
    last: u64,
}

impl Checkpoints {
    /// `written` is how many memberships the run has written so far. A checkpoint that fails is tried again later.
    pub(super) async fn after(&mut self, database: &Database, written: u64) {
        if written >= self.last + CHECKPOINT_AFTER {
            self.last = written;
            if let Err(error) = database.checkpoint_wal().await {
                warn!(error = kind(&error), "the write-ahead log could not be checkpointed");
            }
        }
    }
}
