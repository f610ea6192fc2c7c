//! Random worlds: fourteen people over forty days, with runs, late events, refunds, decisions of admins and erasures.

use chrono::TimeDelta;
use domain::{
    event::{Currency, Event, EventName, Money},
    ids::UserId,
    instant::Instant,
    overrides::OverrideKind,
    profile::User,
};
use integration_tests::{Api, World, options, quiz, user};
use proptest::{
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;

pub(crate) const PEOPLE: usize = 14;
pub(crate) const DAYS: i64 = 40;

pub(crate) struct Dice(TestRunner);

impl Dice {
    pub(crate) fn new(seed: u8) -> Self {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        Self(TestRunner::new_with_rng(Config::default(), rng))
    }

    pub(crate) fn roll<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.0).expect("a value").current()
    }

    pub(crate) fn one<T: Clone + std::fmt::Debug + 'static>(&mut self, of: &[T]) -> T {
        self.roll(select(of.to_vec()))
    }

    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.roll(0..100_u32) < percent
    }

    pub(crate) fn moment_before(&mut self, end: Instant, days: i64) -> Instant {
        end - TimeDelta::minutes(self.roll(1..days * 24 * 60))
    }
}

fn id(number: usize, seed: u8) -> String {
    format!("u{seed}-{number}")
}

/// Forty days, with a run at most midnights.
pub(crate) async fn play(world: &World, dice: &mut Dice, first: Instant, seed: u8) {
    if world.query::<(String,)>("SELECT id FROM custom_segment").await.is_empty() {
        let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 2}]});
        world.custom_segment("levels", "Levels", all).await;
    }
    for day in 0..DAYS {
        let midnight = first + TimeDelta::days(day);
        for number in 0..PEOPLE {
            if dice.chance(if day == 0 { 60 } else { 12 }) {
                world.users(&[person(dice, id(number, seed), midnight, first)]).await;
            }
        }
        if dice.chance(90) {
            world.run(midnight).await;
        }
        events(world, dice, midnight, seed).await;
        if day > 5 && dice.chance(8) {
            decide(world, dice, midnight, seed).await;
        }
        if day > 20 && dice.chance(5) {
            let id = id(dice.roll(0..PEOPLE), seed);
            if exists(world, &id).await {
                world.erase_at(midnight + TimeDelta::hours(8), &id).await;
            }
        }
    }
    world.run(first + TimeDelta::days(DAYS)).await;
}

fn person(dice: &mut Dice, id: String, midnight: Instant, first: Instant) -> User {
    let created = if dice.chance(50) { first - TimeDelta::days(40) } else { dice.moment_before(midnight, 20) };
    let last_activity = dice.moment_before(midnight, 45).max(created);
    User {
        plan: dice.one(&["FREE", "PRO", "PREMIUM"]).into(),
        level: dice.roll(1..4_i64),
        created_at: created,
        last_activity_at: dice.chance(80).then_some(last_activity),
        ..user(&id)
    }
}

async fn exists(world: &World, id: &str) -> bool {
    !world.query::<(String,)>(&format!("SELECT id FROM users WHERE id = '{id}'")).await.is_empty()
}

async fn events(world: &World, dice: &mut Dice, midnight: Instant, seed: u8) {
    for number in 0..PEOPLE {
        let id = id(number, seed);
        if !dice.chance(12) || !exists(world, &id).await {
            continue;
        }
        // At the very instant of a run too.
        let occurred_at = if dice.chance(15) { midnight } else { dice.moment_before(midnight, 3) };
        let money = |minor| Money { minor, currency: Currency::parse("EUR").expect("a code") };
        let (name, amount) = match dice.roll(0..4) {
            0 => ("lesson", None),
            1 => ("order", Some(money(dice.roll(-500..500_i64)))),
            _ => ("order", Some(money(dice.roll(0..5_000_i64)))),
        };
        // Few, so that refunds find purchases.
        let number = dice.roll(0..200_u32);
        let event = Event {
            id: format!("e{number}"),
            user_id: UserId(id.clone()),
            name: EventName::parse(name).expect("a name"),
            occurred_at,
            amount,
            refund_of: dice
                .chance(50)
                .then(|| format!("e{}", number / 2))
                .filter(|_| amount.is_some_and(|money| money.minor < 0)),
        };
        world.record_events(&[event]).await;
        if dice.chance(30) {
            let attempt = quiz(&id, number as usize, dice.one(&["AWS-SAA-C03", "AZ-900"]));
            world.attempts(&[domain::profile::QuizAttempt { completed_at: occurred_at, ..attempt }]).await;
        }
    }
}

/// Of an admin, dated by the last run.
async fn decide(world: &World, dice: &mut Dice, midnight: Instant, seed: u8) {
    let id = id(dice.roll(0..PEOPLE), seed);
    if !exists(world, &id).await {
        return;
    }
    let method = match dice.one(&[OverrideKind::Include, OverrideKind::Exclude]) {
        OverrideKind::Include => "adminAudience.addUserToSegment",
        OverrideKind::Exclude => "adminAudience.removeUserFromSegment",
    };
    let api = Api::at(world, midnight + TimeDelta::hours(7), options()).await;
    let value = dice.one(&["active", "inactive"]);
    let params = json!({"userId": id, "segmentType": "lifecycle", "segmentValue": value});
    api.call(method, params).await.expect("a decision");
}

pub(crate) const SEGMENTS: [&str; 8] = [
    "lifecycle:new",
    "lifecycle:active",
    "lifecycle:inactive",
    "lifecycle:churned",
    "plan:free",
    "plan:pro",
    "plan:premium",
    "custom:levels",
];
