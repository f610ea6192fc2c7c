//! What buyers were members of: what is kept with purchases gives the revenue that the history gives, whatever is written, and in
//! whatever order.

use chrono::TimeDelta;
use domain::{
    event::{Currency, Event, EventName, Money},
    ids::SegmentId,
    instant::Instant,
    report::revenue::{CreditModel, Credited},
};
use integration_tests::{Kind, TestDatabase, World, ago, event, now, on_both_databases, quiz, user};
use persistence::{
    ingest::credit_sets,
    reports::credits::{self, Which},
};
use proptest::prelude::*;
use segmentation_engine::{credit_sets::keep_up, rebuild::rebuild, verify::verify};

use crate::random_worlds::Dice;

/// Of each purchase its time and amount, and the segments that it is credited to: as the report reads it, after that was compared
/// with what the history says.
async fn credited(world: &World, segments: &[SegmentId]) -> Vec<(Instant, i64, Vec<usize>)> {
    let (connection, range) = (world.database().connection(), [ago(40), now() + TimeDelta::days(1), now()]);
    let looked_up = async |which| {
        credits::by_membership(connection, CreditModel::Full, segments, range, which).await.expect("a query")
    };
    let mut found = credits::kept(connection, segments, range).await.expect("a query");
    found.extend(looked_up(Which::NotKept).await);
    let in_order = |credited: Vec<Credited>| {
        let mut credited: Vec<_> =
            credited.into_iter().map(|one| (one.at, one.money.minor, one.segments.to_vec())).collect();
        credited.sort_unstable();
        credited
    };
    let found = in_order(found);
    assert_eq!(found, in_order(looked_up(Which::All).await));
    found
}

/// By their ids, of all events: how many segments are kept.
async fn kept(world: &World) -> Vec<(String, Option<usize>)> {
    let rows = world.query::<(String, Option<String>)>("SELECT id, member_of FROM user_event ORDER BY id").await;
    let count = |member_of: String| member_of.split_ascii_whitespace().count();
    rows.into_iter().map(|(id, member_of)| (id, member_of.map(count))).collect()
}

fn bought(user: &str, id: &str, days: i64, minor: i64) -> Event {
    event(user, id, "order", days, Some((minor, "EUR")))
}

fn refunded(user: &str, id: &str, days: i64, minor: i64, of: &str) -> Event {
    Event { refund_of: Some(of.into()), ..bought(user, id, days, minor) }
}

