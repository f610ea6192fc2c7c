//! Time that several shards have together.

use std::time::Instant;

/// Until when the next of the shards to come may go on: each gets an equal part of the time that is left.
pub(crate) fn share_of(deadline: Option<Instant>, to_come: u32) -> Option<Instant> {
    deadline.map(|deadline| {
        let now = Instant::now();
        now + deadline.saturating_duration_since(now) / to_come
    })
}
