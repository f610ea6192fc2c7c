//! Sets of users by their numbers: small in memory, and quick to intersect.

use roaring::RoaringTreemap;

use crate::ids::UserNo;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserSet(RoaringTreemap);

impl UserSet {
    pub fn insert(&mut self, user: UserNo) {
        self.0.insert(key(user));
    }

    pub fn contains(&self, user: UserNo) -> bool {
        self.0.contains(key(user))
    }

    /// In the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = UserNo> {
        self.0.iter().map(|key| UserNo(i64::try_from(key).unwrap_or(i64::MAX)))
    }

    pub fn len(&self) -> u64 {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are in both.
    pub fn len_in_both(&self, other: &Self) -> u64 {
        self.0.intersection_len(&other.0)
    }

    pub fn in_both(&self, other: &Self) -> Self {
        Self(&self.0 & &other.0)
    }

    /// Those that the other has not.
    pub fn without(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    pub fn add_all(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    pub fn union<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::default();
        sets.into_iter().for_each(|set| all.add_all(set));
        all
    }
}

/// Users are numbered from 1.
fn key(user: UserNo) -> u64 {
    user.0.unsigned_abs()
}

impl FromIterator<UserNo> for UserSet {
    fn from_iter<I: IntoIterator<Item = UserNo>>(users: I) -> Self {
        Self(users.into_iter().map(key).collect())
    }
}
