//! A database with eight shards: what one call changes in several of them, each in a transaction of its own.

use std::{collections::BTreeMap, fmt::Write, fs, future::Future};

use chrono::TimeDelta;
use domain::{
    run::RunMode,
    segment::{SegmentKey, SegmentType},
};
use integration_tests::{
    Api, Program, TestDatabase, World, moment, now,
    streaks::{in_all_of, make, make_on_streak, merged, on_streak},
    user,
};
use persistence::ConnectionTrait;
use segmentation_engine::{
    audit::Audit,
    run::{RunOptions, RunReport},
    segments::{
        delete::delete,
        roll_back::{RollBack, roll_back},
        save::{ProposedSegment, update},
    },
};
use serde_json::json;
use tempfile::TempDir;

const UPDATE: &str = "adminAudience.updateCustomSegment";
const DELETE: &str = "adminAudience.deleteCustomSegment";
const NOT_FOUND: i64 = -32044;

async fn sharded() -> Option<World> {
    TestDatabase::create_sharded().await.map(World::new)
}

/// A hundred users, u0 to u99, with streaks of 0 to 9 days: some of each streak in most shards.
async fn crowd(world: &World) {
    let of_streak = |number: i64| {
        let mut user = user(&format!("u{number}"));
        user.current_streak = number % 10;
        user
    };
    world.users(&(0..100).map(of_streak).collect::<Vec<_>>()).await;
    world.run(now()).await;
}

async fn run_incrementally(world: &World, later: i64) -> RunReport {
    let as_of = now() + TimeDelta::minutes(later);
    world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(as_of) }).await
}

/// Current members of a custom segment, in all shards and in those before the sixth.
async fn members(world: &World, value: &str) -> (i64, i64) {
    let of_segment = "FROM user_segment JOIN segment ON segment.id = segment_id WHERE removed_at IS NULL";
    let members =
        format!("SELECT count(*), count(*) FILTER (WHERE shard < 5) {of_segment} AND segment_value = '{value}'");
    world.query(&members).await[0]
}

/// Stops a change when it comes to the sixth shard, once five have followed.
async fn cut_off(world: &World, value: &str, change: impl Future<Output = ()> + Send + 'static, followed: i64) {
    let lock = world.database().begin().await.expect("a transaction");
    let of_segment = format!("segment_id = (SELECT id FROM segment WHERE segment_value = '{value}')");
    let counts = format!("SELECT FROM segment_count WHERE shard = 5 AND {of_segment} FOR UPDATE");
    lock.execute_unprepared(&counts).await.expect("it is locked");
    let change = tokio::spawn(change);
    for _ in 0..2_000 {
        if members(world, value).await.1 == followed {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    change.abort();
    assert!(change.await.expect_err("it waits for the sixth shard").is_cancelled());
    lock.rollback().await.expect("it is unlocked");
    assert_eq!(members(world, value).await.1, followed);
}

/// A segment of which the first five shards are emptied.
async fn half_deleted(world: &World, api: &Api) -> String {
    let value = make_on_streak(api, "Streak", 5).await;
    let (database, of) = (world.database().clone(), key(&value));
    let deletion = async move { drop(delete(&database, &of, moment(now()), &ops()).await) };
    cut_off(world, &value, deletion, 0).await;
    value
}

fn key(value: &str) -> SegmentKey {
    SegmentKey::new(SegmentType::Custom, value)
}

fn ops() -> Audit {
    Audit::of_command("test")
}

/// How many of the users of the first five shards have at least this streak.
fn of_first_shards(world: &World, streak: usize) -> i64 {
    let shard = |number: usize| world.database().shards().of(&domain::ids::UserId(format!("u{number}"))).number();
    (0..100).filter(|number| number % 10 >= streak && shard(*number) < 5).count() as i64
}

#[tokio::test]
async fn shards_save_that_is_cut_off_is_finished_by_the_next_incremental_run() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let value = make_on_streak(&api, "Streak", 5).await;
    let within = make(&api, in_all_of("Within", &[&value])).await;
    world.run(now()).await;
    assert_eq!(members(&world, &value).await.0, 50);

    let (database, of) = (world.database().clone(), key(&value));
    let save = async move {
        let definition = json!({"combineWith": "AND", "criteria": on_streak("", 8)["criteria"]});
        let proposed = ProposedSegment { name: "Streak".into(), description: None, definition };
        drop(update(&database, &of, 1, &proposed, moment(now()), &ops()).await);
    };
    cut_off(&world, &value, save, of_first_shards(&world, 8)).await;
    world.verify().await;
    assert!(members(&world, &value).await.0 > 20, "some are left");
    let report = run_incrementally(&world, 1).await;
    assert_eq!((report.users_processed, members(&world, &value).await.0), (100, 20));
    assert_eq!(members(&world, &within).await.0, 20);
    let report = run_incrementally(&world, 2).await;
    assert_eq!((report.entered, report.left, report.users_processed), (0, 0, 0));
}

/// The next run must not take the segment for settled by the definition that comes back.
#[tokio::test]
async fn shards_rollback_that_is_cut_off_is_finished_by_the_next_incremental_run() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let value = make_on_streak(&api, "Streak", 5).await;
    world.run(now()).await;
    let edited = merged(on_streak("Streak", 8), json!({"segmentValue": value, "version": 1}));
    let saved = api.call(UPDATE, edited).await.expect("it is saved");
    assert_eq!((members(&world, &value).await.0, &saved["left"]), (20, &json!(30)), "in all shards");

    let (database, of) = (world.database().clone(), key(&value));
    let rollback = async move {
        drop(roll_back(&database, &of, RollBack { from: 2, to: 1 }, moment(now()), &ops()).await);
    };
    cut_off(&world, &value, rollback, of_first_shards(&world, 5)).await;
    assert!(members(&world, &value).await.0 < 50, "some are missing");
    run_incrementally(&world, 1).await;
    assert_eq!(members(&world, &value).await.0, 50);
}

