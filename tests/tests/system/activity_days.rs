//! Who was active on which day: what is kept of days gives the figures that attempts, events and `user_seen` give, whatever is
//! written, and in whatever order.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    event::{Currency, Event, EventName, Money},
    instant::Instant,
    profile::{QuizAttempt, User},
    report::activity::ActivityKind,
    user_set::UserSet,
};
use integration_tests::{Kind, Program, TestDatabase, World, ago, at, event, now, on_both_databases, quiz, user};
use persistence::{
    ConnectionTrait,
    ingest::events,
    reports::{activity, activity_days},
};
use proptest::prelude::*;
use segmentation_engine::{audit::Audit, event_names, run::RunOptions, support::failpoints::REBUILD_POINTS};

use crate::random_worlds::Dice;

const ALL: [ActivityKind; 3] = [ActivityKind::Quizzes, ActivityKind::Events, ActivityKind::Seen];

/// With what is kept, after it was compared with what it follows from.
async fn active(world: &World, kinds: &[ActivityKind], from: Instant, before: Instant) -> UserSet {
    let connection = world.database().connection();
    let found = activity_days::active(connection, kinds, &[[from, before]]).await.expect("a query").remove(0);
    let raw = activity::active(connection, kinds, from, before).await.expect("a query");
    assert_eq!(found, raw, "{kinds:?} from {from} to {before}");
    found
}

