//! Slow previews: they are estimated in time, they end when nobody waits, and they do not block others.

use std::time::{Duration, Instant};

use chrono_tz::Tz;
use domain::attribute::Attributes;
use domain::{
    criteria::{ParseContext, parse_value},
    period::Moment,
};
use futures_util::future::join_all;
use integration_tests::{
    Api, World, now, on_both_databases, options, post,
    streaks::{in_all_of, make},
    user,
};
use persistence::database::query_pool::is_cut;
use segmentation_engine::preview::{self, Budget, Matching};
use serde_json::{Value as Json, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Mutex};

const METHOD: &str = "adminAudience.previewSegment";
const USERS: usize = 10_000;
/// Half of the connections of a pool.
const PLACES: usize = 4;

/// These tests measure time, so they do not run in parallel.
static TURNS: Mutex<()> = Mutex::const_new(());

/// Every second user is PRO, and everyone has twenty attempts.
async fn slow_world(world: &World) {
    world.users(&(0..USERS).map(|number| user(&format!("u{number}"))).collect::<Vec<_>>()).await;
    world.execute("UPDATE users SET plan = 'PRO' WHERE no % 2 = 0").await;
    world
        .execute(&format!(
            "INSERT INTO quiz_attempts (user_no, id, certification, certification_folded, provider, completed_at{shard}) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20) \
             SELECT no, 'a' || CAST(n AS text), 'AZ-104', 'az-104', 1, CAST('2026-03-01T00:00:00+00:00' AS {time}){shard} \
             FROM users, numbers",
            shard = world.and_shard(),
            time = if world.database().is_embedded() { "text" } else { "timestamptz" },
        ))
        .await;
}

/// Counts the attempts of every user a hundred times: seconds, even on a fast machine. All PRO users match.
fn slow_criteria() -> Json {
    let count =
        |n: usize| json!({"field": "quizAttempts", "operator": "<", "value": 1_000, "certification": format!("C-{n}")});
    let mut criteria: Vec<_> = (0..99).map(count).collect();
    criteria.push(json!({"field": "plan", "operator": "equals", "value": "PRO"}));
    criteria.into()
}

fn slow_preview() -> Json {
    json!({"combineWith": "AND", "criteria": slow_criteria(), "sampleSize": 5})
}

fn quick_preview() -> Json {
    json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "PRO"}]})
}

async fn previewing(world: &World, within: Duration) -> Api {
    Api::previewing(world, now(), options(), within).await
}

/// What a preview answers that has enough time for a few users, but not for all of them. SQLite is faster, and a busy machine
/// needs more time.
async fn estimate(world: &World, method: &str, params: Json) -> Json {
    let mut within = Duration::from_millis(if world.database().is_embedded() { 200 } else { 1_500 });
    loop {
        match previewing(world, within).await.call(method, params.clone()).await {
            Ok(answer) => return answer,
            Err(error) => assert!(within < Duration::from_secs(20), "{error:?}"),
        }
        within *= 2;
    }
}

/// Statements that PostgreSQL still executes.
async fn statements_under_way(world: &World) -> i64 {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                  AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    world.query::<(i64,)>(others).await[0].0
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..2_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("in twenty seconds it is not so that {what}");
}

async fn until_all_is_quiet(world: &World) {
    until("all places are free", async || world.database().free_query_slots() == PLACES).await;
    if !world.database().is_embedded() {
        until("no statement is under way", async || statements_under_way(world).await == 0).await;
    }
}

/// Every slot and every connection of the pool is available and works.
async fn is_whole(world: &World) {
    let soon = Instant::now() + Duration::from_secs(10);
    let places = join_all((0..PLACES).map(|_| world.database().query_slot(soon))).await;
    for place in places {
        let place = place.expect("a connection").expect("a place in time");
        place.begin(soon).await.expect("a snapshot").close().await.expect("its end");
    }
    let snapshots = join_all((0..8).map(|_| world.database().begin_snapshot())).await;
    for snapshot in snapshots {
        snapshot.expect("a snapshot").close().await.expect("its end");
    }
}

