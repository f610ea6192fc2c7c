//! The Rust interpreter and the compiled SQL agree on every user, and a negation is the exact complement.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    criteria::{Criteria, Needs, ParseContext, arbitrary, parse_value, path_of_item},
    facts::UserFacts,
    ids::{SegmentId, UserNo},
    period::Moment,
    segment::SegmentKey,
    system_segments::catalogue,
};
use integration_tests::{World, on_both_databases};
use persistence::{
    facts::{self, Candidate, Scope},
    ingest::users,
    reads::preview::{self, Counted, CountedItem},
    user_range::{UserRange, UserSelection},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value as Json, json};

const USERS_PER_WORLD: usize = 60;
const CRITERIA_PER_WORLD: usize = 1_000;
/// For every n-th definition, each part also gets its own query.
const ASKED_ALONE: usize = 10;

fn worlds() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 100 } else { 5 }
}

on_both_databases! {
    /// 5,000 random criteria (100,000 with `--long`), each on 60 random users: who matches, who does not, and how many
    /// match each part.
    async fn criteria_agree_in_rust_and_sql(world: World) {
        world.declare(&arbitrary::attributes()).await;
        for seed in 0..worlds() {
            let mut runner = runner(seed);
            populate(&world, &mut runner).await;
            let all = everybody(&world).await;
            let keys = catalogue().iter().map(|system| system.key.clone());
            let criteria = arbitrary::criteria(keys.collect());
            for number in 0..CRITERIA_PER_WORLD {
                let criteria = sample(&criteria, &mut runner);
                let moment = sample(&arbitrary::moment(), &mut runner);
                check(&world, &criteria, moment, &all).await;
                check_counts(&world, &criteria, moment, &all, number % ASKED_ALONE == 0).await;
                if number % ASKED_ALONE == 0 {
                    check_needs(&world, &criteria, moment, &all).await;
                }
            }
        }
    }
}

async fn check(world: &World, criteria: &Criteria, moment: Moment, all: &[Known]) {
    let by_rust = matching(criteria, moment, all);
    let connection = world.database().connection();
    let by_sql = users::matching(connection, criteria, moment).await.expect("the query is answered");
    assert_eq!(by_sql, by_rust, "{} at {moment:?}", criteria.to_json());

    let negation = parsed(&json!({"combineWith": "AND", "not": true, "criteria": [criteria.to_json()]}), moment);
    let others = users::matching(connection, &negation, moment).await.expect("the query is answered");
    let expected: Vec<_> = all.iter().map(|known| known.no).filter(|no| !by_rust.contains(no)).collect();
    assert_eq!(others, expected, "not {} at {moment:?}", criteria.to_json());
}

/// Facts that a definition does not need make no difference.
async fn check_needs(world: &World, criteria: &Criteria, moment: Moment, all: &[Known]) {
    let needed = read_all(world, &Needs::of(criteria)).await;
    for (known, Candidate { no, facts, .. }) in all.iter().zip(needed) {
        assert_eq!(no, known.no);
        let holds = |facts| criteria.holds(facts, &known.memberships, moment);
        assert_eq!(holds(&facts), holds(&known.facts), "{} at {moment:?}", criteria.to_json());
    }
}

/// The counts of a preview equal those of each part on its own, and of the first parts of a set together.
async fn check_counts(world: &World, criteria: &Criteria, moment: Moment, all: &[Known], asked_alone: bool) {
    let connection = world.database().connection();
    let counted = preview::count(connection, criteria, moment, None).await.expect("the query is answered");
    let size = |matching: Vec<UserNo>| i64::try_from(matching.len()).expect("a count");
    assert_eq!(usize::try_from(counted.users), Ok(all.len()));
    assert_eq!(counted.matches, size(matching(criteria, moment, all)), "{}", criteria.to_json());
    let definition = criteria.to_json();
    for CountedItem { path, count, .. } in &counted.items {
        let alone = json!({"combineWith": "AND", "criteria": [item(&definition, path)]});
        let alone = parsed(&alone, moment);
        assert_eq!(*count, size(matching(&alone, moment, all)), "{path} of {definition} at {moment:?}");
        if asked_alone {
            let by_sql = users::matching(connection, &alone, moment).await.expect("the query is answered");
            assert_eq!(*count, size(by_sql), "{path} of {definition} at {moment:?}");
        }
    }
    for CountedItem { path, remaining, .. } in &counted.items {
        let expected = so_far(&definition, path).map(|items| size(matching(&parsed(&items, moment), moment, all)));
        assert_eq!(*remaining, expected, "{path} of {definition} at {moment:?}");
    }
    check_remaining(&definition, "", counted.matches, &counted);
    for CountedItem { path, count, .. } in &counted.items {
        check_remaining(item(&definition, path), path, *count, &counted);
    }
}

/// In a set that is combined with AND no item brings anybody back, and after the last one those are left who match all.
fn check_remaining(set: &Json, path: &str, count: i64, counted: &Counted) {
    let remaining = |index| {
        let path = path_of_item(path, index);
        counted.items.iter().find(|item| item.path == path).and_then(|item| item.remaining)
    };
    let steps: Vec<_> = (0..).map_while(remaining).collect();
    let Some(last) = steps.last() else { return assert_ne!(set["combineWith"], "AND", "{path}") };
    assert!(steps.is_sorted_by(|before, after| before >= after), "{path}: {steps:?}");
    assert_eq!(count, if set["not"] == true { counted.users - last } else { *last }, "{path}");
}

