//! One learner: what they do each day, and what the host application would record.

use chrono::TimeDelta;
use domain::{
    certification::Provider,
    ids::UserId,
    instant::Instant,
    profile::{QuizAttempt, User},
};

use super::{
    certifications,
    dice::{Dice, mix},
    names,
    season::Season,
};

pub(crate) struct Person {
    pub(crate) user: User,
    habit: Habit,
    /// Days until they return. Learners who left for good never do.
    away: Option<i64>,
    subject: Provider,
    quizzes: u64,
}

#[derive(Clone, Copy)]
struct Habit {
    /// Probability per day.
    active: f64,
    /// At most, on an active day.
    quizzes: i64,
    /// Probability per day.
    leaves: f64,
}

/// With weights: the devoted, the regular, the occasional, those who only try, and those who never start.
const HABITS: [(u32, Habit); 5] = [
    (14, Habit { active: 0.98, quizzes: 3, leaves: 0.006 }),
    (30, Habit { active: 0.5, quizzes: 2, leaves: 0.012 }),
    (32, Habit { active: 0.15, quizzes: 2, leaves: 0.02 }),
    (18, Habit { active: 0.3, quizzes: 1, leaves: 0.1 }),
    (6, Habit { active: 0.0, quizzes: 0, leaves: 0.0 }),
];

/// A few users have a plan without a segment.
const ENTERPRISE: [usize; 3] = [3, 13, 33];

impl Person {
    /// Signs up on the day that begins at `day`.
    pub(crate) fn sign_up(seed: u64, number: usize, begins: Instant, season: &Season, dice: &mut Dice) -> Self {
        let identity = names::pick(number, dice);
        let plan = if ENTERPRISE.contains(&number) {
            "ENTERPRISE"
        } else {
            *dice.weighted(&[(80, "FREE"), (15, "PRO"), (5, "PREMIUM")])
        };
        let id = UserId(format!("usr_{}", base36(mix(seed.wrapping_add(number as u64)))));
        let created_at = begins + TimeDelta::seconds(dice.between(0, 20 * 3600));
        let user = User {
            first_name: identity.first_name,
            last_name: identity.last_name,
            plan: plan.into(),
            role: if number == 1 { "ADMIN".into() } else { "USER".into() },
            ..User::new(id, identity.email, created_at)
        };
        let habit = *dice.weighted(&HABITS);
        Self { user, habit, away: None, subject: *dice.weighted(&season.subjects), quizzes: 0 }
    }

    /// Lives through 24 hours and returns the quizzes of the day.
    pub(crate) fn live(&mut self, begins: Instant, season: &Season, dice: &mut Dice) -> Vec<QuizAttempt> {
        self.come_or_go(season, dice);
        self.change_plan(dice);
        if self.away.is_some() || !dice.chance(self.habit.active * season.energy) {
            self.user.current_streak = 0;
            return Vec::new();
        }
        // Nobody is up before that, or active before signing up.
        let earliest = begins.max(self.user.created_at) + TimeDelta::minutes(dice.between(2, 40));
        let latest = begins + TimeDelta::hours(21);
        let spare = (latest - earliest).num_seconds().max(0);
        self.be_active(earliest + TimeDelta::seconds(dice.between(0, spare)), dice)
    }

    fn come_or_go(&mut self, season: &Season, dice: &mut Dice) {
        self.away = match self.away {
            Some(1) => None,
            Some(days) => Some(days - 1),
            None if dice.chance(self.habit.leaves * season.leaving) => Some(match dice.between(1, 100) {
                1..=45 => dice.between(8, 28),
                46..=70 => dice.between(32, 70),
                _ => i64::MAX,
            }),
            None => None,
        };
    }

    /// Active users move up, absent ones down.
    fn change_plan(&mut self, dice: &mut Dice) {
        let change = dice.number() % 1_000;
        let plan = match (self.user.plan.as_str(), self.away.is_some(), change) {
            ("FREE", false, ..8) => "PRO",
            ("FREE", false, 8) | ("PRO", false, ..3) => "PREMIUM",
            ("PREMIUM", _, ..6) => "PRO",
            ("PRO", false, 3..9) | ("PRO", true, ..15) | ("PREMIUM", true, 6..14) => "FREE",
            _ => return,
        };
        self.user.plan = plan.into();
    }

    fn be_active(&mut self, from: Instant, dice: &mut Dice) -> Vec<QuizAttempt> {
        if dice.chance(0.02) {
            self.subject = *dice.pick(&Provider::ALL);
        }
        let mut now = from;
        let mut attempts = Vec::new();
        for _ in 0..dice.between(0, self.habit.quizzes) {
            now += TimeDelta::seconds(dice.between(4 * 60, 20 * 60));
            attempts.push(self.take_quiz(now, dice));
        }
        self.user.current_streak += 1;
        self.user.total_points += 5;
        self.user.level = 1 + self.user.total_points / 250;
        self.user.last_activity_at = Some(now + TimeDelta::seconds(dice.between(5, 300)));
        attempts
    }

    fn take_quiz(&mut self, completed_at: Instant, dice: &mut Dice) -> QuizAttempt {
        self.quizzes += 1;
        let subject = if dice.chance(0.75) { self.subject } else { *dice.pick(&Provider::ALL) };
        let half_points = dice.between(70, 200);
        self.user.total_points += half_points / 10;
        QuizAttempt {
            id: format!("{}-{}", self.user.id, self.quizzes),
            user_id: self.user.id.clone(),
            certification: certifications::pick(subject, dice).into(),
            // Some quizzes have no score.
            score: Some(dice.chance(0.97).then_some(half_points as f64 / 2.0)),
            completed_at,
        }
    }
}

/// Thirteen digits and lower-case letters.
fn base36(mut number: u64) -> String {
    let mut digits = [b'0'; 13];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize];
        number /= 36;
    }
    digits.into_iter().map(char::from).collect()
}
