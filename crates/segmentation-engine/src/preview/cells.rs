//! Divides the keys of all users into cells, in an order in which any number of first cells are spread evenly over the
//! ranges, and estimates all counts from the cells counted.
//!
//! All shards count their users together, and an import fills one shard after the other. So a cell has the same part of several
//! ranges: any one of these may be full there, and the others empty.

use domain::ids::UserNo;
use persistence::user_range::UserRange;

use super::{
    answer::{Answer, Samples},
    question::{Counts, Question},
};

/// Keys per cell of one range. Few, so that even the slowest definition finishes some cells in time. Of several ranges, each has
/// a part of the keys that are in use.
const CELL: u64 = 50;
/// Ranges per cell. Each is a statement.
const TOGETHER: usize = 8;

pub(super) struct Cells {
    all: Vec<UserRange>,
    /// Of each range in a cell.
    keys: u64,
}

impl Cells {
    /// Ranges of the same number of keys. Without users, there is one empty cell.
    pub(super) fn of(mut all: Vec<UserRange>) -> Self {
        if all.is_empty() {
            all.push(UserRange { after: UserNo(0), through: UserNo(1) });
        }
        let keys = CELL * all.len().div_ceil(TOGETHER) as u64;
        Self { all, keys }
    }

    fn keys(&self) -> u64 {
        self.all.iter().map(|range| range.keys()).sum()
    }

    /// Every cell once. Their parts of the ranges are in the order of the reversed bits of their numbers: the start, the middle, the
    /// quarters. The ranges take turns.
    pub(super) fn spread(&self) -> impl Iterator<Item = Vec<UserRange>> {
        let parts = self.all[0].keys().div_ceil(self.keys);
        let numbers = parts.next_power_of_two();
        let shift = u64::BITS - numbers.trailing_zeros();
        let reversed = move |number: u64| number.reverse_bits().checked_shr(shift).unwrap_or(0);
        let groups: Vec<_> = self.all.chunks(TOGETHER).collect();
        (0..groups.len()).flat_map(move |round| {
            let groups = groups.clone();
            let numbers = (0..numbers).map(reversed).filter(move |number| *number < parts);
            numbers.enumerate().map(move |(place, number)| {
                groups[(place + round) % groups.len()].iter().map(|range| range.part(number, self.keys)).collect()
            })
        })
    }
}

pub(super) struct Tally<Q: Question> {
    keys: u64,
    counts: Option<Q::Counts>,
    pub(super) samples: Samples<Q>,
}

impl<Q: Question> Default for Tally<Q> {
    fn default() -> Self {
        Self { keys: 0, counts: None, samples: Samples::default() }
    }
}

