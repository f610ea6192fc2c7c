//! Divides the keys of all users into cells, in an order in which any number of first cells are spread evenly over the
//! ranges, and estimates all counts from the cells counted.

use domain::ids::UserNo;
use persistence::user_range::UserRange;

use super::{
    answer::{Answer, Samples},
    question::{Counts, Question},
};

/// Keys per cell of one range. Few, so that even the slowest definition finishes some cells in time. Of several ranges, each has
/// a part of the keys that are in use.
const CELL: u64 = 50;

pub(super) struct Cells {
    all: Vec<UserRange>,
    /// Keys per cell.
    keys: u64,
    count: u64,
}

impl Cells {
    /// Without users, there is one empty cell.
    pub(super) fn of(mut all: Vec<UserRange>) -> Self {
        if all.is_empty() {
            all.push(UserRange { after: UserNo(0), through: UserNo(1) });
        }
        let keys = CELL * all.len() as u64;
        let count = all.iter().map(|range| range.keys().div_ceil(keys)).sum();
        Self { all, keys, count }
    }

    fn cell(&self, mut number: u64) -> Option<UserRange> {
        for range in &self.all {
            let cells = range.keys().div_ceil(self.keys);
            if number < cells {
                return Some(range.part(number, self.keys));
            }
            number -= cells;
        }
        None
    }

    /// Every cell once, in the order of the reversed bits of their numbers: the start, the middle, the quarters.
    pub(super) fn spread(&self) -> impl Iterator<Item = UserRange> {
        let numbers = self.count.next_power_of_two();
        let shift = u64::BITS - numbers.trailing_zeros();
        let reversed = (0..numbers).map(move |number| number.reverse_bits().checked_shr(shift).unwrap_or(0));
        reversed.filter_map(|number| self.cell(number))
    }
}

pub(super) struct Tally<Q: Question> {
    cells: u64,
    counts: Option<Q::Counts>,
    pub(super) samples: Samples<Q>,
}

impl<Q: Question> Default for Tally<Q> {
    fn default() -> Self {
        Self { cells: 0, counts: None, samples: Samples::default() }
    }
}

impl<Q: Question> Tally<Q> {
    pub(super) fn add(&mut self, counts: Q::Counts) {
        self.cells += 1;
        self.counts = Some(match self.counts.take() {
            Some(sums) => sums.plus(counts),
            None => counts,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// Scales the counts up to all cells. Exact if all cells were counted; `None` if none was.
    pub(super) fn estimate(self, cells: &Cells) -> Option<Answer<Q>> {
        let Self { cells: seen, counts, samples } = self;
        let mut counts = counts?;
        let estimated_from = (seen < cells.count).then(|| counts.users());
        for count in counts.each() {
            *count = scaled(*count, cells.count, seen);
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
    use persistence::reads::preview::Counted;

    use super::*;
    use crate::preview::question::Matching;

    fn counted(users: i64, matches: i64, item: i64) -> Counted {
        Counted { users, matches, items: vec![("criteria[0]".into(), item)] }
    }

    fn range(after: i64, through: i64) -> UserRange {
        UserRange { after: UserNo(after), through: UserNo(through) }
    }

    fn cells(after: i64, through: i64) -> Cells {
        Cells::of(vec![range(after, through)])
    }

    #[test]
    fn preview_cells_of_several_ranges_hold_every_key_once() {
        let ranges = [range(0, 1_000), range(5_000, 5_420), range(9_000, 9_001)];
        let cells = Cells::of(ranges.to_vec());
        let mut keys: Vec<_> = cells.spread().flat_map(|cell| cell.after.0 + 1..=cell.through.0).collect();
        keys.sort_unstable();
        assert!(keys.into_iter().eq(ranges.into_iter().flat_map(|range| range.after.0 + 1..=range.through.0)));
        assert_eq!(cells.spread().count() as u64, cells.count);
    }

    #[test]
    fn preview_cells_hold_every_key_once() {
        for (after, through) in [(0, 1), (0, 50), (0, 51), (7, 1_234), (-3, 4_711), (i64::MAX - 120, i64::MAX)] {
            let mut spread: Vec<_> =
                cells(after, through).spread().map(|range| (range.after.0, range.through.0)).collect();
            spread.sort_unstable();
            assert_eq!((spread[0].0, spread[spread.len() - 1].1), (after, through));
            assert!(spread.windows(2).all(|pair| pair[0].1 == pair[1].0), "{after} to {through}: {spread:?}");
        }
    }

    #[test]
    fn preview_cells_are_spread_evenly_from_the_first_few_on() {
        let starts: Vec<_> = cells(0, 800).spread().map(|range| range.after.0).collect();
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
        tally.add(counted(50, 10, 0));
        tally.add(counted(40, 5, 1));
        let answer = tally.estimate(&all).expect("two of 20 cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(900, 150, 10), Some(90)));
    }

    #[test]
    fn preview_estimate_from_all_cells_is_exact() {
        let all = cells(0, 100);
        let mut tally = Tally::<Matching<'_>>::default();
        all.spread().for_each(|_| tally.add(counted(50, 7, 3)));
        let answer = tally.estimate(&all).expect("two of two cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(100, 14, 6), None));
    }
}
