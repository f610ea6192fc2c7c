//! How segments overlap. Everything follows from how many users are in exactly which of the chosen segments.

use std::collections::HashMap;

use crate::{ids::UserNo, user_set::UserSet};

/// How many users are counted at a time.
const BLOCK: i64 = 4_096;

/// Which of up to 64 chosen segments a user is in: bit `n` stands for the segment at place `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mask(pub u64);

impl Mask {
    pub fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    /// The places of its segments, in order.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |place| self.has(*place))
    }
}

/// How many users are in exactly these segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Combination {
    pub mask: Mask,
    pub users: u64,
}

/// Of two chosen segments, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub a: usize,
    pub b: usize,
    pub size_a: u64,
    pub size_b: u64,
    /// How many users are in both.
    pub both: u64,
}

impl Pair {
    /// Users in either.
    pub fn either(self) -> u64 {
        self.size_a + self.size_b - self.both
    }

    /// If all members of one segment are in the other: the places of the inner and the outer one. Empty segments are in none.
    pub fn contained(self) -> Vec<[usize; 2]> {
        let is_within = |size: u64| size > 0 && size == self.both;
        let a_in_b = is_within(self.size_a).then_some([self.a, self.b]);
        let b_in_a = is_within(self.size_b).then_some([self.b, self.a]);
        a_in_b.into_iter().chain(b_in_a).collect()
    }
}

/// Those with users, in the order of their masks. The segments are at most 64, each with its members.
pub fn combinations(segments: &[UserSet]) -> Vec<Combination> {
    let in_blocks = |UserNo(no): UserNo| (no.div_euclid(BLOCK), no.rem_euclid(BLOCK) as usize);
    let mut users: Vec<_> = segments.iter().map(|members| members.iter().map(in_blocks).peekable()).collect();
    let mut counted = HashMap::<u64, u64>::new();
    // One block at a time, since users may be far apart.
    let mut masks = vec![0; BLOCK as usize];
    while let Some(block) = users.iter_mut().filter_map(|users| Some(users.peek()?.0)).min() {
        for (place, users) in users.iter_mut().enumerate() {
            while let Some((_, user)) = users.next_if(|(of, _)| *of == block) {
                masks[user] |= 1 << place;
            }
        }
        for mask in masks.iter_mut().filter(|mask| **mask > 0) {
            *counted.entry(std::mem::take(mask)).or_default() += 1;
        }
    }
    let mut combinations: Vec<_> =
        counted.into_iter().map(|(mask, users)| Combination { mask: Mask(mask), users }).collect();
    combinations.sort_unstable_by_key(|one| one.mask);
    combinations
}

/// The number of members of each segment.
pub fn sizes(combinations: &[Combination], segments: usize) -> Vec<u64> {
    let of_segment = |place| combinations.iter().filter(move |it| it.mask.has(place)).map(|it| it.users).sum();
    (0..segments).map(of_segment).collect()
}

/// Each pair once, in the order of the segments.
pub fn pairs(combinations: &[Combination], segments: usize) -> Vec<Pair> {
    let sizes = sizes(combinations, segments);
    let mut both = vec![vec![0; segments]; segments];
    for Combination { mask, users } in combinations {
        let places: Vec<_> = mask.places().take_while(|place| *place < segments).collect();
        for (nth, a) in places.iter().enumerate() {
            for b in &places[nth + 1..] {
                both[*a][*b] += users;
            }
        }
    }
    let pair = |a: usize, b: usize| Pair { a, b, size_a: sizes[a], size_b: sizes[b], both: both[a][b] };
    (0..segments).flat_map(|a| (a + 1..segments).map(move |b| (a, b))).map(|(a, b)| pair(a, b)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Of users with these masks.
    fn combinations(users: &[u64]) -> Vec<Combination> {
        let of_segment = |place| {
            let numbered = (1..).zip(users).filter(move |(_, mask)| Mask(**mask).has(place));
            numbered.map(|(number, _)| UserNo(number * 1_000)).collect()
        };
        super::combinations(&(0..64).map(of_segment).collect::<Vec<_>>())
    }

    #[test]
    fn overlap_follows_from_combinations() {
        // Active, inactive, pro, free: two active pros, two inactive free users, an active and another free user, and nobody.
        let combinations = combinations(&[0b0101, 0b0101, 0b1010, 0b1010, 0b1001, 0b1000, 0]);
        let counted: Vec<_> = combinations.iter().map(|one| (one.mask.0, one.users)).collect();
        assert_eq!(counted, [(0b0101, 2), (0b1000, 1), (0b1001, 1), (0b1010, 2)]);
        assert_eq!(sizes(&combinations, 4), [3, 2, 2, 4]);
        let both: Vec<_> = pairs(&combinations, 4).iter().map(|pair| (pair.a, pair.b, pair.both)).collect();
        assert_eq!(both, [(0, 1, 0), (0, 2, 2), (0, 3, 1), (1, 2, 0), (1, 3, 2), (2, 3, 0)]);
        let contained: Vec<_> = pairs(&combinations, 4).into_iter().flat_map(Pair::contained).collect();
        assert_eq!(contained, [[2, 0], [1, 3]], "pro in active, inactive in free");
    }

    #[test]
    fn overlap_of_equal_segments_is_contained_both_ways_and_of_empty_ones_not() {
        let contained = |users: &[u64]| pairs(&combinations(users), 2)[0].contained();
        assert_eq!(contained(&[0b11]), [[0, 1], [1, 0]]);
        assert!(contained(&[0b01]).is_empty(), "nobody is in the second");
    }

    proptest! {
        #[test]
        fn overlap_counts_each_user_once(users in vec(0_u64..32, 0..60)) {
            let combinations = combinations(&users);
            for Combination { mask, users: counted } in &combinations {
                prop_assert_eq!(*counted, users.iter().filter(|of| **of == mask.0).count() as u64);
            }
            let sizes = sizes(&combinations, 5);
            for (place, size) in sizes.iter().enumerate() {
                prop_assert_eq!(*size, users.iter().filter(|mask| *mask >> place & 1 == 1).count() as u64);
            }
            for pair in pairs(&combinations, 5) {
                let both = users.iter().filter(|mask| Mask(**mask).has(pair.a) && Mask(**mask).has(pair.b)).count() as u64;
                prop_assert_eq!((pair.both, pair.size_a, pair.size_b), (both, sizes[pair.a], sizes[pair.b]));
                prop_assert!(pair.both <= pair.size_a.min(pair.size_b));
            }
        }
    }
}
