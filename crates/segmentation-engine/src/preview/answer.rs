//! What a preview found out.

use persistence::reads::preview::Sampled;

use super::question::{Counts, Question};

/// The answer to a question about all users.
pub struct Answer<Q: Question> {
    pub counts: Q::Counts,
    /// A sample of each group. It is short of users if there are no more, or if there was no time to find them.
    pub samples: Samples<Q>,
    /// How many users the counts were estimated from; `None` if all were counted.
    pub estimated_from: Option<i64>,
}

impl<Q: Question> Answer<Q> {
    /// How many users were looked at: all, or the sample that the counts were estimated from.
    pub fn counted_users(&self) -> i64 {
        self.estimated_from.unwrap_or_else(|| self.counts.users())
    }
}

/// Users of each group.
pub struct Samples<Q: Question>(Vec<(Q::Group, Vec<Sampled>)>);

impl<Q: Question> Default for Samples<Q> {
    fn default() -> Self {
        Self(Q::GROUPS.iter().map(|group| (*group, Vec::new())).collect())
    }
}

impl<Q: Question> Samples<Q> {
    pub fn of(&self, group: Q::Group) -> &[Sampled] {
        self.0.iter().find(|(known, _)| *known == group).map_or(&[], |(_, users)| users)
    }

    pub(super) fn add(&mut self, group: Q::Group, users: Vec<Sampled>) {
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| *known == group) {
            known.extend(users);
        }
    }
}
