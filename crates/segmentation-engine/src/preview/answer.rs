//! The answer to a preview.

use std::mem;

use persistence::reads::preview::Sampled;

use super::question::{Counts, Question};

pub struct Answer<Q: Question> {
    pub counts: Q::Counts,
    /// A sample of each group. It is shorter than requested if there are no more users or there was no time to find
    /// them.
    pub samples: Samples<Q>,
    /// How many users the counts were estimated from. `None` if all were counted.
    pub estimated_from: Option<i64>,
}

impl<Q: Question> Answer<Q> {
    /// How many users were counted: all, or those that the counts were estimated from.
    pub fn counted_users(&self) -> i64 {
        self.estimated_from.unwrap_or_else(|| self.counts.users())
    }
}

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

    pub fn take(&mut self, group: Q::Group) -> Vec<Sampled> {
        self.0.iter_mut().find(|(known, _)| *known == group).map(|(_, users)| mem::take(users)).unwrap_or_default()
    }

    pub(super) fn add(&mut self, group: Q::Group, users: Vec<Sampled>) {
        if let Some((_, known)) = self.0.iter_mut().find(|(known, _)| *known == group) {
            known.extend(users);
        }
    }
}