on_both_databases! {
    async fn preview_that_takes_too_long_is_estimated_and_says_so(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let answer = estimate(&world, METHOD, slow_preview()).await;
        assert_eq!(answer["isEstimate"], true);
        let number = |name: &str| answer[name].as_i64().expect("a number");
        // Cells of fifty similar users.
        let counted = number("countedUsers");
        assert!(counted >= 50 && counted < USERS as i64, "{counted} were counted");
        let is_near = |count: i64, exact: usize| (count - exact as i64).abs() <= exact as i64 / 20;
        assert!(is_near(number("totalUsers"), USERS), "{answer}");
        assert!(is_near(number("matchCount"), USERS / 2), "{answer}");
        assert_eq!(answer["conditions"][0]["count"], answer["totalUsers"]);
        assert_eq!(answer["conditions"][99]["count"], answer["matchCount"]);
        let sample = answer["sampleUsers"].as_array().expect("users");
        assert_eq!(sample.len(), 5);
        assert!(sample.iter().all(|user| user["plan"] == "PRO"));
        is_whole(&world).await;
    }

    async fn preview_of_a_change_that_takes_too_long_is_estimated(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let api = previewing(&world, Duration::from_secs(10)).await;
        let pro = json!([{"field": "plan", "operator": "equals", "value": "PRO"}]);
        let segment = json!({"name": "Pro", "combineWith": "AND", "criteria": pro});
        let made = api.call("adminAudience.createCustomSegment", segment).await.expect("it is made");
        make(&api, in_all_of("In it", &[made["segment"]["segmentValue"].as_str().expect("a value")])).await;
        let mut change = slow_preview();
        change["segmentValue"] = made["segment"]["segmentValue"].clone();
        change["criteria"][99]["value"] = "FREE".into();
        let answer = estimate(&world, "adminAudience.previewSegmentChange", change).await;
        assert_eq!(answer["isEstimate"], true);
        let is_near = |count: &Json, exact: usize| {
            (count.as_i64().expect("a count") - exact as i64).abs() <= exact as i64 / 20
        };
        for (group, exact, plan) in [("enter", USERS / 2, "FREE"), ("leave", USERS / 2, "PRO"), ("stay", 0, "")] {
            assert!(is_near(&answer[group]["count"], exact), "{group}: {answer}");
            // As many as could be found in time.
            let sample = answer[group]["sampleUsers"].as_array().expect("users");
            assert!(sample.len() <= 5 && sample.iter().all(|user| user["plan"] == plan), "{group}: {sample:?}");
        }
        let follows = &answer["dependants"][0];
        assert!(is_near(&follows["enter"], USERS / 2) && is_near(&follows["leave"], USERS / 2), "{follows}");
        is_whole(&world).await;
    }

    async fn preview_hundred_slow_ones_at_once_end_in_time(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let api = previewing(&world, Duration::from_millis(600)).await;
        let begun = Instant::now();
        let previews = join_all((0..100).map(|_| api.call(METHOD, slow_preview())));
        let others = async {
            // Other calls do not wait for previews.
            for _ in 0..10 {
                api.call("adminAudience.getSegments", json!({})).await.expect("an answer");
            }
            begun.elapsed()
        };
        let (answers, others) = tokio::join!(previews, others);
        // Sequentially they would take minutes.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(15), "{took:?}");
        assert!(others < Duration::from_secs(10), "others wait for {others:?}");
        for answer in &answers {
            match answer {
                Ok(answer) => assert_eq!(answer["isEstimate"], true),
                Err(error) => assert_eq!(error.code, -32053, "{error:?}"),
            }
        }
        until_all_is_quiet(&world).await;
        is_whole(&world).await;
        let answer = previewing(&world, Duration::from_secs(60)).await.call(METHOD, quick_preview()).await.expect("a preview");
        assert_eq!((&answer["isEstimate"], &answer["matchCount"]), (&json!(false), &json!(USERS / 2)));
    }

    async fn preview_leaves_half_of_the_places_to_other_callers(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let api = previewing(&world, Duration::from_secs(3)).await;
        let other = api.as_superadmin().await;
        let crowd = join_all((0..PLACES).map(|_| api.call(METHOD, slow_preview())));
        let others = async {
            until("half of the places are taken", async || world.database().free_query_slots() == PLACES / 2).await;
            let answer = other.call(METHOD, quick_preview()).await.expect("a preview");
            assert_eq!((&answer["isEstimate"], &answer["matchCount"]), (&json!(false), &json!(USERS / 2)));
            assert_eq!(world.database().free_query_slots(), PLACES / 2);
        };
        let (answers, ()) = tokio::join!(crowd, others);
        let (estimates, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        // Those who waited may have had their turn in time.
        assert!(estimates.len() >= PLACES / 2, "{} estimates", estimates.len());
        for refusal in refusals {
            assert_eq!(refusal.expect_err("no turn in time").code, -32053);
        }
        until_all_is_quiet(&world).await;
    }

    async fn preview_is_canceled_in_the_database_when_nobody_waits(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        let definition = json!({"combineWith": "AND", "criteria": slow_criteria()});
        let criteria = parse_value(&definition, &context).expect("a definition");
        let question = Matching { criteria: &criteria, moment: Moment { now: now(), zone: Tz::UTC } };
        // From now on a slot is free at once.
        is_whole(&world).await;
        let database = world.database();
        let gone = until("a place is taken", async || database.free_query_slots() < PLACES);
        let answer = preview::ask(database, &question, 5, Budget::of(Duration::from_secs(600)), gone).await;
        let error = answer.err().expect("the count does not come to its end");
        assert!(is_cut(&error), "{error}");
        until_all_is_quiet(&world).await;
        is_whole(&world).await;
    }

    async fn preview_ends_when_its_caller_disconnects(world: World) {
        let _turn = TURNS.lock().await;
        slow_world(&world).await;
        let api = previewing(&world, Duration::from_secs(600)).await;
        // On PostgreSQL the count cannot start before this lock is released.
        let lock = world.database().begin().await.expect("a transaction");
        if !world.database().is_embedded() {
            persistence::ConnectionTrait::execute_unprepared(&lock, "LOCK TABLE users").await.expect("it is locked");
        }
        let mut client = TcpStream::connect(api.serve().await).await.expect("the server listens");
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": METHOD, "params": slow_preview()});
        client.write_all(post(api.bearer(), &request.to_string()).as_bytes()).await.expect("it reads");
        until("a place is taken", async || world.database().free_query_slots() < PLACES).await;
        drop(client);
        until("all places are free", async || world.database().free_query_slots() == PLACES).await;
        lock.rollback().await.expect("it is unlocked");
        until_all_is_quiet(&world).await;
        is_whole(&world).await;
    }
}