on_both_databases! {
    async fn credit_sets_are_kept_of_purchases_before_the_run(world: World) {
        world.users(&[user("ann")]).await;
        world.run(ago(5)).await;
        let events =
            [bought("ann", "a", 9, 100), bought("ann", "b", 3, 200), bought("ann", "c", 0, 300), event("ann", "d", "login", 3, None)];
        world.record_events(&events).await;
        assert!(kept(&world).await.iter().all(|(_, segments)| segments.is_none()));
        world.run(now()).await;
        // Before the first run nothing is known. Free and churned since then. What happens with a run is before the next one.
        let expected = [("a", Some(0)), ("b", Some(2)), ("c", None), ("d", None)];
        let expected = expected.map(|(id, segments)| (id.to_owned(), segments));
        assert_eq!(kept(&world).await, expected);
        let free = world.segment("plan:free").await;
        assert_eq!(credited(&world, &[free]).await, [(ago(9), 100, vec![]), (ago(3), 200, vec![0]), (now(), 300, vec![0])]);
        world.verify().await;
    }

    async fn credit_set_of_an_event_that_changes_is_looked_up_again(world: World) {
        world.users(&[user("ann")]).await;
        world.run(ago(5)).await;
        world.record_events(&[bought("ann", "a", 3, 100)]).await;
        world.run(now()).await;
        let free = [world.segment("plan:free").await];
        assert_eq!(credited(&world, &free).await, [(ago(3), 100, vec![0])]);
        // The same again changes nothing.
        world.record_events(&[bought("ann", "a", 3, 100)]).await;
        assert_eq!(kept(&world).await, [("a".to_owned(), Some(2))]);
        world.record_events(&[bought("ann", "a", 9, 100)]).await;
        assert_eq!(kept(&world).await, [("a".to_owned(), None)]);
        assert_eq!(credited(&world, &free).await, [(ago(9), 100, vec![])]);
    }

    async fn credit_set_of_a_refund_is_that_of_its_purchase(world: World) {
        world.users(&[user("ann")]).await;
        world.record_events(&[bought("ann", "a", 9, 100)]).await;
        world.run(ago(5)).await;
        world.record_events(&[refunded("ann", "r", 3, -100, "a"), refunded("ann", "s", 3, -50, "unknown")]).await;
        let free = [world.segment("plan:free").await];
        let expected = [(ago(9), 100, vec![]), (ago(3), -100, vec![]), (ago(3), -50, vec![0])];
        // The purchase is kept and its refund is not, then both are.
        assert_eq!(credited(&world, &free).await, expected);
        world.run(now()).await;
        assert_eq!(credited(&world, &free).await, expected);
        // A late purchase takes its refund with it.
        world.record_events(&[bought("ann", "unknown", 8, 50)]).await;
        assert_eq!(credited(&world, &free).await[2..], [(ago(3), -100, vec![]), (ago(3), -50, vec![])]);
    }

    async fn credit_sets_of_a_future_that_is_taken_back_are_forgotten(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        world.record_events(&[bought("ann", "a", 3, 100), bought("ann", "b", 1, 100)]).await;
        keep_up(world.database(), now(), None).await.expect("they are kept");
        let tx = world.database().begin_definition_change(domain::shard::Shard::FIRST).await.expect("a transaction");
        credit_sets::forget_from(&tx, ago(1)).await.expect("it is forgotten");
        tx.commit().await.expect("a commit");
        assert_eq!(kept(&world).await, [("a".to_owned(), Some(0)), ("b".to_owned(), None)]);
    }

    async fn credit_sets_that_are_wrong_are_found_and_made_anew(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(ago(5)).await;
        world.record_events(&[bought("ann", "a", 3, 100), bought("bob", "b", 2, 100), bought("bob", "c", 0, 100)]).await;
        world.run(now()).await;
        let right = kept(&world).await;
        for wrong in ["''", "'1'", "'1 3 17'"] {
            world.execute(&format!("UPDATE user_event SET member_of = {wrong} WHERE id IN ('b', 'c')")).await;
            let broken = verify(world.database()).await.expect("the checks").into_iter().filter(|finding| finding.broken > 0);
            let broken: Vec<_> = broken.map(|finding| (finding.promise, finding.broken)).collect();
            assert_eq!(broken, [("purchases are credited to the segments that their buyers were in", 2)], "{wrong}");
            rebuild(world.database(), integration_tests::moment(now())).await.expect("made anew");
            assert_eq!(kept(&world).await, right, "{wrong}");
        }
        world.verify().await;
    }

    async fn credit_sets_give_what_the_history_gives_in_random_worlds(world: World) {
        let worlds = if std::env::var_os("TEST_LONG").is_some() { 40 } else { 3 };
        let mut is_kept = false;
        for seed in 0..worlds {
            let mut dice = Dice::new(seed);
            for step in 0..60 {
                // Time passes; nothing is before what happened in the world before.
                let clock = ago(30) + TimeDelta::hours(i64::from(seed) * 480 / i64::from(worlds) + step * 480 / 60 / i64::from(worlds));
                take_a_step(&world, &mut dice, seed, clock).await;
                if step % 5 == 0 {
                    world.run(clock).await;
                }
                let mut segments = vec!["plan:free", "lifecycle:active", "lifecycle:churned", "behavior:casual"];
                segments.truncate(dice.roll(1..5_usize));
                let mut ids = Vec::new();
                for segment in segments {
                    ids.push(world.segment(segment).await);
                }
                ids.sort_unstable();
                credited(&world, &ids).await;
            }
            is_kept |= kept(&world).await.iter().any(|(_, segments)| segments.is_some_and(|count| count > 0));
        }
        assert!(is_kept);
        world.verify().await;
    }
}

/// A change with an earlier time may still be on its way when a run ends. SQLite has one writer.
#[tokio::test]
async fn credit_sets_wait_for_those_who_began_before_the_run() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    world.users(&[user("ann")]).await;
    world.run(ago(5)).await;
    world.record_events(&[bought("ann", "a", 6, 100)]).await;
    let changing = world.change_of("ann").await;
    assert_eq!(keep_up(world.database(), ago(5), None).await.expect("it is put off"), 0);
    changing.commit().await.expect("a commit");
    assert_eq!(keep_up(world.database(), ago(5), None).await.expect("they are kept"), 1);
}

async fn take_a_step(world: &World, dice: &mut Dice, seed: u8, clock: Instant) {
    let id = format!("u{seed}-{}", dice.roll(0..6));
    if world.query::<(String,)>(&format!("SELECT id FROM users WHERE id = '{id}'")).await.is_empty() {
        return world.users(&[user(&id)]).await;
    }
    let number = dice.roll(0..4_usize);
    // Often late.
    let at = clock - TimeDelta::hours(dice.roll(prop_oneof![Just(0), 0..10_i64, 0..400_i64]));
    match dice.roll(0..20_u8) {
        0..4 => {
            world.attempts(&[domain::profile::QuizAttempt { completed_at: at, ..quiz(&id, number, "AZ-104") }]).await
        }
        4..16 => {
            let minor = dice.one(&[100, 250, -100]);
            let refund_of = (minor < 0).then(|| format!("order{}", dice.roll(0..4)));
            let currency = Currency::parse("EUR").expect("a code");
            let recorded = Event {
                id: format!("order{number}"),
                name: EventName::parse("order").expect("a name"),
                occurred_at: at,
                amount: Some(Money { minor, currency }),
                refund_of,
                ..event(&id, "", "order", 0, None)
            };
            world.record_events(&[recorded]).await;
        }
        16..18 => world.void_event(&id, &format!("order{number}")).await,
        _ => drop(world.run(clock).await),
    }
}
