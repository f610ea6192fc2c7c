//! The keys of all users in cells, in an order in which the first few are spread over it as evenly as the first many; and
//! what was counted in those that were looked at.

use domain::ids::UserNo;
use persistence::user_range::UserRange;

use super::{
    answer::{Answer, Samples},
    question::{Counts, Question},
};

/// Keys of a cell. Few, so that the slowest definition is done with some of them in time.
const CELL: u64 = 50;

/// The range of all users, cut into cells.
pub(super) struct Cells {
    all: UserRange,
    count: u64,
}

impl Cells {
    /// Without anybody, there is one cell, and nobody in it.
    pub(super) fn of(all: Option<UserRange>) -> Self {
        let all = all.unwrap_or(UserRange { after: UserNo(0), through: UserNo(1) });
        Self { all, count: all.through.0.abs_diff(all.after.0).div_ceil(CELL) }
    }

    /// Every cell once. The numbers of the cells are counted up with their bits in reverse: first the beginning, then the
    /// middle, then the quarters.
    pub(super) fn spread(&self) -> impl Iterator<Item = UserRange> {
        let numbers = self.count.next_power_of_two();
        let shift = u64::BITS - numbers.trailing_zeros();
        let reversed = (0..numbers).map(move |number| number.reverse_bits().checked_shr(shift).unwrap_or(0));
        reversed.filter(|number| *number < self.count).map(|number| self.cell(number))
    }

    fn cell(&self, number: u64) -> UserRange {
        let start = self.all.after.0.saturating_add_unsigned(number * CELL);
        UserRange { after: UserNo(start), through: UserNo(start.saturating_add_unsigned(CELL).min(self.all.through.0)) }
    }
}

/// What was counted in the cells so far.
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
    /// Adds the counts of a cell.
    pub(super) fn add(&mut self, mut counts: Q::Counts) {
        self.cells += 1;
        match &mut self.counts {
            Some(sums) => sums.each().into_iter().zip(counts.each()).for_each(|(sum, count)| *sum += *count),
            None => self.counts = Some(counts),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// Supposes that the other cells are like these. With all cells counted, it is no estimate. `None` without a cell.
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

    fn cells(after: i64, through: i64) -> Cells {
        Cells::of(Some(UserRange { after: UserNo(after), through: UserNo(through) }))
    }

    #[test]
    fn every_key_is_in_one_cell() {
        for (after, through) in [(0, 1), (0, 50), (0, 51), (7, 1_234), (-3, 4_711), (i64::MAX - 120, i64::MAX)] {
            let mut spread: Vec<_> =
                cells(after, through).spread().map(|range| (range.after.0, range.through.0)).collect();
            spread.sort_unstable();
            assert_eq!((spread[0].0, spread[spread.len() - 1].1), (after, through));
            assert!(spread.windows(2).all(|pair| pair[0].1 == pair[1].0), "{after} to {through}: {spread:?}");
        }
    }

    #[test]
    fn the_first_few_are_spread_evenly() {
        let starts: Vec<_> = cells(0, 800).spread().map(|range| range.after.0).collect();
        assert_eq!(starts[..6], [0, 400, 200, 600, 100, 500]);
    }

    #[test]
    fn nobody_is_one_empty_cell() {
        assert_eq!(Cells::of(None).spread().count(), 1);
    }

    #[test]
    fn estimate_supposes_that_the_other_cells_are_alike() {
        let all = cells(0, 1_000);
        let mut tally = Tally::<Matching<'_>>::default();
        tally.add(counted(50, 10, 0));
        tally.add(counted(40, 5, 1));
        let answer = tally.estimate(&all).expect("two of 20 cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(900, 150, 10), Some(90)));
    }

    #[test]
    fn estimate_from_all_cells_is_exact() {
        let all = cells(0, 100);
        let mut tally = Tally::<Matching<'_>>::default();
        all.spread().for_each(|_| tally.add(counted(50, 7, 3)));
        let answer = tally.estimate(&all).expect("two of two cells");
        assert_eq!((answer.counts, answer.estimated_from), (counted(100, 14, 6), None));
    }
}
