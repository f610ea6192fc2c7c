//! Random histories, and what a forecast says at their end: it equals dry runs at later clocks, and runs that make the changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    criteria::arbitrary,
    instant::{Instant, format_instant},
    run::RunMode,
};
use integration_tests::{Api, World, at, on_both_databases, options};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use segmentation_engine::run::{MayShrink, RunOptions};
use serde_json::{Value as Json, json};

use crate::incremental_histories::{History, declare_what_is_dated, step};

const STEPS: usize = 40;
/// Days ahead.
const LOOKED_AT: [u32; 4] = [1, 2, 8, 32];

fn histories() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 40 } else { 3 }
}

type Members = BTreeMap<String, BTreeSet<String>>;

/// What was said of one segment.
struct Said {
    /// Leave and enter, for each day.
    counts: Vec<(u64, u64)>,
    /// Who leaves and who enters by one of the days, and when.
    users: BTreeMap<u32, [BTreeMap<String, Instant>; 2]>,
}

on_both_databases! {
    async fn forecast_equals_runs_at_later_clocks(world: World) {
        declare_what_is_dated(&world).await;
        let mut history = History { world: &world, clock: arbitrary::now() };
        let mut moved = 0;
        for seed in 0..histories() {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed + 100; 32]);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            for number in 0..STEPS {
                let step = step(history.clock).new_tree(&mut runner).expect("a step").current();
                history.take(step, &format!("history {seed}, step {number}")).await;
            }
            moved += check(&world, &mut history.clock, seed).await;
        }
        assert!(moved > 10, "only {moved} moves were forecast");
    }
}

/// Returns how many moves were forecast. Leaves the clock at the last of the days.
async fn check(world: &World, clock: &mut Instant, seed: u8) -> usize {
    let now = *clock;
    let api = Api::at(world, now, options()).await;
    let before = world.memberships().await;
    let mut said = BTreeMap::new();
    for key in world.counts().await.into_keys() {
        said.insert(key.clone(), ask(&api, &key).await);
    }
    let ends = LOOKED_AT.map(|day| (day, now + TimeDelta::days(day.into())));
    for (day, end) in ends {
        let dry = RunOptions { dry_run: true, may_shrink: MayShrink::All, mode: RunMode::Full, ..RunOptions::at(end) };
        let dry = world.run_with(&dry).await.by_segment;
        for (key, said) in &said {
            let run = dry.get(&key.parse().expect("a key")).map_or((0, 0), |changes| (changes.leave, changes.enter));
            assert_eq!(said.counts[day as usize - 1], run, "history {seed}, {key} on day {day}");
        }
    }
    let mut moves = BTreeMap::new();
    for (key, said) in &said {
        for (user, at) in said.users.values().flatten().flatten() {
            moves.insert((key.as_str(), user.as_str()), *at);
        }
    }
    // The instants of some changes, and those just before them.
    let ahead: BTreeSet<_> = moves.values().copied().filter(|at| *at > now).collect();
    let mut clocks: BTreeSet<_> =
        ahead.iter().step_by(1 + ahead.len() / 4).flat_map(|at| [*at - TimeDelta::microseconds(1), *at]).collect();
    clocks.extend(ends.map(|(_, end)| end));
    for clock in clocks {
        world.run_with(&RunOptions { may_shrink: MayShrink::All, ..RunOptions::at(clock) }).await;
        let after = world.memberships().await;
        let is_in = |members: &Members, key: &str, user: &str| members.get(key).is_some_and(|of| of.contains(user));
        for ((key, user), at) in moves.iter().filter(|(_, at)| clock <= **at) {
            let has_moved = is_in(&before, key, user) != is_in(&after, key, user);
            assert_eq!(
                has_moved,
                clock == *at,
                "history {seed}: {user} in {key} moves first at {}",
                format_instant(*at)
            );
        }
        for (day, _) in ends.iter().filter(|(_, end)| *end == clock) {
            assert_eq!(after, expected(&before, &said, *day), "history {seed}, day {day}");
        }
    }
    *clock = ends[ends.len() - 1].1;
    moves.len()
}

fn expected(before: &Members, said: &BTreeMap<String, Said>, day: u32) -> Members {
    let mut members = before.clone();
    for (key, said) in said {
        let [leave, enter] = &said.users[&day];
        let of_segment = members.entry(key.clone()).or_default();
        of_segment.retain(|user| !leave.contains_key(user));
        of_segment.extend(enter.keys().cloned());
    }
    members.retain(|_, of_segment| !of_segment.is_empty());
    members
}

async fn ask(api: &Api, key: &str) -> Said {
    let answer = api.call("adminAudience.getSegmentForecast", json!({"segment": key, "days": 32})).await;
    let answer = answer.expect("a forecast");
    let number = |day: &Json, name: &str| day[name].as_u64().expect("a number");
    let days = answer["days"].as_array().expect("days").iter();
    let counts = days.map(|day| (number(day, "leave"), number(day, "enter"))).collect();
    let mut users = BTreeMap::new();
    for day in LOOKED_AT {
        users.insert(day, [listed(api, key, day, "leave").await, listed(api, key, day, "enter").await]);
    }
    Said { counts, users }
}

async fn listed(api: &Api, key: &str, day: u32, change: &str) -> BTreeMap<String, Instant> {
    let mut params = json!({"segment": key, "day": day, "change": change, "limit": 4});
    let mut users = BTreeMap::new();
    loop {
        let page = api.call("adminAudience.getForecastUsers", params.clone()).await.expect("users");
        for user in page["users"].as_array().expect("users") {
            let text = |name: &str| user[name].as_str().expect("a text");
            users.insert(text("userId").to_owned(), at(text("changesAt")));
        }
        match page.get("nextCursor") {
            Some(cursor) => params["cursor"] = cursor.clone(),
            None => return users,
        }
    }
}