/// By their first instants, how many users of all shards are kept as active by a quiz or an event.
async fn kept(world: &World) -> BTreeMap<String, u64> {
    let starts = match world.database().is_embedded() {
        true => "substr(starts, 1, 10)",
        false => "to_char(starts AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    };
    let mut kept = BTreeMap::new();
    for (day, quizzes, events) in
        world.query::<(String, Vec<u8>, Vec<u8>)>(&format!("SELECT {starts}, quizzes, events FROM activity_day")).await
    {
        let users = [quizzes, events].map(|bytes| UserSet::from_bytes(&bytes).expect("a set"));
        *kept.entry(day).or_default() += UserSet::union(&users).len();
    }
    kept
}

async fn marks(world: &World) -> i64 {
    world.query::<(i64,)>("SELECT count(DISTINCT day) FROM activity_dirty").await[0].0
}

async fn run_in(world: &World, zone: Tz, as_of: Instant) {
    world.run_with(&RunOptions { zone, ..RunOptions::at(as_of) }).await;
}

fn attempt(user: &str, number: usize, completed_at: Instant) -> QuizAttempt {
    QuizAttempt { completed_at, ..quiz(user, number, "AZ-104") }
}

async fn count_as_activity(world: &World, name: &str, is_activity: bool) {
    let audit = Audit::of_command("setEventName");
    event_names::set_activity(world.database(), name, is_activity, now(), &audit).await.expect("the name is there");
}

on_both_databases! {
    async fn active_days_are_kept_when_they_are_over(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[attempt("ann", 1, ago(3)), attempt("bob", 2, ago(2)), attempt("ann", 3, now())]).await;
        assert_eq!(active(&world, &ALL, ago(4), now()).await.len(), 2);
        assert_eq!((kept(&world).await.len(), marks(&world).await), (0, 3));
        world.run(now()).await;
        // From the day of the first activity to yesterday.
        let expected = [("2026-03-07", 1), ("2026-03-08", 1), ("2026-03-09", 0)];
        let expected = expected.map(|(day, users)| (day.to_owned(), users));
        assert_eq!((kept(&world).await, marks(&world).await), (expected.into(), 0));
        assert_eq!(active(&world, &ALL, ago(4), now() + TimeDelta::seconds(1)).await.len(), 2);
    }

    async fn active_day_is_read_anew_after_a_late_event(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[attempt("ann", 1, ago(3))]).await;
        world.run(now()).await;
        world.record_events(&[event("bob", "late", "login", 3, None)]).await;
        let day = [at("2026-03-07T00:00:00Z"), at("2026-03-08T00:00:00Z")];
        assert_eq!(active(&world, &ALL, day[0], day[1]).await.len(), 2);
        assert_eq!(marks(&world).await, 1);
        world.run(now()).await;
        assert_eq!((kept(&world).await["2026-03-07"], marks(&world).await), (2, 0));
    }

    async fn active_day_that_an_event_left_is_read_anew(world: World) {
        world.users(&[user("ann")]).await;
        world.attempts(&[attempt("ann", 1, ago(3))]).await;
        world.record_events(&[event("ann", "e", "login", 5, None)]).await;
        world.run(now()).await;
        world.attempts(&[attempt("ann", 1, ago(2))]).await;
        world.record_events(&[event("ann", "e", "login", 4, None)]).await;
        assert_eq!(marks(&world).await, 4);
        for days in 2..6 {
            active(&world, &ALL, ago(days) - TimeDelta::hours(12), ago(days) + TimeDelta::hours(12)).await;
        }
        world.void_event("ann", "e").await;
        assert!(active(&world, &[ActivityKind::Events], ago(10), now()).await.is_empty());
    }

    async fn active_days_follow_the_names_that_count(world: World) {
        world.users(&[user("ann")]).await;
        world.record_events(&[event("ann", "e", "login", 5, None)]).await;
        world.run(now()).await;
        assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 1);
        count_as_activity(&world, "login", false).await;
        assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 0);
        world.run(now()).await;
        assert_eq!(kept(&world).await["2026-03-05"], 0);
        count_as_activity(&world, "login", true).await;
        assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 1);
    }

    async fn active_days_of_another_time_zone_are_other_days(world: World) {
        world.users(&[user("ann")]).await;
        world.attempts(&[attempt("ann", 1, at("2026-03-05T02:00:00Z"))]).await;
        let day = [at("2026-03-04T08:00:00Z"), at("2026-03-05T08:00:00Z")];
        for zone in [Tz::UTC, Tz::America__Los_Angeles] {
            run_in(&world, zone, now()).await;
            assert_eq!(active(&world, &ALL, day[0], day[1]).await.len(), 1);
            assert_eq!(active(&world, &ALL, at("2026-03-05T00:00:00Z"), at("2026-03-06T00:00:00Z")).await.len(), 1);
        }
    }

    async fn active_days_have_no_erased_user(world: World) {
        world.users(&[User { last_activity_at: Some(ago(4)), ..user("ann") }, user("bob")]).await;
        world.attempts(&[attempt("ann", 1, ago(3)), attempt("bob", 2, ago(3))]).await;
        world.run(now()).await;
        world.erase("ann").await;
        assert_eq!(marks(&world).await, 2);
        // No set has a number of hers.
        assert!(kept(&world).await.get("2026-03-07").is_none_or(|users| *users == 1));
        assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 1);
        world.run(now()).await;
        assert_eq!(kept(&world).await["2026-03-07"], 1);
    }

    /// Nothing is lost or kept wrongly, whatever happens between runs in several time zones.
    async fn active_days_are_those_of_the_raw_data_in_random_worlds(world: World) {
        let worlds = if std::env::var_os("TEST_LONG").is_some() { 40 } else { 3 };
        for seed in 0..worlds {
            let mut dice = Dice::new(seed);
            for step in 0..60 {
                take_a_step(&world, &mut dice, seed).await;
                let from = moment(&mut dice);
                let before = from + TimeDelta::hours(dice.roll(1..300_i64));
                let kinds = dice.one(&[&ALL[..], &ALL[..1], &ALL[1..2], &ALL[2..], &ALL[..2]]);
                active(&world, kinds, from, before).await;
                if step % 7 == 0 {
                    let zone = dice.one(&[Tz::UTC, Tz::Europe__Berlin, Tz::America__Los_Angeles, Tz::Asia__Kolkata]);
                    run_in(&world, zone, now()).await;
                }
            }
        }
        assert!(!kept(&world).await.is_empty());
        world.verify().await;
    }

    async fn rebuild_makes_anew_what_is_wrong(world: World) {
        world.play_example().await;
        let engine = |arguments: &[&str]| Program::engine(&world.test_database.url).args(arguments).run();
        let spoil = [
            "UPDATE segment_flow SET entries = entries + 1 WHERE segment_id = 1",
            "UPDATE user_spend SET gross = gross + 1",
            "UPDATE activity_day SET seen = (SELECT events FROM activity_day ORDER BY length(events) DESC LIMIT 1)",
        ];
        engine(&["analytics", "rebuild"]).expect(0);
        for sql in spoil {
            engine(&["verify"]).expect(0);
            world.execute(sql).await;
            assert_ne!(engine(&["verify"]).code, 0, "{sql}");
            let ended = engine(&["analytics", "rebuild"]).expect(0);
            assert!(ended.output.starts_with("counted who entered and left "), "{}", ended.output);
        }
        world.verify().await;
        let figures = engine(&["analytics", "rebuild", "--json"]).expect(0).json();
        assert_eq!(figures["users"], 6);
    }

    async fn rebuild_killed_after_any_transaction_leaves_what_is_right(world: World) {
        world.play_example().await;
        for (point, commits) in REBUILD_POINTS.iter().flat_map(|point| (0..4).map(move |times| (point, 2 * times))) {
            let armed = format!("{point}={commits}*off->return");
            let rebuild = || Program::engine(&world.test_database.url).args(["analytics", "rebuild"]);
            assert_eq!(rebuild().env("FAILPOINTS", &armed).run().code, -1, "{armed}");
            world.verify().await;
            rebuild().run().expect(0);
            world.verify().await;
        }
    }
}