impl<Q: Question> Tally<Q> {
    pub(super) fn add(&mut self, cell: &[UserRange], counts: Q::Counts) {
        self.keys += cell.iter().map(|range| range.keys()).sum::<u64>();
        self.counts = Some(match self.counts.take() {
            Some(sums) => sums.plus(counts),
            None => counts,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// Scales the counts up to all keys. Exact if all cells were counted; `None` if none was.
    pub(super) fn estimate(self, cells: &Cells) -> Option<Answer<Q>> {
        let Self { keys: seen, counts, samples } = self;
        let (mut counts, all) = (counts?, cells.keys());
        let estimated_from = (seen < all).then(|| counts.users());
        for count in counts.each() {
            *count = scaled(*count, all, seen);
        }
        Some(Answer { counts, samples, estimated_from })
    }
}

/// `count · all / seen`, rounded.
fn scaled(count: i64, all: u64, seen: u64) -> i64 {
    let (count, all, seen) = (i128::from(count), i128::from(all), i128::from(seen.max(1)));
    i64::try_from((count * all + seen / 2) / seen).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use persistence::reads::preview::{Counted, CountedItem};

    use super::*;
    use crate::preview::question::Matching;

    /// With the same number of those who match the item and of those who remain after it.
    fn counted(users: i64, matches: i64, item: i64) -> Counted {
        let item = CountedItem { path: "criteria[0]".into(), count: item, remaining: Some(item) };
        Counted { users, matches, items: vec![item] }
    }

    fn range(after: i64, through: i64) -> UserRange {
        UserRange { after: UserNo(after), through: UserNo(through) }
    }

    fn cells(after: i64, through: i64) -> Cells {
        Cells::of(vec![range(after, through)])
    }

    #[test]
    fn preview_cells_of_several_ranges_hold_every_key_once() {
        for (shards, keys) in [(1, 1_234), (2, 49), (8, 1_000), (20, 4_711)] {
            let ranges: Vec<_> = (0..shards).map(|shard| range(10_000 * shard, 10_000 * shard + keys)).collect();
            let all = Cells::of(ranges.clone());
            let mut held: Vec<_> = all.spread().flatten().flat_map(|part| part.after.0 + 1..=part.through.0).collect();
            held.sort_unstable();
            assert!(held.into_iter().eq(ranges.into_iter().flat_map(|range| range.after.0 + 1..=range.through.0)));
            let counted = all.spread().map(|cell| cell.iter().map(|part| part.keys()).sum::<u64>()).sum::<u64>();
            assert_eq!(counted, all.keys());
        }
    }

    /// Users are counted over all shards, and here one shard after the other was filled.
    #[test]
    fn preview_estimate_of_several_ranges_is_near_wherever_their_users_are() {
        for shards in [8, 20, 128] {
            let ranges = (0..shards).map(|shard| range(1_000_000 * shard, 1_000_000 * shard + 5_000));
            let all = Cells::of(ranges.collect());
            let is_user = |key: i64| (key % 1_000_000 - 1) * shards / 5_000 == key / 1_000_000;
            let users = |part: &UserRange| (part.after.0 + 1..=part.through.0).filter(|key| is_user(*key)).count();
            let mut tally = Tally::<Matching<'_>>::default();
            for cell in all.spread().take(16 * all.all.len().div_ceil(TOGETHER)) {
                tally.add(&cell, counted(cell.iter().map(users).sum::<usize>() as i64, 0, 0));
            }
            let users = tally.estimate(&all).expect("some cells").counts.users;
            assert!((4_500..=5_500).contains(&users), "{shards} shards: {users}");
        }
    }

    #[test]
    fn preview_cells_hold_every_key_once() {
        for (after, through) in [(0, 1), (0, 50), (0, 51), (7, 1_234), (-3, 4_711), (i64::MAX - 120, i64::MAX)] {
            let mut spread: Vec<_> =
                cells(after, through).spread().flatten().map(|range| (range.after.0, range.through.0)).collect();
            spread.sort_unstable();
            assert_eq!((spread[0].0, spread[spread.len() - 1].1), (after, through));
            assert!(spread.windows(2).all(|pair| pair[0].1 == pair[1].0), "{after} to {through}: {spread:?}");
        }
    }

    #[test]
    fn preview_cells_are_spread_evenly_from_the_first_few_on() {
        let starts: Vec<_> = cells(0, 800).spread().flatten().map(|range| range.after.0).collect();
        assert_eq!(starts[..6], [0, 400, 200, 600, 100, 500]);
    }

    #[test]
    fn preview_cells_without_users_are_one_empty_cell() {
        assert_eq!(Cells::of(Vec::new()).spread().count(), 1);
    }

    #[test]
    fn preview_estimate_scales_counts_up_to_all_cells() {
        let all = cells(0, 1_000);
        let mut tally = Tally::<Matching<'_>>::default();
        tally.add(&[range(0, 50)], counted(50, 10, 0));
        tally.add(&[range(500, 550)], counted(40, 5, 1));
        let answer = tally.estimate(&all).expect("two of 20 cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(900, 150, 10), Some(90)));
    }

    #[test]
    fn preview_estimate_from_all_cells_is_exact() {
        let all = cells(0, 100);
        let mut tally = Tally::<Matching<'_>>::default();
        all.spread().for_each(|cell| tally.add(&cell, counted(50, 7, 3)));
        let answer = tally.estimate(&all).expect("two of two cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(100, 14, 6), None));
    }
}
