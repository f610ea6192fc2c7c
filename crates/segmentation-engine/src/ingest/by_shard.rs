//! Divides records by the shards of their users: each shard has a transaction of its own.

use std::borrow::Cow;

use domain::shard::{Shard, Shards, by_shard};

use super::{record::Record, report::Outcome};

/// Records of users of one shard, with their places among all.
pub(super) struct OfShard<'a, T: Clone> {
    pub(super) shard: Shard,
    pub(super) records: Cow<'a, [T]>,
    places: Vec<usize>,
}

/// In the order of shards. Without records, there is one part without any.
pub(super) fn divide<T: Record>(shards: Shards, records: &[T]) -> Vec<OfShard<'_, T>> {
    if shards == Shards::ONE || records.is_empty() {
        let places = (0..records.len()).collect();
        return vec![OfShard { shard: Shard::FIRST, records: records.into(), places }];
    }
    let divided = by_shard(records.iter().enumerate(), |(_, record)| shards.of(record.user()));
    let of_shard = |(shard, records): (Shard, Vec<(usize, &T)>)| OfShard {
        shard,
        places: records.iter().map(|(place, _)| *place).collect(),
        records: records.into_iter().map(|(_, record)| record.clone()).collect(),
    };
    divided.into_iter().map(of_shard).collect()
}

/// The outcomes of all records, while they are written shard by shard.
pub(super) struct Outcomes(Vec<Outcome>);

impl Outcomes {
    pub(super) fn of(records: usize) -> Self {
        Self(vec![Outcome::Unchanged; records])
    }

    pub(super) fn set<T: Clone>(&mut self, of: &OfShard<'_, T>, outcomes: Vec<Outcome>) {
        for (place, outcome) in of.places.iter().zip(outcomes) {
            self.0[*place] = outcome;
        }
    }

    pub(super) fn all(self) -> Vec<Outcome> {
        self.0
    }
}
