//! The keys of all users in cells, in an order in which the first few are spread over it as evenly as the first many; and
//! what was counted in those that were looked at.

use domain::ids::UserNo;
use persistence::{reads::preview::Sampled, user_range::UserRange};

use super::Answer;

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

/// What was counted in the cells that were looked at.
pub(super) struct Tally {
    cells: u64,
    counts: Vec<i64>,
    samples: Vec<Vec<Sampled>>,
}

impl Tally {
    pub(super) fn new(groups: usize) -> Self {
        Self { cells: 0, counts: Vec::new(), samples: vec![Vec::new(); groups] }
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, counts: &[i64]) {
        self.cells += 1;
        self.counts.resize(counts.len(), 0);
        self.counts.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }

    pub(super) fn has_some(&self) -> bool {
        self.cells > 0
    }

    /// How many users of a group there are to be shown.
    pub(super) fn found(&self, group: usize) -> usize {
        self.samples[group].len()
    }

    pub(super) fn show(&mut self, group: usize, users: Vec<Sampled>) {
        self.samples[group].extend(users);
    }

    /// What follows for all cells: that they are like those that were looked at. If those are all, it is no estimate.
    pub(super) fn estimate(self, cells: &Cells) -> Answer {
        let Self { cells: seen, counts, samples } = self;
        let estimated_from = (seen < cells.count).then(|| counts.first().copied().unwrap_or(0));
        let counts = counts.into_iter().map(|count| scaled(count, cells.count, seen)).collect();
        Answer { counts, samples, estimated_from }
    }
}

/// `count · all / seen`, rounded.
fn scaled(count: i64, all: u64, seen: u64) -> i64 {
    let (count, all, seen) = (i128::from(count), i128::from(all), i128::from(seen.max(1)));
    i64::try_from((count * all + seen / 2) / seen).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_was_seen_stands_for_the_rest() {
        let all = cells(0, 1_000);
        let mut tally = Tally::new(1);
        tally.add(&[50, 10, 0]);
        tally.add(&[40, 5, 1]);
        // 2 cells of 20 were looked at.
        let answer = tally.estimate(&all);
        assert_eq!((answer.counts, answer.estimated_from), (vec![900, 150, 10], Some(90)));
    }

    #[test]
    fn whoever_saw_all_does_not_estimate() {
        let all = cells(0, 100);
        let mut tally = Tally::new(1);
        all.spread().for_each(|_| tally.add(&[50, 7]));
        let answer = tally.estimate(&all);
        assert_eq!((answer.counts, answer.estimated_from), (vec![100, 14], None));
    }
}
