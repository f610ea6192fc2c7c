//! How active the members of a segment are.

use serde::Serialize;

use crate::{
    ids::UserNo,
    rate::{Rate, Ratio, mean},
    user_set::UserSet,
};

/// What is known of a period. The members are those when it begins, so that the whole cannot change later.
#[derive(Debug, Clone, Copy)]
pub struct Period<'a> {
    pub members: &'a UserSet,
    /// Everyone who was active in it.
    pub active: &'a UserSet,
    /// How many quizzes each user completed in it.
    pub quizzes: &'a [(UserNo, u64)],
    /// Everyone who was active on each of the seven days of a week that is over. Empty of other periods.
    pub days: &'a [UserSet],
}

/// How active the members were who were there when the period began.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Engagement {
    /// How many members there were.
    pub members: u64,
    /// How many of them were active in the period.
    pub active_members: Rate,
    /// How many quizzes they completed in it.
    pub quizzes: u64,
    /// The same for each member. Null without members.
    pub per_member: Option<f64>,
    /// The same for each active member. Null if nobody was active.
    pub per_active: Option<f64>,
    /// Of a week that is over: on how many of its days the active members were active. Null otherwise, and if nobody was active.
    pub stickiness: Option<Ratio>,
}

/// The days of a week.
const WEEK: usize = 7;

pub fn engagement(Period { members, active, quizzes, days }: Period<'_>) -> Engagement {
    let active = members.len_in_both(active);
    let quizzes = quizzes.iter().filter(|(user, _)| members.contains(*user)).map(|(_, count)| count).sum();
    let is_week = days.len() == WEEK && active > 0;
    let on_days = || days.iter().map(|day| members.len_in_both(day)).sum();
    Engagement {
        members: members.len(),
        active_members: Rate::new(active, members.len()),
        quizzes,
        per_member: mean(quizzes, members.len()),
        per_active: mean(quizzes, active),
        stickiness: is_week.then(|| Ratio::new(on_days(), WEEK as u64 * active)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn set(users: &[i64]) -> UserSet {
        users.iter().copied().map(UserNo).collect()
    }

    #[test]
    fn engagement_is_of_the_members_when_the_period_begins() {
        let (members, active) = (set(&[1, 3, 5]), set(&[1, 2]));
        let days: Vec<_> =
            [vec![], vec![], vec![2], vec![], vec![], vec![1], vec![]].iter().map(|day| set(day)).collect();
        let quizzes = [(UserNo(1), 3), (UserNo(2), 9)];
        let found = engagement(Period { members: &members, active: &active, quizzes: &quizzes, days: &days });
        assert_eq!((found.members, found.active_members, found.quizzes), (3, Rate::new(1, 3), 3));
        assert_eq!((found.per_member, found.per_active), (Some(1.0), Some(3.0)));
        assert_eq!(found.stickiness.and_then(Ratio::percent), Some(14.29));
    }

    #[test]
    fn engagement_of_nobody_is_null() {
        let days = vec![UserSet::default(); WEEK];
        let [members, nobody] = [set(&[1]), set(&[])];
        let found = engagement(Period { members: &members, active: &nobody, quizzes: &[], days: &days });
        assert_eq!((found.per_member, found.per_active, found.stickiness), (Some(0.0), None, None));
        let found = engagement(Period { members: &nobody, active: &members, quizzes: &[], days: &days });
        assert_eq!((found.per_member, found.active_members.percent()), (None, None));
    }

    proptest! {
        #[test]
        fn engagement_of_a_week_lies_between_its_days_and_their_sum(
            days in vec(vec(1_i64..40, 0..20), WEEK), members in vec(1_i64..40, 1..30),
        ) {
            let days: Vec<_> = days.iter().map(|day| set(day)).collect();
            let (members, active) = (set(&members), UserSet::union(&days));
            let found = engagement(Period { members: &members, active: &active, quizzes: &[], days: &days });
            let counts: Vec<_> = days.iter().map(|day| members.len_in_both(day)).collect();
            let part = found.active_members.part();
            prop_assert!(part <= found.members && part <= counts.iter().sum());
            prop_assert!(counts.iter().all(|count| *count <= part));
            if let Some(stickiness) = found.stickiness {
                prop_assert!(stickiness.part() * 7 >= stickiness.of() && stickiness.part() <= stickiness.of());
            }
        }
    }
}
