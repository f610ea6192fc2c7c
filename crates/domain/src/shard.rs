//! Users are divided into shards by their ids in the host application. How many shards there are is fixed when a database is
//! made; one is the default. Every row about a user lies in the user's shard, so that the shards can lie on several servers.

use std::{fmt, num::NonZeroU16};

use crate::ids::{UserId, UserNo};

/// The lower bits of a user's number count users; those above are the shard. Together they stay within the integers that a
/// double holds exactly.
const COUNTED_BITS: u32 = 43;

/// A part of the users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

/// How many shards a database has: 1 to 1,024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shards(NonZeroU16);

impl Shards {
    pub const ONE: Self = Self(NonZeroU16::MIN);
    pub const MOST: u16 = 1_024;

    /// `None` outside of 1 to 1,024.
    pub fn new(count: u16) -> Option<Self> {
        NonZeroU16::new(count).filter(|count| count.get() <= Self::MOST).map(Self)
    }

    pub fn count(self) -> u16 {
        self.0.get()
    }

    pub fn all(self) -> impl DoubleEndedIterator<Item = Shard> + Clone {
        (0..self.count()).map(Shard)
    }

    /// The shard of a user. It never changes: rows are stored by it.
    pub fn of(self, user: &UserId) -> Shard {
        if self == Self::ONE {
            return Shard::FIRST;
        }
        // The other one makes the random bucket: a shard has users of all buckets.
        let [_, hashed] = user.hashed();
        Shard(u16::try_from(hashed % u64::from(self.count())).unwrap_or_default())
    }

    /// Where the history of an erased user lies in a copy with this many shards. Only the number is left of such a user, so it
    /// stays as it is if that shard exists.
    pub fn of_erased(self, user: UserNo) -> Shard {
        Shard(user.shard().0 % self.count())
    }

    /// Divides items by the shards of their users. Those of a shard stay in order.
    pub fn divide<T>(self, items: impl IntoIterator<Item = T>, user: impl Fn(&T) -> &UserId) -> Vec<(Shard, Vec<T>)> {
        by_shard(items, |item| self.of(user(item)))
    }
}

impl Shard {
    pub const FIRST: Self = Self(0);

    /// `None` for a number that no shard can have.
    pub fn new(number: u16) -> Option<Self> {
        (number < Shards::MOST).then_some(Self(number))
    }

    pub fn number(self) -> u16 {
        self.0
    }

    /// Below the numbers of all its users.
    pub fn start(self) -> UserNo {
        UserNo(i64::from(self.0) << COUNTED_BITS)
    }

    /// The last number that a user of the shard can have.
    pub fn end(self) -> UserNo {
        UserNo(((i64::from(self.0) + 1) << COUNTED_BITS) - 1)
    }

    /// The number of the user who is counted with this one. Counts begin at 1 and are not used twice in a database.
    pub fn user(self, counted: i64) -> UserNo {
        UserNo(self.start().0 + counted)
    }
}

impl UserNo {
    /// The bits of [`Self::counted`].
    pub const COUNTED: i64 = (1 << COUNTED_BITS) - 1;

    /// The shard of the user.
    pub fn shard(self) -> Shard {
        Shard(u16::try_from(self.0 >> COUNTED_BITS).unwrap_or_default())
    }

    /// What the user was counted with: see [`Shard::user`].
    pub fn counted(self) -> i64 {
        self.0 & Self::COUNTED
    }

    /// Divides users by their shards. Those of a shard stay in order.
    pub fn divide(users: &[Self]) -> Vec<(Shard, Vec<Self>)> {
        by_shard(users.iter().copied(), |user| user.shard())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Shards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Divides items by their shards, in the order of these. Those of a shard stay in order.
pub fn by_shard<T>(items: impl IntoIterator<Item = T>, shard: impl Fn(&T) -> Shard) -> Vec<(Shard, Vec<T>)> {
    let mut by_shard = std::collections::BTreeMap::<_, Vec<_>>::new();
    for item in items {
        by_shard.entry(shard(&item)).or_default().push(item);
    }
    by_shard.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::random_bucket;

    fn eight() -> Shards {
        Shards::new(8).expect("8 shards")
    }

    #[test]
    fn shards_are_one_to_1024() {
        for (count, is_possible) in [(0, false), (1, true), (8, true), (1_024, true), (1_025, false)] {
            assert_eq!(Shards::new(count).is_some(), is_possible, "{count}");
        }
    }

    #[test]
    fn shard_of_a_user_is_stable() {
        // printf %s student-3733 | sha256sum | cut -c17-32, as a number, modulo 8
        assert_eq!(eight().of(&UserId("student-3733".into())), Shard(2));
        assert_eq!(Shards::ONE.of(&UserId("student-3733".into())), Shard::FIRST);
    }

    #[test]
    fn shards_are_even_and_have_users_of_every_random_bucket() {
        let mut sizes = [[0_usize; 8]; 100];
        for n in 0..80_000 {
            let user = UserId(format!("user-{n}"));
            let bucket = usize::try_from(random_bucket(&user)).expect("0 to 99");
            sizes[bucket][usize::from(eight().of(&user).number())] += 1;
        }
        let expected = 50..=160;
        assert!(sizes.iter().flatten().all(|size| expected.contains(size)), "{sizes:?}");
    }

    #[test]
    fn number_of_a_user_tells_the_shard() {
        for shard in Shards::new(Shards::MOST).expect("the most").all() {
            for counted in [1, 2, 1_000_000_000, shard.end().0 - shard.start().0] {
                let user = shard.user(counted);
                assert_eq!((user.shard(), user.counted()), (shard, counted));
                assert!(user > shard.start() && user <= shard.end());
                assert!(user.0 < 1 << 53, "{user} fits in a double");
            }
        }
        assert_eq!(Shard::FIRST.user(7), UserNo(7));
    }

    #[test]
    fn items_are_divided_in_order() {
        let users: Vec<_> = (0..100).map(|n| UserId(format!("user-{n}"))).collect();
        let divided = eight().divide(users.iter(), |user| user);
        assert!(divided.is_sorted_by_key(|(shard, _)| *shard));
        let total: usize = divided.iter().map(|(_, users)| users.len()).sum();
        assert_eq!(total, 100);
        for (shard, of_shard) in divided {
            let expected: Vec<_> = users.iter().filter(|user| eight().of(user) == shard).collect();
            assert_eq!(of_shard, expected);
        }
    }
}