#[tokio::test]
async fn shards_save_of_another_name_leaves_the_segment_settled() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let value = make_on_streak(&api, "Streak", 5).await;
    world.run(now()).await;
    let renamed = merged(on_streak("Long streak", 5), json!({"segmentValue": value, "version": 1}));
    api.call(UPDATE, renamed).await.expect("it is saved");
    assert_eq!(run_incrementally(&world, 1).await.users_processed, 0);
}

#[tokio::test]
async fn shards_deletion_that_is_cut_off_can_be_repeated() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let value = half_deleted(&world, &api).await;
    let left = members(&world, &value).await.0;
    assert!(left > 0);
    world.verify().await;
    let report = run_incrementally(&world, 1).await;
    assert_eq!((report.entered, members(&world, &value).await.0), (0, left), "it is inactive");
    assert_eq!(
        api.call(DELETE, json!({"segmentValue": value})).await,
        Ok(json!({"success": true, "left": left, "syncRemoval": false}))
    );
    assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM custom_segment").await, [(0,)]);
    world.verify().await;
    let entries = "SELECT detail ->> 'state', CAST(detail ->> 'left' AS bigint) FROM audit_log \
                   WHERE action IN ('test', 'deleteCustomSegment') ORDER BY no";
    let entries = world.query::<(Option<String>, Option<i64>)>(entries).await;
    assert_eq!(entries, [(Some("started".into()), None), (None, Some(left))]);
}

/// Part of its members have left, so nothing may come to depend on it.
#[tokio::test]
async fn shards_segment_that_is_being_deleted_is_out_of_use() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let value = half_deleted(&world, &api).await;
    let referring = in_all_of("Within", &[&value]);
    let refused = api.call("adminAudience.createCustomSegment", referring).await.expect_err("it is refused");
    assert!(refused.faults()[0].contains(&value), "{:?}", refused.faults());
    let user = json!({"segmentType": "custom", "segmentValue": value, "userId": "u7"});
    for (method, params) in [
        ("setSegmentActive", json!({"segmentValue": value, "isActive": true})),
        ("updateCustomSegment", merged(on_streak("Streak", 8), json!({"segmentValue": value, "version": 1}))),
        ("addUserToSegment", user.clone()),
        ("removeUserFromSegment", user),
    ] {
        let refused = api.call(&format!("adminAudience.{method}"), params).await.expect_err("it is refused");
        assert_eq!(refused.code, NOT_FOUND, "{method}: {refused:?}");
    }
    let left = members(&world, &value).await.0;
    assert_eq!(
        api.call(DELETE, json!({"segmentValue": value})).await,
        Ok(json!({"success": true, "left": left, "syncRemoval": false}))
    );
    let overrides = "SELECT count(*) FROM segment_override";
    assert_eq!(world.query::<(i64,)>(overrides).await, [(0,)]);
    world.verify().await;
}

