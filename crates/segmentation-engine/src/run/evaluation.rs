//! What the rules make of one user.

use std::collections::BTreeSet;

use domain::{
    ids::{SegmentId, UserNo},
    membership::{Changes, Overrides},
    period::Moment,
};
use persistence::facts::{Candidate, Mark};

use super::plan::Plan;

/// A user as evaluated.
#[derive(Debug, Clone)]
pub struct Evaluation {
    pub user: UserNo,
    /// The mark that was read.
    pub mark: Option<Mark>,
    pub overrides: Overrides,
    pub changes: Changes,
    /// Of the segments that a user with changed data leaves, those that time alone would have ended.
    pub left_by_time: BTreeSet<SegmentId>,
    /// Whether these are all changes, so that no later run has to evaluate the user for them.
    pub is_done: bool,
}

impl Evaluation {
    pub fn of(plan: &Plan, candidate: &Candidate, moment: Moment) -> Self {
        let changes = Changes::between(&candidate.current, &plan.wanted(candidate, moment));
        let left_by_time = match data_changed(candidate.mark) {
            true => plan.left_by_time(candidate, &changes.leave, moment.zone),
            false => BTreeSet::new(),
        };
        Self {
            user: candidate.no,
            mark: candidate.mark,
            overrides: candidate.overrides.clone(),
            changes,
            left_by_time,
            is_done: true,
        }
    }

    /// The segments that the user leaves because data changed: not because time passed, an admin decided it, or the host
    /// application deleted the user.
    pub fn left_by_data(&self) -> impl Iterator<Item = SegmentId> {
        let is_data = data_changed(self.mark) && !self.overrides.is_gone;
        let leave = self.changes.leave.iter().copied().filter(move |_| is_data);
        leave.filter(|segment| !self.overrides.exclude.contains(*segment) && !self.left_by_time.contains(segment))
    }
}

fn data_changed(mark: Option<Mark>) -> bool {
    mark.is_some_and(|mark| mark.data_changed)
}
