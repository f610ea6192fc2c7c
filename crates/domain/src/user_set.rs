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

    /// As it is stored: the same on every machine and in every version of the library.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.serialized_size());
        // Only a writer that fails can make this fail, and memory does not.
        self.0.serialize_into(&mut bytes).map_or_else(|_| Vec::new(), |()| bytes)
    }

    /// `None` for bytes that no set has.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        RoaringTreemap::deserialize_from(bytes).ok().map(Self)
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

impl Extend<UserNo> for UserSet {
    fn extend<I: IntoIterator<Item = UserNo>>(&mut self, users: I) {
        self.0.extend(users.into_iter().map(key));
    }
}

impl FromIterator<UserNo> for UserSet {
    fn from_iter<I: IntoIterator<Item = UserNo>>(users: I) -> Self {
        Self(users.into_iter().map(key).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;
    use crate::shard::Shards;

    proptest! {
        #[test]
        fn set_of_users_is_read_as_it_was_stored(counted in btree_set(1_i64..200_000, 0..300), shards in 1_u16..9) {
            let shards = Shards::new(shards).expect("a few shards");
            let set: UserSet = shards.all().flat_map(|shard| counted.iter().map(move |no| shard.user(*no))).collect();
            prop_assert_eq!(UserSet::from_bytes(&set.to_bytes()), Some(set));
        }

        #[test]
        fn set_of_users_is_never_read_from_part_of_its_bytes(counted in btree_set(1_i64..200_000, 1..300), cut in any::<prop::sample::Index>()) {
            let bytes = counted.into_iter().map(UserNo).collect::<UserSet>().to_bytes();
            prop_assert_eq!(UserSet::from_bytes(&bytes[..cut.index(bytes.len())]), None);
        }
    }
}
