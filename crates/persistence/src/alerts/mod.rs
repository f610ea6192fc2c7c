//! Rules that watch segments, with where they stand, and what became of them.

pub mod events;
pub mod rules;

/// Counts are stored as signed numbers.
fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn read(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