/// Somebody activates the segment while shards are emptied. Nobody stays in a segment that is gone.
#[tokio::test]
async fn shards_deletion_leaves_nobody_in_the_segment() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    for _ in 0..5 {
        let value = make_on_streak(&api, "Streak", 5).await;
        let (deleting, activating) = (api.clone(), api.clone());
        let activation = json!({"segmentValue": value, "isActive": true});
        let (deleted, _) = tokio::join!(
            deleting.call(DELETE, json!({"segmentValue": value})),
            activating.call("adminAudience.setSegmentActive", activation),
        );
        deleted.expect("it is deleted");
        let rows =
            "SELECT count(*) FROM user_segment LEFT JOIN segment ON segment.id = segment_id WHERE segment.id IS NULL";
        assert_eq!(world.query::<(i64,)>(rows).await, [(0,)]);
        world.verify().await;
    }
}

#[tokio::test]
async fn shards_call_of_many_users_answers_in_the_order_of_items() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let api = Api::new(&world).await;
    let attempt = |number: usize, user: String| json!({"id": format!("a{number}"), "userId": user, "certification": "AZ-104", "completedAt": "2026-03-01T00:00:00Z"});
    let attempts: Vec<_> = (0..40).map(|number| attempt(number, format!("u{}", number * 5))).collect();
    let params = json!({"attempts": attempts, "evaluate": true});
    let answer = api.call("adminAudience.recordQuizAttempts", params).await.expect("an answer");
    for (number, result) in answer["results"].as_array().expect("results").iter().enumerate() {
        let status = if number < 20 { "recorded" } else { "refused" };
        assert_eq!((&result["id"], &result["status"]), (&json!(format!("a{number}")), &json!(status)));
    }
    assert_eq!(world.members("certification:azure_focus").await.len(), 20);
    world.verify().await;
}

/// Each attempt moves to a user who is mostly of another shard.
#[tokio::test]
async fn shards_attempts_move_between_by_a_complete_file() {
    let Some(world) = sharded().await else { return };
    crowd(&world).await;
    let folder = TempDir::new().expect("a temporary folder");
    let import = |name: &str, shift: usize| {
        let mut text = "id,userId,certification,score,completedAt\n".to_owned();
        for number in 0..400 {
            let row = writeln!(text, "a{number},u{},AZ-104,,2026-03-01T00:00:00Z", (number + shift) % 100);
            row.expect("a string takes everything");
        }
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        let attempts = file.to_str().expect("UTF-8");
        let arguments = ["import", "--json", "--complete", "--attempts", attempts];
        Program::engine(&world.test_database.url).args(arguments).run().expect(0).json()
    };
    let attempts_of = || async {
        let counts = "SELECT id, quiz_count FROM users JOIN user_stats ON no = user_no";
        world.query::<(String, i64)>(counts).await.into_iter().collect::<BTreeMap<_, _>>()
    };
    assert_eq!(import("first.csv", 0)["attempts"]["written"], 400);
    world.run(now()).await;
    for (name, shift) in [("second.csv", 1), ("third.csv", 51)] {
        let before = attempts_of().await;
        let moved = import(name, shift);
        assert_eq!(
            (&moved["attempts"]["moved"], &moved["attempts"]["rows"], &moved["attempts"]["written"]),
            (&json!(400), &json!(400), &json!(400))
        );
        assert_eq!(attempts_of().await, before, "each has four, but others");
        assert_eq!(world.query::<(i64,)>("SELECT count(DISTINCT id) FROM quiz_attempts").await, [(400,)]);
        world.verify().await;
        assert_eq!(run_incrementally(&world, shift as i64).await.users_processed, 100);
    }
    assert_eq!(import("again.csv", 51)["attempts"]["unchanged"], 400);
    world.verify().await;
}
