//! Random users and their attempts.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::pools::{CERTIFICATIONS, NUMBERS, instants, text};
use crate::{
    ids::UserId,
    instant::Instant,
    profile::{PROFILE, ProfileValue, QuizAttempt, User},
};

/// What a field gets, by the kind of its value.
type Draw = (String, Option<String>, prop::sample::Index, Option<Instant>, Instant);

/// A user whose values lie on the boundaries of the pools. The index determines the id.
pub fn user(now: Instant, index: usize) -> impl Strategy<Value = User> {
    let plan = select(&["FREE", "PRO", "PREMIUM", "ENTERPRISE", ""]);
    let date = select(instants(now));
    let draw = (email(), option::of(name()), any::<prop::sample::Index>(), option::of(date.clone()), date);
    (plan, vec(draw, PROFILE.len())).prop_map(move |(plan, draws)| {
        let mut user = User { id: user_id(index), plan: plan.into(), ..user_at(now) };
        for (field, draw) in PROFILE.iter().zip(draws) {
            set(&mut user, field.value, draw);
        }
        user
    })
}

fn set(user: &mut User, value: ProfileValue, (text, optional_text, index, optional_date, date): Draw) {
    match value {
        ProfileValue::Text(_, place) => *(place.get_mut)(user) = text,
        ProfileValue::OptionalText(_, place) => *(place.get_mut)(user) = optional_text,
        // The plan is drawn from a pool of its own.
        ProfileValue::Word(_) => {}
        ProfileValue::Number(field, place) => {
            let numbers: Vec<_> = NUMBERS.into_iter().filter(|number| field.values().contains(number)).collect();
            *(place.get_mut)(user) = *index.get(&numbers);
        }
        ProfileValue::Date(_, place) => *(place.get_mut)(user) = date,
        ProfileValue::OptionalDate(_, place) => *(place.get_mut)(user) = optional_date,
        // Most users are there.
        ProfileValue::Deletion(place) => *(place.get_mut)(user) = optional_date.filter(|_| index.index(4) == 0),
    }
}

/// A plain user for examples: on the free plan, with no activity.
pub fn user_at(created_at: Instant) -> User {
    User::new(user_id(0), "user-0@example.com".into(), created_at)
}

fn user_id(index: usize) -> UserId {
    UserId(format!("user-{index}"))
}

fn email() -> impl Strategy<Value = String> {
    (text(), select(&["", "@example.com", "@EXAMPLE.com"])).prop_map(|(name, host)| format!("{name}{host}"))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => text().prop_map(str::to_owned),
        10 => (text(), text()).prop_map(|(one, other)| format!("{one}{other}")),
        1 => Just(String::new()),
        1 => select(&["x", "ß", "ss"]).prop_map(|one| one.repeat(256)),
    ]
}

/// Up to 130 attempts. Counts and shares lie on boundaries, many attempts share an instant, and the ids sort
/// differently by bytes than by number or by the rules of a language.
pub fn attempts(now: Instant, user_id: UserId) -> impl Strategy<Value = Vec<QuizAttempt>> {
    let sizes = prop_oneof![
        4 => Just(0),
        6 => 1..=5_usize,
        2 => select(&[9_usize, 10, 11, 49, 50, 51]),
        2 => select(&[99_usize, 100, 101, 130]),
    ];
    sizes.prop_flat_map(move |size| {
        let instants = instants(now);
        let some_instants = vec(select(instants), 1..=4);
        // This many attempts have the main certification, the others have any.
        let share = prop_oneof![select(&[3_usize, 30, 59, 60, 61]), 0..=130_usize];
        let rows = vec((any::<prop::sample::Index>(), select(&CERTIFICATIONS), score()), size);
        let user_id = user_id.clone();
        (some_instants, select(&CERTIFICATIONS), share, rows).prop_map(move |(instants, main, share, rows)| {
            let attempt =
                |(number, (index, other, score)): (usize, (prop::sample::Index, &str, Option<f64>))| QuizAttempt {
                    id: format!("{}{number}", if number % 2 == 0 { "a" } else { "B" }),
                    user_id: user_id.clone(),
                    certification: if number < share { main } else { other }.into(),
                    score: Some(score),
                    completed_at: *index.get(&instants),
                };
            rows.into_iter().enumerate().map(attempt).collect()
        })
    })
}

fn score() -> impl Strategy<Value = Option<f64>> {
    select(&[None, Some(0.0), Some(66.5), Some(100.0)])
}
