//! The write-ahead log of an SQLite file.

use persistence::{Database, database::kind};
use tracing::debug;

/// Empties the log unless a reader keeps it: it may hold data that an earlier erasure had to leave there.
pub async fn fold_log(database: &Database) {
    if let Err(error) = database.truncate_wal().await {
        debug!(error = kind(&error), "the log of the database was not emptied");
    }
}