/// A run that ends meanwhile neither waits nor takes the mark of a writer who has not committed.
#[tokio::test]
async fn active_days_know_of_a_writer_who_commits_after_a_run() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    world.users(&[user("ann"), user("bob")]).await;
    world.attempts(&[attempt("bob", 1, ago(4))]).await;
    world.run(now()).await;
    let writing = world.change_of("ann").await;
    events::upsert(&writing, &[event("ann", "e", "login", 3, None)], now()).await.expect("it is written");
    world.attempts(&[attempt("bob", 2, ago(5))]).await;
    world.run(now()).await;
    assert_eq!(marks(&world).await, 1, "a writer may know of a day by what was there before");
    assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 1);
    writing.commit().await.expect("a commit");
    assert_eq!(active(&world, &ALL, ago(10), now()).await.len(), 2);
    world.run(now()).await;
    assert_eq!((kept(&world).await["2026-03-07"], marks(&world).await), (1, 0));
    // And a report that began before it does not see it.
    let snapshot = world.database().begin_snapshot().await.expect("a snapshot");
    let before = activity_days::active(&snapshot, &ALL, &[[ago(10), now()]]).await.expect("a query");
    world.void_event("ann", "e").await;
    assert_eq!(activity_days::active(&snapshot, &ALL, &[[ago(10), now()]]).await.expect("a query"), before);
    snapshot.execute_unprepared("SELECT 1").await.expect("it lasts");
}

/// Of the last twenty days, often at a midnight.
fn moment(dice: &mut Dice) -> Instant {
    let midnight = at("2026-03-10T00:00:00Z") - TimeDelta::days(dice.roll(0..20_i64));
    let offset = dice.roll(prop_oneof![Just(0), Just(-330), Just(480), Just(-60), 0..1440_i64]);
    midnight + TimeDelta::minutes(offset)
}
async fn take_a_step(world: &World, dice: &mut Dice, seed: u8) {
    let id = format!("u{seed}-{}", dice.roll(0..6));
    let of_id = format!("SELECT id FROM users WHERE id = '{id}'");
    if world.query::<(String,)>(&of_id).await.is_empty() {
        return world.users(&[user(&id)]).await;
    }
    let number = dice.roll(0..4_usize);
    match dice.roll(0..20_u8) {
        0..6 => world.attempts(&[attempt(&id, number, moment(dice))]).await,
        6..13 => {
            let (name, minor) = dice.one(&[("login", None), ("order", Some(100)), ("order", Some(-100))]);
            let currency = Currency::parse("EUR").expect("a code");
            let recorded = Event {
                id: format!("{name}{number}"),
                name: EventName::parse(name).expect("a name"),
                occurred_at: moment(dice),
                amount: minor.map(|minor| Money { minor, currency }),
                ..event(&id, "", "login", 0, None)
            };
            world.record_events(&[recorded]).await;
        }
        13..15 => world.void_event(&id, &format!("{}{number}", dice.one(&["login", "order"]))).await,
        15..18 => {
            let last_activity_at = Some(moment(dice));
            world.users(&[User { last_activity_at, ..user(&id) }]).await;
        }
        18 => world.erase(&id).await,
        _ => {
            let is_there = "SELECT name FROM event_name WHERE name = 'login'";
            if !world.query::<(String,)>(is_there).await.is_empty() {
                count_as_activity(world, "login", dice.roll(any::<bool>())).await;
            }
        }
    }
}
