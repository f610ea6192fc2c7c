//! The issues of a run in progress.

use domain::{
    ids::{UserId, UserNo},
    run::RunIssue,
};

/// A damaged table must not grow the run's row without bound.
const LISTED: usize = 1_000;

/// The first 1,000 issues, and how many there are.
#[derive(Debug, Clone, Default)]
pub struct Issues {
    listed: Vec<RunIssue>,
    /// For each listed issue, the user that it names.
    users: Vec<Option<UserNo>>,
    count: u64,
}

impl Issues {
    pub fn add(&mut self, issue: RunIssue) {
        self.push(None, issue);
    }

    pub fn add_of_user(&mut self, user: UserNo, issue: RunIssue) {
        self.push(Some(user), issue);
    }

    fn push(&mut self, user: Option<UserNo>, issue: RunIssue) {
        if self.listed.len() < LISTED {
            self.listed.push(issue);
            self.users.push(user);
        }
        self.count += 1;
    }

    pub fn listed(&self) -> &[RunIssue] {
        &self.listed
    }

    pub(super) fn users(&self) -> impl Iterator<Item = UserNo> {
        self.users.iter().flatten().copied()
    }

    /// The ids of users in listed issues, with their numbers.
    pub(super) fn named_users(&self) -> impl Iterator<Item = (&UserId, UserNo)> {
        let named = self.listed.iter().zip(&self.users);
        named.filter_map(|(issue, user)| issue.user().zip(*user))
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Includes those that are not listed.
    pub fn count(&self) -> u64 {
        self.count
    }
}

/// The issues of a run in its row: the first 1,000, and how many there are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredIssues {
    pub(super) listed: Vec<RunIssue>,
    pub(super) count: u64,
}

impl StoredIssues {
    /// Adds those that are not listed yet.
    pub(super) fn with(mut self, found: &Issues) -> Self {
        let new = found.listed.iter().filter(|issue| !self.listed.contains(issue)).cloned().collect::<Vec<_>>();
        let repeated = (found.listed.len() - new.len()) as u64;
        self.count += found.count - repeated;
        let room = LISTED.saturating_sub(self.listed.len());
        self.listed.extend(new.into_iter().take(room));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreadable(number: usize) -> RunIssue {
        RunIssue::UnreadableUser { user: UserId(format!("{number}")), column: "plan".into() }
    }

    #[test]
    fn issues_that_are_stored_are_not_added_again() {
        let (mut first, mut second) = (Issues::default(), Issues::default());
        (0..3).for_each(|number| first.add(unreadable(number)));
        (2..5).for_each(|number| second.add(unreadable(number)));
        let stored = StoredIssues { listed: Vec::new(), count: 0 }.with(&first).with(&second);
        assert_eq!((stored.listed, stored.count), ((0..5).map(unreadable).collect(), 5));
    }

    #[test]
    fn issues_list_the_first_thousand_and_count_all() {
        let mut issues = Issues::default();
        for (added, listed, count) in [(0, 0, 0), (1, 1, 1), (998, 999, 999), (1, 1_000, 1_000), (42, 1_000, 1_042)] {
            for number in 0..added {
                let user = UserId(format!("{number}"));
                issues.add(RunIssue::UnreadableUser { user, column: "plan".into() });
            }
            assert_eq!((issues.listed().len(), issues.count()), (listed, count));
        }
    }
}
