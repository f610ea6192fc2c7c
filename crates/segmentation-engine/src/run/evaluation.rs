//! What the rules make of one user.

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
    /// Whether these are all changes, so that no later run has to evaluate the user for them.
    pub is_done: bool,
}

impl Evaluation {
    pub fn of(plan: &Plan, candidate: &Candidate, moment: Moment) -> Self {
        Self {
            user: candidate.no,
            mark: candidate.mark,
            overrides: candidate.overrides.clone(),
            changes: Changes::between(&candidate.current, &plan.wanted(candidate, moment)),
            is_done: true,
        }
    }

    /// The segments that the user leaves because data changed: not because time passed, an admin decided it, or the host
    /// application deleted the user.
    pub fn left_by_data(&self) -> impl Iterator<Item = SegmentId> {
        let data_changed = self.mark.is_some_and(|mark| mark.data_changed) && !self.overrides.is_gone;
        let leave = self.changes.leave.iter().copied().filter(move |_| data_changed);
        leave.filter(|segment| !self.overrides.exclude.contains(*segment))
    }
}
