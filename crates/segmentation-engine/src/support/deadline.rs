//! Time that several shards have together.

use std::time::Instant;

use domain::shard::{Shard, Shards};

/// The shards in order, each with the end of its time: when its turn comes, it gets an equal part of what is left until the deadline.
pub(crate) fn shares(shards: Shards, deadline: Option<Instant>) -> impl Iterator<Item = (Shard, Option<Instant>)> {
    shards.all().zip((1..=u32::from(shards.count())).rev()).map(move |(shard, to_come)| {
        let now = Instant::now();
        (shard, deadline.map(|deadline| now + deadline.saturating_duration_since(now) / to_come))
    })
}
