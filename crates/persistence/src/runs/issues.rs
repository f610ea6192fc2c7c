//! The issues of a run in progress.

use std::collections::HashSet;

use domain::{ids::UserNo, run::RunIssue};

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

    /// The listed issues, without the ids of users who are not among these.
    pub(super) fn listed_of(&self, existing: &HashSet<UserNo>) -> Vec<RunIssue> {
        let known = |user: &UserNo| existing.contains(user);
        let issues = self.listed.iter().cloned().zip(&self.users);
        issues
            .map(|(issue, user)| match user {
                Some(user) if !known(user) => issue.with_user(user.erased()),
                _ => issue,
            })
            .collect()
    }

    /// Includes those that are not listed.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::UserId;

    use super::*;

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
