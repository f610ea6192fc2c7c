//! Repeatable users, written as the product writes them.

use chrono::TimeDelta;
use domain::{ids::UserId, profile::User};
use integration_tests::{World, ago};

/// Only one user has it.
pub(crate) const RARE_NAME: &str = "Quetzalcoatlus";

const SEED: u64 = 20_261_124;
const CHUNK: usize = 5_000;
const SYLLABLES: [&str; 16] =
    ["an", "be", "chi", "da", "el", "fro", "gu", "ha", "is", "jo", "ka", "lo", "mi", "nor", "os", "pe"];
const DOMAINS: [&str; 5] = ["gmail.com", "outlook.com", "example.org", "uni-example.de", "mail.example.net"];

/// Writes users, all members of one segment.
pub(crate) async fn build(world: &World, users: usize) {
    write(world, users).await;
    let segment = world.segment("plan:free").await;
    world
        .execute(&format!(
            "INSERT INTO user_segment (user_no, segment_id, added_at{shard}) SELECT no, {segment}, created_at{shard} FROM users",
            shard = world.and_shard(),
        ))
        .await;
    world
        .execute(if world.database().is_embedded() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" })
        .await;
}

pub(crate) async fn write(world: &World, users: usize) {
    for start in (0..users).step_by(CHUNK) {
        let chunk: Vec<_> = (start..users.min(start + CHUNK)).map(|number| person(number, users)).collect();
        world.users(&chunk).await;
    }
}

/// The user in the middle has the rare name.
pub(crate) fn person(number: usize, users: usize) -> User {
    let mut dice = Dice::of(number);
    let first = dice.word(2);
    let last = if number == users / 2 { RARE_NAME.into() } else { dice.word(3) };
    let created_at = ago(0) - TimeDelta::minutes(dice.below(1_000_000));
    let email = format!("{first}.{last}{number}@{}", dice.pick(&DOMAINS));
    User {
        first_name: Some(first),
        last_name: (dice.below(10) > 0).then_some(last),
        plan: dice.pick(&["FREE", "FREE", "FREE", "PRO", "PREMIUM"]).to_owned(),
        current_streak: dice.below(30),
        total_points: dice.below(10_000),
        level: dice.below(20),
        last_activity_at: (dice.below(10) > 0).then(|| ago(0) - TimeDelta::minutes(dice.below(200_000))),
        ..User::new(UserId(format!("u{number}")), email, created_at)
    }
}

/// SplitMix64, for repeatable values.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(number: usize) -> Self {
        Self(SEED ^ (number as u64).wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    pub(crate) fn below(&mut self, bound: u32) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::from(((mixed >> 32) as u32) % bound)
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len() as u32) as usize]
    }

    fn word(&mut self, syllables: usize) -> String {
        let word: String = (0..syllables).map(|_| self.pick(&SYLLABLES)).collect();
        word[..1].to_uppercase() + &word[1..]
    }
}
