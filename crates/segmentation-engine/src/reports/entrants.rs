//! Who entered a segment in a range, and who of them reached a goal.

use std::collections::HashMap;

use domain::{
    ids::UserNo,
    instant::Instant,
    report::{
        conversion::{Entrants, Terms},
        goal::Occurrences,
    },
};
use persistence::{Snapshot, reports::entries};

use super::{Note, ReportError, asked_goal::ReadGoal, given::Chosen, range::Range};

/// What is asked about those who entered.
pub(super) struct Entering<'a> {
    pub(super) range: Range,
    pub(super) goal: &'a ReadGoal,
    pub(super) all_entries: bool,
    pub(super) per_entry: bool,
    pub(super) new_only: bool,
    pub(super) member_only: bool,
}

/// What the database has for it.
pub(super) struct Entered {
    pub(super) entrants: Entrants,
    /// Of those who entered.
    pub(super) occurrences: Occurrences,
    /// Of everyone, if only new users count.
    pub(super) first_ever: HashMap<UserNo, Instant>,
}

impl<'a> Entering<'a> {
    /// The first counted entry of each user.
    pub(super) fn of_users(range: Range, goal: &'a ReadGoal) -> Self {
        Self { range, goal, all_entries: false, per_entry: false, new_only: false, member_only: false }
    }

    pub(super) fn terms(&self) -> Terms {
        Terms {
            horizon: self.range.horizon,
            within: self.goal.window.time,
            all_entries: self.all_entries,
            per_entry: self.per_entry,
            new_only: self.new_only,
            member_only: self.member_only,
        }
    }

    /// The last instant at which anything counts for those who entered in the range.
    pub(super) fn through(&self) -> Instant {
        (self.range.to + self.goal.window.time).min(self.range.horizon)
    }

    pub(super) async fn read(&self, tx: &Snapshot, segment: &Chosen) -> Result<Entered, ReportError> {
        let Range { from, to, .. } = self.range;
        let goal = self.goal.found();
        let entries = entries::entries(tx, segment.id, from, to).await?;
        let users = entries.iter().filter(|entry| entry.person.is_some()).map(|entry| entry.user).collect();
        let occurred = goal.of_users(tx, &users, from - self.goal.window.time, self.through()).await?;
        let first_ever = match self.new_only && !entries.is_empty() {
            true => goal.first_of_each(tx, self.through()).await?,
            false => HashMap::new(),
        };
        let occurrences = occurred.into_iter().collect();
        let entrants = self.terms().entrants(&entries, &occurrences, &first_ever);
        Ok(Entered { entrants, occurrences, first_ever })
    }

    /// A note if the goal was first reached too late for the users who entered at the start of the range. Asks the database only if the
    /// occurrences at hand do not tell.
    pub(super) async fn goal_begins(
        &self,
        tx: &Snapshot,
        occurrences: &Occurrences,
    ) -> Result<Option<Note>, ReportError> {
        let by = self.range.from + self.goal.window.time;
        if occurrences.earliest().is_some_and(|at| at <= by) {
            return Ok(None);
        }
        let begins = self.goal.found().begins(tx, self.range.horizon).await?;
        Ok(begins.is_none_or(|at| at > by).then_some(Note::GoalBegins { at: begins }))
    }
}
