//! How users move between exclusive segments: where each is at one instant and at the next.

use super::overlap::Mask;

/// Where a user is at an instant, with respect to some segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// In one of them: its place among them.
    In(usize),
    /// There, and in none of them.
    None,
    /// In more than one.
    Multiple,
    /// Not there yet.
    Absent,
    /// Erased, or deleted in the host application.
    Gone,
}

impl State {
    pub fn of_mask(mask: Mask) -> Self {
        match mask.0.count_ones() {
            0 => Self::None,
            1 => Self::In(mask.0.trailing_zeros() as usize),
            _ => Self::Multiple,
        }
    }

    /// The row and column of the state in a matrix.
    fn place(self, segments: usize) -> usize {
        match self {
            Self::In(place) => place,
            Self::None => segments,
            Self::Multiple => segments + 1,
            Self::Absent => segments + 2,
            Self::Gone => segments + 3,
        }
    }

    fn is_member(self) -> bool {
        matches!(self, Self::In(_) | Self::Multiple)
    }

    fn is_there(self) -> bool {
        self.is_member() || self == Self::None
    }
}

/// Users who were in the same states at the same instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// At each instant, in order.
    pub states: Vec<State>,
    /// Nothing but memberships is known of users who are erased by now.
    pub is_erased: bool,
    pub users: u64,
}

/// How many users were where at one instant (rows) and at the next (columns). The states are those of the segments in their order,
/// then [`State::None`], [`State::Multiple`], [`State::Absent`] and [`State::Gone`].
pub type Matrix = Vec<Vec<u64>>;

/// How users moved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// One less than there are instants. Each has everyone, so the columns of one are the rows of the next.
    pub steps: Vec<Matrix>,
    /// Everyone who was there at any of the instants.
    pub population: u64,
}

pub fn flow(paths: &[Path], segments: usize, instants: usize) -> Flow {
    let states = State::Gone.place(segments) + 1;
    let mut flow = Flow { steps: vec![vec![vec![0; states]; states]; instants.saturating_sub(1)], ..Flow::default() };
    for path in paths.iter().filter(|path| path.is_known()) {
        flow.population += path.users;
        for (matrix, ends) in flow.steps.iter_mut().zip(path.states.windows(2)) {
            matrix[ends[0].place(segments)][ends[1].place(segments)] += path.users;
        }
    }
    flow
}

impl Path {
    /// Whether the users were there at any of the instants. Of an erased user who was in none of the segments nothing is known.
    fn is_known(&self) -> bool {
        let is_known = |state: &State| if self.is_erased { state.is_member() } else { state.is_there() };
        self.states.iter().any(is_known)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::{State::*, *};

    fn path(states: &[State], is_erased: bool) -> Path {
        Path { states: states.to_vec(), is_erased, users: 1 }
    }

    #[test]
    fn flow_states_follow_from_masks() {
        for (mask, state) in [(0, None), (0b1, In(0)), (0b100, In(2)), (0b110, Multiple)] {
            assert_eq!(State::of_mask(Mask(mask)), state, "{mask:b}");
        }
    }

    #[test]
    fn flow_leaves_out_users_who_were_never_there() {
        for (states, is_erased, counted) in [
            ([Absent, In(0)], false, 1),
            ([None, None], false, 1),
            ([Absent, Absent], false, 0),
            ([Absent, Gone], false, 0),
            ([In(0), Gone], true, 1),
            // Of an erased user in no segment nothing is known.
            ([None, None], true, 0),
            ([None, Gone], true, 0),
        ] {
            assert_eq!(flow(&[path(&states, is_erased)], 1, 2).population, counted, "{states:?}");
        }
    }

    proptest! {
        #[test]
        fn flow_columns_of_a_step_are_the_rows_of_the_next(
            paths in vec((vec(select(vec![In(0), In(1), None, Multiple, Absent, Gone]), 3), any::<bool>()), 0..40)
        ) {
            let paths: Vec<_> = paths.iter().map(|(states, is_erased)| path(states, *is_erased)).collect();
            let flow = flow(&paths, 2, 3);
            let rows = |step: &Matrix| step.iter().map(|row| row.iter().sum()).collect::<Vec<u64>>();
            let columns = |step: &Matrix| (0..6).map(|it| step.iter().map(|row| row[it]).sum()).collect::<Vec<u64>>();
            prop_assert_eq!(columns(&flow.steps[0]), rows(&flow.steps[1]));
            for step in &flow.steps {
                prop_assert_eq!(rows(step).iter().sum::<u64>(), flow.population);
            }
        }
    }
}