/// The items of a set up to the one at the path, as a definition. `None` if the set is combined with OR.
fn so_far(definition: &Json, path: &str) -> Option<Json> {
    let (before, index) = path.strip_suffix(']')?.rsplit_once("criteria[")?;
    let set = match before.strip_suffix('.') {
        Some(path) => item(definition, path),
        None => definition,
    };
    let through = index.parse::<usize>().expect("an index");
    let items = &set["criteria"].as_array().expect("items")[..=through];
    (set["combineWith"] == "AND").then(|| json!({"combineWith": "AND", "criteria": items}))
}

/// The part of a definition at a path such as `criteria[1].criteria[0]`.
fn item<'a>(definition: &'a Json, path: &str) -> &'a Json {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    definition.pointer(&format!("/{pointer}")).expect("an item")
}

fn parsed(definition: &Json, moment: Moment) -> Criteria {
    let context = ParseContext { zone: moment.zone, segment_exists: &|_| true, attributes: &arbitrary::attributes() };
    parse_value(definition, &context).expect("a definition")
}

fn matching(criteria: &Criteria, moment: Moment, all: &[Known]) -> Vec<UserNo> {
    let holds = |known: &&Known| criteria.holds(&known.facts, &known.memberships, moment);
    all.iter().filter(holds).map(|known| known.no).collect()
}

/// Replaces all users by random ones with random attempts and memberships. Checks stored facts against computed ones.
async fn populate(world: &World, runner: &mut TestRunner) {
    for (id,) in world.query::<(String,)>("SELECT id FROM users").await {
        world.erase(&id).await;
    }
    let now = arbitrary::now();
    let users: Vec<_> = (0..USERS_PER_WORLD).map(|index| sample(&arbitrary::user(now, index), runner)).collect();
    world.users(&users).await;
    let mut values = BTreeMap::new();
    for user in &users {
        let drawn = sample(&arbitrary::attribute_values(now), runner);
        let given = drawn.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        world.attributes(&user.id.0, given).await;
        values.insert(user.id.clone(), drawn);
    }
    for user in &users {
        let attempts = sample(&arbitrary::attempts(now, user.id.clone()), runner);
        world.attempts(&attempts).await;
        let events = sample(&arbitrary::events(now, user.id.clone()), runner);
        world.record_events(&events).await;
        let stored = read(world, world.no(&user.id.0).await).await;
        assert_eq!(stored.overrides.is_gone, user.deleted_at.is_some());
        let mut computed = UserFacts::of(user, &attempts).with_events(&events).with_attributes(&values[&user.id]);
        let mut read = stored.facts;
        for facts in [&mut computed, &mut read] {
            facts.attempts.sort_by_key(|attempt| (attempt.completed_at, attempt.certification.clone()));
            facts.events.sort_by_key(|event| (event.occurred_at, event.name.clone(), event.amount));
        }
        assert_eq!(read, computed);
    }
    world.run(world_clock(world).await).await;
}

/// Each run is a second after the last.
async fn world_clock(world: &World) -> domain::instant::Instant {
    let runs = persistence::runs::latest(world.database().connection(), 1).await.expect("a query");
    runs.first().map_or_else(arbitrary::now, |run| run.as_of + chrono::TimeDelta::seconds(1))
}

/// A user for the Rust interpreter.
struct Known {
    no: UserNo,
    facts: UserFacts,
    memberships: BTreeSet<SegmentKey>,
}

async fn everybody(world: &World) -> Vec<Known> {
    let keys: BTreeMap<SegmentId, SegmentKey> =
        catalogue().iter().map(|system| (system.id, system.key.clone())).collect();
    let all = read_all(world, &Needs::everything(&arbitrary::attributes())).await;
    let known = |candidate: Candidate| {
        let memberships = candidate.current.iter().map(|id| keys[&id].clone()).collect();
        Known { no: candidate.no, facts: candidate.facts, memberships }
    };
    all.into_iter().map(known).collect()
}

async fn read(world: &World, no: UserNo) -> Candidate {
    read_users(world, &UserSelection::List(vec![no]), &Needs::everything(&arbitrary::attributes())).await.remove(0)
}

/// Those deleted in the host application are left out.
async fn read_all(world: &World, needs: &Needs) -> Vec<Candidate> {
    let mut all = Vec::new();
    for shard in world.database().shards().all() {
        all.extend(read_users(world, &UserSelection::Range(UserRange::of_shard(shard)), needs).await);
    }
    all
}

async fn read_users(world: &World, users: &UserSelection, needs: &Needs) -> Vec<Candidate> {
    let scope = Scope { users, as_of: arbitrary::now(), needs };
    let rows = facts::read_all(world.database().connection(), scope).await.expect("users are read");
    rows.into_iter().map(|read| read.expect("a readable user")).collect()
}

/// The same sequence each time, so that a failure replays.
fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

fn sample<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}
